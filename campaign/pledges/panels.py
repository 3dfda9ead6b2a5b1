"""The pledge's part of a campaign page: the form, or what is true instead of it."""

from collections.abc import Sequence

from flask import current_app
from flask_babel import gettext
from sqlalchemy.orm import Session

from campaign.actions.kind import ActionView, Panel
from campaign.actions.queries import list_public_ids
from campaign.actions.questions.asked import list_asked
from campaign.actions.service.showing_comments import list_own_comments
from campaign.campaigns.models import Campaign
from campaign.kernel.clock import now
from campaign.kernel.installation import Installation
from campaign.pledges.forms import PledgeForm
from campaign.pledges.queries import list_lately, list_voices, list_week
from campaign.pledges.service import KIND


def campaign_panel(session: Session, campaign: Campaign, _language: str) -> Panel | None:
    """Return the form for an open campaign; None for every other."""
    if not campaign.is_open:
        return None
    installation: Installation = current_app.extensions["campaign.intake"].installation
    form = PledgeForm.empty()
    form.make_ready(installation)
    if not campaign.is_high_safety:
        form.ask(list_asked(session, campaign.id).get(KIND, ()), campaign.languages)
    # Of a high-safety campaign nothing is shown that moves with a name.
    week = () if campaign.is_high_safety else list_week(session, campaign.id)
    context = {
        "form": form,
        "campaign": campaign,
        "organization_name": campaign.organization.name,
        "lately": () if campaign.is_high_safety else list_lately(session, campaign.id),
        "voices": () if campaign.is_high_safety else list_voices(session, campaign.id),
        "week": week,
        "most_a_day": max((day.count for day in week), default=0),
        "now": now(),
    }
    call = gettext("Sign the petition")
    return Panel("pledges/panel.html", context, order=10, call=call, anchor="pledge")


def describe(session: Session, action_ids: Sequence[int], _language: str) -> list[ActionView]:
    """Name one's own pledges, and say how their words stand; the spine says the rest."""
    words = list_own_comments(session, action_ids)
    return [
        ActionView(str(public_id), gettext("My signature"), "pledges/mine.html", {"words": words.get(public_id, "")})
        for public_id in list_public_ids(session, action_ids).values()
    ]
