"""What each public page holds, in one reader's language: plain values, ready to be written out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import takewhile

from campaign.campaigns.pictures import PictureEntry
from campaign.campaigns.standfirsts import Standfirst
from campaign.campaigns.texts import Text
from campaign.site.organizations import OrganizationEntry


@dataclass(frozen=True)
class Card:
    """A campaign in a list. `first_language` makes its address; `art` and `palette` are names of `campaigns.look`.

    `milestone`: the number of names to reach next. `is_coarse`: the count is told once a day, in tens.
    """

    slug: str
    first_language: str
    status: str
    organization: str
    title: Text
    demand: Text
    confirmed: int
    goal: int
    milestone: int
    won_at: datetime | None
    art: str
    palette: str
    is_coarse: bool = False
    organization_slug: str = ""


@dataclass(frozen=True)
class CampaignLists:
    """Campaigns by what they need. `confirmed_count` adds up all of them: signatures, not people."""

    open: tuple[Card, ...]
    won: tuple[Card, ...]
    resting: tuple[Card, ...]
    confirmed_count: int


@dataclass(frozen=True)
class OrganizationPage:
    """Who an organization is, and its public campaigns."""

    organization: OrganizationEntry
    campaigns: CampaignLists


@dataclass(frozen=True)
class StandingEntry:
    """Where a company stands in a campaign. Without a record, `stance` is empty and `as_of` None."""

    company_slug: str
    company: str
    stance: str
    as_of: date | None
    evidence: Text


@dataclass(frozen=True)
class UpdateEntry:
    """One piece of news. `corrected_at`: when it was last corrected; None where it never was."""

    published_at: datetime
    title: Text
    body: Text
    corrected_at: datetime | None = None


@dataclass(frozen=True)
class AgreementEntry:
    """The agreement a campaign wants signed, with those who signed. `count` may be larger than the names known."""

    name: str
    since: int | None
    count: int | None
    as_of: date | None
    names: tuple[str, ...]


@dataclass(frozen=True)
class DocumentEntry:
    """A document that a page hands out."""

    public_id: str
    digest: str
    title: Text
    size_bytes: int


@dataclass(frozen=True)
class CampaignPage:
    """Everything a campaign page shows but the kinds' panels. `pictures`: by the name its story places them by."""

    card: Card
    place: str
    donate_url: str | None
    closed_at: datetime | None
    standfirst: Standfirst
    story: Text
    won_text: Text
    standings: tuple[StandingEntry, ...]
    updates: tuple[UpdateEntry, ...]
    agreement: AgreementEntry | None
    head: PictureEntry | None = None
    pictures: Mapping[str, PictureEntry] = field(default_factory=dict)
    documents: tuple[DocumentEntry, ...] = ()


@dataclass(frozen=True)
class StanceRecord:
    """Where a company stood from a day on, and how we know."""

    stance: str
    as_of: date
    evidence: Text


@dataclass(frozen=True)
class CompanyCampaign:
    """What one campaign asks of a company, since when, what the company answered, and where it stood, latest first.

    `asked_since`: in words; empty where nobody knows. `stands_since`: since when it stands where it stands. `answer` is
    empty while there is none.
    """

    card: Card
    is_agreement: bool
    asked_since: str
    answer: Text
    answered_on: date | None
    records: tuple[StanceRecord, ...]

    @property
    def stance(self) -> str:
        """Where it stands; empty where nothing was recorded."""
        return self.records[0].stance if self.records else ""

    @property
    def stands_since(self) -> date | None:
        """Since when: the first day on record of what holds now."""
        days = [record.as_of for record in takewhile(lambda record: record.stance == self.stance, self.records)]
        return days[-1] if days else None


@dataclass(frozen=True)
class CompanyPage:
    """What a company is asked, and where it stands."""

    slug: str
    name: str
    country: str
    campaigns: tuple[CompanyCampaign, ...]
