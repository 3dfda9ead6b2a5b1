"""Says an instant by the clocks of a zone that is named, and reads one that an organizer typed."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from campaign.campaigns.commands import Due
from campaign.kernel import moments
from campaign.kernel.clock import now
from campaign.kernel.localized import current_language
from campaign.kernel.problems import Problem

DEFAULT_ZONE = "America/New_York"
"""What a form proposes where nobody chose another."""

ZONES: Sequence[str] = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "America/Mexico_City", "America/Guatemala",
    "Europe/London", "Europe/Berlin", "Africa/Johannesburg", "Asia/Karachi", "Asia/Kolkata", "Asia/Dhaka", "UTC",
)  # fmt: skip
"""What a form lists; every zone of IANA's database is taken."""


def say_moment(at: datetime, timezone: str) -> str:
    """Return the day with its year, the time and its zone: ``January 13, 2027, 8 a.m. Eastern``."""
    local, language = at.astimezone(ZoneInfo(timezone)), current_language()
    day, clock = moments.long_day(local, language), moments.clock(local, language)
    zone = (
        moments.exact_zone(local, language) if moments.is_shown_twice(local) else moments.zone_name(timezone, language)
    )
    return f"{day}, {clock} {zone}"


def read_due(form: Mapping[str, str]) -> tuple[Due | None, list[Problem]]:
    """Return when something is to happen, by `day`, `clock`, `timezone` and `which`; or what is wrong with these."""
    from campaign.campaigns.rules import check_appointment  # noqa: PLC0415 - costs 150 ms; only who schedules pays

    given = {name: form.get(name, "").strip() for name in ("day", "clock", "timezone", "which")}
    found, problems = check_appointment({name: value or None for name, value in given.items()}, now())
    return Due(found.at(), found.timezone) if found else None, problems


def typed_due(due: Due | None, form: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what the boxes hold: what was typed, else what is set, else nothing but a zone."""
    if form is not None:
        return {name: form.get(name, "") for name in ("day", "clock", "timezone", "which")}
    if due is None:
        return {"day": "", "clock": "", "timezone": DEFAULT_ZONE, "which": ""}
    local = due.at.astimezone(ZoneInfo(due.timezone))
    which = ("second" if local.fold else "first") if moments.is_shown_twice(local) else ""
    return {"day": f"{local:%Y-%m-%d}", "clock": f"{local:%H:%M}", "timezone": due.timezone, "which": which}
