"""Follow mails to their end by the provider's events: each counted once, in any order, without keeping an address.

A `deferred` event and a bounce that passes (`campaign.delivery.bounces`: blocked, a full mailbox) say nothing lasting
about an address, so they never suppress it. A hard bounce and a complaint do; when they come from an executive they
hold that mailbox's letters instead, visibly, and so does a full mailbox: letters wait better than they bounce.

Of an event about a high-safety action nothing is kept but what becomes of its mail, because the provider has the
event's id beside the address. A hard bounce suppresses the address within that campaign, by a key that compares with
nothing; a complaint stops nothing there that was not asked for. An event about nobody known (whose mail is settled and
gone, too) leaves nothing at all. Seen twice, all of this changes nothing.

A bounce or a complaint that comes late comes without our ids, from the receiving server's own mail. It is taken by its
address, where a mail of ours went to it lately that was not of high safety: so its row tells nothing of one that was.

Source: https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.delivery.bounces import BLOCKED, PASSING, is_passing
from campaign.delivery.suppression import address_key, apart_key, suppress
from campaign.kernel.keyed_hash import KeyedHash
from campaign.kernel.text import is_storable
from campaign.outbox.holds import hold
from campaign.outbox.leases import News, follow
from campaign.outbox.mailboxes import RETURNED

STATES = {
    "processed": "sent",
    "deferred": "sent",
    "delivered": "delivered",
    "dropped": "dropped",
    "bounce": "bounced",
    "spamreport": "complained",
}
"""What an event says about the mail. `processed` and `deferred` prove that the provider took it."""

_SUPPRESSING = {"bounce": "bounce", "spamreport": "complaint", "unsubscribe": "unsubscribe"}
_ADDRESS = re.compile(r"\S+@\S+")
_MAX_REASON_LENGTH = 300
_MAX_EVENT_ID_LENGTH = 200


@dataclass(frozen=True)
class Event:
    """One event, read from the provider's JSON. `address` is used and not kept.

    `is_passing`: a bounce that says nothing lasting of the address; `is_blocked`: nothing of its mailbox, either.
    """

    sg_event_id: str
    at: datetime
    kind: str
    message: UUID | None
    provider_id: str | None
    address: str
    reason: str | None
    is_blocked: bool
    is_passing: bool


class MalformedEventError(ValueError):
    """Not an event as the provider documents it."""


def read_event(value: object) -> Event:
    """Return the event in one JSON object; raise `MalformedEventError`. Keys nobody uses are ignored."""
    if not isinstance(value, dict):
        raise MalformedEventError("an event is an object")
    event_id, kind, at = value.get("sg_event_id"), value.get("event"), value.get("timestamp")
    if not (isinstance(event_id, str) and 0 < len(event_id) <= _MAX_EVENT_ID_LENGTH and is_storable(event_id)):
        raise MalformedEventError("sg_event_id is missing")
    if not (isinstance(kind, str) and re.fullmatch(r"[a-z_]{1,40}", kind)):
        raise MalformedEventError("event is missing")
    try:
        instant = datetime.fromtimestamp(float(str(at)), tz=UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise MalformedEventError("timestamp is not a time") from error
    provider_id = value.get("sg_message_id")
    has_passed = kind == "bounce" and is_passing(value)
    return Event(
        event_id,
        instant,
        kind,
        _uuid(value.get("message")),
        provider_id.partition(".")[0] if isinstance(provider_id, str) and is_storable(provider_id) else None,
        address if isinstance(address := value.get("email"), str) and is_storable(address) else "",
        _reason(value, is_passing=has_passed),
        is_blocked=kind == "bounce" and value.get("type") == "blocked",
        is_passing=has_passed,
    )


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _reason(value: Mapping[str, object], *, is_passing: bool) -> str | None:
    """Return the provider's words, without any address in them."""
    words = value.get("reason") or value.get("response")
    if not isinstance(words, str):
        return None
    words = _ADDRESS.sub("<address>", "".join(c for c in words if is_storable(c)))[:_MAX_REASON_LENGTH]
    if value.get("type") == "blocked":
        return f"{BLOCKED}{words}"
    return f"{PASSING}{words}" if is_passing else words


_INSERT = text(
    """
    INSERT INTO delivery_events (sg_event_id, at, message_id, kind, reason)
    SELECT sg_event_id, at, message_id, kind, reason
    FROM unnest(CAST(:event_ids AS text[]), CAST(:ats AS timestamptz[]), CAST(:message_ids AS bigint[]),
                CAST(:kinds AS text[]), CAST(:reasons AS text[])) AS e (sg_event_id, at, message_id, kind, reason)
    ORDER BY sg_event_id, at
    ON CONFLICT (sg_event_id, at) DO NOTHING
    RETURNING sg_event_id, at
    """
)

# A provider id names one message only where a call carried one recipient: letters.
_FIND = text(
    """
    SELECT public_id, provider_id, id, lane, campaign_id, organization_id, mailbox, is_high_safety FROM outbox_messages
    WHERE public_id = ANY(CAST(:public_ids AS uuid[]))
       OR (lane = 'letters' AND provider_id = ANY(CAST(:provider_ids AS text[])))
    """
)


