"""The fields that every action shares, as plain values: read, checked, and made into a command.

The same for every door: values by name come in, texts all of them; what they mean comes out, with what is wrong with
them said by codes (`campaign.kernel.problems`). No request, no form and no words: those are a door's own.

Names and rules are the contract's. Names and running text are stored as typed or refused; nothing of them is altered
but the white space and the marks around a name. An address and a postal code are read as what they can only mean
(`campaign.people.pasted`, `campaign.kernel.plain`).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from campaign.actions import keys
from campaign.actions.commands import Origin, TakeAction
from campaign.actions.doorstep import Doorstep
from campaign.actions.questions.answering import read_answers
from campaign.actions.sharecodes import read_code
from campaign.actions.sources import tidy_source
from campaign.kernel.countries import WITHOUT_POSTAL_CODES, ZIP_COUNTRIES, country_codes
from campaign.kernel.installation import Installation
from campaign.kernel.languages import INTERFACE
from campaign.kernel.names import find_name_problem
from campaign.kernel.plain import plain
from campaign.kernel.problems import Problem, Problems
from campaign.kernel.text import count_characters, has_hidden_controls, has_line_break
from campaign.people.addresses import MAX_LENGTH, Address, BadAddressError, parse_address
from campaign.people.towns import find_whole_code, is_code, is_nowhere

Values = Mapping[str, str]
"""What was given, by field; the first of each name where a door takes several."""

Lists = Mapping[str, Sequence[str]]
"""All that was given under each name, in order, for the fields that may be given more than once."""

YES = frozenset({"y", "yes", "on", "true", "1"})
"""The only values of a checkbox that mean yes."""

DEFAULT_COUNTRY = "US"

MOST_OF_A_NAME = 80
MOST_OF_A_COMMENT = 2000
_MOST_OF_A_LANGUAGE = 16

_DASHES = "-\u2013\u2014"
_MARKS = "\u061c\u200e\u200f"
_POSTAL_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{1,11}")


def is_ticked(value: str) -> bool:
    """Whether the value of a checkbox says yes."""
    return value.strip().lower() in YES


def language_of(values: Values, doorstep: Doorstep) -> str:
    """Return the language to answer and write in: the one given, where the interface speaks it, else the campaign's."""
    given = values.get("language", "")[:_MOST_OF_A_LANGUAGE]
    return given if given in INTERFACE else doorstep.language


@dataclass(slots=True)
class ActionFields:
    """The shared fields, without the white space around them, and what is wrong with them.

    Args:
        language: the one to answer and to write in.
        address: both forms of the address; None where there is none that mail can reach.
        source, referred_by: where they came from (`campaign.actions.sources`), and the action whose supporter shared
            the page; never a mistake of who signs, so never a problem.
        answers: to the campaign's own questions, as they are kept; empty until `read_own` read them.
        problems: what is wrong; kinds add what is wrong with their own fields.
    """

    given_name: str
    family_name: str
    country: str
    postal_code: str
    comment: str
    language: str
    source: str
    consent: bool
    show_name: bool
    show_comment: bool = False
    referred_by: int | None = None
    answers: str = ""
    address: Address | None = None
    problems: Problems = field(default_factory=Problems)


def read_fields(values: Values, doorstep: Doorstep, installation: Installation) -> ActionFields:
    """Return the shared fields of `values`, checked for an action in the campaign of `doorstep`."""
    get = values.get
    fields = ActionFields(
        given_name=_name(get("given_name", "")),
        family_name=_name(get("family_name", "")),
        country=get("country", DEFAULT_COUNTRY).strip(),
        postal_code=_postal_code(get("postal_code", "")),
        comment=get("comment", ""),
        language=language_of(values, doorstep),
        source=tidy_source(get("source", "")),
        consent=is_ticked(get("consent", "")),
        show_name=is_ticked(get("show_name", "")),
        show_comment=is_ticked(get("show_comment", "")) and bool(get("comment", "").strip()),
        referred_by=read_code(installation, get("via", "")),
    )
    problems = fields.problems
    _check_language(problems, values)
    if doorstep.is_high_safety:
        _check_name(problems, "given_name", fields.given_name)
        if not fields.given_name:
            problems.say("given_name", "pseudonym_missing")
    else:
        _check_name(problems, "given_name", fields.given_name)
        _check_name(problems, "family_name", fields.family_name)
        if not (fields.given_name or fields.family_name):
            problems.say("given_name", "missing")
        _check_place(fields)
        check_text(problems, "comment", fields.comment, MOST_OF_A_COMMENT)
    _read_address(fields, get("email", ""), doorstep)
    return fields


def read_own(fields: ActionFields, lists: Lists, doorstep: Doorstep, kind: str) -> None:
    """Read the answers to what a campaign asks of its own in actions of a kind, beside the fields that all share."""
    questions = doorstep.questions.get(kind, ())
    if questions:
        fields.answers = read_answers(lists, questions, fields.problems)


def read_address_alone(values: Values, doorstep: Doorstep, installation: Installation) -> ActionFields:
    """Return the fields of what asks for an address, and takes its sending for a consent; nothing else is looked at."""
    given = {name: values[name] for name in ("language", "source", "via") if name in values}
    fields = ActionFields(
        given_name="",
        family_name="",
        country="",
        postal_code="",
        comment="",
        language=language_of(given, doorstep),
        source=tidy_source(given.get("source", "")),
        consent=True,
        show_name=False,
        referred_by=read_code(installation, given.get("via", "")),
    )
    _check_language(fields.problems, given)
    _read_address(fields, values.get("email", ""), doorstep)
    return fields


