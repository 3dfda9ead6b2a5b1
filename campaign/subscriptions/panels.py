"""The parts of "Stay connected" on other pages: home, an organization's, the thanks page, and one's own."""

from collections.abc import Sequence

from flask import current_app
from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from campaign.actions.doorstep import Doorstep
from campaign.actions.intake import current_intake
from campaign.actions.kind import ActionView, Panel, StepWords
from campaign.actions.queries import find_own_action
from campaign.actions.visits import known_of
from campaign.actions.vouchers import VisitState
from campaign.kernel.db import db
from campaign.kernel.installation import Installation
from campaign.people.consents import list_mailable
from campaign.subscriptions.forms import SubscriptionForm
from campaign.subscriptions.queries import Offering, list_offering, list_subscriptions
from campaign.subscriptions.service import KIND


def home_panel(session: Session, _language: str) -> Panel | None:
    """Offer all organizations, one to be chosen; nothing where there is none."""
    return _panel("subscriptions/home.html", list_offering(session), order=90)


def organization_panel(session: Session, slug: str, _language: str) -> Panel | None:
    """Offer the organization of this slug; nothing where it keeps nobody's address."""
    offering = [one for one in list_offering(session) if one.slug == slug]
    return _panel("subscriptions/organization.html", offering, order=90)


def _panel(template: str, offering: Sequence[Offering], order: int) -> Panel | None:
    if not offering:
        return None
    installation: Installation = current_app.extensions["campaign.intake"].installation
    form = SubscriptionForm.empty()
    form.make_ready(installation)
    return Panel(template, {"form": form, "offering": offering}, order)


STEP_WORDS = StepWords(
    lazy_gettext("Stay connected"), lazy_gettext("Get emails about campaigns, victories and events.")
)


def next_step(doorstep: Doorstep, visit_state: VisitState, token: str) -> Panel | None:
    """Offer it to who has just confirmed something and agreed to nothing; one press, for their address is known.

    Whoever is not known by a voucher is not asked: they may have agreed already, and no page of theirs may tell.
    """
    session = db.session()
    known = known_of(session, visit_state, doorstep)
    if visit_state.kind == KIND or known is None or visit_state.voucher is None or KIND not in doorstep.offered:
        return None
    action = find_own_action(session, visit_state.voucher)
    if action is None or action.person_id is None:
        return None
    if list_mailable(session, doorstep.organization_id, [action.person_id]):
        return None
    form = SubscriptionForm.empty()
    form.make_ready(current_intake().installation)
    form.known, form.t.data, form.campaign.data = known, token, doorstep.slug
    offering = [Offering(doorstep.organization_slug, doorstep.organization_name, doorstep.slug)]
    return Panel("subscriptions/next.html", {"form": form, "offering": offering})


def describe(session: Session, action_ids: Sequence[int], _language: str) -> list[ActionView]:
    """Say from whom one hears, and whether that still goes on."""
    return [
        ActionView(own.public_id, gettext("Stay connected"), "subscriptions/mine.html", {"own": own}, own.organization)
        for own in list_subscriptions(session, action_ids)
    ]
