"""Periodic work of accounts: forget what has its time and is over; end access that nobody uses."""

from campaign.accounts.challenges import purge_challenges
from campaign.accounts.inviting import purge_invitations
from campaign.accounts.linking import purge_links
from campaign.accounts.sessions import purge_sessions
from campaign.accounts.tries import purge_tries
from campaign.accounts.unused import end_unused, warn_unused
from campaign.kernel.periodic import PeriodicJob

JOBS = (
    PeriodicJob("accounts.purge_links", 3600, purge_links),
    PeriodicJob("accounts.purge_invitations", 3600, purge_invitations),
    PeriodicJob("accounts.purge_sessions", 3600, purge_sessions),
    PeriodicJob("accounts.purge_challenges", 3600, purge_challenges),
    PeriodicJob("accounts.purge_tries", 3600, purge_tries),
    PeriodicJob("accounts.warn_unused", 86_400, warn_unused),
    PeriodicJob("accounts.end_unused", 86_400, end_unused),
)
"""What runs by itself, and how often, in seconds."""
