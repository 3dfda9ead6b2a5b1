"""Many places at once, from a spreadsheet: each line is shown, right or wrong, before anything is stored."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _

from campaign.accounts.web.guards import here, member
from campaign.events.organize.change_words import tell_effects
from campaign.events.organize.changing import Outcome, last_number
from campaign.events.organize.editing import save
from campaign.events.organize.placetable import COLUMNS, MOST_ROWS, Row, TableError, decode, put_rows, read_table
from campaign.events.organize.problem_words import say
from campaign.events.queries.stored import StoredEvent, read_stored
from campaign.events.revisions.running import get_event
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError
from campaign.kernel.formdata import FormData, read_form
from campaign.kernel.problems import Problem

_WORDS = {
    "not_utf8": _("We couldn’t read this file. Save it in your spreadsheet as “CSV UTF-8” and choose it again."),
    "no_table": _("This isn’t a table we can read: a quotation mark is not closed, or a cell is too long."),
    "no_titles": _("The first line must name the columns, each once, with “place” and “shifts” among them."),
    "no_rows": _("There is no place below the first line."),
    "too_many": _("At most %(most)d places fit in one file. Split it."),
    "missing": _("Choose a file, or paste your table."),
}


def register(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule("/events/<slug>/places/file", "place_file", place_file, methods=["GET", "POST"])


@access(Access.MEMBER, member(Power.PUBLISH))
def place_file(organization: str, slug: str) -> ResponseReturnValue:
    """Take a table of places, show what it does, and do it."""
    session, at = db.session(), now()
    event = get_event(session, here().actor, slug)
    if "places" not in read_stored(session, here().actor, event).values:
        raise NotFoundError("this event has days, and no places")
    if request.method != "POST":
        return _ask(slug, "", "")
    form = read_form(request)
    try:
        text = _text(form)
        rows = read_table(text)
    except TableError as error:
        return _ask(slug, form.values.get("table", ""), error.code), 422

    def alter(stored: StoredEvent) -> Sequence[Problem]:
        put_rows(stored, rows, at)
        return ()

    is_confirmed = form.values.get("step") == "confirmed"
    outcome = save(slug, form.values, alter, lambda _one: True, step="confirmed" if is_confirmed else "preview")
    if outcome.is_saved:
        address = url_for("organize_events.event", organization=organization, slug=slug, done="places")
        return redirect(address, 303)
    return _preview(slug, text, rows, outcome), 409 if outcome.overtaken else 422 if outcome.problems else 200


def _text(form: FormData) -> str:
    sent = request.files.get("file")
    content = sent.read() if sent is not None and sent.filename else b""
    if content:
        return decode(content)
    text = form.values.get("table", "")
    if form.is_damaged and not request.files:
        raise TableError("not_utf8")
    if not text.strip():
        raise TableError("missing")
    return text


def _ask(slug: str, text: str, code: str) -> str:
    event = get_event(db.session(), here().actor, slug)
    error = str(_WORDS[code]) if code else ""
    return render_template(
        "events/organize/place_file.html",
        event=event,
        table=text,
        error=error % {"most": MOST_ROWS} if code == "too_many" else error,
        columns=list(COLUMNS),
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
