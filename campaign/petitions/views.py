"""The door of the pledge: parse, hand in, thank."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.actions.desk import desk
from campaign.actions.doorstep import Doorstep
from campaign.actions.fields import language_of, to_command
from campaign.actions.journey import Journey
from campaign.actions.mending import find_mended, journey_of
from campaign.actions.onward import lead_to_thanks
from campaign.actions.posted import PostedForm, read_posted, read_posted_fields
from campaign.campaigns.texts import pick
from campaign.kernel.access import Access, access
from campaign.kernel.errors import LimitedError, TryLaterError
from campaign.kernel.headers import no_store
from campaign.kernel.localized import current_language, localized, negotiate, use_language
from campaign.petitions.forms import PledgeForm
from campaign.petitions.service import KIND


@access(Access.PUBLIC)
@localized
def page(slug: str) -> ResponseReturnValue:
    """Show the form by itself: where an error page leads back to."""
    doorstep = desk().doorsteps.find(slug)
    negotiate(doorstep.languages)
    if not doorstep.is_open:
        return redirect(url_for("site.campaign", slug=slug))
    return _page(doorstep, PledgeForm.empty(), 200)


@access(Access.PUBLIC)
def sign(slug: str) -> ResponseReturnValue:
    """Take a pledge; answer 303 to the thanks page, alike for known and new addresses."""
    no_store()
    office = desk()
    doorstep = office.doorsteps.find(slug)
    posted = read_posted(request, office.installation)
    use_language(language_of(posted.form.values, doorstep))
    if not doorstep.is_open:  # perhaps it is by now: what doors know may be two seconds old
        doorstep = office.doorsteps.read(slug)
    if not doorstep.is_open:
        return _closed(doorstep, posted)
    fields = read_posted_fields(posted, doorstep, office.installation)
    if fields.problems:
        limited = office.count_in_vain(posted, doorstep.limit_scope)
        return _page(doorstep, PledgeForm.refilled(posted.form, fields.problems), 429 if limited else 422, limited)
    wording_id = office.consent_id(doorstep, fields)
    command = to_command(
        fields, doorstep, office.installation, posted.origin, kind=KIND, is_counted=True, wording_id=wording_id
    )
    mends = find_mended(posted, fields, command, doorstep, office.installation)
    if mends is not None:
        command = replace(command, mends=mends)
    try:
        outcome = office.take(KIND, command)
    except LimitedError as error:
        return _page(doorstep, PledgeForm.refilled(posted.form), 429, error)
    except TryLaterError as error:
        return _page(doorstep, PledgeForm.refilled(posted.form), 503, error)
    if outcome.outcome == "closed":
        return _closed(office.doorsteps.read(slug), posted)
    journey = Journey(kind=KIND, language=fields.language)
    if not doorstep.is_high_safety:
        journey = journey_of(KIND, fields, command, posted)
    return lead_to_thanks(office.installation, slug, journey)


def _page(doorstep: Doorstep, form: PledgeForm, status: int, error: TryLaterError | None = None) -> ResponseReturnValue:
    form.make_ready(desk().installation)
    html = render_template(
        "petitions/page.html",
        form=form,
        campaign=doorstep,
        organization_name=doorstep.organization_name,
        title=pick(doorstep.title, current_language(), doorstep.languages),
        demand=pick(doorstep.demand, current_language(), doorstep.languages),
        status=status,
    )
    return html, status, {"Retry-After": str(error.retry_after_seconds)} if error else {}


def _closed(doorstep: Doorstep, posted: PostedForm) -> ResponseReturnValue:
    title = pick(doorstep.title, current_language(), doorstep.languages)
    form = PledgeForm.refilled(posted.form)
    return render_template("petitions/closed.html", form=form, campaign=doorstep, title=title), 409


def create_blueprint() -> Blueprint:
    """Return the pledge's doors."""
    blueprint = Blueprint("petitions", __name__)
    blueprint.add_url_rule("/campaigns/<slug>/pledge", view_func=page, endpoint="page")
    blueprint.add_url_rule("/campaigns/<slug>/pledge", view_func=sign, methods=["POST"], endpoint="sign")
    return blueprint
