"""Posts signed events to the service, and to nowhere else.

The one address this package ever connects to. It must be loopback by name, and after connecting the peer must be
loopback too, so that no name that resolves elsewhere and no redirect takes mail off this machine.
"""

import http.client
import ipaddress
import json
import queue
import threading
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

from campaign.mail_stand_in.events import EVENT_KINDS, new_event
from campaign.mail_stand_in.inbox import Inbox
from campaign.mail_stand_in.keys import SigningKey
from campaign.mail_stand_in.messages import Message

SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp"
POST_TIMEOUT_SECONDS = 10
AUTO_DELIVER_AFTER_SECONDS = 1.0
AUTO_DELIVER_BATCH = 500
AUTO_DELIVER_TRIES = 5


class NotLoopbackError(ValueError):
    """An address that leaves this machine."""


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class Postman:
    """Signs and posts events about messages, and notes in the inbox what the service answered."""

    def __init__(self, inbox: Inbox, key: SigningKey, events_url: str) -> None:
        """Take the service's webhook address.

        Raises:
            NotLoopbackError: the address is not plain HTTP on this machine.
        """
        parts = urlsplit(events_url)
        if parts.scheme != "http" or not is_loopback(parts.hostname or ""):
            raise NotLoopbackError(f"{events_url} is not an http address on this machine")
        self._host, self._port = parts.hostname or "", parts.port or 80
        self._path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
        self._inbox = inbox
        self._key = key
        self.url = events_url

    def tell(self, message: Message, kind: str) -> str:
        """Post a new event about a message; answers what became of it, in words.

        Args:
            message: whom it is about.
            kind: a key of EVENT_KINDS.
        """
        event = new_event(message, EVENT_KINDS[kind], now=time.time())
        outcome, _ = self.post([event])
        self._inbox.note_event(message, event, outcome)
        return outcome

    def tell_again(self, message: Message, sg_event_id: str) -> str | None:
        """Post an event once more under its old id, as SendGrid does when it got no answer; None if there is none."""
        for record in message.events:
            if record.sg_event_id == sg_event_id:
                outcome, _ = self.post([record.event])
                self._inbox.note_event(message, record.event, outcome)
                return outcome
        return None

    def post(self, events: Sequence[object]) -> tuple[str, bool]:
        """Post events signed now; answers what became of them in words, and whether they were taken."""
        body = json.dumps(events, separators=(",", ":")).encode("ascii")
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": "application/json;charset=utf-8",
            "User-Agent": "SendGrid Event API",
            SIGNATURE_HEADER: self._key.sign(timestamp, body),
            TIMESTAMP_HEADER: timestamp,
        }
        connection = http.client.HTTPConnection(self._host, self._port, timeout=POST_TIMEOUT_SECONDS)
        try:
            connection.connect()
            _require_loopback_peer(connection)
            connection.request("POST", self._path, body, headers)
            response = connection.getresponse()
            response.read()
        except OSError as error:
            return f"not accepted: {error.strerror or str(error) or type(error).__name__}", False
        except (http.client.HTTPException, NotLoopbackError) as error:
            return f"not accepted: {str(error) or type(error).__name__}", False
        finally:
            connection.close()
        taken = 200 <= response.status < 300
        return f"{'accepted' if taken else 'not accepted'}: the service answered {response.status}", taken


def _require_loopback_peer(connection: http.client.HTTPConnection) -> None:
    peer = connection.sock.getpeername()[0]
    if not is_loopback(peer):
        raise NotLoopbackError(f"{connection.host} leads to {peer}, off this machine")


class AutoDelivery:
    """Posts a delivered event about every message by itself, a moment after it was accepted."""

    def __init__(self, inbox: Inbox, postman: Postman, *, after_seconds: float = AUTO_DELIVER_AFTER_SECONDS) -> None:
        self._inbox = inbox
        self._postman = postman
        self._after = after_seconds
        self._waiting: queue.SimpleQueue[tuple[float, Message] | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="auto-deliver", daemon=True)

    def start(self) -> None:
        """Begin in a thread of its own."""
        self._thread.start()

    def add(self, messages: Sequence[Message]) -> None:
        """Note messages just accepted."""
        due = time.monotonic() + self._after
        for message in messages:
            self._waiting.put((due, message))

    def stop(self) -> None:
        """End after the post under way; what still waits gets no event."""
        self._stopping.set()
        self._waiting.put(None)
        self._thread.join(timeout=POST_TIMEOUT_SECONDS)

    def _run(self) -> None:
        while (batch := self._next_batch()) is not None:
            events = [new_event(message, EVENT_KINDS["delivered"], now=time.time()) for message in batch]
            outcome = self._post_patiently(events)
            for message, event in zip(batch, events, strict=True):
                self._inbox.note_event(message, event, outcome)

    def _post_patiently(self, events: Sequence[object]) -> str:
        for attempt in range(AUTO_DELIVER_TRIES):
            outcome, taken = self._postman.post(events)
            if taken or self._stopping.wait(0.5 * 2**attempt):
                break
        return outcome

    def _next_batch(self) -> list[Message] | None:
        """Wait until the oldest message is due; take it and what came with it. None means stop."""
        first = self._waiting.get()
        if first is None or self._stopping.wait(max(0.0, first[0] - time.monotonic())):
            return None
        batch = [first[1]]
        while len(batch) < AUTO_DELIVER_BATCH:
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                break
            if item is None:
                return None
            batch.append(item[1])
        return batch
