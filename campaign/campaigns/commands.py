"""What can be asked of organizations, agreements and campaigns: frozen commands, the same from every door.

`values` maps a column of the model to what it is to hold. A column that is not in it stays as it is stored.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """When something was, by its day, or (`is_counted`) in days before it was first told."""

    at: datetime
    is_counted: bool

    def settled(self, stored: datetime | None) -> datetime:
        """Return what is to be stored: what is already, unless another day is named."""
        if stored is not None and (self.is_counted or stored.astimezone(UTC).date() == self.at.date()):
            return stored
        return self.at


@dataclass(frozen=True, slots=True)
class SaveOrganization:
    """Add the organization of this slug, or bring it to `values`."""

    slug: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SaveAgreement:
    """The same of an agreement; `signatories` are the named ones, name to year.

    `gone`: names that are on it no more.
    """

    slug: str
    values: Mapping[str, object]
    signatories: Mapping[str, int | None]
    gone: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class News:
    """One piece of news, known again by its title in the campaign's own language."""

    published: Moment
    title: Mapping[str, str]
    body: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SaveCampaign:
    """The same of a campaign, led by the organization of that slug; `agreement` counts where `says_agreement`."""

    slug: str
    values: Mapping[str, object]
    organization: str
    agreement: str | None
    says_agreement: bool
    status: str | None
    won: Moment | None
    news: tuple[News, ...]


@dataclass(frozen=True, slots=True)
class NewsText:
    """What news say, by language."""

    title: Mapping[str, str]
    body: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Due:
    """When something is to happen by itself (aware), and by whose clocks that was said (IANA)."""

    at: datetime
    timezone: str


@dataclass(frozen=True, slots=True)
class Win:
    """When a campaign won (aware), and what is said of it, by language."""

    at: datetime
    text: Mapping[str, str]
