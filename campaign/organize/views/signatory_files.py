"""Many signatories at once, from a spreadsheet: each line is shown, right or wrong, before anything is stored.

table ─► its lines ─► done, or proposed: all that are right, in one transaction
             └► those that are not, as a file
"""

from flask import Blueprint, render_template, request
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
from campaign.organize.agreement_forms import errors_of
from campaign.organize.agreement_queries import get_agreement_row
from campaign.organize.company_words import say_of_line
from campaign.organize.signatory_files import COLUMNS, command_of, judge
from campaign.organize.views.agreements import back
from campaign.proposals.bringing import bring_agreement
from campaign.revisions.service import Edit


def add_signatory_files(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    room = "/<organization>/agreements/<agreement>/signatories/file"
    blueprint.add_url_rule(room, "signatory_file", ask)
    blueprint.add_url_rule(room, "take_signatories", take, methods=["POST"])


@access(Access.MEMBER, member(Power.PUBLISH))
def ask(organization: str, agreement: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Ask for a table of signatories."""
    return _ask(agreement, NOTHING_POSTED)


def _ask(slug: str, posted: Posted) -> str:
    row, _signed = get_agreement_row(db.session(), current_actor(), slug)
    return render_template("organize/signatory_file.html", agreement=row, posted=posted, columns=COLUMNS)


@access(Access.MEMBER, member(Power.PUBLISH, takes_file=True))
def take(organization: str, agreement: str) -> ResponseReturnValue:
    """Show what a table does, hand back what is wrong with it, or do it."""
    row, signed = get_agreement_row(db.session(), current_actor(), agreement)
    posted = read_table(request, COLUMNS)
    if posted.errors:
        return _ask(agreement, posted), 422
    rows = judge(row, signed, posted.lines)
    step, errors = posted.form.values.get("step", ""), dict[str, str]()
    if step == "refused":
        wrong = [(one.line, say_of_line(COLUMNS, one.problems)) for one in rows if one.problems]
        return send_refused(f"{agreement}-signatories", COLUMNS, wrong)
    command = command_of(row, rows)
    if step == "confirmed" and command.signatories:
        actor, edit, note = current_actor(), Edit("form", now()), posted.form.values.get("note", "").strip()

        def work(session: Session) -> None:
            bring_agreement(session, actor, organization, command, edit, note=note)

        try:
            unit_of_work().run(work)
        except RefusedError as error:
            errors = errors_of([error.problem])
        else:
            return back(organization, agreement)
    page = render_template(
        "organize/signatory_rows.html",
        agreement=row,
        posted=posted,
        rows=[(one, say_of_line(COLUMNS, one.problems)) for one in rows],
        change_count=len(command.signatories),
        errors=errors,
    )
    return page, 422 if errors else 200
