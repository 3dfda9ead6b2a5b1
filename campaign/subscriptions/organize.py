"""Staying connected among what follows signing, as organizers order and word it."""

from flask_babel import lazy_gettext as _

from campaign.actions.kind import NextStep
from campaign.subscriptions.panels import STEP_WORDS, next_step

SUBSCRIPTION_STEP = NextStep(
    next_step,
    STEP_WORDS,
    _("Email updates"),
    _("Not shown to people who get your email updates already."),
    order=550,
)
