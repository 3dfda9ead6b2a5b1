"""Composes the mails of events at the moment of sending: what one has, a place that freed, what changed, what is soon.

What is settled meanwhile is not sent: an offer that was answered or is over, a day that was given back or has begun.
Times are those of the event's zone, as on its page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from campaign.actions.mail_contents import hello, language_of_mail
from campaign.actions.queries import list_for_mail
from campaign.actions.senders import sender_of
from campaign.campaigns.look import palette_for
from campaign.campaigns.texts import Text
from campaign.delivery.topics import Content, Mail, MailTopic, NotSent, OutgoingMessage
from campaign.events.capacity.offers import OFFER, PASSED
from campaign.events.mail_legs import MailLeg, mail_leg_of, offered_until
from campaign.events.own_rsvps import OwnLeg, OwnRsvp, list_own_rsvps
from campaign.events.reminding import EVENING_BEFORE, WEEK_BEFORE
from campaign.events.revisions.telling import CHANGED
from campaign.events.service import RECEIPT
from campaign.events.tokens import rsvp_signer
from campaign.kernel.clock import now
from campaign.kernel.installation import Installation, installation_of
from campaign.kernel.languages import interface_language
from campaign.kernel.mailcolours import MailColours, mail_colours
from campaign.kernel.mailtext import MailText, render_mail, tags
from campaign.kernel.moments import all_times

Choose = Callable[[OwnRsvp, OutgoingMessage], Sequence[OwnLeg]]
"""Says which legs of an RSVP a message is still about."""

MOST_LEGS_NAMED = 10
"""Days or shifts of one RSVP in a mail that asks to confirm it."""

_NO_PLACE = "they have no place there any more, or it began"


@dataclass(frozen=True)
class _About:
    """What mails to all who have the same to do with an event have in common."""

    title: Text
    bring: Text
    organization: str
    all_times: str
    legs: tuple[MailLeg, ...]
    is_over: bool
    colours: MailColours


def compose_receipt(session: Session, messages: Sequence[OutgoingMessage]) -> Sequence[Mail | NotSent]:
    """Compose the mails that say, after confirming, what one has and what one waits for."""

    def stands(own: OwnRsvp, _message: OutgoingMessage) -> list[OwnLeg]:
        return [leg for leg in own.legs if leg.stands and not leg.is_past]

    return _compose(session, messages, "events/receipt", stands, "nothing is left of it")


def compose_offer(session: Session, messages: Sequence[OutgoingMessage]) -> Sequence[Mail | NotSent]:
    """Compose the mails that offer a place that freed, or something else of a leg."""

    def offered(own: OwnRsvp, _message: OutgoingMessage) -> list[OwnLeg]:
        return [leg for leg in own.legs if offered_until(leg) is not None and leg.state != "cancelled"]

    return _compose(session, messages, "events/offer", offered, "nothing is offered any more")


def compose_passed(session: Session, messages: Sequence[OutgoingMessage]) -> Sequence[Mail | NotSent]:
    """Compose the mails that tell that an offer was let pass, and whether one keeps one's turn."""

    def passed(own: OwnRsvp, message: OutgoingMessage) -> list[OwnLeg]:
        ids = set(message.payload.get("legs", ()))
        own_legs = [leg for leg in own.legs if leg.id in ids and not leg.has_offer and not leg.is_past]
        return [leg for leg in own_legs if leg.state in ("queued", "going", "gone")]

    return _compose(session, messages, "events/passed", passed, "they were offered it again, or it began")


def compose_changed(session: Session, messages: Sequence[OutgoingMessage]) -> Sequence[Mail | NotSent]:
    """Compose the mails that tell of new times and places, and of what is cancelled."""

    def concerned(own: OwnRsvp, message: OutgoingMessage) -> list[OwnLeg]:
        ids, cancelled = (set(message.payload.get(name, ())) for name in ("legs", "cancelled"))
        return [
            leg
            for leg in own.legs
            if leg.id in ids
            and not leg.is_past
            and (leg.stands or leg.state == "cancelled" or (leg.state == "gone" and leg.id in cancelled))
        ]

    return _compose(session, messages, "events/changed", concerned, "it concerns them no more")


def compose_week_before(session: Session, messages: Sequence[OutgoingMessage]) -> Sequence[Mail | NotSent]:
    """Compose the mails of the week before: all days one has a place on."""

    def ahead(own: OwnRsvp, _message: OutgoingMessage) -> list[OwnLeg]:
        return [leg for leg in own.legs if leg.state == "going" and not leg.is_past]

    return _compose(session, messages, "events/week_before", ahead, _NO_PLACE)


