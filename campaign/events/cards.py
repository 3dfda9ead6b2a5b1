"""The cards of events: what link previews show of them, drawn ahead by the queue as those of campaigns are.

An event that is in no list has none: a draft, and each event of a high-safety campaign.
"""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from campaign.cards.queries import Cards
from campaign.cards.service import LANE, draw_all
from campaign.cards.showing import Showing, digest_of
from campaign.delivery.topics import Done, Later, Made, OutgoingMessage
from campaign.events.models import EventPicture
from campaign.events.pages.lists import EventCard
from campaign.events.queries.lists import list_events, list_public_events
from campaign.events.queries.public import addressed_in
from campaign.kernel.clock import now
from campaign.kernel.moments import days
from campaign.outbox.commands import NewMessage
from campaign.outbox.queries import find_campaigns_at_work
from campaign.outbox.service import append

DRAW = "events.draw"


def ask_for_stale(session: Session) -> int:
    """Ask the worker for each campaign that has stale cards of events and whose message does not wait already.

    Returns for how many it asked.

    Side effects: appends messages to the outbox.
    """
    asked = find_campaigns_at_work(session, LANE, DRAW)
    stale = {campaign_id for campaign_id, cards in _list_cards(session) if cards.is_stale} - asked
    append(session, [NewMessage(lane=LANE, topic=DRAW, campaign_id=campaign_id) for campaign_id in sorted(stale)])
    return len(stale)


def draw_stale(session: Session, messages: Sequence[OutgoingMessage]) -> Sequence[Made]:
    """Draw what is stale of the events of the campaigns these messages name, and store it: the topic's composer."""
    ids = {message.campaign_id for message in messages if message.campaign_id is not None}
    found: dict[int | None, list[Cards]] = {}
    for campaign_id, cards in _list_cards(session, ids):
        found.setdefault(campaign_id, []).append(cards)
    return [_draw_for(session, found.get(message.campaign_id, [])) for message in messages]


def find_digest(session: Session, event_id: int, language: str) -> str | None:
    """Return what names the stored card of an event in its address, or None while none was drawn."""
    query = select(EventPicture.digest).where(EventPicture.event_id == event_id, EventPicture.language == language)
    return session.scalars(query).one_or_none()


def find_picture(session: Session, event_id: int, language: str) -> EventPicture | None:
    """Return the stored card of an event, or None while none was drawn."""
    return session.get(EventPicture, (event_id, language))


def _list_cards(session: Session, campaign_ids: Collection[int] | None = None) -> Iterator[tuple[int, Cards]]:
    """Yield the cards of each listed event with the id of its campaign; as many statements as there are languages."""
    events = {
        event.slug: event
        for event in list_public_events(session)
        if campaign_ids is None or event.campaign_id in campaign_ids
    }
    wanted: dict[str, dict[str, Showing]] = {slug: {} for slug in events}
    for language in sorted({language for event in events.values() for language in addressed_in(event)}):
        for card in list_events(session, language):
            if card.slug in events and language in addressed_in(events[card.slug]):
                showing = showing_of(card, language)
                wanted[card.slug][digest_of(showing)] = showing
    stored: dict[int, dict[str, str]] = {}
    query = select(EventPicture.event_id, EventPicture.language, EventPicture.digest)
    for row in session.execute(query.where(EventPicture.event_id.in_([event.id for event in events.values()]))):
        stored.setdefault(row.event_id, {})[row.language] = row.digest
    for slug, event in events.items():
        yield event.campaign_id, Cards(event.id, wanted[slug], stored.get(event.id, {}))


def showing_of(card: EventCard, language: str) -> Showing:
    """Return what the card of an event shows in `language`: its title, its days in its own zone, where, who leads."""
    last = card.ends_at if card.is_of_several_days else card.starts_at
    shown = days(card.starts_at, last, language)
    where = f"{card.where.value} +{card.place_count - 1}" if card.place_count > 1 else card.where.value
    return Showing(
        language=language,
        organization=card.organization,
        title=", ".join(part for part in (shown, where) if part),
        demand=card.title.value,
        status="cancelled" if card.status == "cancelled" else "open",
        count=0,
        art=card.art,
        palette=card.palette,
    )


def _draw_for(session: Session, events: Sequence[Cards]) -> Made:
    for cards in events:
        made = draw_all(cards.stale, f"event {cards.owner_id}")
        if isinstance(made, Later):
            return made
        for digest, png in made.items():
            row = {"digest": digest, "png": png, "made_at": now()}
            session.execute(
                insert(EventPicture)
                .values(event_id=cards.owner_id, language=cards.stale[digest].language, **row)
                .on_conflict_do_update(index_elements=["event_id", "language"], set_=row)
            )
        is_others = EventPicture.language.not_in(cards.languages)
        session.execute(delete(EventPicture).where(EventPicture.event_id == cards.owner_id, is_others))
    return Done()
