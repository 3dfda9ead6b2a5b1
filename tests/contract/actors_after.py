"""Cases of what follows signing."""

from campaign.actions.after import saving
from campaign.campaigns.models import Campaign
from campaign.kernel.actors import Power
from campaign.kernel.clock import now
from campaign.revisions.service import Edit

P = Power.PUBLISH


def _save(session, actor, w):
    campaign = session.get_one(Campaign, w.campaign_id)
    return saving.save_after(session, actor, campaign, {"steps": ["share"]}, Edit("form", now()))


def cases(case):
    """Return the cases; `case` makes one."""
    return [case(saving.save_after, _save, P, verb="change", takes_key=False)]
