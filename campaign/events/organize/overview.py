"""An event at a glance: its days on a strip, and the numbers by leg and need. No name is in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from campaign.accounts.web.guards import here, member
from campaign.events.models import Event
from campaign.events.pages.attendance import count_came
from campaign.events.questions import QUESTIONS, RIDE, list_asked
from campaign.events.resources import EXTRAS, PLACE
from campaign.events.revisions.running import get_event
from campaign.events.rosters.parties import Roster, RosterLeg
from campaign.events.rosters.reading import get_roster
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Actor
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.localized import current_language


def register(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule("/events/<slug>", "event", event)


@dataclass(frozen=True)
class Answers:
    """How many RSVPs gave an answer, by leg in their order: `words` is what they chose."""

    words: str
    counts: Sequence[int]


@dataclass(frozen=True)
class Shown:
    """An event as every page about it shows it.

    `extras`: what any of its legs has besides places. `came`: people, by id of the leg. `at`: now.
    """

    event: Event
    roster: Roster
    extras: Sequence[tuple[str, str]]
    came: Mapping[int, int]
    at: datetime

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is to come."""
        return all(leg.ends_at <= self.at for leg in self.roster.legs)

    @property
    def is_of_days(self) -> bool:
        """Whether it is a march of days, and not places with shifts."""
        return not any(leg.is_shift for leg in self.roster.legs)

    def taken(self, leg: RosterLeg, resource: str = PLACE) -> int:
        """Return how many of a resource are given out or kept for somebody."""
        return sum(leg.count(resource, state).people for state in ("going", "offered", "held"))


def show(session: Session, actor: Actor, slug: str) -> Shown:
    """Return an event of the actor's with its numbers; raise `NotFoundError`."""
    at = now()
    found = get_event(session, actor, slug)
    roster = get_roster(session, actor, found, at, language=current_language())
    there = [extra for extra in EXTRAS if any(leg.has(extra.word) for leg in roster.legs)]
    came = count_came(session, [found.id], at).get(found.id, {})
    return Shown(found, roster, [(extra.word, gettext(extra.title)) for extra in there], came, at)


def list_answers(roster: Roster) -> list[Answers]:
    """Return how many RSVPs need what, offer what, and ask for rides; what nobody said is left out."""
    found = []
    asked = list_asked(roster.asks, is_high_safety=roster.is_high_safety)
    for question in QUESTIONS:
        if question not in asked or not (question.counted or question is RIDE):
            continue
        for word, said in question.choices.items():
            counts = [leg.count(question.name, word).parties for leg in roster.legs]
            if any(counts):
                found.append(Answers(gettext(said), counts))
    return found


@access(Access.MEMBER, member())
def event(organization: str, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show how an event stands."""
    shown = show(db.session(), here().actor, slug)
    return render_template(
        "events/organize/event.html", shown=shown, answers=list_answers(shown.roster), done=request.args.get("done", "")
    )
