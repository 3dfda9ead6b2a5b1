"""Proposals: what waits for oneself, what one's organization proposed, each beside what holds now."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.accounts.web.guards import current_actor, member
from campaign.campaigns.queries import find_agreement
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import ConflictError, RefusedError
from campaign.kernel.formdata import read_form
from campaign.kernel.unit import unit_of_work
from campaign.organize.agreement_queries import AgreementRow, get_agreement_row
from campaign.organize.company_forms import Errors, errors_of
from campaign.organize.company_queries import CompanyRow, get_company_row
from campaign.proposals.queries import get_proposal, list_proposals
from campaign.proposals.service import accept, refuse, withdraw
from campaign.revisions.service import Edit
from campaign.targets.queries import find_company

_PUBLISHER = member(Power.PUBLISH)


def add_proposals(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    one = "/<organization>/proposals/<uuid:proposal>"
    add = blueprint.add_url_rule
    add("/<organization>/proposals", "proposals", proposals)
    add(one, "proposal", proposal)
    add(f"{one}/accept", "accept_proposal", accept_proposal, methods=["POST"])
    add(f"{one}/refuse", "refuse_proposal", refuse_proposal, methods=["POST"])
    add(f"{one}/withdraw", "withdraw_proposal", withdraw_proposal, methods=["POST"])


@access(Access.MEMBER, _PUBLISHER)
def proposals(organization: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it, here and below
    """List what waits, and what was decided lately."""
    session, actor = db.session(), current_actor()
    return render_template(
        "organize/proposals.html",
        waiting=list_proposals(session, actor),
        decided=list_proposals(session, actor, is_open=False),
    )


@access(Access.MEMBER, _PUBLISHER)
def proposal(organization: str, proposal: UUID) -> ResponseReturnValue:  # noqa: ARG001
    """Show a proposal beside what holds now."""
    return _show(proposal, "", {}, 200)


def _show(proposal: UUID, reason: str, errors: Errors, status: int) -> ResponseReturnValue:
    session, actor = db.session(), current_actor()
    found = get_proposal(session, actor, proposal)
    now_is: CompanyRow | AgreementRow | None = None
    signed: dict[str, int | None] = {}
    if found.thing == "company" and find_company(session, found.slug) is not None:
        now_is = get_company_row(session, actor, found.slug)
    elif found.thing == "agreement" and find_agreement(session, found.slug) is not None:
        now_is, names = get_agreement_row(session, actor, found.slug)
        signed = {one.name: one.since for one in names}
    page = render_template(
        "organize/proposal.html",
        proposal=found,
        now=now_is,
        signed=signed,
        reason=reason,
        errors=errors,
    )
    return page, status


@access(Access.MEMBER, _PUBLISHER)
def accept_proposal(organization: str, proposal: UUID) -> ResponseReturnValue:
    """Carry it out."""
    actor, edit = current_actor(), Edit("proposal", now())
    return _decide(organization, proposal, "accepted", lambda session: accept(session, actor, proposal, edit))


@access(Access.MEMBER, _PUBLISHER)
def refuse_proposal(organization: str, proposal: UUID) -> ResponseReturnValue:
    """Refuse it, with a reason."""
    actor, reason = current_actor(), read_form(request).values.get("reason", "")
    work = lambda session: refuse(session, actor, proposal, reason, now())  # noqa: E731 - as beside
    return _decide(organization, proposal, "refused", work, reason)


@access(Access.MEMBER, _PUBLISHER)
def withdraw_proposal(organization: str, proposal: UUID) -> ResponseReturnValue:
    """Take it back."""
    actor = current_actor()
    return _decide(organization, proposal, "withdrawn", lambda session: withdraw(session, actor, proposal, now()))


def _decide(
    organization: str, proposal: UUID, done: str, work: Callable[[Session], object], reason: str = ""
) -> ResponseReturnValue:
    try:
        unit_of_work().run(work, wakes=["letters"])
    except RefusedError as error:
        return _show(proposal, reason, errors_of([error.problem]), 422)
    except ConflictError:
        # Somebody else was quicker: the page says what became of it.
        return redirect(url_for("organize.proposal", organization=organization, proposal=proposal), 303)
    return redirect(url_for("organize.proposals", organization=organization, done=done), 303)
