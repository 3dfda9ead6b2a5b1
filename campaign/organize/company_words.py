"""What is wrong with a company, an office or an agreement, in a sentence beside its box."""

from collections.abc import Iterable, Mapping

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from campaign.kernel.csvtables import Columns
from campaign.kernel.problems import Problem

_WORDS: Mapping[str, LazyString] = {
    "missing": _("This is needed."),
    "empty": _("This is needed."),
    "not_text": _("Write words here."),
    "too_long": _("Use at most %(most)d characters."),
    "holds_unseen": _("This holds characters that can’t be shown. Type it again, or paste it without formatting."),
    "line_break": _("Write this on one line."),
    "damaged": _("Some characters couldn’t be read. Look for � in what you wrote, and type them again."),
    "slug": _("Use lower-case letters and digits, joined by hyphens, such as fair-food. At most 63 characters."),
    "reserved": _("A page of ours has this address. Choose another."),
    "country": _("Choose a country from the list."),
    "timezone": _("Enter a time zone, such as America/New_York."),
    "address": _("Enter an email address like name@example.org."),
    "day": _("Enter a date, such as 2027-01-31."),
    "no_such_day": _("There is no such day: %(day)s."),
    "to_come": _("This day is still to come. Enter today or an earlier day."),
    "whole": _("Enter a whole number, %(least)s or more, in digits alone."),
    "whole_to": _("Enter a whole number from %(least)s to %(most)s, in digits alone."),
    "office_twice": _("The office “%(office)s” stands twice. Call each by its own name."),
    "office_taken": _("%(address)s is the address of another company: %(company)s, %(office)s. Check which is right."),
    "since.whole": _("Enter a year, such as 2011."),
    "formula": _("This looks like a spreadsheet formula. Remove the %(sign)s at the start."),
    "twice": _("Line %(number)s says this already."),
    "otherwise": _("Line %(number)s says “%(value)s” for this company."),
    "agreement_there": _("An agreement with this name is already here. Open its page to propose a change."),
    "nothing_ticked": _("Tick at least one."),
    "company_there": _("%(company)s is here already. Open its page to propose a change."),
    "no_company": _("We don’t know this company."),
    "no_agreement": _("We don’t know this agreement."),
    "addressed_already": _("This campaign addresses that company already."),
    "too_many_wait": _(
        "Your organization has %(most)d proposals waiting. Withdraw some, or wait until they are decided."
    ),
    "reason.empty": _("Say why. The organization that proposed it will read this."),
}


def say_problem(problem: Problem) -> str:
    """Return what is wrong, as a sentence in the language of the page; a general one where nobody wrote words."""
    code, field = problem.code, str(problem.field[-1]) if problem.field else ""
    if code == "whole" and problem.parameters.get("most") is not None:
        code = "whole_to"
    sentence = _WORDS.get(f"{field}.{problem.code}") or _WORDS.get(code)
    if sentence is None:
        return str(_("This can’t be saved as it is."))
    return str(sentence) % problem.parameters if problem.parameters else str(sentence)


def say_of_line(columns: Columns, problems: Iterable[Problem]) -> list[str]:
    """Return what is wrong with a line of a table, each sentence with the title of its column."""
    return [f"{columns.tell([str(problem.field[0])])[0]}: {say_problem(problem)}" for problem in problems]
