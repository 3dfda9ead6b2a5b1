"""The letter among what follows signing, as organizers order and word it."""

from flask_babel import lazy_gettext as _

from campaign.actions.kind import NextStep
from campaign.letters.panels import STEP_WORDS, next_step

LETTER_STEP = NextStep(
    next_step,
    STEP_WORDS,
    _("Letter"),
    _("Not shown to people who have just written one, or where the campaign has no letter."),
    order=10,
)

CONFIRM_MAIL = _("Confirm a letter")
