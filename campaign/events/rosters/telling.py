"""Tells an event's numbers by leg in plain lines, for the operator's console; nobody's name is in them."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.events.models import Event
from campaign.events.purging import KEPT_FOR
from campaign.events.questions import QUESTIONS, RIDE, Question
from campaign.events.resources import EXTRAS, PLACE
from campaign.events.rosters.parties import Roster, RosterLeg
from campaign.events.rosters.reading import get_roster
from campaign.kernel.actors import Actor
from campaign.kernel.languages import DEFAULT


def tell_numbers(session: Session, actor: Actor, event: Event, at: datetime, number: int | None = None) -> str:
    """Return the numbers of all legs as of `at`, or of one, and why there is no list where there is none.

    Raises:
        NotFoundError: the event has no such leg, or is none of the actor's.
    """
    roster = get_roster(session, actor, event, at, language=DEFAULT, number=number)
    ids = [leg.id for leg in roster.legs]
    held = session.execute(_ONE_NETWORK, {"ids": ids, "at": at})  # narrowed: the roster's legs are in scope
    return "\n".join(_lines(roster, {row.leg_id: row for row in held}))


# Of each leg the network that most people are held from. Counts alone: no network is known here.
_ONE_NETWORK = text("""
SELECT DISTINCT ON (c.leg_id) c.leg_id, count(*) AS parties, sum(c.amount) AS people
FROM rsvp_claims c JOIN rsvps r ON r.action_id = c.action_id
WHERE c.leg_id = ANY(:ids) AND c.resource = 'place' AND c.state = 'held' AND c.until > :at AND r.network_key IS NOT NULL
GROUP BY c.leg_id, r.network_key HAVING count(*) > 1 ORDER BY c.leg_id, people DESC, parties DESC
""")


def _lines(roster: Roster, held: Mapping[int, Row[Any]]) -> Iterator[str]:
    made = f"{roster.made_at:%Y-%m-%d %H:%M %Z}"
    yield f"{roster.title_and_where} ({roster.slug}), {roster.status}, as of {made}"
    for leg in roster.legs:
        yield ""
        yield f"leg {leg.position}: {leg.title}, {leg.starts_at:%Y-%m-%d %H:%M}-{leg.ends_at:%H:%M %Z}, {leg.status}"
        yield from (f"  {line}" for line in _leg_lines(leg, has_details=not roster.is_purged))
        if leg.id in held:
            yield f"  unconfirmed from one network: {held[leg.id].people} people in {held[leg.id].parties} RSVPs"
    if roster.is_high_safety:
        yield ""
        yield "A high-safety campaign: there is no list of who comes."
    elif roster.is_purged:
        yield ""
        yield (
            f"Over for {KEPT_FOR.days} days: phones, rides, needs, languages and offers to help are forgotten, and"
            " there is no list of who came."
        )


def _leg_lines(leg: RosterLeg, *, has_details: bool) -> Iterator[str]:
    for resource, name in ((PLACE, "people"), *((extra.word, extra.many) for extra in EXTRAS)):
        if leg.has(resource):
            yield f"{name}: {_resource(leg, resource)}"
    yield f"children: {leg.count('children', 'going').people}"
    yield f"RSVPs: {leg.count('place', 'going').parties}"
    if has_details:
        asked, offered = leg.count(RIDE.name, "asked"), leg.count(RIDE.name, "offered")
        yield f"rides: asked for {asked.people} people, offered by {offered.parties} RSVPs"
        yield from (_answers(leg, question) for question in QUESTIONS if question.counted)


def _resource(leg: RosterLeg, resource: str) -> str:
    capacity = leg.capacities[resource]
    going, offered, waiting, held = (
        leg.count(resource, state).people for state in ("going", "offered", "queued", "held")
    )
    of = "" if capacity is None else f" of {capacity}"
    return f"{going}{of} going, {offered} offered, {waiting} waiting, {held} unconfirmed"


def _answers(leg: RosterLeg, question: Question) -> str:
    numbers = ", ".join(f"{word} {leg.count(question.name, word).parties}" for word in question.choices)
    return f"{question.counted[0].lower()}{question.counted[1:]} {numbers}"
