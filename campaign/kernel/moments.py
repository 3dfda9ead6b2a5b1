"""Says days, hours and zones as people say them: `January 13–17, 2027`; `Wed, Jan 13, 8 a.m.`; `Eastern`.

For pages, mails, pictures, sheets and files alike, in the language of each. Instants are aware and in the zone whose
clocks count. English and Spanish have a voice of their own, that of newspapers in the US; other languages have what
Unicode's CLDR says. A space that must not break is U+00A0: many faces lack the narrow one that CLDR uses.

Sources: the AP Stylebook (times, noon), the Real Academia's Ortografía (no comma after the weekday; `a. m.`), CLDR.
"""

from datetime import date, datetime
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_interval, format_skeleton, format_time, get_timezone_name

from campaign.kernel.catalogues import catalogue_of
from campaign.kernel.creole import teach_creole
from campaign.kernel.languages import DEFAULT, language_of, locale_tag, primary

teach_creole()

_NARROW, _NO_BREAK = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"
_HALVES = {"en": ("a.m.", "p.m."), "es": (f"a.{_NO_BREAK}m.", f"p.{_NO_BREAK}m."), "ht": ("a.m.", "p.m.")}
"""What is said of the hours before and after noon, where it is not said as CLDR has it."""

_NOON = 12
_WORDS = {"noon"}
"""What stands for an hour; never midnight, of which nobody knows to which day it belongs."""

_FULL_DAYS = {"es": "EEEE d 'de' MMMM 'de' y"}
_SHORT_DAYS = {"es": "EEE d 'de' MMM"}
_ZONES = {
    ("es", "hora oriental"): "hora del Este",
    ("es", "hora central"): "hora del Centro",
    ("ht", "heure de l’Est nord-américain"): "lè Lès",
    ("ht", "heure du centre nord-américain"): "lè Santral",
    ("ht", "heure des Rocheuses"): "lè Montay",
    ("ht", "heure du Pacifique nord-américain"): "lè Pasifik",
    ("ht", "heure de l’Atlantique"): "lè Atlantik",
}
"""As Spanish- and Creole-speaking newspapers and stations in the US call them."""

_SHORT_ZONES = {f"{zone} Time": zone for zone in ("Eastern", "Central", "Mountain", "Pacific", "Alaska", "Atlantic")}
"""As everybody in the US says them; of others one says the whole name: ``Pakistan Time``."""


@lru_cache(maxsize=64)
def locale_of(language: str) -> Locale:
    """Return by which locale numbers and days are written in `language`; the default's where nobody knows."""
    try:
        return Locale.parse(locale_tag(language))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(locale_tag(DEFAULT))


def full_day(at: date, language: str) -> str:
    """Return a day with its weekday and year: ``Wednesday, January 13, 2027``."""
    return format_date(at, _FULL_DAYS.get(primary(language), "full"), locale=locale_of(language))


def long_day(at: date, language: str) -> str:
    """Return a day with its year: ``January 13, 2027``."""
    return format_date(at, "long", locale=locale_of(language))


def short_day(at: date, language: str) -> str:
    """Return a day where the year is plain from what stands around it: ``Wed, Jan 13``."""
    pattern = _SHORT_DAYS.get(primary(language))
    if pattern:
        return format_date(at, pattern, locale=locale_of(language))
    return format_skeleton("MMMEd", at, locale=locale_of(language))


def month(at: date, language: str) -> str:
    """Return a month with its year: ``October 2019``."""
    return format_skeleton("yMMMM", at, locale=locale_of(language))


def days(first: date, last: date, language: str) -> str:
    """Return from which day to which, the year said once where it is one: ``January 13–17, 2027``."""
    first, last = (date(one.year, one.month, one.day) for one in (first, last))
    if first == last:
        return full_day(first, language)
    if primary(language) != "en":
        return format_interval(first, last, "yMMMMd", locale=locale_of(language))
    if first.year != last.year:
        return f"{long_day(first, language)}\N{EN DASH}{long_day(last, language)}"
    begins = format_date(first, "MMMM d", locale=locale_of(language))
    ends = format_date(last, "d" if first.month == last.month else "MMMM d", locale=locale_of(language))
    return f"{begins}\N{EN DASH}{ends}, {first.year}"


