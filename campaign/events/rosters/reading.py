"""Reads who comes to an event: numbers by leg, and the parties themselves one after another.

Read are RSVPs that are confirmed and stand. Two statements for the numbers of all legs, one for all parties.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session, joinedload

from campaign.campaigns.queries import get_own_campaign
from campaign.campaigns.texts import Text, pick
from campaign.events.models import Event, Leg, Place
from campaign.events.pages.ways import Way, way_of
from campaign.events.purging import KEPT_FOR
from campaign.events.questions import QUESTIONS, Answer
from campaign.events.resources import PLACE, capacities_of
from campaign.events.rosters.parties import Count, Extra, Party, Roster, RosterLeg
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import ConflictError, NotFoundError
from campaign.kernel.scoping import of_campaign, scoped

_COUNTS = text("""
SELECT leg_id, resource AS question, state AS word, count(*) AS parties, sum(amount) AS people
FROM rsvp_claims WHERE leg_id = ANY(:ids) AND (state IN ('going', 'queued') OR until > :at)
GROUP BY leg_id, resource, state
UNION ALL
SELECT k.leg_id, 'children', k.state, count(*), sum((r.children ->> CAST(k.leg_id AS text))::int)
FROM rsvp_claims k JOIN rsvps r ON r.action_id = k.action_id AND r.is_standing
WHERE k.leg_id = ANY(:ids) AND k.resource = 'place' AND k.state = 'going'
    AND (r.children ->> CAST(k.leg_id AS text))::int > 0
GROUP BY k.leg_id, k.state
""")

_ANSWERS = text("""
SELECT k.leg_id, a.key AS question, u.word, count(*) AS parties, sum(k.amount) AS people
FROM rsvp_claims k JOIN rsvps r ON r.action_id = k.action_id AND r.is_standing
CROSS JOIN jsonb_each(r.answers) a
CROSS JOIN jsonb_array_elements_text(
    CASE jsonb_typeof(a.value) WHEN 'array' THEN a.value ELSE jsonb_build_array(a.value) END) u(word)
WHERE k.leg_id = ANY(:ids) AND k.resource = 'place' AND k.state = 'going' AND a.key = ANY(:chosen)
GROUP BY k.leg_id, a.key, u.word
""")

# By name: compatible forms alike, letters in any case, without accents and vowel signs. Whoever waits: by their turn.
_PARTIES = text(f"""
SELECT l.position AS leg, p.state, p.until, p.amount AS people, concat_ws(' ', a.given_name, a.family_name) AS name,
    x.extras,
    coalesce((r.children ->> CAST(p.leg_id AS text))::int, 0) AS children,
    r.answers, coalesce(a.comment, '') AS comment
FROM rsvp_claims p
JOIN event_legs l ON l.id = p.leg_id
JOIN rsvps r ON r.action_id = p.action_id AND r.is_standing
JOIN actions a ON a.id = p.action_id AND a.state = 'confirmed'
CROSS JOIN LATERAL (
    SELECT jsonb_object_agg(o.resource, jsonb_build_array(o.amount, o.state, o.queued_at, o.id)) AS extras
    FROM rsvp_claims o WHERE o.action_id = p.action_id AND o.leg_id = p.leg_id AND o.resource <> 'place'
    AND (o.state IN ('going', 'queued') OR o.until > :at)) x
WHERE p.leg_id = ANY(:ids) AND p.resource = 'place'
    AND (p.state IN ('going', 'queued') OR p.state = 'offered' AND p.until > :at)
    AND {of_campaign("a.campaign_id")}
ORDER BY l.position, p.state <> 'going', CASE WHEN p.state <> 'going' THEN p.queued_at END,
    CASE WHEN p.state <> 'going' THEN p.id END,
    lower(regexp_replace(normalize(btrim(concat_ws(' ', a.given_name, a.family_name)), NFKD), :marks, '', 'g'))
    COLLATE "C",
    a.id
