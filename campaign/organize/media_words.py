"""What can be wrong with a picture, a document or what is said of it, as sentences beside their boxes."""

from collections.abc import Iterable

from flask_babel import get_locale, gettext
from flask_babel import lazy_gettext as _

from campaign.actions.problem_words import ProblemWords
from campaign.kernel.languages import primary
from campaign.kernel.problems import Problem

WORDS: ProblemWords = {
    "damaged": _("We couldn’t read some characters. Check the text below and send it again."),
    "file.missing": _("Choose a file."),
    "file.again": _("Choose the file again: browsers don’t keep it."),
    "file.empty": _("This file is empty. Choose another one."),
    "file.too_heavy": _("This file is larger than %(most)s MB. Save a smaller copy and choose that one."),
    "file.not_a_picture": _("This isn’t a picture we can show. Choose a JPEG, PNG, WebP, or AVIF file."),
    "file.heic": _("This is a HEIC photo, which most browsers can’t show. Save it as JPEG and choose that one."),
    "file.too_many_pixels": _("This picture has more than %(most)s megapixels. Save a smaller copy."),
    "file.animated": _("This picture moves. Choose a still one."),
    "file.too_small": _("This picture is too small to look good. Its longer side needs at least %(least)s pixels."),
    "file.too_thin": _(
        "This picture is too long and thin. Crop it so that one side is at most %(most)s times the other."
    ),
    "file.broken": _("We couldn’t read this file to its end. It may be damaged: save it again, or choose another one."),
    "file.busy": _("We’re still busy with other pictures. Wait a minute and send this again."),
    "file.not_a_pdf": _("This isn’t a PDF. Save your document as PDF and choose that file."),
    "file.too_many": _("This campaign has %(most)s already. Remove one first."),
    "alt.empty": _("Say what the picture shows, in %(language)s."),
    "title.empty": _("Enter a title in %(language)s."),
    "missing_in": _("Say this in %(language)s."),
    "name.slug": _("Use only small letters, numbers, and hyphens, like “march-2027”."),
    "name.name_taken": _("Another picture is already called “%(given)s”. Choose another short name."),
    "focus_x.whole": _("Enter a number from 0 to 100."),
    "focus_y.whole": _("Enter a number from 0 to 100."),
    "too_long": _("Use at most %(most)s characters."),
    "holds_unseen": _("This contains invisible characters. Type it again."),
    "line_break": _("Use a single line."),
    "not_a_choice": _("Choose from the list."),
}


def say_all(problems: Iterable[Problem]) -> dict[str, str]:
    """Return what is wrong by the names of boxes (`alt-es`), one sentence each, in the language of the page."""
    said: dict[str, str] = {}
    for problem in problems:
        said.setdefault("-".join(str(part) for part in problem.field), _say(problem))
    return said


def _say(problem: Problem) -> str:
    name = str(problem.field[0]) if problem.field else ""
    sentence = str(WORDS.get(f"{name}.{problem.code}") or WORDS.get(problem.code) or gettext("Check this."))
    tag = str(problem.field[1]) if len(problem.field) > 1 else str(problem.parameters.get("language", ""))
    return sentence % {**problem.parameters, "language": _language(tag)}


def _language(tag: str) -> str:
    locale = get_locale()
    return str(locale.languages.get(primary(tag), tag)) if locale else tag
