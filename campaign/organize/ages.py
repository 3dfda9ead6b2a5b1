"""Says how long ago something was, in the language of the page: `3 minutes ago`; `just now`."""

from datetime import datetime, timedelta

from flask_babel import format_timedelta
from flask_babel import gettext as _

from campaign.kernel.clock import now

_NOW = timedelta(minutes=1)


def ago(moment: datetime) -> str:
    """Return how long ago a moment was."""
    age = now() - moment
    words: str = _("just now") if age < _NOW else format_timedelta(-age, add_direction=True, threshold=0.95)
    return words
