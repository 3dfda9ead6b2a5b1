"""The composition root: joins settings, faces and kinds into one WSGI application."""

import atexit
import logging
from collections.abc import Callable, Sequence
from email.utils import parseaddr
from typing import Any

from flask import Flask

from campaign.actions.intake import Intake
from campaign.actions.kind import ActionKind
from campaign.actions.views import create_blueprint as create_actions
from campaign.actions.wording import chosen_wording, consent_wording, own_page_wording
from campaign.delivery.webhook import create_blueprint as create_webhook
from campaign.features import KINDS
from campaign.folders import PACKAGE, STATIC, TEMPLATES
from campaign.kernel import log
from campaign.kernel.access import require_declared
from campaign.kernel.assets import init_assets
from campaign.kernel.db import db, engine_options
from campaign.kernel.formdata import MAX_BYTES
from campaign.kernel.handlers import init_handlers
from campaign.kernel.headers import init_headers
from campaign.kernel.installation import Installation
from campaign.kernel.limits import Limiter
from campaign.kernel.localized import init_languages
from campaign.kernel.metrics import RESPONSES
from campaign.kernel.once_more import OnceMore
from campaign.kernel.pagecache import PageCache
from campaign.kernel.pagekey import shared_pages
from campaign.kernel.refusals import init_refusals
from campaign.kernel.settings import Settings
from campaign.kernel.unit import init_unit
from campaign.kernel.uploads import MemoryRequest
from campaign.kernel.valkey import Breaker, connect
from campaign.media.views import media
from campaign.operations.views import create_blueprint as create_operations
from campaign.organize.views import init_organize
from campaign.outbox.nudge import Nudger
from campaign.people.stopping import object_by_mail
from campaign.site.views import init_site


class _App(OnceMore):
    """Flask without asynchronous views: it would ask each function of each request whether it is one."""

    request_class = MemoryRequest

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return `func`."""
        return func


def create_app(settings: Settings, kinds: Sequence[ActionKind] = KINDS) -> Flask:
    """Return the application for `settings`.

    Side effects: configures logging; threads start with the first commands, in the process that serves.
    """
    log.configure(settings.log_format)
    app = _App("campaign", root_path=str(PACKAGE), static_folder=None, template_folder=str(TEMPLATES))
    installation = Installation(settings)
    # No SECRET_KEY: with one, Flask looks for a session in every request, and nothing here has any.
    app.config.update(
        SETTINGS=settings,
        PUBLIC_URL=settings.public_url,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["campaign.installation"] = installation
    db.init_app(app)
    init_handlers(app, max_form_bytes=MAX_BYTES)
    init_headers(app, is_https=settings.is_https, private_below=["/organize/"])
    init_refusals(app)
    init_languages(app)
    init_assets(app, STATIC)
    _open_intake(app, installation, kinds)
    _add_doors(app, kinds)
    app.jinja_env.globals.update(
        consent_wording=consent_wording, own_page_wording=own_page_wording, chosen_wording=chosen_wording
    )

    app.wsgi_app = PageCache(app.wsgi_app, on_response=_count, reads_of=shared_pages(app))  # type: ignore[method-assign]
    require_declared(app)
    return app


def _open_intake(app: Flask, installation: Installation, kinds: Sequence[ActionKind]) -> None:
    settings = installation.settings
    breaker = Breaker(connect(settings.redis_url))
    limits_breaker = Breaker(connect(settings.limits_url)) if settings.limits_url else None
    limiter = Limiter(limits_breaker, settings.limits, installation.hashes)
    with app.app_context():
        sessions = installation.sessions(db.engine)
    nudge = Nudger(breaker).nudge
    intake = Intake(installation, sessions, kinds, limiter, nudge)
    init_unit(app, sessions, nudge)
    app.extensions["campaign.intake"] = intake
    app.extensions["campaign.valkey"] = breaker
    app.extensions["campaign.limits"] = limits_breaker
    atexit.register(intake.close)


def _add_doors(app: Flask, kinds: Sequence[ActionKind]) -> None:
    settings: Settings = app.config["SETTINGS"]
    init_site(app, kinds, is_demo=settings.is_demo, sender=parseaddr(settings.mail_from)[0])
    app.register_blueprint(media)
    app.register_blueprint(create_actions())
    app.register_blueprint(create_operations())
    init_organize(app, kinds)
    app.register_blueprint(create_webhook(object_by_mail))
    for kind in kinds:
        if kind.blueprint is not None:
            app.register_blueprint(kind.blueprint())
        if kind.organize is not None:
            app.register_blueprint(kind.organize())


def _status_counter() -> Callable[[int], None]:
    by_class = {number: RESPONSES.labels(f"{number}xx") for number in range(1, 6)}
    other = RESPONSES.labels("other")
    return lambda status: by_class.get(status // 100, other).inc()


_count = _status_counter()

logging.captureWarnings(capture=True)
