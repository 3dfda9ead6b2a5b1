"""Reads one's own RSVPs: each leg, with what one has of it or waits for, as of a moment. For their holders only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session, joinedload

from campaign.actions.models import Action
from campaign.campaigns.models import Campaign
from campaign.campaigns.texts import Text, pick
from campaign.events.capacity.counting import list_of_actions
from campaign.events.models import Event, Leg, Place, Rsvp, RsvpUndo
from campaign.events.pages.attendance import count_came_of
from campaign.events.pages.particulars import Particulars, particulars_of
from campaign.events.queries.public import languages_of
from campaign.events.questions import NEEDS, QUESTIONS, WHEELCHAIR, Answer, Question
from campaign.events.resources import EXTRAS, PLACE, Resource

# What is over and not yet offered on is theirs who wait; what is closed or has begun gives nobody a place.
_LEFT = text("""
WITH counted AS (
    SELECT l.id, l.capacity - coalesce(sum(k.amount) FILTER (WHERE k.state = 'going' OR k.until > :at), 0) AS places,
           min(k.amount) FILTER (WHERE k.state = 'queued') AS waiting,
           l.status = 'open' AND e.status = 'published' AND l.starts_at > :at AS is_open
    FROM event_legs l JOIN events e ON e.id = l.event_id
    LEFT JOIN rsvp_claims k ON k.leg_id = l.id AND k.resource = 'place'
    WHERE l.id = ANY(:ids) GROUP BY l.id, e.status
)
SELECT id, CASE WHEN is_open AND coalesce(waiting > places, true) THEN places ELSE 0 END AS places FROM counted
""")


@dataclass(frozen=True)
class OwnClaim:
    """What one has or waits for: `amount` people; `until` in the event's zone, where it does not last."""

    amount: int
    state: str
    until: datetime | None


@dataclass(frozen=True)
class OwnExtra:
    """What one has of a leg, or waits for, besides the place. `where`: where exactly it is; empty before one has it."""

    resource: Resource
    claim: OwnClaim
    where: Text


@dataclass(frozen=True)
class OwnLeg:
    """One leg of an RSVP.

    Args:
        where: the place of a day of action; a march's is said by its title. address: of it, or of where a march's leg
            starts; start_name: the town or site of that.
        state: `held`, `free` or `full` before confirming; then `going`, `queued`, `offered` or `gone`; `cancelled`
            where the leg is.
        is_past: whether it has begun.
        version: how often the leg or its event changed; part of the SEQUENCE of its calendar entry.
        start: latitude and longitude, or None.
        title, where, address, start_name, start, particulars: empty, None, and without texts, where no place may be
            told yet.
        extras: what was asked for besides the place, also where it is gone.
        children: how many of the party are, where somebody has to know.
        came: how many of the party came; 0 where nobody did, or nobody looked.
    """

    id: int
    public_id: UUID
    version: int
    title: Text
    where: str
    address: str
    start_name: str
    starts_at: datetime
    ends_at: datetime
    start: tuple[float, float] | None
    state: str
    is_past: bool
    place: OwnClaim | None
    extras: tuple[OwnExtra, ...]
    children: int
    particulars: Particulars
    came: int

    @property
    def steps(self) -> str:
        """What there is for a wheelchair where the leg is not step-free: `van`, `none`, `unsaid`; empty where it is."""
        if self.particulars.is_step_free:
            return ""
        return {True: "van", False: "none", None: "unsaid"}[self.particulars.has_wheelchair_van]

    @property
    def stands(self) -> bool:
        """Whether one has a place there or may get one."""
        return self.state in ("held", "free", "full", "going", "queued", "offered")

    @property
    def has_offer(self) -> bool:
        """Whether something of it is offered: the place, or something else that came free later."""
        return self.state != "cancelled" and any(claim.state == "offered" for claim in self.claims)

    @property
    def by_resource(self) -> dict[str, OwnClaim]:
        """The same by resource."""
        place = {PLACE: self.place} if self.place else {}
        return place | {extra.resource.word: extra.claim for extra in self.extras}

    @property
    def claims(self) -> tuple[OwnClaim, ...]:
        """What one has or waits for, the place first."""
        return (*([self.place] if self.place else ()), *(extra.claim for extra in self.extras))


