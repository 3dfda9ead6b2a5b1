"""Periodic work of accounts: forget links whose time is over."""

from campaign.accounts.linking import purge_links
from campaign.kernel.periodic import PeriodicJob

JOBS = (PeriodicJob("accounts.purge_links", 3600, purge_links),)
