"""What a form's door has to know of a campaign, kept for a moment so that a burst of signers costs one query.

The batch asks the database again whether the campaign takes actions; this is for texts and checks at the door.
"""

import threading
import time
from dataclasses import dataclass

from sqlalchemy.orm import Session

from campaign.campaigns.queries import get_public_campaign

KEPT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Doorstep:
    """A campaign as its doors know it. `languages`: its own first."""

    id: int
    slug: str
    organization_id: int
    organization_name: str
    status: str
    is_high_safety: bool
    has_letter: bool
    languages: tuple[str, ...]
    title: dict[str, str]
    demand: dict[str, str]
    donate_url: str | None

    @property
    def language(self) -> str:
        """The campaign's own language."""
        return self.languages[0]

    @property
    def is_open(self) -> bool:
        """Whether actions are taken now."""
        return self.status == "open"


_kept: dict[tuple[int, str], tuple[float, Doorstep]] = {}
_lock = threading.Lock()


def find_doorstep(session: Session, slug: str) -> Doorstep:
    """Return what the doors of a campaign know, at most two seconds old; raise `NotFoundError` for drafts too."""
    key = (id(session.get_bind()), slug)
    found = _kept.get(key)
    if found is not None and time.monotonic() - found[0] < KEPT_SECONDS:
        return found[1]
    doorstep = read_doorstep(session, slug)
    with _lock:
        if len(_kept) > 1000:
            _kept.clear()
        _kept[key] = (time.monotonic(), doorstep)
    return doorstep


def read_doorstep(session: Session, slug: str) -> Doorstep:
    """Return what the doors of a campaign know, as it is now."""
    campaign = get_public_campaign(session, slug)
    return Doorstep(
        id=campaign.id,
        slug=campaign.slug,
        organization_id=campaign.organization_id,
        organization_name=campaign.organization.name,
        status=campaign.status,
        is_high_safety=campaign.is_high_safety,
        has_letter=campaign.has_letter,
        languages=tuple(campaign.languages),
        title=campaign.title,
        demand=campaign.demand,
        donate_url=campaign.organization.donate_url,
    )
