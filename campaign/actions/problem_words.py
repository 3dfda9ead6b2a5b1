"""The words of what can be wrong with the fields of an action: the one place where a problem's code becomes a sentence.

A code's words are found under `field.code` where that field says it its own way, else under `code`. Kinds add the words
of their own fields (`ActionForm.words`).
"""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from campaign.kernel.problems import Problem

ProblemWords = Mapping[str, LazyString]

WORDS: ProblemWords = {
    "damaged": _("We couldn’t read some characters. Check the text below and send it again."),
    "stale": _("This page was open for a long time. Nothing is lost. Send the form again."),
    "language.malformed": _("The form changed on its way here. Send it again."),
    "too_long": _("Use at most %(most)d characters."),
    "holds_unseen": _("This contains invisible characters. Type it again."),
    "holds_marks": _("This name has too many accents on one letter. Remove some."),
    "holds_link": _("Names can’t contain a web address."),
    "holds_number": _("Names can’t contain a phone number."),
    "not_a_choice": _("Choose from the list."),
    "unanswered": _("Answer this question."),
    "not_offered": _("Choose from the answers below."),
    "not_whole": _("Enter a whole number, like 12."),
    "pseudonym_missing": _("Enter any name you like to sign with."),
    "given_name.missing": _("Enter your name. One name is enough."),
    "country.not_a_choice": _("Choose a country from the list."),
    "postal_code.missing": _("Enter your ZIP or postal code."),
    "postal_code.malformed": _("Enter a postal code with only letters, numbers, spaces, and hyphens."),
    "postal_code.zip_short": _("A ZIP code has five digits. Did you mean %(code)s?"),
    "postal_code.zip_malformed": _("Enter a ZIP code with five digits, like 33935, or choose another country."),
    "postal_code.zip_unknown": _("There’s no ZIP code %(code)s. Check it."),
    "email.missing": _("Enter your email address."),
    "email.malformed": _("Enter an email address like name@example.org."),
    "email.barred": _("We can’t use this address for this campaign. Enter a personal email address."),
    "email.two_addresses": _("Enter only one email address."),
    "email.space_inside": _("Remove the space inside this email address."),
    "email.foreign_letters": _(
        "Before the @, use only letters without accents (a to z), numbers, and symbols like . - _"
    ),
    "email.too_long": _("Email addresses can have at most %(most)d characters."),
}


def say_problem(problem: Problem, words: ProblemWords = WORDS) -> str:
    """Return what is wrong, as a sentence in the language of the page.

    Raises:
        KeyError: nobody wrote words for this code.
    """
    name = problem.field[0] if problem.field else ""
    sentence = words.get(f"{name}.{problem.code}") or words[problem.code]
    return str(sentence) % problem.parameters if problem.parameters else str(sentence)
