"""What a form's door has to know of a campaign.

The batch asks the database again whether the campaign takes actions; this is for texts and checks at the door.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from campaign.actions.questions.asked import AskedQuestion, list_asked
from campaign.campaigns.look import palette_for
from campaign.campaigns.queries import get_public_campaign
from campaign.outbox.paces import list_mailboxes_of_letters
from campaign.people.barring import BarredAddresses, bar

if TYPE_CHECKING:
    from campaign.actions.kind import ActionKind
    from campaign.campaigns.models import Campaign


@dataclass(frozen=True, slots=True)
class Doorstep:
    """A campaign as its doors know it.

    `languages`: its own first. `offered`: names of the kinds of action it has. `barred`: addresses that take none.
    `questions`: of its own, by kind of action; kinds that ask none are absent. `after_signing`: what it says of what
    follows (`campaign.actions.after`).
    """

    id: int
    slug: str
    organization_id: int
    organization_name: str
    organization_slug: str
    status: str
    is_high_safety: bool
    offered: frozenset[str]
    languages: tuple[str, ...]
    title: dict[str, str]
    demand: dict[str, str]
    donate_url: str | None
    art: str
    palette: str
    barred: BarredAddresses
    questions: Mapping[str, tuple[AskedQuestion, ...]] = field(default_factory=dict)
    after_signing: Mapping[str, Any] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """The campaign's own language."""
        return self.languages[0]

    @property
    def limit_scope(self) -> str:
        """What the limits count its posts together with."""
        return limit_scope(self.id, is_high_safety=self.is_high_safety)

    @property
    def is_open(self) -> bool:
        """Whether actions are taken now."""
        return self.status == "open"


def limit_scope(campaign_id: int, *, is_high_safety: bool) -> str:
    """Return what the limits count a campaign's posts together with: all others', or, with high safety, its own alone.

    What somebody posts there must neither be told by, nor tell of, what the same network posts elsewhere.
    """
    return f"campaign.{campaign_id}" if is_high_safety else ""


def read_doorstep(session: Session, slug: str, kinds: Iterable["ActionKind"]) -> Doorstep:
    """Return what the doors of a campaign know; raise `NotFoundError` for drafts too."""
    return doorstep_of(session, get_public_campaign(session, slug), kinds)


def doorstep_of(session: Session, campaign: "Campaign", kinds: Iterable["ActionKind"]) -> Doorstep:
    """Return what the doors of a campaign know, or would if it was open; its organization is loaded."""
    offered = frozenset(kind.name for kind in kinds if campaign.id in kind.offered_in(session, [campaign.id]))
    return Doorstep(
        id=campaign.id,
        slug=campaign.slug,
        organization_id=campaign.organization_id,
        organization_name=campaign.organization.name,
        organization_slug=campaign.organization.slug,
        status=campaign.status,
        is_high_safety=campaign.is_high_safety,
        offered=offered,
        languages=tuple(campaign.languages),
        title=campaign.title,
        demand=campaign.demand,
        donate_url=campaign.organization.donate_url,
        art=campaign.art,
        palette=palette_for(campaign.palette, campaign.art),
        barred=list_barred(session, campaign),
        questions={} if campaign.is_high_safety else list_asked(session, campaign.id),
        after_signing=campaign.after_signing,
    )


def list_barred(session: Session, campaign: "Campaign") -> BarredAddresses:
    """Return the addresses that take no action in a campaign: those of letters, and those at its mail domains."""
    return bar(list_mailboxes_of_letters(session), campaign.mail_domains)
