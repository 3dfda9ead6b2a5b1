"""Periodic work of campaigns: what opens, or is published, at the time that an organizer set."""

from campaign.campaigns.lifecycle import open_due
from campaign.campaigns.news import publish_due
from campaign.kernel.periodic import PeriodicJob

_FEW_SECONDS = 5

JOBS = (
    PeriodicJob("campaigns.open_due", _FEW_SECONDS, open_due),
    PeriodicJob("campaigns.publish_due", _FEW_SECONDS, publish_due),
)
