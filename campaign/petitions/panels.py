"""The pledge's part of a campaign page: the form, or what is true instead of it."""

from collections.abc import Sequence

from flask import current_app
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from campaign.actions.kind import ActionView, Panel
from campaign.actions.queries import list_public_ids
from campaign.campaigns.models import Campaign
from campaign.kernel.installation import Installation
from campaign.kernel.localized import current_language
from campaign.petitions.forms import PledgeForm


def campaign_panel(_session: Session, campaign: Campaign, _language: str) -> Panel | None:
    """Return the form for an open campaign; None for every other."""
    if not campaign.is_open:
        return None
    installation: Installation = current_app.extensions["campaign.desk"].installation
    form = fresh_form(installation)
    context = {"form": form, "campaign": campaign, "organization_name": campaign.organization.name}
    return Panel("petitions/panel.html", context, order=10)


def describe(session: Session, action_ids: Sequence[int], _language: str) -> list[ActionView]:
    """Name one's own pledges; the spine says the rest."""
    return [
        ActionView(str(public_id), gettext("My name")) for public_id in list_public_ids(session, action_ids).values()
    ]


def fresh_form(installation: Installation, prefill: dict[str, str] | None = None) -> PledgeForm:
    """Return an empty form with the stamp of this minute."""
    form = PledgeForm(formdata=None, data=prefill or {})
    form.stamp.data = installation.stamp.make()
    form.language.data = current_language()
    form.offer_countries()
    return form


def refilled_form(values: "MultiDict[str, str]", installation: Installation) -> PledgeForm:
    """Return the form with what was typed, to be sent again."""
    form = PledgeForm(formdata=values)
    form.offer_countries()
    form.stamp.data = installation.stamp.make()
    return form
