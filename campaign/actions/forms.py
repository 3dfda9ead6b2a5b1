"""The fields that every public form of an action shares, how they are checked, and the command they become.

Names and rules are the contract's. What is typed is stored as typed or refused in words; nothing is silently altered
but the white space around it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Request
from flask_babel import gettext, lazy_gettext
from flask_babel.speaklater import LazyString
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import EmailField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields import Field

from campaign.actions import keys
from campaign.actions.commands import TakeAction
from campaign.actions.doorstep import Doorstep
from campaign.kernel.countries import WITHOUT_POSTAL_CODES, country_codes, list_countries
from campaign.kernel.formdata import FormData, read_form
from campaign.kernel.installation import Installation
from campaign.kernel.languages import INTERFACE
from campaign.kernel.limits import Poster
from campaign.kernel.localized import current_language
from campaign.kernel.network import client_ip
from campaign.kernel.text import has_hidden_controls, has_line_break, looks_like_link
from campaign.people.addresses import MAX_LENGTH, Address, BadAddressError, parse_address

YES = frozenset({"y", "yes", "on", "true", "1"})
"""The only values of a checkbox that mean yes; WTForms alone would read `no` as yes."""

HONEYPOT = "fax_number"
"""A field no person sees; what fills it is a machine."""

_POSTAL_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{1,11}")
_SOURCE = re.compile(r"[\w .:/-]{0,64}")

DEFAULT_COUNTRY = "US"

# Lazy: looked up in the catalogue where they are said, not for everybody who typed a name.
_NO_PSEUDONYM = lazy_gettext("Please enter a name. It need not be your own.")
_NO_GIVEN_NAME = lazy_gettext("Please enter your given name.")
_NO_FAMILY_NAME = lazy_gettext("Please enter your family name.")


class StrictCheckbox(Field):  # type: ignore[misc]
    """A checkbox that is ticked only by a value that says yes. Never ticked by itself."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was posted."""
        self.data = bool(valuelist) and valuelist[0].strip().lower() in YES

    def process_data(self, value: object) -> None:
        """Read what the page prefills."""
        self.data = bool(value)


class ActionForm(FlaskForm):  # type: ignore[misc]
    """What every kind asks. Kinds add their fields and override `check`."""

    class Meta:
        """No session token: these doors have no cookies and are guarded by the signed minute."""

        csrf = False

        def get_translations(self, _form: object) -> None:
            """Leave WTForms' own messages alone: every word here is ours, and its catalogue is read for each form."""

    stamp = HiddenField()
    language = HiddenField()
    source = HiddenField()
    given_name = StringField(lazy_gettext("Given name"))
    family_name = StringField(lazy_gettext("Family name"))
    email = EmailField(lazy_gettext("E-mail"))
    country = SelectField(lazy_gettext("Country"), default=DEFAULT_COUNTRY, validate_choice=False)
    postal_code = StringField(lazy_gettext("Postal code"))
    comment = TextAreaField(lazy_gettext("Why do you sign? (optional)"))
    consent = StrictCheckbox()
    show_name = StrictCheckbox(lazy_gettext("Show my first name and town on this page"))
    fax_number = StringField()

    address: Address | None = None

    def offer_countries(self) -> None:
        """Fill the list of countries, named in the page's language; only pages that show the form pay for it."""
        self.country.choices = list(list_countries(current_language()))

    def check(self, doorstep: Doorstep, posted: FormData, installation: Installation) -> bool:
        """Return whether everything is right; else the fields carry their errors, in words."""
        if posted.is_damaged:
            self._say(
                "stamp", gettext("Some characters could not be read. Please check the text below and send it again.")
            )
        if not installation.stamp.is_good(self.stamp.data or ""):
            self._say(
                "stamp", gettext("This page had been open for a long time. Nothing is lost: please send it again.")
            )
        if doorstep.is_high_safety:
            self._check_name(self.given_name, _NO_PSEUDONYM)
        else:
            self._check_name(self.given_name, _NO_GIVEN_NAME)
            self._check_name(self.family_name, _NO_FAMILY_NAME)
            self._check_place()
            self._check_text(self.comment, 2000)
        self._check_email()
        if not _SOURCE.fullmatch(self.source.data or "") or len(self.language.data or "") > 16:
            self._say("stamp", gettext("The form was changed on its way here. Please send it again."))
        return not self.errors

    def _say(self, name: str, message: str) -> None:
        self[name].errors = [*self[name].errors, message]

    def _check_name(self, field: Field, missing: LazyString, most: int = 80) -> None:
        value = (field.data or "").strip()
        if not value:
            self._say(field.name, str(missing))
        elif len(value) > most:
            self._say(field.name, gettext("Please use at most %(most)d characters.", most=most))
        elif has_hidden_controls(value) or has_line_break(value) or "\t" in value:
            self._say(field.name, gettext("This holds characters that cannot be seen. Please type it again."))
        elif looks_like_link(value):
            self._say(field.name, gettext("A name cannot hold a web address."))

    def _check_text(self, field: Field, most: int) -> None:
        value = field.data or ""
        if len(value) > most:
            self._say(field.name, gettext("Please use at most %(most)d characters.", most=most))
        elif has_hidden_controls(value):
            self._say(field.name, gettext("This holds characters that cannot be seen. Please type it again."))

    def _check_place(self) -> None:
        country = (self.country.data or "").strip()
        if country not in country_codes():
            self._say("country", gettext("Please choose a country from the list."))
        code = (self.postal_code.data or "").strip()
        if not code and country in WITHOUT_POSTAL_CODES:
            return
        if not code:
            self._say("postal_code", gettext("Please enter your postal code."))
        elif not _POSTAL_CODE.fullmatch(code):
            self._say("postal_code", gettext("This does not look like a postal code."))

    def _check_email(self) -> None:
        typed = self.email.data or ""
        if not typed.strip():
            self._say("email", gettext("Please enter your e-mail address."))
            return
        try:
            self.address = parse_address(typed)
        except BadAddressError:
            if len(typed) > MAX_LENGTH:
                self._say("email", gettext("An e-mail address has at most %(most)d characters.", most=MAX_LENGTH))
            else:
                self._say("email", gettext("This does not look like an e-mail address, such as name@example.org."))


