"""What is proposed, as plain frozen values, and how a command is kept in a row and made again of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from campaign.campaigns.commands import SaveAgreement
from campaign.revisions.differences import plain
from campaign.targets.commands import SaveCompany

Proposed = SaveCompany | SaveAgreement


@dataclass(frozen=True, slots=True)
class Propose:
    """What an organization (by slug) would have of a company or an agreement.

    Args:
        organization: whose proposal it is.
        what: the command that carries it out, which its rules found right.
        name: what the thing is called, to whoever decides.
        note: why, or where it is from, to the same; one line, or nothing.
    """

    organization: str
    what: Proposed
    name: str
    note: str = ""

    @property
    def thing(self) -> str:
        """The word for what it is about."""
        return "company" if isinstance(self.what, SaveCompany) else "agreement"


def content_of(command: Proposed) -> dict[str, Any]:
    """Return a command as plain values of JSON; `command_of` makes it again."""
    kept: dict[str, Any] = {"values": {name: plain(value) for name, value in command.values.items()}}
    if isinstance(command, SaveAgreement):
        return {**kept, "signatories": dict(command.signatories), "gone": list(command.gone)}
    said = {office: {name: plain(one) for name, one in told.items()} for office, told in command.office_values.items()}
    return {
        **kept,
        "offices": dict(command.offices),
        "letters_per_hour": command.letters_per_hour,
        "office_values": said,
    }


def command_of(thing: str, slug: str, content: Mapping[str, Any]) -> Proposed:
    """Return the command that was kept as `content`."""
    values = _dated(content["values"])
    if thing == "agreement":
        return SaveAgreement(slug, values, content["signatories"], content.get("gone", ()))
    told = {office: _dated(one) for office, one in content["office_values"].items()}
    return SaveCompany(slug, values, content["offices"], content["letters_per_hour"], told)


_DAYS = ("checked_on", "signatories_as_of")


def _dated(values: Mapping[str, Any]) -> dict[str, object]:
    return {
        name: date.fromisoformat(value) if name in _DAYS and isinstance(value, str) else value
        for name, value in values.items()
    }
