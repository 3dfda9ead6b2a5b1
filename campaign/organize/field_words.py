"""What fields are called where a log or a version names those that changed; any other is said as it is."""

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

FIELDS: Mapping[str, LazyString] = {
    "about": _("who you are"),
    "address": _("email address"),
    "after_signing": _("what follows signing"),
    "agreement": _("agreement"),
    "agreement_id": _("agreement"),
    "art": _("art"),
    "checked_on": _("day of the last check"),
    "closed_at": _("day it closed"),
    "companies": _("companies"),
    "contact_url": _("contact"),
    "country": _("country"),
    "demand": _("demand"),
    "demands_factor": _("second step"),
    "donate_url": _("donation page"),
    "ends_at": _("end date"),
    "goal": _("goal"),
    "is_high_safety": _("high safety"),
    "is_shared": _("sharing"),
    "language": _("language"),
    "languages": _("languages"),
    "letter": _("letter"),
    "mail_domains": _("the companies’ email domains"),
    "name": _("name"),
    "notes": _("notes"),
    "opened_at": _("day it opened"),
    "opens_at": _("scheduled opening"),
    "opens_zone": _("time zone of the opening"),
    "organization": _("organization"),
    "organization_id": _("organization"),
    "palette": _("colors"),
    "place": _("place"),
    "postal_address": _("postal address"),
    "powers": _("powers"),
    "questions": _("questions"),
    "role": _("role"),
    "sector": _("sector"),
    "slug": _("web address"),
    "source": _("source"),
    "stances": _("stances"),
    "standfirst": _("why, in one sentence"),
    "status": _("status"),
    "story": _("story"),
    "timezone": _("time zone"),
    "title": _("title"),
    "updates": _("updates"),
    "won_at": _("day of the victory"),
    "won_text": _("words about the victory"),
}


def field_words(field: str) -> str:
    """Return what a field is called, in words."""
    return str(FIELDS.get(field) or field.replace("_", " "))
