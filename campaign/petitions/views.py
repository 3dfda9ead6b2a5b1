"""The door of the pledge: parse, hand in, thank."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from campaign.actions.desk import desk
from campaign.actions.doorstep import Doorstep, find_doorstep, read_doorstep
from campaign.actions.forms import page_language, read_posted, to_command
from campaign.actions.journey import Journey, seal_journey
from campaign.actions.wording import consent_wording
from campaign.campaigns.texts import pick
from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.errors import LimitedError, TryLaterError
from campaign.kernel.localized import current_language, localized, negotiate, use_language
from campaign.petitions.forms import PledgeForm
from campaign.petitions.panels import fresh_form
from campaign.petitions.service import KIND


@access(Access.PUBLIC)
@localized
def page(slug: str) -> ResponseReturnValue:
    """Show the form by itself: where an error page leads back to."""
    doorstep = find_doorstep(db.session(), slug)
    negotiate(doorstep.languages)
    if not doorstep.is_open:
        return redirect(url_for("site.campaign", slug=slug))
    return _page(doorstep, fresh_form(desk().installation), 200)


@access(Access.PUBLIC)
def sign(slug: str) -> ResponseReturnValue:
    """Take a pledge; answer 303 to the thanks page, alike for known and new addresses."""
    office = desk()
    doorstep = find_doorstep(db.session(), slug)
    posted = read_posted(request, office.installation)
    language = use_language(page_language(posted.form.values, doorstep))
    form = PledgeForm(formdata=posted.form.values)
    if not doorstep.is_open:
        return _closed(read_doorstep(db.session(), slug), form)
    if not form.check(doorstep, posted.form, office.installation):
        return _page(doorstep, form, 422)
    wording_id = None
    if form.consent.data and not doorstep.is_high_safety:
        words = consent_wording(doorstep.organization_name)
        wording_id = office.wordings.id_of(doorstep.organization_id, language, words)
    command = to_command(form, doorstep, posted, office.installation, kind=KIND, is_counted=True, wording_id=wording_id)
    try:
        outcome = office.take(KIND, command)
    except LimitedError as error:
        return _page(doorstep, form, 429, error)
    except TryLaterError as error:
        return _page(doorstep, form, 503, error)
    if outcome.outcome == "closed":
        return _closed(read_doorstep(db.session(), slug), form)
    journey = Journey(kind=KIND, language=language)
    if not doorstep.is_high_safety:
        journey = Journey(
            kind=KIND,
            given_name=command.given_name,
            family_name=command.family_name,
            email=command.email_display,
            postal_code=command.postal_code,
            country=command.country,
            language=language,
        )
    return redirect(url_for("actions.thanks", slug=slug, t=seal_journey(office.installation, journey)), 303)


def _page(doorstep: Doorstep, form: PledgeForm, status: int, error: TryLaterError | None = None) -> ResponseReturnValue:
    form.offer_countries()
    form.stamp.data = desk().installation.stamp.make()
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


def _closed(doorstep: Doorstep, form: PledgeForm) -> ResponseReturnValue:
    title = pick(doorstep.title, current_language(), doorstep.languages)
    return render_template("petitions/closed.html", form=form, campaign=doorstep, title=title), 409


def create_blueprint() -> Blueprint:
    """Return the pledge's doors."""
    blueprint = Blueprint("petitions", __name__)
    blueprint.add_url_rule("/campaigns/<slug>/pledge", view_func=page, endpoint="page")
    blueprint.add_url_rule("/campaigns/<slug>/pledge", view_func=sign, methods=["POST"], endpoint="sign")
    return blueprint
