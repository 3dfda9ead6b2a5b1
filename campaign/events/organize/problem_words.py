"""What can be wrong with an event, in words beside a form's box: each code of its rules is a sentence here."""

from collections.abc import Collection, Mapping, Sequence

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from campaign.events.organize.boxes import box_of
from campaign.kernel.languages import KNOWN
from campaign.kernel.problems import Path, Problem

WORDS: Mapping[str, LazyString] = {
    "missing": _("Fill in this box."),
    "empty": _("Fill in this box."),
    "missing_in": _("Write this in %(language)s."),
    "other_language": _("Write the title in %(language)s, too, or leave this box empty."),
    "too_long": _("Use at most %(most)d characters."),
    "holds_unseen": _("This contains invisible characters. Type it again."),
    "line_break": _("Use one line only."),
    "slug": _("Use lowercase letters and digits joined by hyphens, like march-2027."),
    "reserved": _("A page of ours has this address. Choose another."),
    "taken": _("This address is taken. Choose another."),
    "timezone": _("Enter a time zone like America/New_York."),
    "day": _("Enter a date like 2027-03-13."),
    "no_such_day": _("There is no day %(day)s."),
    "to_come": _("%(day)s is too far ahead. Choose a day within the next four years."),
    "clock": _("Enter a time like 8:00 a.m. or 16:30."),
    "period": _("Enter each shift on its own line, like 10:00-12:00."),
    "no_shifts": _("Enter at least one shift, like 10:00-12:00."),
    "skipped": _("There is no %(clock)s on %(day)s in %(zone)s: the clocks go forward. Choose another time."),
    "once": _("%(clock)s comes once that day in %(zone)s: leave out “second”."),
    "backwards": _("The end must come after the start, at most 12 hours later if it’s the next day."),
    "whole": _("Enter a whole number, like 40."),
    "distance": _("Enter a distance like 10 or 2.5."),
    "point": _("Enter latitude and longitude, like 26.82, -80.67."),
    "phone": _("Enter a phone number, like 239-555-0100."),
    "yes_no": _("Choose from the list."),
    "not_a_choice": _("Choose from the list."),
    "no_question": _("Choose from the list."),
    "no_texts": _("Fill in this box."),
    "not_lines": _("Fill in this box."),
    "no_legs": _("An event needs at least one day or one shift."),
    "day_twice": _("Day %(day)s is there already."),
    "useless": _("Say first that there is one, or empty this box."),
    "place_twice": _("Another place has this name. Give this one a name of its own."),
    "no_campaign": _("Choose a campaign from the list."),
    "has_rsvps": _("People have RSVPs, so this can’t be a draft again. You can cancel it."),
    "damaged": _("We couldn’t read some characters. Check the text below and send it again."),
}


def say(problem: Problem) -> str:
    """Return what is wrong, as a sentence in the language of the page."""
    values = dict(problem.parameters)
    if (tag := values.get("language")) in KNOWN:
        values["language"] = KNOWN[tag].autonym
    sentence = str(WORDS.get(problem.code, WORDS["not_a_choice"]))
    return sentence % values if values else sentence


def say_all(problems: Sequence[Problem], below: Path = (), boxes: Collection[str] = ()) -> dict[str, str]:
    """Return the sentences by box, as `box_of` finds it, the first of each; what no box is for is at the empty name."""
    errors: dict[str, str] = {}
    for problem in problems:
        errors.setdefault(box_of(problem, below, boxes), say(problem))
    return errors
