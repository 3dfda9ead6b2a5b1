"""What is wrong with a content file, in words and at its line: each code of the rules is a sentence here."""

from collections.abc import Mapping
from typing import Any

from campaign.content.errors import LineProblem
from campaign.content.nodes import File
from campaign.kernel.languages import KNOWN
from campaign.kernel.problems import Path, Problem

SINGULARS = {
    "organizations": "organization",
    "agreements": "agreement",
    "signatories_known": "signatory",
    "companies": "company",
    "executives": "executive",
    "campaigns": "campaign",
    "updates": "update",
    "events": "event",
    "legs": "leg",
    "places": "place",
}
"""What one entry of a list is called."""

_AT_THE_KEY = ("missing", "unknown", "key_twice")
_OF_SEVERAL = ("useless", "backwards", "skipped", "once", "day_twice", "no_shifts", "address", "spec_twice")
"""What concerns several keys of an entry, or an address that came of a pattern, is said where the entry begins."""

_SENTENCES = {
    "missing": "{field} is missing",
    "unknown": "unknown key {key!r}",
    "key_twice": "{key!r} stands twice",
    "list": "{field} must be a list",
    "slug": "{field} {shown}must be lower-case letters and digits joined by hyphens, such as fair-food",
    "whole": "{field} must be a whole number {limits}",
    "not_a_choice": "{field} must be one of {choices}",
    "country": "{field} must be two capital letters, such as US",
    "timezone": "{field} must be a time zone such as America/New_York",
    "since": "{field} must be a year, a month or a day, written as 2009, 2019-10 or 2019-10-05",
    "day": "{field} must be a date written as 2023-12-31",
    "no_such_day": "{field}: there is no day {day}",
    "to_come": "{field} {day} is still to come",
    "link": "{field} must be an address that starts with https:// or http://",
    "contact": "{field} must be an e-mail address, or one that starts with https://",
    "address": "{address!r} is not an address that mail can reach{why}",
    "mail_domain": "each of {field} must be what stands behind the @ of an address, such as kroger.example",
    "not_text": "{field} must be a text (put it in quotes)",
    "empty": "{field} is empty",
    "too_long": "{field} is longer than {most:,} characters",
    "holds_unseen": "{field} holds characters that cannot be shown",
    "line_break": "{field} must be one line",
    "no_language": "{plain_field}: {tag!r} is not one of the languages {languages}",
    "other_language": (
        "{plain_field} is in {language!r}, but the campaign's title is not: its title names its languages"
    ),
    "missing_in": "{field} is missing in {language!r}",
    "no_texts": "{field} must be a text by language, such as {{en: …, es: …}}",
    "not_lines": "{field} must be a list of texts",
    "spec_twice": "stands twice in this file (first in line {first})",
    "none_in_high_safety": "a campaign of high safety has no letter: nobody may be named to a company",
    "unfilled": "{field} holds {word}, which nothing fills in: use {choices}",
    "update_twice": "an update of this title stands twice: its title is what it is known by",
    "company_twice": "company {company} stands twice in this campaign",
    "office_twice": "the office {office!r} stands twice",
    "no_pattern": "needs an executive_address for all, such as {{local_part}}@{{company_slug}}.example",
    "clock": "{field} must be a time of the day such as 08:00",
    "period": "each of {field} must be a period such as 10:00-12:00",
    "point": "{field} must be latitude and longitude in degrees, such as [26.82, -80.67]",
    "distance": "{field} must be a number such as 10 or 2.5",
    "phone": "{field} must be a phone number, such as 239-555-0100",
    "yes_no": "{field} must be true or false",
    "no_question": "{field} must hold some of {choices}",
    "no_shifts": "{field} is missing",
    "no_legs": "needs legs (a march) or places with shifts",
    "useless": "{field} is of no use without {without}",
    "backwards": "ends must be after starts, or at most twelve hours later on the next day",
    "skipped": "{clock} does not exist on {day} in {zone}: the clocks go forward",
    "once": "{clock} is there once on that day in {zone}: leave out “second”",
    "day_twice": "day {day} stands twice",
    "taken": "this address is taken",
    "renamed": "campaign {given!r} is called {now!r} now: links to it still work",
    "reserved": "{field} {given!r} stands for a page of ours: choose another one",
    "not_yours": "there is no organization {given!r} of yours",
    "no_agreement": "there is no agreement {given!r}, here or in the database",
    "no_company": "there is no company {given!r}, here or in the database",
    "office_taken": "{address!r} is the address of {company}, {office}",
    "acted_in": "its safety cannot change any more: people have already acted in it",
    "step_twice": "the step {step!r} stands twice",
    "no_button": "the button of this step has the same words everywhere",
    "holds_marks": "{field} must not hold [[ or ]], which stand for links",
    "leads_away": "{field} must not hold a web address: only the mail's own links lead out of it",
    "subject_fixed": "a campaign of high safety has no subjects of its own: a subject names nothing",
    "no_entries": "there are no {section} in this file",
}


def tell(file: File, problem: Problem) -> LineProblem:
    """Return a problem of the rules as it is said of a file."""
    path, code, params = problem.field, problem.code, problem.parameters
    label = file.label(path, SINGULARS)
    text = _sentence(path, code).format_map(_Parts(path, code, params))
    where = file.entry(path) if code in _OF_SEVERAL else path
    return LineProblem(file.line(where, of_key=code in _AT_THE_KEY), f"{label}: {text}" if label else text)


def _sentence(path: Path, code: str) -> str:
    if code != "mapping":
        return _SENTENCES[code]
    if path and isinstance(path[-1], int):
        return "each of {field} must be a mapping, such as {{slug: …}}"
    return "{field} must be a mapping, such as {{name: value}}"


class _Parts(dict[str, object]):
    """What sentences name: the parameters of a problem, as they are written, and the field it is about."""

    def __init__(self, path: Path, code: str, params: Mapping[str, Any]) -> None:
        keys = [str(part) for part in path if isinstance(part, str)] or [""]
        in_language = len(keys) > 1 and keys[-1] in KNOWN
        super().__init__(
            params,
            key=keys[-1][:60],
            tag=keys[-1][:20],
            field=f"{keys[-2]} ({keys[-1]})" if in_language else keys[-1],
            plain_field=keys[-2] if len(keys) > 1 else "",
        )
        for name in ("choices", "languages"):
            if name in params:
                self[name] = ", ".join(params[name])
        if code == "slug":
            self["shown"] = f"{params['given']!r} " if params["given"] else ""
        if code == "whole":
            least, most = params["least"], params["most"]
            self["limits"] = f"of {least} or more" if most is None else f"from {least} to {most}"
