"""What belongs to the web of an action: the form as it was posted, its stamp, the box no person sees, who posts.

What the fields hold is checked elsewhere, the same for every door (`campaign.actions.fields`). No form object is made
here: thousands sign while one mistypes, and only a page that is shown again needs one (`campaign.actions.forms`).
"""

from dataclasses import dataclass

from flask import Request

from campaign.actions.commands import Door, Origin
from campaign.actions.doorstep import Doorstep
from campaign.actions.fields import ActionFields, read_address_alone, read_fields, read_own
from campaign.actions.following import followed_source
from campaign.kernel.formdata import FormData, read_form
from campaign.kernel.installation import Installation
from campaign.kernel.limits import Poster
from campaign.kernel.network import client_ip
from campaign.kernel.problems import Problem
from campaign.kernel.stamp import Stamp

HONEYPOT = "fax_number"
"""A field no person sees; what fills it is a machine."""


@dataclass(frozen=True, slots=True)
class PostedForm:
    """A form as it came: its raw values, from which line, and by which door."""

    form: FormData
    ip: str
    door: Door = "form"

    @property
    def is_from_machine(self) -> bool:
        """Whether the honeypot is filled."""
        return bool(self.form.values.get(HONEYPOT, "").strip())

    @property
    def origin(self) -> Origin:
        """How what was posted came in, for its command."""
        return Origin(self.door, self.ip, self.is_from_machine)

    def poster(self, scope: str = "") -> Poster:
        """Return who posts, for the limits; `scope` as for `Poster`."""
        return Poster(self.ip, scope)

    def find_problems(self, stamp: Stamp) -> list[Problem]:
        """Return what is wrong with the form itself, whatever its fields hold.

        `damaged`: bytes of it were no text. `stale`: it bears no stamp of ours, or one that is over.
        """
        problems = [Problem((), "damaged")] if self.form.is_damaged else []
        if not stamp.is_good(self.form.values.get("stamp", "")):
            problems.append(Problem(("stamp",), "stale"))
        return problems


def read_posted(request: Request, installation: Installation, *, door: Door = "form") -> PostedForm:
    """Return what was posted, by whom and by which door; with the source of the link followed, where it names none."""
    settings = installation.settings
    form = read_form(request)
    if not form.values.get("source") and (source := followed_source(request, settings.public_url)):
        others = [pair for pair in form.pairs if pair[0] != "source"]
        form = FormData([*others, ("source", source)], is_damaged=form.is_damaged)
    return PostedForm(form, client_ip(request, settings.trusted_proxies), door)


def read_posted_fields(
    posted: PostedForm, doorstep: Doorstep, installation: Installation, *, asked_by: str = ""
) -> ActionFields:
    """Return the shared fields of a form; what is wrong with the form itself stands first among their problems.

    `asked_by`: the kind whose questions of the campaign's own the form asks.
    """
    fields = read_fields(posted.form.values, doorstep, installation)
    if doorstep.questions:
        read_own(fields, posted.form.lists, doorstep, asked_by)
    return _checked(posted, fields, installation)


def read_posted_address(posted: PostedForm, doorstep: Doorstep, installation: Installation) -> ActionFields:
    """Return the fields of a form that asks for nothing but an address, as `read_posted_fields` does."""
    return _checked(posted, read_address_alone(posted.form.values, doorstep, installation), installation)


def _checked(posted: PostedForm, fields: ActionFields, installation: Installation) -> ActionFields:
    fields.problems[:0] = posted.find_problems(installation.stamp)
    return fields
