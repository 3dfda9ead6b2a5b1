"""Composes the mails of events at the moment of sending: what one has, a place that freed, what changed, what is soon.

What is settled meanwhile is not sent: an offer that was answered or is over, a day that was given back or has begun.
Times are those of the event's zone, as on its page.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from email.utils import parseaddr
from functools import lru_cache
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from campaign.actions.mail_contents import footing, hello, language_of_mail
from campaign.actions.queries import list_for_mail
from campaign.actions.senders import sender_of
from campaign.campaigns.look import palette_for
from campaign.campaigns.texts import Text
from campaign.delivery.topics import Content, Mail, MailTopic, NotSent, OutgoingMessage
from campaign.events.calendars.mailed import attach_calendar
from campaign.events.capacity.offers import OFFER, PASSED
from campaign.events.capacity.telling import CANCELED, UPDATED
from campaign.events.mail_answers import PHONE_TAG, MailAnswer, mail_answers_of, phone_of
from campaign.events.mail_legs import MailLeg, mail_leg_of, offered_until
from campaign.events.own_rsvps import OwnLeg, OwnRsvp, list_own_rsvps
from campaign.events.pages.lists import EventCard
from campaign.events.queries.lists import list_events
from campaign.events.reminding import EVENING_BEFORE, WEEK_BEFORE
from campaign.events.revisions.telling import CHANGED
from campaign.events.service import RECEIPT
from campaign.events.tokens import rsvp_signer
from campaign.kernel.clock import now
from campaign.kernel.installation import Installation, installation_of
from campaign.kernel.languages import interface_language
from campaign.kernel.mailcolours import MailColours, mail_colours
from campaign.kernel.mailtext import MailText, render_mail, tags
from campaign.kernel.moments import all_times, days, in_zone, moment

Choose = Callable[[OwnRsvp, OutgoingMessage], Sequence[OwnLeg]]
"""Says which legs of an RSVP a message is still about."""

MOST_LEGS_NAMED = 10
"""Days or shifts of one RSVP in a mail that asks to confirm it."""

_NO_PLACE = "they have no place there any more, or it began"


@dataclass(frozen=True)
class _About:
    """What mails to all who have the same to do with an event have in common.

    `days` and `where` are those of the whole event, whatever part of it the mail is about; empty where they may not be
    told.
    """

    title: Text
    days: str
    where: Text
    bring: Text
    phone: str
    organization: str
    all_times: str
    legs: tuple[MailLeg, ...]
    is_over: bool
    is_high_safety: bool
    contact_url: str | None
    postal_address: str | None
    answers: tuple[MailAnswer, ...]
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


def compose_updated(session: Session, messages: Sequence[OutgoingMessage]) -> Sequence[Mail | NotSent]:
    """Compose the mails that say, after a change by its holder, what one has now; the calendar's file goes along."""

    def stands(own: OwnRsvp, _message: OutgoingMessage) -> list[OwnLeg]:
        return [leg for leg in own.legs if leg.stands and not leg.is_past]

    return _compose(session, messages, "events/updated", stands, "nothing is left of it", method="PUBLISH")


def compose_canceled(session: Session, messages: Sequence[OutgoingMessage]) -> Sequence[Mail | NotSent]:
    """Compose the mails that say that an RSVP is canceled, by its holder; the calendar's file takes it out there."""

    def had(own: OwnRsvp, message: OutgoingMessage) -> list[OwnLeg]:
        ids = set(message.payload.get("legs", ()))
        return [leg for leg in own.legs if leg.id in ids and not leg.is_past and leg.state != "cancelled"]

    why_not = "it was undone, or began"
    return _compose(session, messages, "events/canceled", had, why_not, state="withdrawn", method="CANCEL")


def _compose(
    session: Session,
    messages: Sequence[OutgoingMessage],
    topic: str,
    choose: Choose,
    why_not: str,
    *,
    state: str = "confirmed",
    method: str = "",
) -> Sequence[Mail | NotSent]:
    installation = installation_of(session)
    rows = list_for_mail(session, [message.action_id for message in messages if message.action_id is not None])
    rsvps, cards = _list_rsvps(session, rows)
    composed: list[Mail | NotSent] = []
    for message in messages:
        row, own = rows.get(message.action_id or 0), rsvps.get(message.action_id or 0)
        legs = choose(own, message) if own is not None and own.state == state else ()
        if row is None or own is None or not legs or not row.address:
            composed.append(NotSent("withdrawn", why_not))
        else:
            mail = _mail(installation, topic, row, _Found(own, legs, cards.get(message.action_id or 0)))
            composed.append(_with_calendar(mail, installation, row, own, method) if method else mail)
    return composed


@dataclass(frozen=True)
class _Found:
    """An RSVP that is written about: which of its legs, and its event as lists show it; None where none may."""

    own: OwnRsvp
    legs: Sequence[OwnLeg]
    card: EventCard | None


