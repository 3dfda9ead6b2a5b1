"""Who comes, as a list to print or for a spreadsheet: for who may read and export people, freshly proved."""

from io import BytesIO

from flask import Blueprint, make_response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.accounts.web.guards import here, member
from campaign.events.organize.overview import show
from campaign.events.revisions.running import get_event
from campaign.events.rosters.drawing import PAPERS
from campaign.events.rosters.reading import NamelessError
from campaign.events.rosters.writing import Wanted, write_roster
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError
from campaign.kernel.formdata import read_form
from campaign.kernel.languages import INTERFACE
from campaign.kernel.unit import unit_of_work

_TYPES = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}
_MOST_DIGITS = 4


def register(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule("/events/<slug>/people", "people", people)
    blueprint.add_url_rule("/events/<slug>/people", "download", download, methods=["POST"])


@access(Access.MEMBER, member(Power.READ, Power.EXPORT))
def people(organization: str, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Ask which list; no name is on this page."""
    return _page(slug)


def _page(slug: str) -> str:
    shown = show(db.session(), here().actor, slug)
    return render_template("events/organize/people.html", shown=shown, papers=list(PAPERS), interface=INTERFACE)


@access(Access.MEMBER, member(Power.READ, Power.EXPORT, is_fresh=True))
def download(organization: str, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - as above
    """Send the list as a file; that it left is in the audit log before the file is sent."""
    typed = read_form(request).values
    form, paper, language = typed.get("form", ""), typed.get("paper", ""), typed.get("language", "")
    number = typed.get("leg", "")
    if form not in _TYPES or paper not in PAPERS or language not in {"", *INTERFACE}:
        return _page(slug), 422
    if number and not (number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS):
        raise NotFoundError("the event has no such leg")
    is_of_needs = typed.get("list", "") == "needs"
    wanted = Wanted(form, int(number) if number else None, paper, language or None, is_of_needs=is_of_needs)
    actor, at = here().actor, now()

    def work(session: Session) -> bytes:
        out = BytesIO()
        write_roster(session, actor, get_event(session, actor, slug), at, wanted, target=out)
        return out.getvalue()

    try:
        content = unit_of_work().run(work)
    except NamelessError:
        return _page(slug), 409
    response = make_response(content)
    response.headers["Content-Type"] = _TYPES[form]
    name = "-".join(part for part in (slug, number, "needs" if is_of_needs else "list") if part)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response
