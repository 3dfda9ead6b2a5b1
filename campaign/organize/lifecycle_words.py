"""What is wrong with a date, an update, a stance or a step of a campaign, in a sentence beside its box."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import format_decimal, gettext, ngettext
from flask_babel import lazy_gettext as _

from campaign.kernel import moments
from campaign.kernel.localized import current_language, name_language
from campaign.kernel.problems import Problem
from campaign.organize.by_language import box_of

_SENTENCES: Mapping[str, Any] = {
    "missing": _("This is needed."),
    "missing_in": _("Write this in the campaign’s first language, too."),
    "empty": _("This is needed."),
    "holds_unseen": _("This holds characters that can’t be shown. Type it again, or paste it without formatting."),
    "line_break": _("Write this on one line."),
    "not_text": _("Write words here."),
    "not_a_choice": _("Choose one of these."),
    "day": _("Enter a date, such as 2027-01-31."),
    "clock": _("Enter a time from 00:00 to 23:59, such as 09:30."),
    "timezone": _("We don’t know this time zone. Choose one of the list, such as America/New_York."),
    "update_twice": _("This campaign already has an update with this title. Choose another title."),
    "changed": _("Someone changed this update while you were working on it. Compare both versions, then save again."),
    "step_missing": _("The campaign isn’t ready: see the list above."),
}


def errors_of(problems: Iterable[Problem], languages: Sequence[str]) -> dict[str, str]:
    """Return what is wrong by the name of its box, the first thing that is wrong with each."""
    errors: dict[str, str] = {}
    for problem in problems:
        errors.setdefault(box_of(problem, languages), say_lifecycle_problem(problem))
    return errors


def say_lifecycle_problem(problem: Problem) -> str:
    """Return the sentence for a problem."""
    if problem.code in _NAMING:
        return _NAMING[problem.code](problem.parameters)
    return str(_SENTENCES.get(problem.code) or gettext("This can’t be saved as it is."))


def _too_long(params: Mapping[str, Any]) -> str:
    most = params["most"]
    return str(
        ngettext(
            "Use at most %(count)s character.", "Use at most %(count)s characters.", most, count=format_decimal(most)
        )
    )


def _no_such_day(params: Mapping[str, Any]) -> str:
    return str(gettext("There is no %(day)s. Check the day and the month.", day=params["day"]))


def _to_come(params: Mapping[str, Any]) -> str:
    return str(gettext("%(day)s hasn’t come yet. Enter today’s date or an earlier one.", day=_said(params["day"])))


def _named(params: Mapping[str, Any]) -> dict[str, str]:
    zone = moments.zone_name(params["zone"], current_language())
    return {"clock": params["clock"], "day": _said(params["day"]), "zone": zone}


def _skipped(params: Mapping[str, Any]) -> str:
    named = _named(params)
    return str(
        gettext(
            "The clocks go forward on %(day)s, so %(clock)s doesn’t exist (%(zone)s). Choose an hour later.", **named
        )
    )


def _twice(params: Mapping[str, Any]) -> str:
    named = _named(params)
    return str(
        gettext("The clocks go back on %(day)s, so %(clock)s comes twice (%(zone)s). Say which one you mean.", **named)
    )


def _language_gone(params: Mapping[str, Any]) -> str:
    return str(
        gettext(
            "%(language)s isn’t a language of this campaign anymore. Add it again under Text, or delete these words.",
            language=_capital(name_language(params["language"])),
        )
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _over(params: Mapping[str, Any]) -> str:
    named = _named(params)
    return str(gettext("%(day)s, %(clock)s (%(zone)s) has passed. Choose a later time, or publish now.", **named))


def _too_far(params: Mapping[str, Any]) -> str:
    return str(gettext("Choose a date within the next %(days)s days.", days=params["days"]))


def _said(day: str) -> str:
    return moments.long_day(date.fromisoformat(day), current_language())


_NAMING: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "too_long": _too_long,
    "no_such_day": _no_such_day,
    "to_come": _to_come,
    "skipped": _skipped,
    "twice": _twice,
    "over": _over,
    "language_gone": _language_gone,
    "too_far": _too_far,
}
