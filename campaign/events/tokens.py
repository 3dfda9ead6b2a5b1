"""Links to one's own RSVP."""

from datetime import timedelta

from campaign.kernel.installation import Installation
from campaign.kernel.tokens import Sealer, Signer

RSVP_SECONDS = int(timedelta(days=2 * 365).total_seconds())
"""A march is announced long before, and a calendar keeps its links: the link outlives both."""


TYPED_SECONDS = int(timedelta(hours=1).total_seconds())


def typed_sealer(installation: Installation) -> Sealer:
    """Carries a change of an RSVP to the page that asks whether its holder means it, which Reload and Back find again.

    Value: the public id of its action, and what was typed, as pairs.
    """
    return installation.sealer("rsvp.typed", TYPED_SECONDS)


def rsvp_signer(installation: Installation) -> Signer:
    """Links that show and change one RSVP. Claim: the public id of its action."""
    return installation.signer("rsvp", RSVP_SECONDS)
