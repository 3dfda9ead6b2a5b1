"""The RSVP among what follows signing, as organizers order and word it."""

from flask_babel import lazy_gettext as _

from campaign.actions.kind import NextStep
from campaign.events.panels import STEP_WORDS, next_step

RSVP_STEP = NextStep(
    next_step,
    STEP_WORDS,
    _("RSVP to the next event"),
    _("Not shown to people who have just sent an RSVP, or where no event is coming up."),
    order=20,
)

CONFIRM_MAIL = _("Confirm an RSVP")