_WRITTEN_TO = text(
    "SELECT DISTINCT recipient_key FROM outbox_messages WHERE recipient_key = ANY(:keys) AND NOT is_high_safety"
)
_OFFICES = text("SELECT DISTINCT mailbox FROM outbox_turns WHERE lane = 'letters' AND mailbox = ANY(:mailboxes)")


@dataclass(frozen=True)
class _Subject:
    """The message an event is about."""

    id: int
    lane: str
    campaign_id: int | None
    organization_id: int | None
    mailbox: str | None
    is_high_safety: bool


Objected = Callable[[Session, str, int | None], None]
"""Told in the transaction that somebody wants no more mail: session, address as the provider has it, the organization
whose mail they unsubscribed from, or None for a complaint, which is about all. Not told of high safety."""


def nobody_asks(_session: Session, _address: str, _organization_id: int | None) -> None:
    """Stand for who keeps no consents."""


def record_events(
    session: Session, hashes: KeyedHash, events: Sequence[Event], objected: Objected = nobody_asks
) -> int:
    """Let messages, addresses and mailboxes follow events not seen before; returns how many there were.

    Those of high safety are not written down, so each time counts as the first.
    """
    if not events:
        return 0
    subjects = _find_subjects(session, events)
    known = [(event, subjects[event.sg_event_id]) for event in events if event.sg_event_id in subjects]
    fresh = _keep(session, [pair for pair in known if not pair[1].is_high_safety])
    fresh += [pair for pair in known if pair[1].is_high_safety]
    news = []
    for event, subject in fresh:
        if event.kind in STATES:
            news.append(News(subject.id, STATES[event.kind], event.reason))
        if event.kind in _SUPPRESSING and not event.is_blocked:
            _let_be(session, hashes, event, subject, objected)
    follow(session, news)
    return len(fresh) + _take_late(session, hashes, events, subjects, objected)


def _take_late(
    session: Session, hashes: KeyedHash, events: Sequence[Event], subjects: Mapping[str, _Subject], objected: Objected
) -> int:
    """Let addresses follow late bounces and complaints, which name no message; return how many were about ours."""
    late = [
        event
        for event in events
        if event.message is None and event.sg_event_id not in subjects and event.kind in RETURNED
    ]
    if not late:
        return 0
    keys = {event: address_key(hashes, event.address) for event in late}
    written_to = set(map(bytes, session.scalars(_WRITTEN_TO, {"keys": sorted(keys.values())})))
    offices = set(session.scalars(_OFFICES, {"mailboxes": sorted({_mailbox(event) for event in late})}))
    count = 0
    for event in late:
        subject = _Subject(0, "letters", None, None, _mailbox(event), is_high_safety=False)
        if _mailbox(event) not in offices:
            subject = replace(subject, lane="critical")
        if (subject.lane == "letters" or keys[event] in written_to) and not event.is_blocked:
            _let_be(session, hashes, event, subject, objected)
            count += 1
    return count


def _mailbox(event: Event) -> str:
    return event.address.strip().lower()


def _find_subjects(session: Session, events: Sequence[Event]) -> Mapping[str, _Subject]:
    """Return sg_event_id → message: by our custom argument, else by the provider's id."""
    rows = session.execute(
        _FIND,
        {
            "public_ids": [event.message for event in events if event.message is not None],
            "provider_ids": [event.provider_id for event in events if event.message is None and event.provider_id],
        },
    ).all()
    by_message = {row.public_id: _Subject(*row[2:]) for row in rows}
    by_provider = {row.provider_id: _Subject(*row[2:]) for row in rows if row.lane == "letters"}
    found: dict[str, _Subject] = {}
    for event in events:
        subject = by_message.get(event.message) if event.message else by_provider.get(event.provider_id)
        if subject is not None:
            found[event.sg_event_id] = subject
    return found


def _keep(session: Session, events: Sequence[tuple[Event, _Subject]]) -> list[tuple[Event, _Subject]]:
    """Store events; returns those that were not there."""
    if not events:
        return []
    unique = {(event.sg_event_id, event.at): (event, subject) for event, subject in events}
    rows = session.execute(
        _INSERT,
        {
            "event_ids": [event.sg_event_id for event, _ in unique.values()],
            "ats": [event.at for event, _ in unique.values()],
            "message_ids": [subject.id for _, subject in unique.values()],
            "kinds": [event.kind for event, _ in unique.values()],
            "reasons": [event.reason for event, _ in unique.values()],
        },
    )
    return [unique[(row.sg_event_id, row.at)] for row in rows]


def _let_be(session: Session, hashes: KeyedHash, event: Event, subject: _Subject, objected: Objected) -> None:
    """Write to this address no more, or hold the mailbox's letters when it is an executive's."""
    if subject.lane == "letters":
        if event.kind in RETURNED:
            hold(session, mailbox=subject.mailbox, reason=RETURNED[event.kind])
        return
    if event.is_passing:
        return
    kind = _SUPPRESSING[event.kind]
    if subject.is_high_safety:
        if kind == "bounce" and subject.campaign_id is not None:
            key = apart_key(hashes, subject.campaign_id, event.address)
            suppress(session, [key], kind, campaign_id=subject.campaign_id, is_apart=True)
        return
    if kind == "unsubscribe" and subject.organization_id is None:
        return
    organization_id = subject.organization_id if kind == "unsubscribe" else None
    suppress(session, [address_key(hashes, event.address)], kind, organization_id=organization_id)
    if kind != "bounce":
        objected(session, event.address, organization_id)
