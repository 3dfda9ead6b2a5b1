"""The boxes of what follows signing: of each step its words, of each mail its subject and a paragraph."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from campaign.actions.after.part import mails_of
from campaign.actions.after.stored import MAILS, REMIND, THANKS, WORDS, columns_of
from campaign.actions.kind import ActionKind, NextStep, TextBox
from campaign.actions.next_steps import GIVE, SHARE, all_steps
from campaign.campaigns.models import Campaign

_STEPS: Mapping[str, tuple[object, object]] = {
    SHARE: (_("Share"), _("Shown to everyone.")),
    GIVE: (_("Donate"), _("Not shown where the organization has no donation page.")),
}
"""Of the steps that belong to no kind of action: what they are called, and to whom they are not shown."""

_MAILS: Mapping[str, object] = {REMIND: _("Reminder to confirm"), THANKS: _("Thank you")}


def name_of_step(name: str, step: NextStep) -> object:
    """Return what a step is called among organizers, lazily translated."""
    return _STEPS[name][0] if name in _STEPS else step.name


def unless_of_step(name: str, step: NextStep) -> object:
    """Return to whom a step is not shown, lazily translated."""
    return _STEPS[name][1] if name in _STEPS else step.unless


def name_of_mail(name: str, kinds: Sequence[ActionKind]) -> object:
    """Return what a mail is called among organizers, lazily translated."""
    return _MAILS[name] if name in _MAILS else next(kind.confirm_mail for kind in kinds if kind.name == name)


def after_boxes(kinds: Sequence[ActionKind], *, is_high_safety: bool) -> tuple[TextBox, ...]:
    """Return all boxes; a campaign of high safety has no subjects of its own, and thanks nobody by mail."""
    boxes = list[TextBox]()
    for name, step in all_steps(kinds).items():
        what = name_of_step(name, step)
        boxes.append(TextBox(f"{WORDS}.{name}.heading", _("%(what)s: heading", what=what), "line", rows=1))
        boxes.append(TextBox(f"{WORDS}.{name}.sentence", _("%(what)s: sentence", what=what), "line", rows=2))
        if step.words.button:
            boxes.append(TextBox(f"{WORDS}.{name}.button", _("%(what)s: button", what=what), "line", rows=1))
    for name in mails_of(kinds):
        what = name_of_mail(name, kinds)
        if is_high_safety and name == THANKS:
            continue
        if not is_high_safety:
            boxes.append(TextBox(f"{MAILS}.{name}.subject", _("%(what)s: subject", what=what), "line", rows=1))
        boxes.append(TextBox(f"{MAILS}.{name}.paragraph", _("%(what)s: paragraph", what=what), "line", rows=4))
    return tuple(boxes)


def read_after(_session: Session, campaign: Campaign) -> Mapping[str, Any]:
    """Return what a campaign says of it, by column."""
    return columns_of(campaign.after_signing)
