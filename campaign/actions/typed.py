"""What a visitor typed into the fields that every action shares: read, checked in words, and made into a command.

Names and rules are the contract's. What is typed is stored as typed or refused in words; nothing is silently altered
but the white space around it. No form object is made here: thousands sign while one mistypes, and only a page that is
shown again needs one (`campaign.actions.forms`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from flask import Request
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString

from campaign.actions import keys, sharecodes
from campaign.actions.commands import TakeAction
from campaign.actions.doorstep import Doorstep
from campaign.kernel.countries import WITHOUT_POSTAL_CODES, country_codes
from campaign.kernel.formdata import FormData, read_form
from campaign.kernel.installation import Installation
from campaign.kernel.languages import INTERFACE
from campaign.kernel.limits import Poster
from campaign.kernel.names import find_name_problem
from campaign.kernel.network import client_ip
from campaign.kernel.text import has_hidden_controls
from campaign.people.addresses import MAX_LENGTH, Address, BadAddressError, parse_address

YES = frozenset({"y", "yes", "on", "true", "1"})
"""The only values of a checkbox that mean yes; WTForms alone would read `no` as yes."""

HONEYPOT = "fax_number"
"""A field no person sees; what fills it is a machine."""

DEFAULT_COUNTRY = "US"

_POSTAL_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{1,11}")
_SOURCE = re.compile(r"[\w .:/-]{0,64}")

# Lazy: looked up in the catalogue where they are said, not for everybody who typed a name.
_NO_PSEUDONYM = lazy_gettext("Please enter a name. It need not be your own.")
_NO_GIVEN_NAME = lazy_gettext("Please enter your given name.")
_NO_FAMILY_NAME = lazy_gettext("Please enter your family name.")
_NAME_PROBLEMS = {
    "unseen": lazy_gettext("This holds characters that cannot be seen. Please type it again."),
    "marks": lazy_gettext("A name cannot hold so many accents on one letter."),
    "link": lazy_gettext("A name cannot hold a web address."),
    "number": lazy_gettext("A name cannot hold a phone number."),
}


@dataclass(frozen=True, slots=True)
class Posted:
    """A form as it came: its raw values and where it came from."""

    form: FormData
    ip: str

    def poster(self, scope: str = "") -> Poster:
        """Return who posts, for the limits; `scope` as for `Poster`."""
        return Poster(self.ip, scope)


def read_posted(request: Request, installation: Installation) -> Posted:
    """Return what was posted and by whom."""
    return Posted(read_form(request), client_ip(request, installation.settings.trusted_proxies))


def is_from_machine(values: Mapping[str, str]) -> bool:
    """Whether the honeypot is filled."""
    return bool(values.get(HONEYPOT, "").strip())


def is_ticked(value: str) -> bool:
    """Whether the value of a checkbox says yes."""
    return value.strip().lower() in YES


def page_language(values: Mapping[str, Any], doorstep: Doorstep) -> str:
    """Return the language to answer and to write in: the form's, where the interface speaks it, else the campaign's."""
    posted = str(values.get("language", ""))[:16]
    return posted if posted in INTERFACE else doorstep.language


@dataclass(slots=True)
class Typed:
    """The shared fields, without the white space around them, and what is wrong with them.

    Args:
        language: the one to answer and to write in.
        address: both forms of the address; None where there is none that mail can reach.
        referred_by: the action whose supporter shared the page; never a mistake of who signs, so never an error.
        errors: words by field; those that belong to none are under `stamp`.
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
    is_held: bool
    ip: str
    referred_by: int | None = None
    address: Address | None = None
    errors: dict[str, list[str]] = field(default_factory=dict)

    def say(self, name: str, message: str) -> None:
        """Add what is wrong with the field `name`."""
        self.errors.setdefault(name, []).append(message)

    def check_text(self, name: str, value: str, most: int) -> None:
        """Say what is wrong with a longer text."""
        if len(value) > most:
            self.say(name, gettext("Please use at most %(most)d characters.", most=most))
        elif has_hidden_controls(value):
            self.say(name, gettext("This holds characters that cannot be seen. Please type it again."))


