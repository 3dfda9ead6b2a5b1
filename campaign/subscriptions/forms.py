"""The form of "Stay connected": an address, and who may write to it."""

from typing import ClassVar

from flask import request
from flask_babel import lazy_gettext
from wtforms import HiddenField, StringField

from campaign.actions.following import followed_source
from campaign.actions.forms import ActionForm
from campaign.actions.problem_words import WORDS, ProblemWords
from campaign.kernel.installation import Installation
from campaign.kernel.keeping import is_kept_page


class SubscriptionForm(ActionForm):
    """Nothing but an address. `organization` is the consent: whose box is ticked. `only`: it alone was offered."""

    words: ClassVar[ProblemWords] = {
        **WORDS,
        "organization.missing": lazy_gettext("Check the box to say yes to these emails."),
        "organization.not_chosen": lazy_gettext("Choose the organization you want to hear from."),
    }

    t = HiddenField()
    campaign = HiddenField()
    only = HiddenField()
    organization = StringField()

    def make_ready(self, installation: Installation) -> None:
        """Give it this minute's stamp and, on a page that is made for one visitor, what link they followed.

        Nobody asks where they live, and pages of organizations are shared with nobody's code.
        """
        self.stamp.data = installation.stamp.make()
        if not self.source.data and not is_kept_page():
            self.source.data = followed_source(request, installation.settings.public_url)
