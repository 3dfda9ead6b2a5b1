"""What is wrong with a value, in a sentence beside its box: each code of the rules, in the language of the page."""

from collections.abc import Callable, Mapping
from typing import Any

from babel.lists import format_list
from flask_babel import format_decimal, gettext, lazy_gettext, ngettext
from flask_babel import lazy_gettext as _

from campaign.kernel.localized import current_language
from campaign.kernel.problems import Problem

_SENTENCES: Mapping[str, Any] = {
    "missing": _("This is needed."),
    "empty": _("This is needed."),
    "holds_unseen": _("This holds characters that can’t be shown. Type it again, or paste it without formatting."),
    "line_break": _("Write this on one line."),
    "missing_in": _("Write this in the campaign’s first language, too."),
    "other_language": _("Give the campaign a title in this language first."),
    "no_language": _("This isn’t a language we know."),
    "no_texts": _("Write this in at least one language."),
    "not_text": _("Write words here."),
    "not_lines": _("Write one on each line."),
    "none_in_high_safety": _("A high-safety campaign has no letter: a letter would name its writer to the company."),
    "acted_in": _("People have already acted in this campaign, so this can’t change."),
    "link": _("Enter a web address that starts with https:// or http://."),
    "day": _("Enter a date, such as 2027-01-31."),
    "no_agreement": _("We don’t know this agreement."),
    "no_company": _("We don’t know this company."),
    "slug": _("Use lower-case letters and digits, joined by hyphens, such as fair-food. At most 63 characters."),
    "taken": _("This address is taken. Choose another."),
    "reserved": _("A page of ours has this address. Choose another."),
    "country": _("Choose a country from the list."),
    "timezone": _("Enter a time zone, such as America/New_York."),
    "company_twice": _("This company is listed twice."),
    "reason_needed": _("People have signed this demand. Tell the people you work with why it changes."),
    "not_a_choice": _("We don’t know this choice."),
    "step_twice": _("A step can be there only once."),
    "no_button": _("The button of this step always has our words."),
    "holds_marks": _("Leave out [[ and ]]. We use them to put links into emails."),
    "leads_away": _("Leave out web addresses, and put a space after each period. Only our links lead out of an email."),
    "subject_fixed": _("A high-safety campaign’s emails always have our subject, which names nothing."),
    "damaged": _("Some characters couldn’t be read. Look for � in what you wrote, and type them again."),
}


def say_problem(problem: Problem) -> str:
    """Return the sentence for a problem; one for values that no person types is general."""
    code, params = problem.code, problem.parameters
    if code in _NAMING:
        return _NAMING[code](params)
    return str(_SENTENCES.get(code) or lazy_gettext("This can’t be saved as it is."))


def _renamed(params: Mapping[str, Any]) -> str:
    return str(
        gettext(
            "Your campaign at “%(now)s” had this address before, and links to it still lead there. Choose another.",
            now=params["now"],
        )
    )


def _too_long(params: Mapping[str, Any]) -> str:
    most = params["most"]
    return str(
        ngettext(
            "Use at most %(count)s character.", "Use at most %(count)s characters.", most, count=format_decimal(most)
        )
    )


def _whole(params: Mapping[str, Any]) -> str:
    if params.get("most") is None:
        return str(gettext("Enter a whole number, %(least)s or more, in digits alone.", least=params["least"]))
    return str(
        gettext(
            "Enter a whole number from %(least)s to %(most)s, in digits alone.",
            least=params["least"],
            most=params["most"],
        )
    )


def _unfilled(params: Mapping[str, Any]) -> str:
    choices = format_list(list(params["choices"]), locale=current_language())
    return str(
        gettext(
            "We don’t know the placeholder %(word)s. You can use %(choices)s.", word=params["word"], choices=choices
        )
    )


_NAMING: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "too_long": _too_long,
    "whole": _whole,
    "renamed": _renamed,
    "unfilled": _unfilled,
}
