"""Links to one's own RSVP."""

from datetime import timedelta

from campaign.kernel.installation import Installation
from campaign.kernel.tokens import Signer

RSVP_SECONDS = int(timedelta(days=2 * 365).total_seconds())
"""A march is announced long before, and a calendar keeps its links: the link outlives both."""


def rsvp_signer(installation: Installation) -> Signer:
    """Links that show and change one RSVP. Claim: the public id of its action."""
    return installation.signer("rsvp", RSVP_SECONDS)
