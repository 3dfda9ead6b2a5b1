"""Periodic work of proposals: forget those that were decided long ago."""

from campaign.kernel.periodic import PeriodicJob
from campaign.proposals.queries import purge_decided

JOBS = (PeriodicJob("proposals.purge", 3600, purge_decided),)
