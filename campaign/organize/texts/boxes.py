"""What of a campaign is edited by language, in the order of its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _

from campaign.actions.after.part import PART, after_part
from campaign.actions.after.saving import save_after
from campaign.actions.after.stored import STEPS
from campaign.actions.kind import ActionKind, TextBox, TextPart
from campaign.actions.next_steps import all_steps
from campaign.campaigns.models import Campaign
from campaign.content.sections import CampaignPart
from campaign.organize.after.boxes import after_boxes, name_of_step, read_after

OWN = ""
"""The name of the group of the campaign's own texts."""

GOAL = "goal"
"""The box of the campaign's own that belongs to no language."""

TEXT, AFTER = "text", "after"
"""The rooms where groups are edited; their versions are one history."""


@dataclass(frozen=True)
class Group:
    """Boxes that are saved together.

    Args:
        name, words: its own, and its heading.
        boxes: one for each text, which has a box in each language.
        part, check: how it is saved and checked; None for the campaign's own.
        single: its boxes that belong to no language, by name, with their words.
        names: what the names are called that stand, in an order, in such a box.
        room: where it is edited.
    """

    name: str
    words: object
    boxes: tuple[TextBox, ...]
    part: TextPart | None = None
    check: CampaignPart | None = None
    single: Mapping[str, object] = field(default_factory=dict)
    names: Mapping[str, object] = field(default_factory=dict)
    room: str = TEXT

    def single_key(self, name: str) -> str:
        """Return what a box that belongs to no language is called."""
        return f"{self.name}.{name}" if self.name else name

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


def after_group(campaign: Campaign, kinds: Sequence[ActionKind]) -> Group:
    """Return what a campaign says of what follows signing."""
    boxes = after_boxes(kinds, is_high_safety=campaign.is_high_safety)
    part = TextPart(PART, _("After signing"), boxes, lambda _campaign: True, read_after, save_after)
    names = {name: name_of_step(name, step) for name, step in all_steps(kinds).items()}
    return Group(PART, part.words, boxes, part, after_part(kinds), {STEPS: _("Order of the steps")}, names, AFTER)


def groups_of(campaign: Campaign, kinds: Sequence[ActionKind]) -> Sequence[Group]:
    """Return what of a campaign is edited: its own texts, then what kinds of action bring to it."""
    own = (*_OWN_BOXES, _WON) if campaign.status == "won" else _OWN_BOXES
    brought = [
        Group(kind.texts.name, kind.texts.words, kind.texts.boxes, kind.texts, kind.part)
        for kind in kinds
        if kind.texts is not None and kind.texts.offered(campaign)
    ]
    return [
        Group(OWN, _("Campaign page"), own, single={GOAL: _("Goal (signatures)")}),
        *brought,
        after_group(campaign, kinds),
    ]
