"""What a content file says, once read: plain frozen values with the lines they stand at.

`values` maps a column of the model to what the file says of it. A column the file is silent about is not in it and
stays as it is stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Protocol


@dataclass(frozen=True)
class Reference:
    """A slug that names something else, at a line."""

    slug: str
    line: int


class SectionSpec(Protocol):
    """One entry of a section that a kind of action brings, once read."""

    @property
    def slug(self) -> str:
        """What it is known by."""

    @property
    def line(self) -> int:
        """Where it stands in the file."""

    @property
    def campaign(self) -> Reference:
        """The campaign it belongs to."""


@dataclass(frozen=True)
class Moment:
    """When something was, as a file says it: by its day, or (`is_counted`) in days before it was first loaded."""

    at: datetime
    is_counted: bool

    def settled(self, stored: datetime | None) -> datetime:
        """Return what is to be stored: what is already, unless the file names another day."""
        if stored is not None and (self.is_counted or stored.astimezone(UTC).date() == self.at.date()):
            return stored
        return self.at


@dataclass(frozen=True)
class OrganizationSpec:
    """An organization as the file has it."""

    slug: str
    line: int
    values: Mapping[str, object]


@dataclass(frozen=True)
class AgreementSpec:
    """An agreement; `signatories` are the named ones, name to year."""

    slug: str
    line: int
    values: Mapping[str, object]
    signatories: Mapping[str, int | None]


@dataclass(frozen=True)
class CompanySpec:
    """A company; `offices` maps office to canonical address; `letters_per_hour` None means the default."""

    slug: str
    line: int
    values: Mapping[str, object]
    offices: Mapping[str, str]
    letters_per_hour: int | None


@dataclass(frozen=True)
class StandingSpec:
    """A company the campaign addresses and, where the file says so, where it stood on a day."""

    company: Reference
    stance: str | None
    as_of: date | None
    evidence: Mapping[str, str]


@dataclass(frozen=True)
class UpdateSpec:
    """One piece of news, known again by its title in the campaign's own language."""

    published: Moment
    title: Mapping[str, str]
    body: Mapping[str, str]


@dataclass(frozen=True)
class CampaignSpec:
    """A campaign. `standings` is None where the file does not say whom it addresses.

    `parts`: what kinds of action read of it, by name; None for one that the file takes away.
    """

    slug: str
    line: int
    values: Mapping[str, object]
    organization: Reference
    agreement: Reference | None
    says_agreement: bool
    status: str | None
    won: Moment | None
    standings: tuple[StandingSpec, ...] | None
    updates: tuple[UpdateSpec, ...]
    parts: Mapping[str, Mapping[str, object] | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Content:
    """All that a file says.

    `more` holds the sections that kinds of action bring, by name. `left_out` names those that this version does not
    load, with their number of entries.
    """

    organizations: tuple[OrganizationSpec, ...] = ()
    agreements: tuple[AgreementSpec, ...] = ()
    companies: tuple[CompanySpec, ...] = ()
    campaigns: tuple[CampaignSpec, ...] = ()
    more: Mapping[str, tuple[SectionSpec, ...]] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
