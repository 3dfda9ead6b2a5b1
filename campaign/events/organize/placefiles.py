"""Many places at once, from a spreadsheet: each line is shown, right or wrong, before anything is stored."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.accounts.web.guards import here, member
from campaign.accounts.web.tablefiles import NOTHING_POSTED, Posted, read_table
from campaign.events.organize.change_words import tell_effects
from campaign.events.organize.changing import Outcome, last_number
from campaign.events.organize.editing import save
from campaign.events.organize.placetable import COLUMNS, Row, put_rows, read_rows
from campaign.events.organize.problem_words import say
from campaign.events.queries.stored import StoredEvent, read_stored
from campaign.events.revisions.running import get_event
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError
from campaign.kernel.problems import Problem


def register(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule("/events/<slug>/places/file", "place_file", place_file, methods=["GET", "POST"])


@access(Access.MEMBER, member(Power.PUBLISH, takes_file=True))
def place_file(organization: str, slug: str) -> ResponseReturnValue:
    """Take a table of places, show what it does, and do it."""
    session, at = db.session(), now()
    event = get_event(session, here().actor, slug)
    if "places" not in read_stored(session, here().actor, event).values:
        raise NotFoundError("this event has days, and no places")
    if request.method != "POST":
        return _ask(slug, NOTHING_POSTED)
    posted = read_table(request, COLUMNS)
    form, rows = posted.form, read_rows(posted.lines)
    if posted.errors:
        return _ask(slug, posted), 422

    def alter(stored: StoredEvent) -> Sequence[Problem]:
        put_rows(stored, rows, at)
        return ()

    is_confirmed = form.values.get("step") == "confirmed"
    outcome = save(slug, form.values, alter, lambda _one: True, step="confirmed" if is_confirmed else "preview")
    if outcome.is_saved:
        address = url_for("organize_events.event", organization=organization, slug=slug, done="places")
        return redirect(address, 303)
    return _preview(slug, posted.text, rows, outcome), 409 if outcome.overtaken else 422 if outcome.problems else 200


def _ask(slug: str, posted: Posted) -> str:
    event = get_event(db.session(), here().actor, slug)
    return render_template(
        "events/organize/place_file.html",
        event=event,
        posted=posted,
        columns=COLUMNS,
        seen=last_number(db.session(), event),
    )


def _preview(slug: str, text: str, rows: Sequence[Row], outcome: Outcome) -> str:
    event = get_event(db.session(), here().actor, slug)
    return render_template(
        "events/organize/place_rows.html",
        event=event,
        table=text,
        rows=[(row, [say(problem) for problem in row.problems]) for row in rows],
        right=[row for row in rows if not row.problems],
        effects=tell_effects(outcome.effects),
        told=outcome.effects.told,
        overtaken=bool(outcome.overtaken),
        problems=[say(problem) for problem in outcome.problems],
        seen=outcome.number,
    )
