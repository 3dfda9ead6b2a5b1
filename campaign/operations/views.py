"""`/healthz` (this process), `/readyz` (database, queue, migrations) and `/metrics` (Prometheus)."""

import hmac
import ipaddress
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError
from campaign.kernel.settings import Settings
from campaign.operations.checks import Checks, Looks, check_database, check_migrations, check_queue
from campaign.operations.numbers import gather

_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via")
_LOOKS = "campaign.looks"


def create_blueprint() -> Blueprint:
    """Return the blueprint of the doors for operators."""
    blueprint = Blueprint("operations", __name__)
    blueprint.record_once(lambda state: state.app.extensions.setdefault(_LOOKS, Looks(_look)))
    for view in (healthz, readyz, metrics):
        blueprint.add_url_rule(f"/{view.__name__}", view_func=view)
    return blueprint


@access(Access.PUBLIC)
def healthz() -> ResponseReturnValue:
    """Say that this process answers."""
    return Response("ok\n", mimetype="text/plain")


@access(Access.PUBLIC)
def readyz() -> ResponseReturnValue:
    """Say whether what this process needs is there: `{"database": "ok", …}`, 503 where something is not."""
    looks: Looks = current_app.extensions[_LOOKS]
    checks = looks.now()
    # Without its queue the service goes on: the ticker finds what is due.
    is_ready = checks["database"] == "ok" and checks["migrations"] == "ok"
    return jsonify(checks), 200 if is_ready else 503


@access(Access.LOOPBACK)
def metrics() -> ResponseReturnValue:
    """Give all numbers of the installation, to this machine or to who knows METRICS_TOKEN."""
    if not _may_measure():
        raise NotFoundError("no such page")
    return Response(gather(db.session()), mimetype="text/plain; version=0.0.4")


def _look() -> Checks:
    settings: Settings = current_app.config["SETTINGS"]
    return {
        "database": check_database(db.session()),
        "migrations": check_migrations(settings.database_url),
        "queue": check_queue(current_app.extensions["campaign.valkey"]),
    }


def _may_measure() -> bool:
    settings: Settings = current_app.config["SETTINGS"]
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.metrics_token and hmac.compare_digest(token.encode(), settings.metrics_token.encode()):
        return True
    if any(name in request.headers for name in _FORWARDED):
        return False  # came through a proxy: the address says nothing of who asks
    return _is_loopback(request.remote_addr or "") and _names_loopback(request.headers.get("Host", ""))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _names_loopback(host: str) -> bool:
    """Whether the asker knows that it asks this machine; another site's script, by a name that leads here, does not."""
    name = urlsplit(f"//{host}").hostname or ""
    return name == "localhost" or _is_loopback(name)