def clock(at: datetime, language: str) -> str:
    """Return what a clock shows: ``8 a.m.``, ``12:30 p.m.``, ``noon``."""
    halves = _HALVES.get(primary(language))
    if halves is None:
        return format_time(at, "short", locale=locale_of(language)).replace(_NARROW, _NO_BREAK)
    if primary(language) == "en" and (at.hour, at.minute) == (_NOON, 0):
        return "noon"
    return f"{_numbers(at)}{_NO_BREAK}{halves[at.hour >= _NOON]}"


def clocks(starts_at: datetime, ends_at: datetime, language: str) -> tuple[str, str]:
    """Return from when to when; what is true of both is said once: ``5``, ``6:30 p.m.``."""
    begins, ends = clock(starts_at, language), clock(ends_at, language)
    is_of_one_half = starts_at.date() == ends_at.date() and (starts_at.hour < _NOON) == (ends_at.hour < _NOON)
    has_words = primary(language) in _HALVES and not {begins, ends} & _WORDS
    is_plain = not is_shown_twice(starts_at) and not is_shown_twice(ends_at)
    return (_numbers(starts_at), ends) if is_of_one_half and has_words and is_plain else (begins, ends)


def hours(starts_at: datetime, ends_at: datetime, language: str) -> str:
    """Return from when to when, in plain text: ``8 a.m.–4 p.m.``; a time shown twice says which of the two it is.

    In a language that runs from right to left they are kept in their own order by isolates.
    """
    shown = zip(clocks(starts_at, ends_at, language), (starts_at, ends_at), strict=True)
    return _from_left("\N{EN DASH}".join(_exactly(time, at, language) for time, at in shown), language)


def moment(at: datetime, language: str, ends_at: datetime | None = None) -> str:
    """Return a day and its hour, or hours, in plain text: ``Wed, Jan 13, 8 a.m.–4 p.m.``."""
    time = (
        _from_left(_exactly(clock(at, language), at, language), language)
        if ends_at is None
        else hours(at, ends_at, language)
    )
    return catalogue_of(language).gettext("%(day)s, %(time)s") % {"day": short_day(at, language), "time": time}


def zone_name(timezone: str, language: str) -> str:
    """Return what people call a zone (IANA), summer and winter alike: ``Eastern``, ``hora del Este``."""
    locale = _plain_locale(language)
    try:
        name = get_timezone_name(timezone, width="long", locale=locale, zone_variant="generic")
    except KeyError:  # a language of which CLDR knows little
        name = get_timezone_name(timezone, width="long", locale=DEFAULT, zone_variant="generic")
    return _ZONES.get((locale.language, name), _SHORT_ZONES.get(name, name))


def all_times(timezone: str, language: str) -> str:
    """Return by which clocks the times around it are: ``All times Eastern.``."""
    return catalogue_of(language).gettext("All times %(zone)s.") % {"zone": zone_name(timezone, language)}


def in_zone(time: str, timezone: str, language: str) -> str:
    """Return a time, or from when to when, with its zone: ``8 a.m. Eastern``."""
    return catalogue_of(language).gettext("%(time)s %(zone)s") % {"time": time, "zone": zone_name(timezone, language)}


def exact_zone(at: datetime, language: str) -> str:
    """Return what the zone of an instant is called on its day: ``Eastern Daylight Time``."""
    return get_timezone_name(at, width="long", locale=_plain_locale(language))


def is_shown_twice(at: datetime) -> bool:
    """Whether the clocks show this time of this day a second time, as they do when they go back."""
    return at.replace(fold=0).utcoffset() != at.replace(fold=1).utcoffset()


def _exactly(time: str, at: datetime, language: str) -> str:
    return f"{time} ({exact_zone(at, language)})" if is_shown_twice(at) else time


def _from_left(time: str, language: str) -> str:
    is_mirrored = language_of(language).direction == "rtl"
    return f"\N{LEFT-TO-RIGHT ISOLATE}{time}\N{POP DIRECTIONAL ISOLATE}" if is_mirrored else time


def _plain_locale(language: str) -> Locale:
    """Return the locale without its region, whose names of zones are better known."""
    return Locale(locale_of(language).language)


def _numbers(at: datetime) -> str:
    hour = at.hour % 12 or 12
    return f"{hour}:{at.minute:02}" if at.minute else str(hour)
