"""Where the companies of a campaign stand, since when, and how we know: what is on record, and recording more."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.accounts.web.guards import current_actor, member
from campaign.campaigns.models import Campaign
from campaign.campaigns.queries import get_own_campaign_by_slug
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError
from campaign.kernel.formdata import read_form
from campaign.kernel.unit import unit_of_work
from campaign.organize.by_language import Errors, texts_of
from campaign.organize.lifecycle_words import errors_of
from campaign.outbox.queries import count_letters_by_state
from campaign.revisions.service import Edit
from campaign.targets.queries import Standing, list_stances, stance_history
from campaign.targets.service import record_stance

_AT = "/<organization>/campaigns/<slug>/stances"
_UNSENT = ("due", "held", "sending")


def add_stances(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule(_AT, "stances", stances)
    blueprint.add_url_rule(f"{_AT}/<company>", "stance", stance)
    blueprint.add_url_rule(f"{_AT}/<company>", "record_stance", record, methods=["POST"])


@access(Access.MEMBER, member(Power.PUBLISH))
def stances(organization: str, slug: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Show where each company stands, and what was recorded of it."""
    session = db.session()
    found = get_own_campaign_by_slug(session, current_actor(), slug)
    rows = [(one, stance_history(session, one.company.id, found.id)) for one in list_stances(session, found.id)]
    return render_template("organize/stances.html", campaign=found, rows=rows)


@access(Access.MEMBER, member(Power.PUBLISH))
def stance(organization: str, slug: str, company: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard reads it
    """Ask where a company stands."""
    found = get_own_campaign_by_slug(db.session(), current_actor(), slug)
    standing = _standing(found, company)
    typed = {"stance": standing.stance.stance if standing.stance else "", "as_of": f"{now():%Y-%m-%d}"}
    return _form(found, standing, typed, {})


def _standing(found: Campaign, company: str) -> Standing:
    for one in list_stances(db.session(), found.id):
        if one.company.slug == company:
            return one
    raise NotFoundError("the campaign addresses no such company")


def _form(found: Campaign, standing: Standing, typed: Mapping[str, str], errors: Errors) -> ResponseReturnValue:
    session = db.session()
    counts = count_letters_by_state(session, campaign_id=found.id, company_id=standing.company.id)
    page = render_template(
        "organize/stance.html",
        campaign=found,
        standing=standing,
        history=stance_history(session, standing.company.id, found.id),
        unsent=sum(counts.get(state, 0) for state in _UNSENT),
        typed=typed,
        errors=errors,
    )
    return page, 422 if errors else 200


@access(Access.MEMBER, member(Power.PUBLISH))
def record(organization: str, slug: str, company: str) -> ResponseReturnValue:
    """Record where a company stands since a day."""
    from campaign.targets.rules import check_standing  # noqa: PLC0415 - costs 150 ms; only who records pays

    actor, form = current_actor(), read_form(request).values
    found = get_own_campaign_by_slug(db.session(), actor, slug)
    standing = _standing(found, company)
    given = {
        "company": company,
        "stance": form.get("stance", ""),
        "as_of": form.get("as_of", "").strip() or None,
        "evidence": texts_of(form, "evidence", found.languages),
    }
    command, problems = check_standing(given, found.languages, now())
    if command is None or command.stance is None or command.as_of is None:
        return _form(found, standing, form, errors_of(problems, found.languages))
    word, day, evidence = command.stance, command.as_of, command.evidence
    keys = {"campaign_id": found.id, "company_id": standing.company.id}

    def work(session: Session) -> None:
        record_stance(session, actor, Edit("form", now()), **keys, stance=word, as_of=day, evidence=evidence)

    unit_of_work().run(work, wakes=["letters"])
    return redirect(url_for("organize.stances", organization=organization, slug=slug, done="recorded"), 303)
