"""Tables of whom is asked: companies, the offices that get letters, and where each company stands in each campaign.

Where a company stands (its stance) belongs to one campaign and is never overwritten: each change is a row with its date
and its evidence, and the latest by date is where it stands now::

    holdout ◄──► in_talks ──► met ──► holdout   (a company can break its word)
"""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.kernel import slugs
from campaign.kernel.base import Base, CreatedAt, Id, Instant, PublicId
from campaign.revisions.differences import concealed

STANCES = ("holdout", "in_talks", "met")
"""Every stance; `met` is shown as "signed" where the demand is an agreement."""

ASKED_SINCE = "^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$"
"""A year, a month or a day, as ISO 8601 writes them, or nothing."""


class Company(Base):
    """A target corporation."""

    __tablename__ = "companies"
    __table_args__ = (
        CheckConstraint(f"slug ~ '{slugs.PATTERN}' AND length(slug) <= {slugs.LENGTH}", name="slug"),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    sector: Mapped[str] = mapped_column(server_default="")
    country: Mapped[str]  # ISO 3166-1 alpha-2
    timezone: Mapped[str]  # IANA name: letters go out in the company's office hours
    is_demo: Mapped[bool] = mapped_column(server_default=false())
    created_at: Mapped[CreatedAt]


class CompanyCare(Base):
    """An organization has the care of a company: beside the operator, it may change the company and its offices.

    Companies, offices and agreements are the installation's; everybody reads them. Several may have the care of one.
    """

    __tablename__ = "company_care"

    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id", ondelete="CASCADE"), primary_key=True)
    company_id: Mapped[int] = mapped_column(
        ForeignKey("companies.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[Instant] = mapped_column(server_default=func.now())


class Executive(Base):
    """A named office of a company that gets letters; an office, not a person, so that it outlives its holder.

    `address` is stored canonical (lower case, IDNA): it is also the name of the mailbox whose pace is kept. No history
    keeps it. `source`: where it was found, in a line; `checked_on`: when somebody last saw that it is still right.
    """

    __tablename__ = "executives"
    __table_args__ = (UniqueConstraint("company_id", "office"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    office: Mapped[str]
    address: Mapped[str] = mapped_column(index=True, info=concealed())
    source: Mapped[str] = mapped_column(server_default="")
    checked_on: Mapped[date | None]
    is_demo: Mapped[bool] = mapped_column(server_default=false())
    created_at: Mapped[CreatedAt]

    company: Mapped[Company] = relationship(lazy="raise")


class Stance(Base):
    """Where a company stood in a campaign from a day on, and how we know. Rows are added, never changed."""

    __tablename__ = "stances"
    __table_args__ = (
        CheckConstraint(f"stance IN {STANCES}", name="stance"),
        Index(None, "campaign_id", "company_id", "as_of", "id"),
        Index(None, "company_id"),
    )

    id: Mapped[Id]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"))
    stance: Mapped[str]
    as_of: Mapped[date]
    evidence: Mapped[dict[str, str]] = mapped_column(server_default=text("'{}'::jsonb"))
    recorded_at: Mapped[Instant] = mapped_column(server_default=func.now())

    company: Mapped[Company] = relationship(lazy="raise")


class CampaignTarget(Base):
    """A company that a campaign addresses; `position` keeps the author's order.

    `asked_since`: since when it has been asked, as exactly as anybody knows: ``2009``, ``2019-10`` or ``2019-10-05``;
    empty where nobody said. `answer`: what the company answered, by language; empty while it has not.
    """

    __tablename__ = "campaign_targets"
    __table_args__ = (CheckConstraint(f"asked_since ~ '{ASKED_SINCE}'", name="asked_since"),)

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("companies.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(server_default="0")
    asked_since: Mapped[str] = mapped_column(server_default="")
    answer: Mapped[dict[str, str]] = mapped_column(server_default=text("'{}'::jsonb"))
    answered_on: Mapped[date | None]

    company: Mapped[Company] = relationship(lazy="raise")