def compose_evening_before(session: Session, messages: Sequence[OutgoingMessage]) -> Sequence[Mail | NotSent]:
    """Compose the mails of the evening before one leg."""

    def tomorrow(own: OwnRsvp, message: OutgoingMessage) -> list[OwnLeg]:
        leg_id = message.payload.get("leg")
        return [leg for leg in own.legs if leg.id == leg_id and leg.state == "going" and not leg.is_past]

    return _compose(session, messages, "events/evening_before", tomorrow, _NO_PLACE)


def _compose(
    session: Session, messages: Sequence[OutgoingMessage], topic: str, choose: Choose, why_not: str
) -> Sequence[Mail | NotSent]:
    installation = installation_of(session)
    rows = list_for_mail(session, [message.action_id for message in messages if message.action_id is not None])
    rsvps = _list_rsvps(session, rows)
    composed: list[Mail | NotSent] = []
    for message in messages:
        row, own = rows.get(message.action_id or 0), rsvps.get(message.action_id or 0)
        legs = choose(own, message) if own is not None and own.is_confirmed else ()
        if row is None or own is None or not legs or not row.address:
            composed.append(NotSent("withdrawn", why_not))
        else:
            composed.append(_mail(installation, topic, row, own, legs))
    return composed


def _list_rsvps(session: Session, rows: dict[int, Row[Any]]) -> dict[int, OwnRsvp]:
    """Return the RSVPs of `rows`, each with its texts in the language it is written to in."""
    by_language: dict[str, list[int]] = {}
    for action_id, row in rows.items():
        by_language.setdefault(language_of_mail(row), []).append(action_id)
    found: dict[int, OwnRsvp] = {}
    for language, ids in by_language.items():
        found |= list_own_rsvps(session, ids, language, now())
    return found


def _mail(installation: Installation, topic: str, row: Row[Any], own: OwnRsvp, legs: Sequence[OwnLeg]) -> Mail:
    language = language_of_mail(row)
    about = _About(
        title=own.title,
        bring=own.bring,
        organization=row.organization,
        all_times=all_times(own.timezone, language),
        legs=tuple(mail_leg_of(leg, interface_language(language)) for leg in legs),
        is_over=all(leg.state == "cancelled" for leg in own.legs),
        colours=mail_colours(palette_for(row.palette, row.art)),
    )
    parts = _render(topic, language, about)
    sender = sender_of(installation.settings, row)
    content = Content(sender.mailbox, parts.subject, parts.text, parts.html, "event", sender.reply_to)
    mine = installation.url(f"/rsvp/{rsvp_signer(installation).sign(str(own.public_id))}")
    return Mail(row.address, content, substitutions=tags(hello=hello(row), mine=mine, calendar=f"{mine}.ics"))


@lru_cache(maxsize=200)
def _render(topic: str, language: str, about: _About) -> MailText:
    return render_mail(topic, language, {field.name: getattr(about, field.name) for field in fields(about)})


@dataclass(frozen=True)
class AskedRsvp:
    """An RSVP that waits for its confirmation: the event, its clocks, and the days it is about with the party of each.

    `more`: how many days or shifts it has besides: whoever types a stranger's address makes no long list of it.
    Of a high-safety event it has no days: who carries the mail, or finds it on a phone, need not know who is where,
    when, and with how many. The page behind the link shows them.
    """

    title: Text
    all_times: str
    legs: tuple[MailLeg, ...]
    more: int


def read_asked(session: Session, action_ids: Sequence[int], language: str) -> dict[int, AskedRsvp]:
    """Return, by action, what the mails that ask to confirm say of RSVPs."""
    asked: dict[int, AskedRsvp] = {}
    for action_id, own in list_own_rsvps(session, action_ids, language, now()).items():
        legs = [leg for leg in own.legs if leg.stands and not own.is_high_safety]
        named = tuple(mail_leg_of(leg, interface_language(language)) for leg in legs[:MOST_LEGS_NAMED])
        asked[action_id] = AskedRsvp(own.title, all_times(own.timezone, language), named, len(legs) - len(named))
    return asked


MAILS = (
    MailTopic(RECEIPT, "critical", compose_receipt, goes_once=True),
    MailTopic(OFFER, "critical", compose_offer, goes_once=True),
    MailTopic(PASSED, "critical", compose_passed, goes_once=True),
    MailTopic(CHANGED, "critical", compose_changed, goes_once=True),
    MailTopic(WEEK_BEFORE, "critical", compose_week_before, goes_once=True),
    MailTopic(EVENING_BEFORE, "critical", compose_evening_before, goes_once=True),
)
