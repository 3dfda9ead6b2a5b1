"""The part of SendGrid's v3 API that the service uses: send, look up, check the key."""

import secrets
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from campaign.mail_stand_in.activity import QueryError, activity_of, find_messages, history_of, parse_query
from campaign.mail_stand_in.inbox import Inbox, page_of
from campaign.mail_stand_in.messages import Call, Message
from campaign.mail_stand_in.problems import Problem, errors_body
from campaign.mail_stand_in.shapes import as_object
from campaign.mail_stand_in.validate import decode

RATE_LIMIT_PER_MINUTE = 600_000
MAX_LIMIT = 1000
SCOPES = ["mail.send", "messages.read", "user.scheduled_sends.read"]

Accepted = Callable[[Sequence[Message]], None]


def create_api(inbox: Inbox, accepted: Accepted) -> Blueprint:
    """The blueprint under `/v3`.

    Args:
        inbox: where accepted calls go.
        accepted: told of the messages of each accepted call.
    """
    api = Blueprint("api", __name__, url_prefix="/v3")
    api.before_request(_require_key)
    _add_sending(api, inbox, accepted)
    _add_activity(api, inbox)

    @api.get("/scopes")
    def scopes() -> ResponseReturnValue:
        """What the key may do; how `campaign doctor` checks a key."""
        return jsonify(scopes=SCOPES)

    return api


def _add_sending(api: Blueprint, inbox: Inbox, accepted: Accepted) -> None:
    @api.post("/mail/send")
    def send() -> ResponseReturnValue:
        """SendGrid's send call: 202 once the mail is on the disk."""
        if request.mimetype != "application/json" or request.content_encoding:
            return _refusal([Problem("Content-Type should be application/json.", None, status=415)])
        body, problems = decode(request.get_data(cache=False))
        if problems:
            return _refusal(problems)
        if _is_sandboxed(body):
            return Response(status=200, headers=_rate_headers())
        call = Call(secrets.token_urlsafe(16), datetime.now(UTC), as_object(body))
        accepted(inbox.accept(call))
        return Response(status=202, headers={"X-Message-Id": call.message_id, **_rate_headers()})


def _add_activity(api: Blueprint, inbox: Inbox) -> None:
    @api.get("/messages")
    def messages() -> ResponseReturnValue:
        """Email Activity: the messages that meet a query."""
        try:
            terms = parse_query(request.args.get("query", ""))
        except QueryError as error:
            return _refusal([Problem(f"invalid query: {error}", "query")])
        limit = request.args.get("limit", default=10, type=int)
        if not 0 < limit <= MAX_LIMIT:
            return _refusal([Problem("limit must be greater than 0 and at most 1000", "limit")])
        found, _ = page_of(find_messages(inbox, terms), page=1, size=limit)
        return jsonify(messages=[activity_of(message) for message in found])

    @api.get("/messages/<message_id>")
    def message(message_id: str) -> ResponseReturnValue:
        """Email Activity: one message and its events."""
        found = inbox.find(message_id)
        if found is None:
            return _refusal([Problem("message not found", None, status=404)])
        return jsonify(history_of(found))


def _require_key() -> ResponseReturnValue | None:
    """Any bearer token opens the stand-in; none does not: a forgotten key must show here, not first at SendGrid."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return None
    return _refusal([Problem("authorization required", None, status=401)])


def _refusal(problems: list[Problem]) -> ResponseReturnValue:
    return jsonify(errors_body(problems)), problems[0].status, _rate_headers()


def _is_sandboxed(body: object) -> bool:
    """Sandbox mode: checked, answered 200, not delivered."""
    settings = as_object(as_object(body).get("mail_settings"))
    return as_object(settings.get("sandbox_mode")).get("enable") is True


def _rate_headers() -> dict[str, str]:
    """SendGrid's rate headers, with room always left: the stand-in must not slow a demo down.

    Source: https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/rate-limits.
    """
    return {
        "X-RateLimit-Limit": str(RATE_LIMIT_PER_MINUTE),
        "X-RateLimit-Remaining": str(RATE_LIMIT_PER_MINUTE - 1),
        "X-RateLimit-Reset": str((int(time.time()) // 60 + 1) * 60),
    }
