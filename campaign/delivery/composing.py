"""Turn claimed messages into mails: compose by topic, leave out what is suppressed, spoil nothing for the others."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm import Session

from campaign.delivery.calls import Addressed
from campaign.delivery.suppression import (
    NOT_ME,
    Addressee,
    address_key,
    apart_key,
    find_suppressed,
    refusal_key,
    tell_once,
)
from campaign.delivery.topics import Composer, Done, Later, Made, Mail, MailTopic, NotSent, OutgoingMessage
from campaign.kernel.keyed_hash import KeyedHash
from campaign.outbox.claims import ClaimedMessage
from campaign.outbox.leases import Outcome

_log = logging.getLogger(__name__)

UNKNOWN_TOPIC_RETRY_SECONDS = 60.0
"""While a release rolls out, an old worker may meet a new topic: it leaves it to a new one."""


@dataclass(frozen=True)
class Composed:
    """Mails to hand over, and what is settled without one."""

    mails: tuple[Addressed, ...]
    outcomes: tuple[Outcome, ...]


def compose(
    session: Session, messages: Sequence[ClaimedMessage], topics: Mapping[str, MailTopic], hashes: KeyedHash
) -> Composed:
    """Return one mail or one outcome for each message.

    A composer that raises is asked again for each message by itself; the one that fails alone is `dead`.

    Raises:
        OperationalError, InterfaceError: the database is away.
    """
    by_topic: dict[str, list[ClaimedMessage]] = {}
    for message in messages:
        by_topic.setdefault(message.topic, []).append(message)
    mails: list[tuple[ClaimedMessage, Mail]] = []
    outcomes: list[Outcome] = []
    for name, group in by_topic.items():
        topic = topics.get(name)
        if topic is None:
            _log.error("no feature composes the topic %s", name)
            outcomes += [Outcome(m.id, "due", retry_seconds=UNKNOWN_TOPIC_RETRY_SECONDS) for m in group]
            continue
        for message, made in _compose_all(session, topic.compose, group):
            match made:
                case Mail():
                    mails.append((message, made))
                case NotSent(state, reason):
                    outcomes.append(Outcome(message.id, state, reason=reason))
                case Done():
                    outcomes.append(Outcome(message.id, "sent"))
                case Later(seconds, reason):
                    outcomes.append(Outcome(message.id, "due", reason=reason, retry_seconds=seconds))
    allowed, suppressed = _without_suppressed(session, mails, hashes)
    return Composed(tuple(allowed), (*outcomes, *suppressed))


def _compose_all(
    session: Session, composer: Composer, group: Sequence[ClaimedMessage]
) -> list[tuple[ClaimedMessage, Made]]:
    try:
        with session.begin_nested():
            made = composer(session, [_outgoing(message) for message in group])
        return list(zip(group, made, strict=True))
    except (OperationalError, InterfaceError):
        raise  # the database is away or busy: nothing is wrong with the messages
    except Exception as error:  # noqa: BLE001 - a composer is any feature's code
        if len(group) == 1:
            _log.exception("message %s of %s cannot be composed", group[0].public_id, group[0].topic)
            return [(group[0], NotSent("dead", f"cannot be composed: {type(error).__name__}"))]
        middle = len(group) // 2
        return [*_compose_all(session, composer, group[:middle]), *_compose_all(session, composer, group[middle:])]


def _outgoing(message: ClaimedMessage) -> OutgoingMessage:
    return OutgoingMessage(
        id=message.id,
        public_id=message.public_id,
        topic=message.topic,
        action_id=message.action_id,
        person_id=message.person_id,
        campaign_id=message.campaign_id,
        payload=message.payload,
    )


def _without_suppressed(
    session: Session, mails: Sequence[tuple[ClaimedMessage, Mail]], hashes: KeyedHash
) -> tuple[list[Addressed], list[Outcome]]:
    keys = {address: address_key(hashes, address) for address in {mail.to_address for _, mail in mails}}
    asked = [
        Addressee(
            keys[mail.to_address],
            message.lane,
            message.organization_id,
            mail.suppressible,
            mail.asks_for,
            _apart(hashes, mail),
            mail.is_unasked,
        )
        for message, mail in mails
    ]
    allowed: list[Addressed] = []
    outcomes: list[Outcome] = []
    for (message, mail), kind in zip(mails, find_suppressed(session, asked), strict=True):
        if kind is None:
            allowed.append(Addressed(message.id, str(message.public_id), mail))
        elif kind == NOT_ME and (told := _told_instead(session, mail, hashes)) is not None:
            allowed.append(Addressed(message.id, str(message.public_id), told))
        else:
            outcomes.append(Outcome(message.id, "suppressed", reason=kind))
    return allowed, outcomes


def _told_instead(session: Session, mail: Mail, hashes: KeyedHash) -> Mail | None:
    """Return what goes in the place of a refused mail: once, how its owner can confirm all the same."""
    if mail.if_refused is None or mail.asks_for is None:
        return None
    key = refusal_key(hashes, mail.asks_for, mail.to_address, is_high_safety=mail.is_high_safety)
    return replace(mail, content=mail.if_refused) if tell_once(session, key, mail.asks_for) else None


def _apart(hashes: KeyedHash, mail: Mail) -> bytes | None:
    if not mail.is_high_safety or mail.asks_for is None:
        return None
    return apart_key(hashes, mail.asks_for, mail.to_address)
