"""The calendar's file that goes with a mail: what one has of an event, or that one has none of it any more."""

from functools import lru_cache

from campaign.delivery.topics import Attachment
from campaign.events.calendars.own_entries import list_occasions
from campaign.events.calendars.writing import Describe, Posting, write_calendar
from campaign.events.own_rsvps import OwnRsvp
from campaign.events.pages.particulars import Particulars
from campaign.kernel.catalogues import catalogue_of
from campaign.kernel.installation import Installation
from campaign.kernel.languages import interface_language
from campaign.kernel.mailtext import mail_macro


def attach_calendar(installation: Installation, own: OwnRsvp, language: str, method: str, sender: str) -> Attachment:
    """Return the file of an RSVP in `language`; `method`: as of `Posting`, `sender`: the address the mail is from.

    Its entries lead to the page that everybody may read: calendars are shown to others.
    """
    page = installation.url(f"/events/{own.event_slug}")
    occasions = list_occasions(own, installation.url(""), page, _describe_in(interface_language(language)))
    data = write_calendar(own.title.value, occasions, posting=Posting(method, sender))
    return Attachment(f"{own.event_slug}.ics", f"text/calendar; charset=utf-8; method={method}", data)


@lru_cache(maxsize=16)
def _describe_in(language: str) -> Describe:
    fact_name = mail_macro("events/particular_names.html", "fact_name", language)
    gettext = catalogue_of(language).gettext

    def describe(told: Particulars) -> str:
        lines = [f"{gettext(one.title)}: {one.text.value}" for one in told.texts]
        facts = ", ".join(fact_name(key, is_so).strip() for key, is_so in told.facts)
        return "\n".join([*lines, facts] if facts else lines)

    return describe
