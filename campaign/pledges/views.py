"""The door of the pledge: parse, hand in, thank."""

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.actions.correcting_addresses import find_mended, visit_state_of
from campaign.actions.doorstep import Doorstep
from campaign.actions.fields import language_of, to_command
from campaign.actions.intake import current_intake
from campaign.actions.posted import PostedForm, read_posted, read_posted_fields
from campaign.actions.redirects import lead_to_thanks
from campaign.actions.vouchers import VisitState
from campaign.campaigns.texts import pick
from campaign.kernel.access import Access, access
from campaign.kernel.errors import LimitedError, TryLaterError
from campaign.kernel.headers import no_store
from campaign.kernel.localized import current_language, localized, negotiate, use_language
from campaign.pledges.forms import PledgeForm
from campaign.pledges.service import KIND


@access(Access.PUBLIC)
@localized
def page(slug: str) -> ResponseReturnValue:
    """Show the form by itself: where an error page leads back to."""
    doorstep = current_intake().doorsteps.find(slug)
    negotiate(doorstep.languages)
    if not doorstep.is_open:
        return redirect(url_for("site.campaign", slug=slug))
    return _page(doorstep, PledgeForm.empty(), 200)


@access(Access.PUBLIC)
def sign(slug: str) -> ResponseReturnValue:
    """Take a pledge; answer 303 to the thanks page, alike for known and new addresses."""
    no_store()
    intake = current_intake()
    doorstep = intake.doorsteps.find(slug)
    posted = read_posted(request, intake.installation)
    use_language(language_of(posted.form.values, doorstep))
    if not doorstep.is_open:  # perhaps it is by now: what doors know may be two seconds old
        doorstep = intake.doorsteps.read(slug)
    if not doorstep.is_open:
        return _closed(doorstep, posted)
    fields = read_posted_fields(posted, doorstep, intake.installation, asked_by=KIND)
    if fields.problems:
        limited = intake.count_in_vain(posted, doorstep.limit_scope)
        return _page(doorstep, PledgeForm.refilled(posted.form, fields.problems), 429 if limited else 422, limited)
    wording_id = intake.consent_id(doorstep, fields)
    command = to_command(
        fields, doorstep, intake.installation, posted.origin, kind=KIND, is_counted=True, wording_id=wording_id
    )
    mends = find_mended(posted, fields, command, doorstep, intake.installation)
    if mends is not None:
        command = replace(command, mends=mends)
    try:
        outcome = intake.take(KIND, command)
    except LimitedError as error:
        return _page(doorstep, PledgeForm.refilled(posted.form), 429, error)
    except TryLaterError as error:
        return _page(doorstep, PledgeForm.refilled(posted.form), 503, error)
    if outcome.outcome == "closed":
        return _closed(intake.doorsteps.read(slug), posted)
    visit_state = VisitState(kind=KIND, language=fields.language)
    if not doorstep.is_high_safety:
        visit_state = visit_state_of(KIND, fields, command, posted)
    return lead_to_thanks(intake.installation, slug, visit_state)


def _page(doorstep: Doorstep, form: PledgeForm, status: int, error: TryLaterError | None = None) -> ResponseReturnValue:
    form.make_ready(current_intake().installation)
    form.ask(doorstep.questions.get(KIND, ()), doorstep.languages)
    html = render_template(
        "pledges/page.html",
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
    return render_template("pledges/closed.html", form=form, campaign=doorstep, title=title), 409


def create_blueprint() -> Blueprint:
    """Return the pledge's doors."""
    blueprint = Blueprint("pledges", __name__)
    blueprint.add_url_rule("/campaigns/<slug>/pledge", view_func=page, endpoint="page")
    blueprint.add_url_rule("/campaigns/<slug>/pledge", view_func=sign, methods=["POST"], endpoint="sign")
    return blueprint
