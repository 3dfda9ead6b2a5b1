"""One client of the chaos sink: HTTP/1.1 with keep-alive over asyncio, and what each call's fate does to it."""

import asyncio
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qs, urlsplit

from campaign.mail_stand_in.activity import QueryError, activity_of, find_messages, parse_query
from campaign.mail_stand_in.inbox import page_of
from campaign.mail_stand_in.messages import Call, Message, messages_of
from campaign.mail_stand_in.problems import Problem, errors_body
from campaign.mail_stand_in.shapes import as_list, as_object
from campaign.mail_stand_in.validate import decode
from campaign.mail_stand_in.wire import BadRequestError, Head, answer, parse_head

if TYPE_CHECKING:
    from tests.sink import Sink


class Connection(asyncio.Protocol):
    """One client: requests are answered one after the other, however they arrive."""

    def __init__(self, sink: "Sink") -> None:
        self._sink = sink
        self._buffer = bytearray()
        self._waiting: Sequence[Message] | None = None
        self._head: Head | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._sink.opened(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        self._sink.closed(self._transport)
        if self._waiting is not None:
            self._sink.note("hung_up", self._waiting)
            self._waiting = None

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._answer_what_is_whole()

    def _answer_what_is_whole(self) -> None:
        while self._waiting is None and not self._transport.is_closing():
            try:
                request = self._take_request()
            except BadRequestError as error:
                self._transport.write(answer(f"{error.status.value} {error.status.phrase}", [], keep_alive=False))
                self._transport.close()
                return
            if request is None:
                return
            self._handle(*request)

    def _take_request(self) -> tuple[Head, bytes] | None:
        if self._head is None:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return None
            self._head = parse_head(bytes(self._buffer[:end]))
            del self._buffer[: end + 4]
        size = self._head.body_bytes
        if len(self._buffer) < size:
            return None
        head, self._head = self._head, None
        body = bytes(self._buffer[:size])
        del self._buffer[:size]
        return head, body

    def _handle(self, head: Head, body: bytes) -> None:
        path, sink = urlsplit(head.target).path, self._sink
        if sink.is_deaf:
            return
        if path == "/__report":
            self._reply("200 OK", sink.report())
        elif path == "/__rates" and head.method == "POST":
            sink.set_rates(json.loads(body))
            self._reply("200 OK", sink.report()["rates"])
        elif not head.headers.get("authorization", "").lower().startswith("bearer "):
            self._refuse("401 Unauthorized", "authorization required")
        elif sink.refuse_with is not None:
            self._refuse(f"{sink.refuse_with} Refused", "access forbidden")
        else:
            self._handle_call(head, path, body)

    def _handle_call(self, head: Head, path: str, body: bytes) -> None:
        if path == "/v3/mail/send" and head.method == "POST":
            (self._count if self._sink.fast else self._send)(body)
        elif path == "/v3/messages":
            self._look_up(parse_qs(urlsplit(head.target).query))
        elif path == "/v3/scopes":
            self._reply("200 OK", {"scopes": ["mail.send"]})
        else:
            self._refuse("404 Not Found", "not found")

    def _count(self, body: bytes) -> None:
        self._sink.calls += 1
        self._sink.recipients += len(as_list(as_object(json.loads(body)).get("personalizations")))
        self._transport.write(_accepted(secrets.token_urlsafe(16)))

    def _send(self, raw: bytes) -> None:
        sink = self._sink
        sink.calls += 1
        body, problems = decode(raw)
        if problems:
            sink.refused.extend(problems)
            return self._reply("400 Bad Request", errors_body(problems))
        call = Call(secrets.token_urlsafe(16), datetime.now(UTC), as_object(body))
        fate = sink.draw()
        if fate in {"dropped", "silent", "answered_5xx", "answered_429"}:
            sink.note(fate, list(messages_of(call)))
            return self._fail(fate)
        messages = sink.inbox.accept(call)
        sink.recipients += len(messages)
        sink.note("accepted", messages)
        if fate == "lost_reply":
            sink.note(fate, messages)
            return self._hang_up()
        if fate == "slow":
            sink.note(fate, messages)
            self._waiting = messages
            return sink.later(sink.slow_seconds, self, _accepted(call.message_id))
        return self._transport.write(_accepted(call.message_id))

    def finish_slowly(self, reply: bytes) -> None:
        """Answer what was kept waiting, if the client is still there, and go on."""
        if self._waiting is None:
            return
        self._waiting = None
        self._transport.write(reply)
        self._answer_what_is_whole()

    def _fail(self, fate: str) -> None:
        if fate == "silent":
            return None
        if fate == "dropped":
            return self._hang_up()
        if fate == "answered_5xx":
            return self._refuse("500 Internal Server Error", "internal error")
        after = ("Retry-After", str(self._sink.retry_after_seconds))
        return self._refuse("429 Too Many Requests", "too many requests", after)

    def _hang_up(self) -> None:
        """Close without a word: half of the time politely, half of the time with a reset."""
        if self._sink.calls % 2:
            self._transport.close()
        else:
            self._transport.abort()

    def _look_up(self, arguments: Mapping[str, list[str]]) -> None:
        if not self._sink.email_logs:
            return self._refuse("403 Forbidden", "access forbidden")
        try:
            terms = parse_query(arguments.get("query", [""])[0])
        except QueryError as error:
            return self._refuse("400 Bad Request", str(error))
        limit = int(arguments.get("limit", ["10"])[0])
        found, _ = page_of(find_messages(self._sink.inbox, terms), page=1, size=limit)
        return self._reply("200 OK", {"messages": [activity_of(message) for message in found]})

    def _refuse(self, status: str, message: str, *headers: tuple[str, str]) -> None:
        self._reply(status, errors_body([Problem(message)]), *headers)

    def _reply(self, status: str, content: object, *headers: tuple[str, str]) -> None:
        body = json.dumps(content).encode("ascii")
        self._transport.write(answer(status, [("Content-Type", "application/json"), *headers], body, keep_alive=True))


def _accepted(message_id: str) -> bytes:
    return answer("202 Accepted", [("X-Message-Id", message_id)], keep_alive=True)
