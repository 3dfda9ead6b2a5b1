"""What is wrong with what an organization's team and settings are to be, in a sentence beside its box."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from campaign.kernel.problems import Problem

_SENTENCES: Mapping[str, Any] = {
    "role": {"not_a_choice": _("Choose a role from the list.")},
    "more": {
        "not_a_choice": _("Choose from the list."),
        "not_yours_to_give": _("You can’t give a power that you don’t have, or for longer than you have it."),
    },
    "email": {
        "serves_already": _("This person is on the team already."),
        "invited_already": _("This person is invited already. You can send the invitation again, or take it back."),
        "two_addresses": _("Enter only one email address."),
    },
    "name": {
        "empty": _("Enter a name."),
    },
    "demands_factor": {
        "has_none": _("Set up a second step for your own account first. Otherwise you’d be locked out."),
    },
    "": {
        "own": _("You can’t change what you may do yourself. Ask another owner."),
        "may_more": _("This person may do more than you. Only someone who has the same powers can change that."),
        "last_owner": _(
            "An organization needs at least one owner without an end date. Make someone else an owner first."
        ),
        "just_sent": _("We sent this invitation a few minutes ago. Wait ten minutes before sending it again."),
    },
}
_BY_CODE: Mapping[str, Any] = {
    "day": _("Enter a date, such as 2027-01-31."),
    "contact": _("Enter an email address, or a web address that starts with https://."),
    "empty": _("Write something here, or leave it empty."),
    "holds_unseen": _("This contains invisible characters. Type it again."),
    "line_break": _("Write this on one line."),
    "link": _("Enter a web address that starts with https:// or http://."),
    "past_day": _("This date has passed. Enter a later one, or leave the box empty."),
}


def say_problems(problems: Iterable[Problem]) -> dict[str, str]:
    """Return sentences by the name of their box; "" for what is wrong with the whole."""
    return {str(problem.field[0]) if problem.field else "": say_problem(problem) for problem in problems}


def say_problem(problem: Problem) -> str:
    """Return the sentence for one problem."""
    name, code = str(problem.field[0]) if problem.field else "", problem.code
    if code == "too_many_today":
        words: str = gettext("%(most)d people were invited today. Invite the next one tomorrow.", **problem.parameters)
        return words
    if code == "too_long" and name != "email":
        return str(gettext("Use at most %(most)d characters.", most=problem.parameters["most"]))
    sentence = _SENTENCES.get(name, {}).get(code) or _BY_CODE.get(code)
    if sentence is None and name == "email":
        sentence = _("Enter an email address, like name@example.org.")
    return str(sentence or gettext("This can’t be saved as it is."))
