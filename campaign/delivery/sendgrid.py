"""Mail by SendGrid: the body of a call, and what its answer means for us.

Source: https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send (body, 202 with `X-Message-Id`, limits),
https://www.twilio.com/docs/sendgrid/api-reference/how-to-use-the-sendgrid-v3-api/responses (500 and 503 are refusals),
RFC 9110, sections 15.5 and 15.6 (502 and 504 are a gateway's words about a server that it did not understand or hear).
"""

import base64
import json
import logging
import re
import time
from collections.abc import Sequence
from dataclasses import replace
from email.utils import parseaddr
from typing import Any

from sendgrid import SendGridAPIClient

from campaign.delivery.http import (
    QUESTION_TIMEOUT_SECONDS,
    Answer,
    InterruptedCallError,
    NotWrittenError,
    Pool,
    PooledClient,
)
from campaign.delivery.ports import (
    Accepted,
    Call,
    Limited,
    Looked,
    NotWritten,
    Recipient,
    Refused,
    Rejected,
    Result,
    Unavailable,
    Unknown,
)
from campaign.delivery.slowing import read_limit, read_wait
from campaign.delivery.topics import Attachment
from campaign.kernel.idn import ascii_address

_log = logging.getLogger(__name__)

LOOK_SECONDS = 10.0
"""So long the log is asked in one go: the ticker has other things to do."""

FAULT_SECONDS = 60.0
"""How long a log that is out of order is left alone."""

_NO_LOG = (401, 403, 404)
_REFUSALS = {
    401: "the key is not accepted",
    402: "the account is to be paid",
    403: "the account may not send",
    **dict.fromkeys((404, 405, 406, 407, 415), "this address does not take mail; is SENDGRID_BASE_URL right?"),
}
_WRONG = (400, 413, 422)
_GATEWAYS = (502, 504)
_FIRST_DISORDER = 500
_LAST_REGISTERED = 511
"""What is above (52x, 598…) is no standard answer; gateways make it up, in most cases about a server they lost."""

_TAKEN_STATES = {"delivered": "delivered", "not_delivered": "bounced", "processed": "sent"}
_ADDRESS = re.compile(r"\S+@\S+")


class SendGridSender:
    """A `MailSender` and `MailLog` over SendGrid's v3 API.

    Args:
        api_key: never logged.
        base_url: the host all calls go to, e.g. ``"https://api.sendgrid.com"``.
    """

    def __init__(self, api_key: str, base_url: str) -> None:
        self._sendgrid = SendGridAPIClient(api_key, host=base_url)
        headers = {"User-Agent": self._sendgrid.useragent, "Accept": "application/json"}
        key = f"Bearer {api_key}"
        self._sendgrid.client = PooledClient(Pool(base_url), key, headers, [])
        self._mail_send = self._sendgrid.client.mail.send
        self._questions = PooledClient(Pool(base_url, QUESTION_TIMEOUT_SECONDS), key, headers, [])

    def send(self, call: Call) -> Result:
        """Hand over one call and say how it ended; never raises."""
        try:
            answer = self._mail_send.post(request_body=body_of(call))
        except NotWrittenError as error:
            return NotWritten(str(error))
        except InterruptedCallError as error:
            return Unknown(str(error))
        except Exception:  # noqa: BLE001 - whatever it is, the call may have been written
            _log.exception("a call to the mail provider ended in an unexpected way")
            return Unknown("unexpected error")
        return _result_of(answer)

    def answers(self) -> bool:
        """Ask what the key may do, which every key may; returns whether an answer came that speaks of no disorder."""
        try:
            answer: Answer = self._questions.scopes.get()
        except (NotWrittenError, InterruptedCallError):
            return False
        return answer.status_code < _FIRST_DISORDER

    def find_taken(self, messages: Sequence[str]) -> Looked:
        """Ask the Email Activity log by custom argument, one message after the other, for `LOOK_SECONDS` at most."""
        taken: dict[str, str] = {}
        answered: set[str] = set()
        started = time.monotonic()
        for message in messages:
            if time.monotonic() - started > LOOK_SECONDS:
                break
            found = self._look_for(message)
            if isinstance(found, Looked):  # why no more is asked now
                return replace(found, taken=taken, answered=frozenset(answered))
            answered.add(message)
            if found:
                taken[message] = _TAKEN_STATES.get(str(found[0].get("status")), "sent")
        return Looked(taken, frozenset(answered))

    def _look_for(self, message: str) -> list[dict[str, object]] | Looked:
        """Return what the log has of one message; where it does not say, when to ask again."""
        query = {"query": f"(unique_args['message']=\"{message}\")", "limit": 1}
        try:
            answer: Answer = self._questions.messages.get(query_params=query)
            if answer.status_code == 200:
                return [dict(one) for one in json.loads(answer.body)["messages"]]
        except (NotWrittenError, InterruptedCallError, ValueError, KeyError, TypeError):
            return Looked(pause_seconds=FAULT_SECONDS)
        if answer.status_code in _NO_LOG:
            return Looked(has_log=False)
        is_limited = answer.status_code == 429
        return Looked(pause_seconds=read_limit(answer.headers) if is_limited else FAULT_SECONDS)