def _check_language(problems: Problems, values: Values) -> None:
    if len(values.get("language", "")) > _MOST_OF_A_LANGUAGE:
        problems.say("language", "malformed")


def check_text(problems: Problems, name: str, value: str, most: int, *, is_line: bool = False) -> None:
    """Say what is wrong with a text of the field `name`; `is_line`: on one line.

    `most`: how many characters it may have; a line break is one, as for the box it was typed in.
    """
    if count_characters(value) > most:
        problems.say(name, "too_long", most=most)
    elif has_hidden_controls(value) or (is_line and has_line_break(value)):
        problems.say(name, "holds_unseen")


def _name(typed: str) -> str:
    """Return a name without the space around it, nor the marks of direction that come along when one is copied."""
    name = typed.strip()
    return name if name.isascii() else name.strip(_MARKS).strip()


def _postal_code(typed: str) -> str:
    """Return a code as it is stored; a dash says that there is none, to browsers that want something in the box."""
    code = plain(typed).strip().upper()
    return "" if code and not code.strip(_DASHES) else code


def _check_name(problems: Problems, name: str, value: str) -> None:
    if len(value) > MOST_OF_A_NAME:
        problems.say(name, "too_long", most=MOST_OF_A_NAME)
    elif problem := find_name_problem(value):
        problems.say(name, f"holds_{problem}")


def _check_place(fields: ActionFields) -> None:
    if fields.country not in country_codes():
        fields.problems.say("country", "not_a_choice")
    if not fields.postal_code:
        if fields.country not in WITHOUT_POSTAL_CODES:
            fields.problems.say("postal_code", "missing")
    elif not _POSTAL_CODE.fullmatch(fields.postal_code):
        fields.problems.say("postal_code", "malformed")
    elif fields.country in ZIP_COUNTRIES:
        _check_zip_code(fields.problems, fields.postal_code)


def _check_zip_code(problems: Problems, code: str) -> None:
    if is_code(code):
        if is_nowhere(code):
            problems.say("postal_code", "zip_unknown", code=code)
    elif whole := find_whole_code(code):
        problems.say("postal_code", "zip_short", code=whole)
    else:
        problems.say("postal_code", "zip_malformed")


def address_problem(error: BadAddressError) -> Problem:
    """Return what is wrong with the address in the field `email`."""
    return Problem(("email",), error.fault, {"most": MAX_LENGTH} if error.fault == "too_long" else {})


def _read_address(fields: ActionFields, text: str, doorstep: Doorstep) -> None:
    if not text.strip():
        fields.problems.say("email", "missing")
        return
    try:
        fields.address = parse_address(text)
    except BadAddressError as error:
        fields.problems.append(address_problem(error))
    else:
        if fields.address.canonical in doorstep.barred:
            fields.problems.say("email", "barred")


def to_command(
    fields: ActionFields,
    doorstep: Doorstep,
    installation: Installation,
    origin: Origin,
    *,
    kind: str,
    is_counted: bool,
    wording_id: int | None,
    more: tuple[str, ...] = (),
    vouched_by: UUID | None = None,
) -> TakeAction:
    """Return the command of fields that were found right. `more` are the kind's own values, for the digest."""
    address = fields.address
    if address is None:
        raise ValueError("to_command takes what was checked")
    family_name, country, postal_code = fields.family_name, fields.country, fields.postal_code
    comment, language, answers = fields.comment, fields.language, fields.answers
    if doorstep.is_high_safety:  # nothing else that was given is looked at, not even for the digest
        family_name = postal_code = country = comment = answers = ""
        more = (*more, str(doorstep.id))  # so that not even what was typed is the same on two such campaigns
    request: tuple[str, ...] = (kind, fields.given_name, family_name, postal_code, country, comment, language)
    request += (str(fields.show_name), str(fields.consent), address.display, str(origin.is_suspect), *more)
    if fields.show_comment and comment:
        request += ("show_comment",)
    if answers:
        request += ("answers", answers)
    hashes = installation.hashes
    signer = keys.signer_key(hashes, doorstep.id, address.canonical)
    return TakeAction(
        kind=kind,
        campaign_id=doorstep.id,
        organization_id=doorstep.organization_id,
        is_high_safety=doorstep.is_high_safety,
        is_counted=is_counted,
        email=address.canonical,
        email_display=address.display,
        signer_key=signer,
        recipient_key=signer if doorstep.is_high_safety else keys.recipient_key(hashes, address.canonical),
        mailbox_key=keys.mailbox_key(hashes, address.canonical, doorstep.id if doorstep.is_high_safety else None),
        digest=keys.digest(hashes, request),
        given_name=fields.given_name,
        family_name=family_name,
        language=language,
        postal_code=postal_code,
        country=country,
        comment=comment,
        show_name=fields.show_name,
        show_comment=fields.show_comment,
        answers=answers,
        wording_id=wording_id,
        door=origin.door,
        source=fields.source,
        is_held=origin.is_suspect,
        ip=origin.ip,
        limit_scope=doorstep.limit_scope,
        vouched_by=None if origin.is_suspect else vouched_by,
        referred_by=None if doorstep.is_high_safety else fields.referred_by,
    )
