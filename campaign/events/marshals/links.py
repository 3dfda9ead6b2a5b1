"""The link to a marshal's page: of one leg, until a moment, and good until the leg's links are taken back.

    open ─(its time is over)─► over: takes for 24 hours what was said before ─► closed
      └─(all links of the leg taken back)─► revoked

The database holds a number per leg, and no link: a link carries the number as it was when the link was made.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from campaign.events.marshals.latest_word import GRACE
from campaign.kernel.installation import Installation
from campaign.kernel.tokens import ForgedTokenError, Signer

_LONGEST_SECONDS = int(timedelta(days=3 * 365).total_seconds())
"""No link is good for longer, whatever it says of itself."""


@dataclass(frozen=True, slots=True)
class MarshalLink:
    """What a link proves: which leg, made when its links had which number, and until when."""

    leg: UUID
    generation: int
    ends_at: datetime

    def state(self, generation: int, at: datetime) -> str:
        """Return how it stands (see the module) where the leg's links have the number `generation`."""
        if generation != self.generation:
            return "revoked"
        if at <= self.ends_at:
            return "open"
        return "over" if at <= self.ends_at + GRACE else "closed"


def sign_link(installation: Installation, link: MarshalLink) -> str:
    """Return the path of a marshal's page."""
    claim = [str(link.leg), link.generation, int(link.ends_at.timestamp())]
    return f"/marshal/{marshal_signer(installation).sign(claim)}"


def read_link(installation: Installation, token: str) -> MarshalLink:
    """Return what a token proves; raise `ForgedTokenError` or `ExpiredTokenError`."""
    match marshal_signer(installation).read(token):
        case [str(leg), int(generation), int(ends)]:
            return MarshalLink(UUID(leg), generation, datetime.fromtimestamp(ends, UTC))
    raise ForgedTokenError("no marshal's link")


def marshal_signer(installation: Installation) -> Signer:
    """Links to a marshal's page. Claim: `[leg's public id, generation, seconds since the epoch until which]`."""
    return installation.signer("marshal", _LONGEST_SECONDS)
