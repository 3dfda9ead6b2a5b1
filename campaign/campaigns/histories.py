"""What campaigns, organizations and agreements are as things that are edited: how their histories are found."""

from sqlalchemy.orm import Session

from campaign.campaigns.queries import get_agreement, get_campaign_id
from campaign.kernel.actors import Actor
from campaign.kernel.scoping import get_organization_id
from campaign.revisions.histories import FROM_A_FILE, Edited, Found


def _find_campaign(session: Session, actor: Actor, slug: str) -> Found:
    return Found(get_campaign_id(session, actor, slug))


def _find_organization(session: Session, actor: Actor, slug: str) -> Found:
    return Found(get_organization_id(session, actor, slug))


def _find_agreement(session: Session, actor: Actor, slug: str) -> Found:
    """Return the agreement; as it is the operator's alone to change, so are the names of who changed it."""
    actor.require_operator("read the history of an agreement")
    return Found(get_agreement(session, slug).id)


CAMPAIGN = Edited(
    "campaign", _find_campaign, {**FROM_A_FILE, "status": "by `status`", "form": "on the web", "restore": "restored"}
)
ORGANIZATION = Edited("organization", _find_organization, {**FROM_A_FILE, "add": "by `organization add`"})
AGREEMENT = Edited("agreement", _find_agreement, FROM_A_FILE)
