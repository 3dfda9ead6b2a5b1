"""What one is sent, on one's own page: each organization's consent is given or taken back there, or all of it stopped.

Each press is a fact of its own (`campaign.people.consents`). Who agrees here agrees to the words that stand above the
button.
"""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from campaign.actions.intake import Intake, current_intake
from campaign.actions.posted import read_posted
from campaign.actions.tokens import my_signer
from campaign.actions.views.mine import open_page
from campaign.actions.wording import own_page_wording
from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.errors import NotFoundError
from campaign.kernel.guards import opened_by
from campaign.kernel.localized import current_language
from campaign.kernel.unit import unit_of_work
from campaign.people.consents import OwnMail, list_own_mail
from campaign.people.stopping import agree, stop


@access(Access.TOKEN, opened_by(my_signer))
def change(token: str, slug: str) -> ResponseReturnValue:
    """Take back what one agreed to with an organization (`step=stop`), or agree to it (`step=agree`)."""
    intake = current_intake()
    person_id, listed = _open(intake, token)
    one = next((one for one in listed if one.slug == slug), None)
    if one is None:
        raise NotFoundError("no such organization")
    organization_id = one.organization_id
    posted = read_posted(request, intake.installation)
    step = posted.form.values.get("step")
    if step == "stop":
        unit_of_work().run(lambda session: stop(session, person_id, [organization_id], "my"), is_idempotent=True)
    elif step == "agree":
        intake.check_limits(posted.poster())
        wording_id = intake.wordings.id_of(organization_id, current_language(), own_page_wording(one.organization))
        unit_of_work().run(
            lambda session: agree(session, person_id, organization_id, wording_id, "my"), is_idempotent=True
        )
    return redirect(url_for("actions.my", token=token, _anchor="mail"), 303)


@access(Access.TOKEN, opened_by(my_signer))
def stop_all(token: str) -> ResponseReturnValue:
    """Stop what all the organizations on the page send unasked."""
    person_id, listed = _open(current_intake(), token)
    organization_ids = [one.organization_id for one in listed]
    unit_of_work().run(lambda session: stop(session, person_id, organization_ids, "my"), is_idempotent=True)
    return redirect(url_for("actions.my", token=token, _anchor="mail"), 303)


def _open(intake: Intake, token: str) -> tuple[int, list[OwnMail]]:
    person_id = open_page(intake, token).person_id
    if person_id is None:
        raise NotFoundError("nobody here is sent anything")
    return person_id, list_own_mail(db.session(), person_id)


def register(blueprint: Blueprint) -> None:
    """Add this room's routes."""
    blueprint.add_url_rule("/my/<token>/mail", view_func=stop_all, methods=["POST"], endpoint="my_stop_mail")
    blueprint.add_url_rule("/my/<token>/mail/<slug>", view_func=change, methods=["POST"], endpoint="my_mail")
