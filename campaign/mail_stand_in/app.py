"""Puts the stand-in together: the API, the pages and the guard over one inbox."""

from collections.abc import Sequence

from flask import Flask

from campaign.folders import STATIC, TEMPLATES
from campaign.mail_stand_in.api import Accepted, create_api
from campaign.mail_stand_in.guard import guard
from campaign.mail_stand_in.inbox import Inbox
from campaign.mail_stand_in.messages import Message
from campaign.mail_stand_in.pages import create_pages
from campaign.mail_stand_in.postman import Postman
from campaign.mail_stand_in.wire import MAX_BODY_BYTES


def _tell_nobody(_messages: Sequence[Message]) -> None:
    """Nothing happens to accepted mail unless somebody asks for it."""


def create_app(inbox: Inbox, *, postman: Postman | None = None, accepted: Accepted = _tell_nobody) -> Flask:
    """Build the WSGI app.

    Args:
        inbox: the mail.
        postman: tells events to the service; None shows no buttons.
        accepted: told of every accepted call's messages.
    """
    app = Flask(__name__, template_folder=TEMPLATES, static_folder=STATIC)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it, its base class does not
    guard(app)
    app.register_blueprint(create_api(inbox, accepted))
    app.register_blueprint(create_pages(inbox, postman))
    return app
