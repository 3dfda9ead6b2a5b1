"""The door of "Stay connected": one address, whichever page the form stands on."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from campaign.actions.doorstep import Doorstep
from campaign.actions.fields import ActionFields, to_command
from campaign.actions.intake import Intake, current_intake
from campaign.actions.posted import PostedForm, read_posted, read_posted_address
from campaign.actions.queries import list_public_ids
from campaign.actions.redirects import lead_to_thanks
from campaign.actions.visits import Known, fill_in, known_of, onward
from campaign.actions.vouchers import VisitState, open_visit_state
from campaign.actions.wording import chosen_wording, own_page_wording
from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.errors import LimitedError, NotFoundError, TryLaterError
from campaign.kernel.headers import no_store
from campaign.kernel.languages import INTERFACE
from campaign.kernel.localized import current_language, localized, negotiate, use_language
from campaign.kernel.problems import Problem
from campaign.subscriptions.forms import SubscriptionForm
from campaign.subscriptions.queries import Offering, list_offering
from campaign.subscriptions.service import KIND


@dataclass(frozen=True)
class _Ask:
    """What was posted, with who asks as far as the visit knows it, and what they may choose among."""

    posted: PostedForm
    visit_state: VisitState
    offering: Sequence[Offering]

    @property
    def chosen(self) -> Offering | None:
        """The organization whose box was ticked."""
        slug = self.posted.form.values.get("organization", "")
        return next((one for one in self.offering if one.slug == slug), None)

    def form(self, known: Known | None, problems: Sequence[Problem] = ()) -> SubscriptionForm:
        """Return the form with what was typed, and what is wrong with it."""
        made = SubscriptionForm.refilled(self.posted.form, problems)
        made.known = known
        return made


@access(Access.PUBLIC)
@localized
def page() -> ResponseReturnValue:
    """Show the form by itself: of one organization (`organization`), or of all."""
    no_store()
    negotiate(INTERFACE)
    offering = _offering(request.args.get("organization", ""))
    if not offering:
        raise NotFoundError("no organization here keeps addresses")
    return _page(SubscriptionForm.empty(), offering, 200)


@access(Access.PUBLIC)
def send() -> ResponseReturnValue:
    """Take a subscription; answer 303 to a thanks page, alike for known and new addresses."""
    no_store()
    intake = current_intake()
    posted = read_posted(request, intake.installation)
    use_language(posted.form.values.get("language"))
    visit_state = open_visit_state(intake.installation, posted.form.values.get("t", ""))
    ask = _Ask(posted, visit_state, _offering(posted.form.values.get("only", "")))
    if ask.chosen is None:
        return _refuse(intake, ask, None, [*posted.find_problems(intake.installation.stamp), _unchosen(ask)])
    doorstep = _doorstep(intake, ask.chosen, posted.form.values.get("campaign", ""))
    known = known_of(db.session(), visit_state, doorstep)
    fields = read_posted_address(fill_in(posted, known), doorstep, intake.installation)
    if fields.problems:
        return _refuse(intake, ask, known, fields.problems)
    return _take(intake, ask, doorstep, known, fields)


def _offering(only: str) -> list[Offering]:
    """Return the organizations to choose among: the one that is named, where one can, else all."""
    offering = list_offering(db.session())
    return [one for one in offering if one.slug == only] or offering


def _unchosen(ask: _Ask) -> Problem:
    return Problem(("organization",), "missing" if len(ask.offering) == 1 else "not_chosen")


def _doorstep(intake: Intake, chosen: Offering, offered_in: str) -> Doorstep:
    """Return the campaign that the action hangs on: where it was offered, or the organization's first."""
    try:
        found = intake.doorsteps.find(offered_in) if offered_in else None
    except NotFoundError:
        found = None
    if found is not None and found.organization_slug == chosen.slug and KIND in found.offered:
        return found
    return intake.doorsteps.find(chosen.campaign)


def _take(
    intake: Intake, ask: _Ask, doorstep: Doorstep, known: Known | None, fields: ActionFields
) -> ResponseReturnValue:
    is_known = known is not None and not ask.posted.form.values.get("email", "").strip()
    if known is not None and is_known:  # a voucher stands for a whole person
        values = known.values
        fields.given_name, fields.family_name = values.get("given_name", ""), values.get("family_name", "")
        fields.postal_code, fields.country = values.get("postal_code", ""), values.get("country", "")
    wording = own_page_wording if len(ask.offering) == 1 else chosen_wording
    words = wording(doorstep.organization_name)
    command = to_command(
        fields,
        doorstep,
        intake.installation,
        ask.posted.origin,
        kind=KIND,
        is_counted=False,
        wording_id=intake.wordings.id_of(doorstep.organization_id, current_language(), words),
        vouched_by=ask.visit_state.voucher if is_known else None,
    )
    try:
        outcome = intake.take(KIND, command)
    except LimitedError as error:
        return _page(ask.form(known), ask.offering, 429, error)
    except TryLaterError as error:
        return _page(ask.form(known), ask.offering, 503, error)
    if outcome.outcome == "closed":  # made a draft again a moment ago
        raise NotFoundError("this campaign is not public any more")
    if outcome.outcome == "vouched":
        after = onward(ask.visit_state, KIND, list_public_ids(db.session(), [outcome.action_id])[outcome.action_id])
        return lead_to_thanks(intake.installation, doorstep.slug, after)
    email = "" if is_known else command.email_display
    after = VisitState(kind=KIND, language=fields.language, email=email)
    return lead_to_thanks(intake.installation, doorstep.slug, after)


def _refuse(intake: Intake, ask: _Ask, known: Known | None, problems: Sequence[Problem]) -> ResponseReturnValue:
    limited = intake.count_in_vain(ask.posted)
    return _page(ask.form(known, problems), ask.offering, 429 if limited else 422, limited)


def _page(
    form: SubscriptionForm, offering: Sequence[Offering], status: int, error: TryLaterError | None = None
) -> ResponseReturnValue:
    form.make_ready(current_intake().installation)
    html = render_template("subscriptions/page.html", form=form, offering=offering, status=status)
    return html, status, {"Retry-After": str(error.retry_after_seconds)} if error else {}


def create_blueprint() -> Blueprint:
    """Return the doors of "Stay connected"."""
    blueprint = Blueprint("subscriptions", __name__)
    blueprint.add_url_rule("/stay-connected", view_func=page, endpoint="page")
    blueprint.add_url_rule("/stay-connected", view_func=send, methods=["POST"], endpoint="send")
    return blueprint
