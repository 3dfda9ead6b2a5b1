"""Whom a campaign addresses: which companies, in which order, with their offices and where each stands.

And the agreement that they are asked to sign, where there is one.
"""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.accounts.web.guards import current_actor, member
from campaign.actions.queries import has_actions
from campaign.campaigns.commands import SaveCampaign
from campaign.campaigns.queries import get_own_campaign_by_slug, list_agreements
from campaign.campaigns.saving import save_campaign
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError, RefusedError
from campaign.kernel.formdata import read_form
from campaign.kernel.unit import unit_of_work
from campaign.organize.company_forms import Errors, errors_of
from campaign.organize.company_queries import list_companies
from campaign.outbox.queries import count_letters_by_state
from campaign.revisions.service import Edit
from campaign.targets.addressing import ChangeWhom, Step, change_whom
from campaign.targets.queries import list_stances

_PUBLISHER = member(Power.PUBLISH)
_DONE = {"add": "added", "remove": "removed", "up": "moved", "down": "moved"}
_NOT_GONE = ("waiting", "held", "due")


def add_whom(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    path = "/<organization>/campaigns/<slug>/whom"
    blueprint.add_url_rule(path, "whom", whom)
    blueprint.add_url_rule(f"{path}/<any(add, remove, up, down):step>", "change_whom", change, methods=["POST"])
    blueprint.add_url_rule(f"{path}/<company>/remove", "ask_whom", ask)
    blueprint.add_url_rule(f"{path}/agreement", "choose_agreement", choose_agreement, methods=["POST"])


@access(Access.MEMBER, _PUBLISHER)
def whom(organization: str, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it, here and below
    """Show whom the campaign addresses."""
    return _show(slug, "", {}, 200)


def _show(slug: str, chosen: str, errors: Errors, status: int) -> ResponseReturnValue:
    session, actor = db.session(), current_actor()
    campaign = get_own_campaign_by_slug(session, actor, slug)
    standings = list_stances(session, campaign.id)
    rows = {row.slug: row for row in list_companies(session, actor)}
    there = {one.company.slug for one in standings}
    page = render_template(
        "organize/whom.html",
        campaign=campaign,
        addressed=[(one, rows[one.company.slug]) for one in standings],
        agreements=[(one.slug, one.name) for one in list_agreements(session)],
        others=[(row.slug, row.name) for row in rows.values() if row.slug not in there],
        chosen=chosen,
        errors=errors,
    )
    return page, status


@access(Access.MEMBER, _PUBLISHER)
def change(organization: str, slug: str, step: Step) -> ResponseReturnValue:
    """Add a company, take one away, or move one by one place."""
    actor = current_actor()
    campaign_id = get_own_campaign_by_slug(db.session(), actor, slug).id
    command = ChangeWhom(read_form(request).values.get("company", ""), step)

    def work(session: Session) -> None:
        change_whom(session, actor, campaign_id, command, Edit("form", now()))

    try:
        unit_of_work().run(work)
    except RefusedError as error:
        return _show(slug, command.company, errors_of([error.problem]), 422)
    return redirect(url_for("organize.whom", organization=organization, slug=slug, done=_DONE[step]), 303)


@access(Access.MEMBER, _PUBLISHER)
def choose_agreement(organization: str, slug: str) -> ResponseReturnValue:
    """Say which agreement its companies are asked to sign, or that there is none."""
    actor, typed = current_actor(), read_form(request).values.get("agreement", "").strip()
    get_own_campaign_by_slug(db.session(), actor, slug)
    command = SaveCampaign(slug, {}, organization, typed or None, says_agreement=True, status=None, won=None, news=())

    def work(session: Session) -> None:
        save_campaign(session, actor, command, Edit("form", now()), has_actions=has_actions)

    try:
        unit_of_work().run(work)
    except RefusedError as error:
        return _show(slug, "", errors_of([error.problem]), 422)
    return redirect(url_for("organize.whom", organization=organization, slug=slug, done="kept"), 303)


@access(Access.MEMBER, _PUBLISHER)
def ask(organization: str, slug: str, company: str) -> ResponseReturnValue:  # noqa: ARG001
    """Say what it means that a company is addressed no more, and of how many letters, before it is done."""
    session = db.session()
    campaign = get_own_campaign_by_slug(session, current_actor(), slug)
    standing = next((one for one in list_stances(session, campaign.id) if one.company.slug == company), None)
    if standing is None:
        raise NotFoundError("the campaign does not address this company")
    letters = count_letters_by_state(session, campaign_id=campaign.id, company_id=standing.company.id)
    return render_template(
        "organize/ask_whom.html",
        campaign=campaign,
        company=standing.company,
        letters=sum(letters.get(state, 0) for state in _NOT_GONE),
    )