def _list_rsvps(session: Session, rows: dict[int, Row[Any]]) -> tuple[dict[int, OwnRsvp], dict[int, EventCard]]:
    """Return the RSVPs of `rows` and their events, with texts in the language that each is written to in."""
    by_language: dict[str, list[int]] = {}
    for action_id, row in rows.items():
        by_language.setdefault(language_of_mail(row), []).append(action_id)
    found: dict[int, OwnRsvp] = {}
    cards: dict[int, EventCard] = {}
    for language, ids in by_language.items():
        of_language = list_own_rsvps(session, ids, language, now())
        found |= of_language
        cards |= _cards_of(session, of_language, language)
    return found, cards


def _cards_of(session: Session, rsvps: Mapping[int, OwnRsvp], language: str) -> dict[int, EventCard]:
    listed = list_events(session, language, event_ids={own.event_id for own in rsvps.values()})
    by_slug = {card.slug: card for card in listed}
    return {action_id: by_slug[own.event_slug] for action_id, own in rsvps.items() if own.event_slug in by_slug}


def _mail(installation: Installation, topic: str, row: Row[Any], found: _Found) -> Mail:
    language, own = language_of_mail(row), found.own
    about = _About(
        title=own.title,
        days=_days(found.card, interface_language(language)),
        where=found.card.where if found.card else Text("", language),
        bring=own.bring,
        phone=own.phone,
        organization=row.organization,
        all_times=all_times(own.timezone, language),
        legs=tuple(mail_leg_of(leg, interface_language(language)) for leg in found.legs),
        is_over=all(leg.state == "cancelled" for leg in own.legs),
        is_high_safety=row.is_high_safety,
        **footing(row),
        answers=mail_answers_of(own),
        colours=mail_colours(palette_for(row.palette, row.art)),
    )
    parts = _render(topic, language, about)
    sender = sender_of(installation.settings, row)
    content = Content(sender.mailbox, parts.subject, parts.text, parts.html, "event", sender.reply_to)
    mine = installation.url(f"/rsvp/{rsvp_signer(installation).sign(str(own.public_id))}")
    given = {"hello": hello(row), "mine": mine, "calendar": f"{mine}.ics", PHONE_TAG: phone_of(own)}
    return Mail(row.address, content, substitutions=tags(**given))


def _with_calendar(mail: Mail, installation: Installation, row: Row[Any], own: OwnRsvp, method: str) -> Mail:
    sender = parseaddr(mail.content.reply_to or mail.content.sender)[1]
    file = attach_calendar(installation, own, language_of_mail(row), method, sender)
    return replace(mail, content=replace(mail.content, attachments=(file,)))


@lru_cache(maxsize=200)
def _render(topic: str, language: str, about: _About) -> MailText:
    return render_mail(topic, language, {field.name: getattr(about, field.name) for field in fields(about)})


def _days(card: EventCard | None, language: str) -> str:
    """Return from which day to which an event is; empty where it may not be told."""
    if card is None:
        return ""
    return days(card.starts_at, card.ends_at if card.is_of_several_days else card.starts_at, language)


@dataclass(frozen=True)
class AskedRsvp:
    """An RSVP that waits for its confirmation: the event, its clocks, and the days it is about with the party of each.

    `days`, `where`: of the whole event. `until`: when the first of its places goes to others unless it is confirmed;
    empty where none is held.

    `more`: how many days or shifts it has besides: whoever types a stranger's address makes no long list of it.
    Of a high-safety event it has no days: who carries the mail, or finds it on a phone, need not know who is where,
    when, and with how many. The page behind the link shows them.
    """

    title: Text
    days: str
    where: Text
    all_times: str
    until: str
    legs: tuple[MailLeg, ...]
    more: int


def read_asked(session: Session, action_ids: Sequence[int], language: str) -> dict[int, AskedRsvp]:
    """Return, by action, what the mails that ask to confirm say of RSVPs."""
    asked: dict[int, AskedRsvp] = {}
    written = interface_language(language)
    rsvps = list_own_rsvps(session, action_ids, language, now())
    cards = _cards_of(session, rsvps, language)
    for action_id, own in rsvps.items():
        legs = [leg for leg in own.legs if leg.stands and not own.is_high_safety]
        named = tuple(mail_leg_of(leg, written) for leg in legs[:MOST_LEGS_NAMED])
        held = min((leg.place.until for leg in legs if leg.place and leg.place.until), default=None)
        card = cards.get(action_id)
        asked[action_id] = AskedRsvp(
            title=own.title,
            days=_days(card, written),
            where=card.where if card else Text("", written),
            all_times=all_times(own.timezone, written),
            until="" if held is None else in_zone(moment(held, written), own.timezone, written),
            legs=named,
            more=len(legs) - len(named),
        )
    return asked


MAILS = (
    MailTopic(RECEIPT, "critical", compose_receipt, goes_once=True),
    MailTopic(UPDATED, "critical", compose_updated, goes_once=True),
    MailTopic(CANCELED, "critical", compose_canceled, goes_once=True),
    MailTopic(OFFER, "critical", compose_offer, goes_once=True),
    MailTopic(PASSED, "critical", compose_passed, goes_once=True),
    MailTopic(CHANGED, "critical", compose_changed, goes_once=True),
    MailTopic(WEEK_BEFORE, "critical", compose_week_before, goes_once=True),
    MailTopic(EVENING_BEFORE, "critical", compose_evening_before, goes_once=True),
)
