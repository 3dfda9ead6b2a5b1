"""What of a campaign is edited by language, in the order of its page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _

from campaign.actions.kind import ActionKind, TextBox, TextPart
from campaign.campaigns.models import Campaign
from campaign.content.sections import CampaignPart

OWN = ""
"""The name of the group of the campaign's own texts."""

GOAL = "goal"
"""The one box that belongs to no language."""


@dataclass(frozen=True)
class Group:
    """Boxes that are saved together. `part`, `check`: of a kind of action's; None for the campaign's own."""

    name: str
    words: object
    boxes: tuple[TextBox, ...]
    part: TextPart | None = None
    check: CampaignPart | None = None

    def key(self, box: TextBox, language: str) -> str:
        """Return what a box is called in a sheet, a form and a problem: ``title.en``, ``letter.body.en``."""
        return ".".join(word for word in (self.name, box.name, language) if word)


_OWN_BOXES = (
    TextBox("title", _("Title"), "line", _("What people see in lists and at the top of the page."), is_needed=True),
    TextBox(
        "demand",
        _("Demand"),
        "line",
        _("What people sign: who must do what. One sentence."),
        rows=3,
        is_needed=True,
    ),
    TextBox("standfirst", _("Why, in one sentence"), "line", _("At most 160 characters, above the form."), rows=2),
    TextBox("story", _("Story"), "markdown", _("Who the workers are, what happens, what would change."), rows=18),
)
_WON = TextBox("won_text", _("What is said of the win"), "markdown", rows=5)


def groups_of(campaign: Campaign, kinds: Iterable[ActionKind]) -> Sequence[Group]:
    """Return what of a campaign is edited: its own texts, then what kinds of action bring to it."""
    own = (*_OWN_BOXES, _WON) if campaign.status == "won" else _OWN_BOXES
    brought = [
        Group(kind.texts.name, kind.texts.words, kind.texts.boxes, kind.texts, kind.part)
        for kind in kinds
        if kind.texts is not None and kind.texts.offered(campaign)
    ]
    return [Group(OWN, _("Campaign page"), own), *brought]
