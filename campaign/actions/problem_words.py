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
    "damaged": _("Some characters could not be read. Please check the text below and send it again."),
    "stale": _("This page had been open for a long time. Nothing is lost: please send it again."),
    "language.malformed": _("The form was changed on its way here. Please send it again."),
    "too_long": _("Please use at most %(most)d characters."),
    "holds_unseen": _("This holds characters that cannot be seen. Please type it again."),
    "holds_marks": _("A name cannot hold so many accents on one letter."),
    "holds_link": _("A name cannot hold a web address."),
    "holds_number": _("A name cannot hold a phone number."),
    "not_a_choice": _("Please choose from the list."),
    "pseudonym_missing": _("Please enter a name. It need not be your own."),
    "given_name.missing": _("Enter your name. One name is enough."),
    "country.not_a_choice": _("Please choose a country from the list."),
    "postal_code.missing": _("Please enter your postal code."),
    "postal_code.malformed": _("This does not look like a postal code."),
    "postal_code.zip_short": _("A ZIP code has five digits. Did you mean %(code)s?"),
    "postal_code.zip_malformed": _("Enter a ZIP code with five digits, like 33935, or choose another country."),
    "postal_code.zip_unknown": _("There’s no ZIP code %(code)s."),
    "email.missing": _("Please enter your e-mail address."),
    "email.malformed": _("This does not look like an e-mail address, such as name@example.org."),
    "email.barred": _("We can’t use this address for this campaign. Enter a personal email address."),
    "email.two_addresses": _("These are two email addresses. Enter only one."),
    "email.space_inside": _("There is a space inside this email address. Take it out."),
    "email.foreign_letters": _("Before the @, use only unaccented letters (a to z), digits and signs such as . - _"),
    "email.too_long": _("An e-mail address has at most %(most)d characters."),
}


def say_problem(problem: Problem, words: ProblemWords = WORDS) -> str:
    """Return what is wrong, as a sentence in the language of the page.

    Raises:
        KeyError: nobody wrote words for this code.
    """
    name = problem.field[0] if problem.field else ""
    sentence = words.get(f"{name}.{problem.code}") or words[problem.code]
    return str(sentence) % problem.parameters if problem.parameters else str(sentence)