""")  # noqa: S608 - joined from constants
_MARKS = "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]"
"""Latin, Greek and Cyrillic accents, Hebrew points, Arabic vowel signs and hamza (Unicode blocks)."""

_AT_ONCE = 500
_SEVERAL = 2


class NamelessError(ConflictError):
    """There is no list of who comes to this event, only numbers."""


def get_roster(
    session: Session, actor: Actor, event: Event, at: datetime, *, language: str, number: int | None = None
) -> Roster:
    """Return the numbers of an event's legs as of `at`, or of the one leg `number`, with texts in `language`.

    Raises:
        NotFoundError: the event has no such leg, or is none of the actor's.
    """
    campaign = get_own_campaign(session, actor, event.campaign_id)
    query = (
        select(Leg, Place.title, Place.position)
        .outerjoin(Place, Place.id == Leg.place_id)
        .where(Leg.event_id == event.id)
        .order_by(Leg.position)
        .options(joinedload(Leg.resources))
    )
    rows = session.execute(scoped(query, actor)).unique().all()
    chosen = [row for row in rows if number in (None, row[0].position)]
    if number is not None and not chosen:
        raise NotFoundError(f"event {event.slug!r} has no leg {number}")
    languages = [*campaign.languages, *event.title]
    counts = _count(session, [leg.id for leg, _, _ in chosen], at)
    zone = ZoneInfo(event.timezone)
    legs = [
        RosterLeg(
            id=leg.id,
            position=leg.position,
            title=place or pick(leg.title, language, languages).value,
            status=leg.status,
            starts_at=leg.starts_at.astimezone(zone),
            ends_at=leg.ends_at.astimezone(zone),
            capacities={PLACE: leg.capacity, **capacities_of(leg)},
            counts=counts.get(leg.id, {}),
            place=position,
        )
        for leg, place, position in chosen
    ]
    return Roster(
        slug=event.slug,
        title=pick(event.title, language, languages).value,
        where=_where([leg for leg, _, _ in rows if leg.place_id is None and leg.status != "cancelled"], language),
        status=event.status,
        asks=tuple(event.asks),
        made_at=at.astimezone(zone),
        legs=tuple(legs),
        is_high_safety=campaign.is_high_safety,
        is_purged=event.purged_at is not None or _is_long_over([leg for leg, _, _ in rows], at),
    )


def iterate_parties(session: Session, actor: Actor, roster: Roster) -> Iterator[Party]:
    """Give the parties of a roster's legs: by leg who goes, by name, then who is offered a place or waits, by turn.

    They are fetched as they are taken, so that any number of them needs little memory.

    Raises:
        ForbiddenError: the actor may not read people.
        NamelessError: there are no names of this event, or none any more; raised before the first is taken.
    """
    actor.require(Power.READ)
    if roster.is_high_safety:
        raise NamelessError(
            f"{roster.slug} belongs to a high-safety campaign: there is no list of who comes, only numbers"
            f" (`campaign events roster {roster.slug}`)"
        )
    if roster.is_purged:
        raise NamelessError(
            f"{roster.slug} was over {KEPT_FOR.days} days ago: what was asked to run it is forgotten, and there is no"
            f" list of who came, only numbers (`campaign events roster {roster.slug}`)"
        )
    ids = [leg.id for leg in roster.legs]
    values = {"ids": ids, "at": roster.made_at, "marks": _MARKS}
    rows = session.execute(scoped(_PARTIES, actor), values, execution_options={"yield_per": _AT_ONCE})
    return (_party(row) for row in rows)


def _party(row: Row[Any]) -> Party:
    return Party(
        leg=row.leg,
        state=row.state,
        until=row.until,
        name=" ".join(row.name.split()),
        people=row.people,
        children=row.children,
        extras={resource: _extra(*claim) for resource, claim in (row.extras or {}).items()},
        answers=_answers(row.answers),
        comment=row.comment,
    )


def _answers(stored: Mapping[str, Any]) -> dict[str, Answer]:
    """Return answers to the questions there are; of what is typed in words, each space once."""
    found: dict[str, Answer] = {}
    for question in QUESTIONS:
        answer = stored.get(question.name)
        if isinstance(answer, list):
            found[question.name] = tuple(answer)
        elif answer:
            is_typed = not question.choices and question.pattern is None
            found[question.name] = " ".join(answer.split()) if is_typed else answer
    return found


def _extra(people: int, state: str, queued_at: str | None, claim_id: int) -> Extra:
    return Extra(people, state == "going", None if queued_at is None else (datetime.fromisoformat(queued_at), claim_id))


def _count(session: Session, ids: list[int], at: datetime) -> Mapping[int, Mapping[tuple[str, str], Count]]:
    counts: dict[int, dict[tuple[str, str], Count]] = {}
    for row in (
        *session.execute(_COUNTS, {"ids": ids, "at": at}),
        *session.execute(_ANSWERS, {"ids": ids, "chosen": [one.name for one in QUESTIONS if one.choices]}),
    ):
        counts.setdefault(row.leg_id, {})[(row.question, row.word)] = Count(row.parties, int(row.people))
    return counts


def _where(legs: list[Leg], language: str) -> str:
    """Return where a march leads; empty where its legs tell that themselves."""
    if len(legs) < _SEVERAL:
        return ""
    return way_of(Way(legs[0].start_name, legs[-1].end_name, len(legs), Text("", language)), language).value


def _is_long_over(legs: list[Leg], at: datetime) -> bool:
    """Whether the ticker is about to forget the details, or has not yet come to it."""
    return bool(legs) and max(leg.ends_at for leg in legs) <= at - KEPT_FOR