@dataclass(frozen=True)
class OwnRsvp:
    """An RSVP as its holder sees it.

    Args:
        is_reachable: whether a mail could tell them of a place that frees.
        phone: whom to call on the day; empty before one has a place.
        answers: what they answered to what the event asks beside places, by question, in the order of the form.
        undo_until: until when they can undo what they did last, in the event's zone; None where there is nothing.
    """

    action_id: int
    public_id: UUID
    state: str
    event_id: int
    event_slug: str
    event_status: str
    first_language: str
    title: Text
    bring: Text
    phone: str
    timezone: str
    is_high_safety: bool
    is_reachable: bool
    sequence: int
    as_of: datetime
    legs: tuple[OwnLeg, ...]
    answers: Mapping[str, Answer]
    undo_until: datetime | None = None

    @property
    def told(self) -> tuple[tuple[Question, Answer], ...]:
        """What they answered, each with its question."""
        return tuple((question, self.answers[question.name]) for question in QUESTIONS if question.name in self.answers)

    @property
    def needs_wheelchair(self) -> bool:
        """Whether somebody of the party needs a route without steps."""
        return WHEELCHAIR in self.answers.get(NEEDS.name, ())

    @property
    def is_confirmed(self) -> bool:
        """Whether it holds; before that no place of a high-safety event is told."""
        return self.state == "confirmed"

    @property
    def has_place(self) -> bool:
        """Whether it has a place anywhere."""
        return any(leg.state == "going" for leg in self.legs)

    @property
    def is_queued(self) -> bool:
        """Whether it waits for a place anywhere."""
        return any(leg.state == "queued" for leg in self.legs)

    @property
    def is_offered(self) -> bool:
        """Whether it has to say yes or no to a place."""
        return any(leg.state == "offered" for leg in self.legs)

    def on(self, leg_id: UUID) -> OwnLeg | None:
        """Return what it has of a leg, or None."""
        return next((leg for leg in self.legs if leg.public_id == leg_id), None)


def find_own_rsvp(session: Session, action_id: int, language: str, at: datetime) -> OwnRsvp | None:
    """Return the RSVP of an action, or None where that is none."""
    return list_own_rsvps(session, [action_id], language, at).get(action_id)


def list_own_rsvps(session: Session, action_ids: Sequence[int], language: str, at: datetime) -> dict[int, OwnRsvp]:
    """Return RSVPs by the ids of their actions, with texts in `language`, as of `at`."""
    query = (
        select(Rsvp, Event, Action, RsvpUndo.until)
        .join(Event, Event.id == Rsvp.event_id)
        .join(Action, Action.id == Rsvp.action_id)
        .outerjoin(RsvpUndo, RsvpUndo.action_id == Rsvp.action_id)
        .where(Rsvp.action_id.in_(action_ids))
        .options(joinedload(Event.campaign).joinedload(Campaign.organization))
        .execution_options(populate_existing=True)
    )
    rows = session.execute(query).all()
    claims: dict[int, dict[int, dict[str, Row[Any]]]] = {}
    for claim in list_of_actions(session, [rsvp.action_id for rsvp, _, _, _ in rows]):
        claims.setdefault(claim.action_id, {}).setdefault(claim.leg_id, {})[claim.resource] = claim
    came = count_came_of(session, list(claims))
    reading = _Reading.of(session, {leg for legs in claims.values() for leg in legs}, came, language, at)
    return {
        rsvp.action_id: replace(
            _own(rsvp, event, action, claims.get(action.id, {}), reading),
            undo_until=_still(undo, at, ZoneInfo(event.timezone)),
        )
        for rsvp, event, action, undo in rows
    }


def _still(until: datetime | None, at: datetime, zone: ZoneInfo) -> datetime | None:
    return None if until is None or until <= at else until.astimezone(zone)


@dataclass(frozen=True)
class _Reading:
    """The legs in question, with what is left of their places, for a reader at a moment."""

    legs: Sequence[Leg]
    places: Mapping[int, Place]
    left: Mapping[int, int | None]
    came: Mapping[tuple[int, int], int]
    language: str
    at: datetime

    @classmethod
    def of(
        cls, session: Session, leg_ids: set[int], came: Mapping[tuple[int, int], int], language: str, at: datetime
    ) -> "_Reading":
        query = select(Leg).where(Leg.id.in_(leg_ids)).order_by(Leg.event_id, Leg.position)
        whole = query.options(joinedload(Leg.resources)).execution_options(populate_existing=True)
        legs = session.scalars(whole).unique().all()
        places = session.scalars(select(Place).where(Place.id.in_([leg.place_id for leg in legs if leg.place_id])))
        left = {row.id: row.places for row in session.execute(_LEFT, {"ids": sorted(leg_ids), "at": at})}
        return cls(legs, {place.id: place for place in places}, left, came, language, at)


