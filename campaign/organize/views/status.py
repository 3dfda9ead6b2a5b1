"""A campaign's steps: published now or at a time, paused, closed, opened again.

Each page says first what becomes of what.
"""

from collections.abc import Callable, Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.accounts.web.guards import current_actor, member
from campaign.campaigns.commands import Due
from campaign.campaigns.lifecycle import STEPS, schedule_opening, take_step
from campaign.campaigns.models import Campaign
from campaign.campaigns.queries import get_own_campaign_by_slug
from campaign.kernel.access import Access, access
from campaign.kernel.actors import Actor, Power
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.errors import RefusedError
from campaign.kernel.formdata import read_form
from campaign.kernel.problems import Problem
from campaign.kernel.unit import unit_of_work
from campaign.organize.by_language import Errors
from campaign.organize.checklist import check_campaign
from campaign.organize.consequences import foresee
from campaign.organize.lifecycle_words import errors_of
from campaign.organize.when import ZONES, read_due, say_moment, typed_due
from campaign.revisions.service import Edit

_AT = "/<organization>/campaigns/<slug>"
_ASKED = ("pause", "close", "reopen")


def add_status(blueprint: Blueprint) -> None:
    """Add the doors of this room."""
    blueprint.add_url_rule(f"{_AT}/publish", "publish", publish)
    blueprint.add_url_rule(f"{_AT}/publish", "do_publish", do_publish, methods=["POST"])
    for step in _ASKED:
        blueprint.add_url_rule(f"{_AT}/{step}", f"{step}_campaign", _asking(step))
        blueprint.add_url_rule(f"{_AT}/{step}", f"do_{step}", _doing(step), methods=["POST"])


@access(Access.MEMBER, member(Power.PUBLISH))
def publish(organization: str, slug: str) -> ResponseReturnValue:
    """Show what is missing, and ask when the campaign is to open."""
    found = get_own_campaign_by_slug(db.session(), current_actor(), slug)
    if found.status != "draft":
        return _back(organization, slug)
    return _publish_page(organization, found)


def _publish_page(
    organization: str, found: Campaign, form: Mapping[str, str] | None = None, errors: Errors | None = None
) -> ResponseReturnValue:
    session = db.session()
    due = Due(found.opens_at, found.opens_zone) if found.opens_at and found.opens_zone else None
    page = render_template(
        "organize/publish.html",
        campaign=found,
        lacks=check_campaign(session, found, organization),
        foreseen=foresee(session, found, "open"),
        opens=say_moment(due.at, due.timezone) if due else "",
        typed=typed_due(due, form),
        zones=ZONES,
        errors=errors or {},
    )
    return page, 422 if errors else 200


@access(Access.MEMBER, member(Power.PUBLISH))
def do_publish(organization: str, slug: str) -> ResponseReturnValue:
    """Open a draft now (`do` is `now`), at a time (`schedule`), or at no time any more (`unschedule`)."""
    actor, form = current_actor(), read_form(request).values
    found = get_own_campaign_by_slug(db.session(), actor, slug)
    due, problems, done = None, list[Problem](), {"unschedule": "unscheduled", "now": "published"}
    if form.get("do") == "schedule":
        due, problems = read_due(form)
    is_leading_out = form.get("do") != "unschedule" and found.status == "draft"
    if is_leading_out and check_campaign(db.session(), found, organization).is_blocked:
        problems.append(Problem((), "step_missing"))
    if problems:
        return _publish_page(organization, found, form, errors_of(problems, found.languages))
    is_now = form.get("do") == "now"

    def work(session: Session) -> None:
        if is_now:
            take_step(session, actor, slug, "publish", Edit("status", now()))
        else:
            schedule_opening(session, actor, slug, due, Edit("status", now()))

    return _do(organization, slug, work, done.get(form.get("do", ""), "scheduled"))


def _asking(step: str) -> Callable[..., ResponseReturnValue]:
    @access(Access.MEMBER, member(Power.PUBLISH))
    def ask(organization: str, slug: str) -> ResponseReturnValue:
        """Say what becomes of what, and ask."""
        found = get_own_campaign_by_slug(db.session(), current_actor(), slug)
        if found.status not in STEPS[step].froms:
            return _back(organization, slug)
        foreseen = foresee(db.session(), found, STEPS[step].to)
        return render_template("organize/step.html", campaign=found, step=step, foreseen=foreseen)

    return ask


def _doing(step: str) -> Callable[..., ResponseReturnValue]:
    @access(Access.MEMBER, member(Power.PUBLISH))
    def do(organization: str, slug: str) -> ResponseReturnValue:
        """Take the step."""
        actor: Actor = current_actor()

        def work(session: Session) -> None:
            take_step(session, actor, slug, step, Edit("status", now()))

        return _do(organization, slug, work, {"pause": "paused", "close": "closed", "reopen": "reopened"}[step])

    return do


def _do(organization: str, slug: str, work: Callable[[Session], object], done: str) -> ResponseReturnValue:
    """Do it, and go back to the overview; where somebody was quicker, the overview says how the campaign stands now."""
    try:
        unit_of_work().run(work, wakes=["letters"])
    except RefusedError as error:
        status = str(error.problem.parameters.get("status", ""))
        return redirect(url_for("organize.campaign", organization=organization, slug=slug, now=status), 303)
    return redirect(url_for("organize.campaign", organization=organization, slug=slug, done=done), 303)


def _back(organization: str, slug: str) -> ResponseReturnValue:
    return redirect(url_for("organize.campaign", organization=organization, slug=slug), 303)
