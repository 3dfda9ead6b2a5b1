"""What a leg tells of its day as plain lines for calendars, in the language of the request."""

from flask import get_template_attribute
from flask_babel import gettext

from campaign.events.pages.particulars import Particulars

_NAMES = "events/particular_names.html"


def describe(told: Particulars) -> str:
    """Return a line for each text, and one for who can come; empty where nothing is told."""
    fact = get_template_attribute(_NAMES, "fact_name")
    lines = [f"{gettext(one.title)}: {one.text.value}" for one in told.texts]
    facts = ", ".join(str(fact(key, is_so)).strip() for key, is_so in told.facts)
    return "\n".join([*lines, facts] if facts else lines)