def body_of(call: Call) -> dict[str, Any]:
    """Return SendGrid's JSON for a call: every address in it in ASCII, whatever script people read its domain in.

    Custom arguments stand on the personalizations (docs/delivery.md).
    """
    content = call.content
    parts = [{"type": "text/plain", "value": content.text}]
    if content.html is not None:
        parts.append({"type": "text/html", "value": content.html})
    body: dict[str, Any] = {
        "personalizations": [_personalization(recipient) for recipient in call.recipients],
        "from": _mailbox(content.sender),
        "subject": content.subject,
        "content": parts,
        "categories": [content.category],
        "tracking_settings": {
            "click_tracking": {"enable": False, "enable_text": False},
            "open_tracking": {"enable": False},
        },
    }
    if content.reply_to is not None:
        body["reply_to"] = _mailbox(content.reply_to)
    if content.attachments:
        body["attachments"] = [_attached(one) for one in content.attachments]
    return body


def _attached(one: Attachment) -> dict[str, str]:
    data = base64.b64encode(one.data).decode()
    return {"content": data, "type": one.mime, "filename": one.filename, "disposition": "attachment"}


def _personalization(recipient: Recipient) -> dict[str, Any]:
    to = {"email": ascii_address(recipient.address)}
    if recipient.name:
        to["name"] = recipient.name
    made: dict[str, Any] = {"to": [to], "custom_args": {"message": recipient.message}}
    if recipient.substitutions:
        made["substitutions"] = dict(recipient.substitutions)
    if recipient.headers:
        made["headers"] = dict(recipient.headers)
    return made


def _mailbox(text: str) -> dict[str, str]:
    name, address = parseaddr(text)
    email = {"email": ascii_address(address)}
    return {**email, "name": name} if name else email


def _result_of(answer: Answer) -> Result:
    status = answer.status_code
    if status == 202 and answer.headers.get("x-message-id"):
        return Accepted(answer.headers["x-message-id"])
    if status == 429:
        return Limited(read_limit(answer.headers))
    if status in _REFUSALS:
        return Refused(f"{status}: {_REFUSALS[status]}")
    if status in _WRONG:
        return Rejected(f"{status}: {_words_of(answer.body)}")
    if 400 <= status <= _LAST_REGISTERED and status not in _GATEWAYS:
        return Unavailable(f"answered {status}", read_wait(answer.headers))
    # 502, 504, 52x: a gateway that did not hear the end. 2xx without an id, 3xx: somebody took it, who knows who.
    return Unknown(f"answered {status}")


def _words_of(body: bytes) -> str:
    try:
        errors = json.loads(body)["errors"]
        words = "; ".join(f"{error.get('message')} ({error.get('field')})" for error in errors)
    except (ValueError, KeyError, TypeError, AttributeError):
        words = "refused without a reason"
    return _ADDRESS.sub("<address>", words)[:500]