@dataclass(frozen=True)
class _Holding:
    """Whose leg is read. `tells_places`: of a high-safety event nobody learns where it is before they are confirmed."""

    rsvp: Rsvp
    event: Event
    tells_places: bool


def _own(
    rsvp: Rsvp, event: Event, action: Action, claims: Mapping[int, Mapping[str, Row[Any]]], reading: _Reading
) -> OwnRsvp:
    holding = _Holding(rsvp, event, tells_places=action.state == "confirmed" or not event.campaign.is_high_safety)
    legs = tuple(_leg(leg, holding, claims[leg.id], reading) for leg in reading.legs if leg.id in claims)
    has_place = action.state == "confirmed" and any(leg.state == "going" for leg in legs)
    return OwnRsvp(
        action_id=action.id,
        public_id=action.public_id,
        state=action.state,
        event_id=event.id,
        event_slug=event.slug,
        event_status=event.status,
        first_language=languages_of(event)[0],
        title=pick(event.title, reading.language, languages_of(event)),
        bring=pick(event.bring, reading.language, languages_of(event)),
        phone=event.day_phone if has_place else "",
        timezone=event.timezone,
        is_high_safety=event.campaign.is_high_safety,
        is_reachable=action.person_id is not None,
        sequence=rsvp.sequence,
        as_of=reading.at,
        legs=legs,
        answers={name: one if isinstance(one, str) else tuple(one) for name, one in rsvp.answers.items()},
    )


def _leg(leg: Leg, holding: _Holding, claims: Mapping[str, Row[Any]], reading: _Reading) -> OwnLeg:
    event, rsvp, shows = holding.event, holding.rsvp, holding.tells_places
    zone, languages = ZoneInfo(event.timezone), languages_of(event)
    place = _claim(claims[PLACE], zone, reading.at) if PLACE in claims else None
    at = reading.places.get(leg.place_id or 0)
    has_start = leg.start_latitude is not None and leg.start_longitude is not None
    return OwnLeg(
        id=leg.id,
        public_id=leg.public_id,
        version=event.version + leg.version,
        title=pick(leg.title if shows else {}, reading.language, languages),
        where=at.title if shows and at else "",
        address=(at.street_address if at else leg.street_address) if shows else "",
        start_name=leg.start_name if shows else "",
        starts_at=leg.starts_at.astimezone(zone),
        ends_at=leg.ends_at.astimezone(zone),
        start=(leg.start_latitude or 0.0, leg.start_longitude or 0.0) if has_start and shows else None,
        state=_state(leg, event, place, reading),
        is_past=leg.starts_at <= reading.at,
        place=place,
        extras=tuple(
            _extra(extra, _claim(claims[extra.word], zone, reading.at), leg, holding, reading)
            for extra in EXTRAS
            if extra.word in claims
        ),
        children=rsvp.children.get(str(leg.id), 0),
        particulars=particulars_of(leg, reading.language, languages, shows_texts=shows),
        came=reading.came.get((rsvp.action_id, leg.id), 0),
    )


def _extra(extra: Resource, claim: OwnClaim, leg: Leg, holding: _Holding, reading: _Reading) -> OwnExtra:
    row = leg.resources.get(extra.word)
    has_it = holding.rsvp.is_standing and claim.state == "going" and row is not None and row.is_there
    where = row.place if row is not None and has_it else {}
    return OwnExtra(extra, claim, pick(where, reading.language, languages_of(holding.event)))


def _claim(row: Row[Any], zone: ZoneInfo, at: datetime) -> OwnClaim:
    """Return a claim as it is at `at`: one whose time is over counts as over, also where nobody has said so yet."""
    if row.until is not None and row.until <= at:
        return OwnClaim(row.amount, _after(row), None)
    return OwnClaim(row.amount, row.state, row.until.astimezone(zone) if row.until else None)


def _after(row: Row[Any]) -> str:
    """Return what becomes of a claim whose time is over: who lets an offer pass keeps their turn, once."""
    if row.state == "held":
        return "asked"
    return "queued" if row.state == "offered" and row.passed_at is None else "gone"


def _state(leg: Leg, event: Event, place: OwnClaim | None, reading: _Reading) -> str:
    if leg.status == "cancelled" or event.status == "cancelled":
        return "cancelled"
    if place is None:
        return "gone"
    if place.state != "asked":
        return place.state
    left = reading.left.get(leg.id)
    return "free" if left is None or place.amount <= left else "full"
