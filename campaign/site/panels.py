"""The kinds' own pieces of the public pages, written out in their order."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import current_app, render_template
from markupsafe import Markup
from sqlalchemy.orm import Session

from campaign.actions.kind import ActionKind, Panel
from campaign.campaigns.models import Campaign
from campaign.kernel.heads import MappedPage
from campaign.targets.models import Company

KINDS_KEY = "campaign.kinds"
"""Where the application keeps the kinds of action it was made with."""


@dataclass(frozen=True)
class Acts:
    """What can be done for a campaign: one thing before the story (`first`), the rest after it.

    `call` and `anchor` lead back to the first; see `Panel`.
    """

    first: Markup | None = None
    rest: Sequence[Markup] = ()
    call: str = ""
    anchor: str = ""


def campaign_acts(session: Session, campaign: Campaign, language: str) -> Acts:
    """Return what can be done for an open campaign; nothing for any other, whose doors are shut."""
    if not campaign.is_open:
        return Acts()
    panels = _sorted(kind.campaign_panel(session, campaign, language) for kind in _kinds() if kind.campaign_panel)
    first = next((panel for panel in panels if panel.call), None)
    if first is None:
        return Acts(rest=_write(panels))
    rest = _write(panel for panel in panels if panel is not first)
    return Acts(_write([first])[0], rest, first.call, first.anchor)


def company_panels(session: Session, company: Company, language: str) -> list[Markup]:
    """Return what the kinds have to say of a company, such as the letters sent."""
    return _write(kind.company_panel(session, company, language) for kind in _kinds() if kind.company_panel)


def home_panels(session: Session, language: str) -> list[Markup]:
    """Return what the kinds have to say on the home page, such as which events come next."""
    return _write(kind.home_panel(session, language) for kind in _kinds() if kind.home_panel)


def organization_panels(session: Session, slug: str, language: str) -> list[Markup]:
    """Return what can be done with the organization of this slug, whatever the campaign, such as hearing from it."""
    return _write(kind.organization_panel(session, slug, language) for kind in _kinds() if kind.organization_panel)


def privacy_panels(session: Session, slug: str) -> list[Markup]:
    """Return what the kinds keep of those who act with the organization of this slug, beside the shared fields."""
    return _write(kind.privacy_panel(session, slug) for kind in _kinds() if kind.privacy_panel)


def mapped_pages(session: Session) -> Iterator[MappedPage]:
    """Yield the public pages that the kinds have of their own, such as those of events."""
    for kind in _kinds():
        if kind.mapped_pages:
            yield from kind.mapped_pages(session)


def _kinds() -> Iterable[ActionKind]:
    kinds: Iterable[ActionKind] = current_app.extensions[KINDS_KEY]
    return kinds


def _sorted(panels: Iterable[Panel | None]) -> list[Panel]:
    return sorted((panel for panel in panels if panel is not None), key=lambda panel: panel.order)


def _write(panels: Iterable[Panel | None]) -> list[Markup]:
    return [
        Markup(render_template(panel.template, **panel.context))  # noqa: S704 - from templates
        for panel in _sorted(panels)
    ]
