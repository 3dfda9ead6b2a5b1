"""Letters as they are read before they are filled in, and exactly as they go, one for each executive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from campaign.actions.fields import ActionFields
from campaign.letters.commands import LetterText
from campaign.letters.fields import LetterFields
from campaign.letters.placeholders import IN_LINE, fill, fill_line, find_unfilled, pieces, with_personal
from campaign.people.towns import town_of
from campaign.targets.models import Executive


@dataclass(frozen=True)
class Preview:
    """A letter exactly as it goes, with whom it goes to."""

    office: str
    company: str
    text: LetterText


@dataclass(frozen=True)
class Reading:
    """A letter as one reads it before it is filled in: `pieces` (of `placeholders`), and what is the same for all."""

    pieces: Sequence[tuple[str, str]]
    known: Mapping[str, str]


def read_over(body: str, executives: Sequence[Executive]) -> Reading:
    """Return a letter's template to be read, with the company and the office where there is but one."""
    offices = {(executive.office, executive.company.name) for executive in executives}
    companies = {company for _, company in offices}
    known = {
        "company": next(iter(companies)) if len(companies) == 1 else "",
        "executive": next(iter(offices))[0] if len(offices) == 1 else "",
    }
    return Reading(pieces(with_personal(body)), known)


def write_out(letter: LetterFields, fields: ActionFields, executives: Sequence[Executive]) -> list[Preview]:
    """Return one letter of who acts by `fields` for each chosen executive (all, where none is chosen)."""
    body, personal = with_personal(letter.body), letter.personal.replace("\r\n", "\n").strip()
    values = {
        "given_name": fields.given_name,
        "family_name": fields.family_name,
        "town": town_of(fields.country, fields.postal_code),
        "personal": personal,
    }
    return [
        _preview(letter.subject, body, values, executive)
        for executive in executives
        if letter.goes_to(executive.public_id)
    ]


def list_unfilled(letter: LetterFields) -> list[str]:
    """Return what stands in braces anywhere in a letter and goes as it was typed, each once."""
    typed = (find_unfilled(letter.subject, IN_LINE), find_unfilled(letter.personal, ()), find_unfilled(letter.body))
    return list(dict.fromkeys(word for words in typed for word in words))


def _preview(subject: str, body: str, of_writer: Mapping[str, str], executive: Executive) -> Preview:
    values = {"executive": executive.office, "company": executive.company.name, **of_writer}
    text = LetterText(
        executive_id=executive.id,
        company_id=executive.company_id,
        mailbox=executive.address,
        subject=fill_line(subject, values),
        body=fill(body, values),
    )
    return Preview(executive.office, executive.company.name, text)