@dataclass(frozen=True, slots=True)
class Posted:
    """A form as it came: its raw values and where it came from."""

    form: FormData
    ip: str

    def poster(self, email: str) -> Poster:
        """Return who posts, for the limits."""
        return Poster(self.ip, email)


def read_posted(request: Request, installation: Installation) -> Posted:
    """Return what was posted and by whom."""
    return Posted(read_form(request), client_ip(request, installation.settings.trusted_proxies))


def is_from_machine(values: "MultiDict[str, str]") -> bool:
    """Whether the honeypot is filled."""
    return bool(values.get(HONEYPOT, "").strip())


def page_language(values: Mapping[str, Any], doorstep: Doorstep) -> str:
    """Return the language to answer and to write in: the form's, where the interface speaks it, else the campaign's."""
    posted = str(values.get("language", ""))[:16]
    return posted if posted in INTERFACE else doorstep.language


def to_command(
    form: ActionForm,
    doorstep: Doorstep,
    posted: Posted,
    installation: Installation,
    *,
    kind: str,
    is_counted: bool,
    wording_id: int | None,
    more: tuple[str, ...] = (),
    vouched_by: UUID | None = None,
) -> TakeAction:
    """Return the command of a checked form. `more` are the kind's own values, for the digest."""
    address = form.address
    if address is None:
        raise ValueError("to_command takes a form that was checked")
    given_name, family_name = (form.given_name.data or "").strip(), (form.family_name.data or "").strip()
    postal_code, country = (form.postal_code.data or "").strip().upper(), (form.country.data or "").strip()
    comment, language = form.comment.data or "", page_language(form.data, doorstep)
    if doorstep.is_high_safety:  # nothing else that was posted is looked at, not even for the digest
        family_name = postal_code = country = comment = ""
    is_held = is_from_machine(posted.form.values)
    typed: tuple[str, ...] = (kind, given_name, family_name, postal_code, country, comment, language)
    typed += (str(form.show_name.data), str(form.consent.data), address.display, str(is_held), *more)
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
        digest=keys.digest(hashes, typed),
        given_name=given_name,
        family_name=family_name,
        language=language,
        postal_code=postal_code,
        country=country,
        comment=comment,
        show_name=form.show_name.data,
        wording_id=wording_id,
        door="form",
        source=form.source.data or "",
        is_held=is_held,
        ip=posted.ip,
        vouched_by=None if is_held else vouched_by,
    )
