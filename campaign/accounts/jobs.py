"""Periodic work of accounts: forget links, sessions, challenges and tries whose time is over."""

from campaign.accounts.challenges import purge_challenges
from campaign.accounts.linking import purge_links
from campaign.accounts.sessions import purge_sessions
from campaign.accounts.tries import purge_tries
from campaign.kernel.periodic import PeriodicJob

JOBS = (
    PeriodicJob("accounts.purge_links", 3600, purge_links),
    PeriodicJob("accounts.purge_sessions", 3600, purge_sessions),
    PeriodicJob("accounts.purge_challenges", 3600, purge_challenges),
    PeriodicJob("accounts.purge_tries", 3600, purge_tries),
)