def read_typed(posted: Posted, doorstep: Doorstep, installation: Installation) -> Typed:
    """Return the shared fields of what was posted, checked."""
    get = posted.form.values.get
    typed = Typed(
        given_name=get("given_name", "").strip(),
        family_name=get("family_name", "").strip(),
        country=get("country", DEFAULT_COUNTRY).strip(),
        postal_code=get("postal_code", "").strip().upper(),
        comment=get("comment", ""),
        language=page_language(posted.form.values, doorstep),
        source=get("source", ""),
        consent=is_ticked(get("consent", "")),
        show_name=is_ticked(get("show_name", "")),
        is_held=is_from_machine(posted.form.values),
        ip=posted.ip,
        referred_by=sharecodes.read_code(installation, get("via", "")),
    )
    _check_form(typed, posted.form, installation)
    if doorstep.is_high_safety:
        _check_name(typed, "given_name", typed.given_name, _NO_PSEUDONYM)
    else:
        _check_name(typed, "given_name", typed.given_name, _NO_GIVEN_NAME)
        _check_name(typed, "family_name", typed.family_name, _NO_FAMILY_NAME)
        _check_place(typed)
        typed.check_text("comment", typed.comment, 2000)
    _check_email(typed, get("email", ""))
    return typed


def _check_form(typed: Typed, form: FormData, installation: Installation) -> None:
    if form.is_damaged:
        typed.say("stamp", gettext("Some characters could not be read. Please check the text below and send it again."))
    if not installation.stamp.is_good(form.values.get("stamp", "")):
        typed.say("stamp", gettext("This page had been open for a long time. Nothing is lost: please send it again."))
    if not _SOURCE.fullmatch(typed.source) or len(form.values.get("language", "")) > 16:
        typed.say("stamp", gettext("The form was changed on its way here. Please send it again."))


def _check_name(typed: Typed, name: str, value: str, missing: LazyString, most: int = 80) -> None:
    if not value:
        typed.say(name, str(missing))
    elif len(value) > most:
        typed.say(name, gettext("Please use at most %(most)d characters.", most=most))
    elif problem := find_name_problem(value):
        typed.say(name, str(_NAME_PROBLEMS[problem]))


def _check_place(typed: Typed) -> None:
    if typed.country not in country_codes():
        typed.say("country", gettext("Please choose a country from the list."))
    if not typed.postal_code:
        if typed.country not in WITHOUT_POSTAL_CODES:
            typed.say("postal_code", gettext("Please enter your postal code."))
    elif not _POSTAL_CODE.fullmatch(typed.postal_code):
        typed.say("postal_code", gettext("This does not look like a postal code."))


def _check_email(typed: Typed, text: str) -> None:
    if not text.strip():
        typed.say("email", gettext("Please enter your e-mail address."))
        return
    try:
        typed.address = parse_address(text)
    except BadAddressError:
        if len(text) > MAX_LENGTH:
            typed.say("email", gettext("An e-mail address has at most %(most)d characters.", most=MAX_LENGTH))
        else:
            typed.say("email", gettext("This does not look like an e-mail address, such as name@example.org."))


def to_command(
    typed: Typed,
    doorstep: Doorstep,
    installation: Installation,
    *,
    kind: str,
    is_counted: bool,
    wording_id: int | None,
    more: tuple[str, ...] = (),
    vouched_by: UUID | None = None,
) -> TakeAction:
    """Return the command of what was typed and found right. `more` are the kind's own values, for the digest."""
    address = typed.address
    if address is None:
        raise ValueError("to_command takes what was checked")
    family_name, country, postal_code = typed.family_name, typed.country, typed.postal_code
    comment, language = typed.comment, typed.language
    if doorstep.is_high_safety:  # nothing else that was posted is looked at, not even for the digest
        family_name = postal_code = country = comment = ""
        more = (*more, str(doorstep.id))  # so that not even what was typed is the same on two such campaigns
    request: tuple[str, ...] = (kind, typed.given_name, family_name, postal_code, country, comment, language)
    request += (str(typed.show_name), str(typed.consent), address.display, str(typed.is_held), *more)
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
        given_name=typed.given_name,
        family_name=family_name,
        language=language,
        postal_code=postal_code,
        country=country,
        comment=comment,
        show_name=typed.show_name,
        wording_id=wording_id,
        door="form",
        source=typed.source,
        is_held=typed.is_held,
        ip=typed.ip,
        limit_scope=doorstep.limit_scope,
        vouched_by=None if typed.is_held else vouched_by,
        referred_by=None if doorstep.is_high_safety else typed.referred_by,
    )
