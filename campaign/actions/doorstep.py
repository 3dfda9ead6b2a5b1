"""What a form's door has to know of a campaign, kept for a moment so that a burst of signers costs one query.

The batch asks the database again whether the campaign takes actions; this is for texts and checks at the door.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from campaign.campaigns.look import palette_for
from campaign.campaigns.queries import get_public_campaign

KEPT_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Doorstep:
    """A campaign as its doors know it. `languages`: its own first."""

    id: int
    slug: str
    organization_id: int
    organization_name: str
    organization_slug: str
    status: str
    is_high_safety: bool
    has_letter: bool
    languages: tuple[str, ...]
    title: dict[str, str]
    demand: dict[str, str]
    donate_url: str | None
    art: str
    palette: str

    @property
    def language(self) -> str:
        """The campaign's own language."""
        return self.languages[0]

    @property
    def is_open(self) -> bool:
        """Whether actions are taken now."""
        return self.status == "open"


class Doorsteps:
    """Finds campaigns for the doors. One a process."""

    def __init__(self, sessions: Callable[[], Session]) -> None:
        self._sessions = sessions
        self._kept: dict[str, tuple[float, Doorstep]] = {}
        self._lock = threading.Lock()

    def find(self, slug: str) -> Doorstep:
        """Return what the doors of a campaign know, at most two seconds old; raise `NotFoundError` for drafts too."""
        found = self._kept.get(slug)
        if found is not None and time.monotonic() - found[0] < KEPT_SECONDS:
            return found[1]
        return self.read(slug)

    def forget(self) -> None:
        """Ask the database anew the next time."""
        self._kept.clear()

    def read(self, slug: str) -> Doorstep:
        """Return what the doors of a campaign know, as it is now."""
        with self._sessions() as session:
            doorstep = read_doorstep(session, slug)
        with self._lock:
            if len(self._kept) > 1000:
                self._kept.clear()
            self._kept[slug] = (time.monotonic(), doorstep)
        return doorstep


def read_doorstep(session: Session, slug: str) -> Doorstep:
    """Return what the doors of a campaign know; raise `NotFoundError` for drafts too."""
    campaign = get_public_campaign(session, slug)
    return Doorstep(
        id=campaign.id,
        slug=campaign.slug,
        organization_id=campaign.organization_id,
        organization_name=campaign.organization.name,
        organization_slug=campaign.organization.slug,
        status=campaign.status,
        is_high_safety=campaign.is_high_safety,
        has_letter=campaign.has_letter,
        languages=tuple(campaign.languages),
        title=campaign.title,
        demand=campaign.demand,
        donate_url=campaign.organization.donate_url,
        art=campaign.art,
        palette=palette_for(campaign.palette, campaign.art),
    )
