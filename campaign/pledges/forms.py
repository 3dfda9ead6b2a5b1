"""The pledge's form: what every action asks, and nothing more."""

from campaign.actions.forms import ActionForm


class PledgeForm(ActionForm):
    """A supporter's name under the demand."""
