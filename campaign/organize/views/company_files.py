"""Many companies and offices at once, from a spreadsheet: each line is shown before anything is stored or proposed.

table ─► its lines ─► done and proposed: all that are right, in one transaction
             └► those that are not, as a file
"""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.accounts.web.guards import current_actor, member
from campaign.accounts.web.tablefiles import NOTHING_POSTED, Posted, read_table, send_refused
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import RefusedError
from campaign.kernel.unit import unit_of_work
from campaign.organize.company_files import COLUMNS, Judge, Row, commands_of
from campaign.organize.company_queries import list_companies
from campaign.organize.company_words import say_of_line, say_problem
from campaign.proposals.bringing import bring_company, plan_company
from campaign.revisions.service import Edit
from campaign.targets.commands import SaveCompany


def add_company_files(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    room = "/<organization>/companies/file"
    blueprint.add_url_rule(room, "company_file", ask)
    blueprint.add_url_rule(room, "take_companies", take, methods=["POST"])


@access(Access.MEMBER, member(Power.PUBLISH))
def ask(organization: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Ask for a table of companies."""
    return _ask(NOTHING_POSTED)


def _ask(posted: Posted) -> str:
    return render_template("organize/company_file.html", posted=posted, columns=COLUMNS)


@access(Access.MEMBER, member(Power.PUBLISH, takes_file=True))
def take(organization: str) -> ResponseReturnValue:
    """Show what a table does, hand back what is wrong with it, or do it."""
    posted = read_table(request, COLUMNS)
    if posted.errors:
        return _ask(posted), 422
    judge = Judge(list_companies(db.session(), current_actor()))
    rows = [judge.judge(line) for line in posted.lines]
    step = posted.form.values.get("step", "")
    if step == "refused":
        wrong = [(row.line, say_of_line(COLUMNS, row.problems)) for row in rows if row.problems]
        return send_refused("companies", COLUMNS, wrong)
    commands = commands_of(rows)
    if step != "confirmed" or not commands:
        return _preview(posted, rows, commands, {}), 200
    actor, edit, note = current_actor(), Edit("form", now()), posted.form.values.get("note", "").strip()

    def work(session: Session) -> bool:
        brought = [bring_company(session, actor, organization, one, edit, note=note) for one in commands]
        return any(one.proposal is not None for one in brought)

    try:
        is_proposed = unit_of_work().run(work, wakes=["letters"])
    except RefusedError as error:
        box = "note" if error.problem.field == ("note",) else ""
        return _preview(posted, rows, commands, {box: say_problem(error.problem)}), 422
    if is_proposed:
        return redirect(url_for("organize.proposals", organization=organization, done="proposed"), 303)
    return redirect(url_for("organize.companies", organization=organization, done="kept"), 303)


def _preview(posted: Posted, rows: Sequence[Row], commands: Sequence[SaveCompany], errors: dict[str, str]) -> str:
    session, actor = db.session(), current_actor()
    plans = [plan_company(session, actor, command) for command in commands]
    return render_template(
        "organize/company_rows.html",
        posted=posted,
        rows=[(row, say_of_line(COLUMNS, row.problems)) for row in rows],
        at_once=sum(plan.at_once is not None for plan in plans),
        proposed=sum(plan.proposed is not None for plan in plans),
        errors=errors,
    )
