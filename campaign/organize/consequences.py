"""What a step in a campaign's life does to letters, RSVPs and what else kinds have, in numbers, before it is taken."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, render_template
from markupsafe import Markup
from sqlalchemy.orm import Session

from campaign.actions.kind import ActionKind
from campaign.campaigns.models import Campaign
from campaign.organize.rooms import KINDS_KEY
from campaign.organize.winning import Unsent, count_unsent


@dataclass(frozen=True, slots=True)
class Consequences:
    """What to say. `status`: to which it goes; `letters`: those that have not gone; `kinds`: items of kinds' own."""

    status: str
    letters: Unsent
    kinds: Sequence[Markup]


def foresee(session: Session, campaign: Campaign, status: str) -> Consequences:
    """Return what becomes of what people did, were a campaign to go to `status` now."""
    kinds: tuple[ActionKind, ...] = current_app.extensions[KINDS_KEY]
    panels = [kind.organize_status(session, campaign, status) for kind in kinds if kind.organize_status is not None]
    shown = sorted((panel for panel in panels if panel is not None), key=lambda panel: panel.order)
    items = [Markup(render_template(panel.template, **panel.context)) for panel in shown]  # noqa: S704 - our own
    return Consequences(status, count_unsent(session, campaign), items)
