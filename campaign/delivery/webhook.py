"""The door SendGrid's signed events come in by: verified over timestamp and raw body before anything is parsed."""

import json
import logging
from typing import cast

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from campaign.delivery.events import Event, MalformedEventError, Objected, nobody_asks, read_event, record_events
from campaign.delivery.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER, SignatureError, SignatureVerifier
from campaign.kernel.access import Access, access
from campaign.kernel.clock import now
from campaign.kernel.keyed_hash import KeyedHash
from campaign.kernel.settings import Settings
from campaign.kernel.unit import unit_of_work

_log = logging.getLogger(__name__)

MAX_BODY_BYTES = 1_000_000
"""SendGrid posts batches of at most 768 kB. Source: its event webhook overview."""

_VERIFIER = "campaign.delivery.verifier"


def _signed() -> ResponseReturnValue | None:
    """Refuse what the provider did not sign; to be asked before anything is parsed."""
    request.max_content_length = MAX_BODY_BYTES
    try:
        body = request.get_data()
    except RequestEntityTooLarge:
        return _refuse("too_large", 413)
    headers = request.headers
    try:
        _verifier().check(body, headers.get(SIGNATURE_HEADER, ""), headers.get(TIMESTAMP_HEADER, ""), now())
    except SignatureError as error:
        return _refuse(f"signature: {error}", 403)
    return None


def _take(objected: Objected) -> ResponseReturnValue:
    """Take a batch of events; 200 only when all of it is stored, so that SendGrid sends it again otherwise."""
    try:
        values = json.loads(request.get_data())
    except (ValueError, RecursionError):
        return _refuse("not_json", 400)
    if not isinstance(values, list):
        return _refuse("not_a_list", 400)
    settings = cast("Settings", current_app.config["SETTINGS"])
    hashes, events = KeyedHash(settings.privacy_key), _readable(values)
    taken = unit_of_work().run(lambda session: record_events(session, hashes, events, objected), is_idempotent=True)
    return jsonify(taken=taken), 200


def create_blueprint(objected: Objected = nobody_asks) -> Blueprint:
    """Return the blueprint of the one door delivery has. `objected`: told of complaints and unsubscribings."""

    @access(Access.SIGNATURE, _signed)
    def sendgrid() -> ResponseReturnValue:
        return _take(objected)

    blueprint = Blueprint("delivery", __name__)
    blueprint.add_url_rule("/webhooks/sendgrid", view_func=sendgrid, methods=["POST"])
    return blueprint


def _readable(values: list[object]) -> list[Event]:
    """Return the events that can be read; one that cannot is logged and left, for it would come again for ever."""
    events = []
    for value in values:
        try:
            events.append(read_event(value))
        except MalformedEventError as error:
            _log.warning("a delivery event cannot be read: %s", error)
    return events


def _verifier() -> SignatureVerifier:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's documented way
    if _VERIFIER not in app.extensions:
        settings = cast("Settings", app.config["SETTINGS"])
        app.extensions[_VERIFIER] = SignatureVerifier(settings.sendgrid_webhook_public_key)
    return cast("SignatureVerifier", app.extensions[_VERIFIER])


def _refuse(error: str, status: int) -> tuple[Response, int]:
    return jsonify(error=error), status
