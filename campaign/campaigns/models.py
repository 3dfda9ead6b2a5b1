"""Tables of what is asked: organizations, the agreements they want signed, their campaigns and what happened in them.

The life of a campaign::

    draft ──► open ◄──► paused
                │          │
                ├──► won ◄─┤        a win is dated and keeps its page
                └► closed ◄┘

An operator may set any status from any other (a mistake must be mendable); a draft exists for nobody outside.

Text that supporters read is kept by language, `{"en": …, "es": …}`; `Campaign.languages` lists them in the author's
order, the first being the campaign's own, because JSONB does not keep the order of keys.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, false, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from campaign.campaigns.look import ARTS, PALETTES
from campaign.kernel import slugs
from campaign.kernel.base import Base, CreatedAt, Id, Instant, PublicId
from campaign.kernel.languages import INTERFACE
from campaign.revisions.differences import concealed

STATUSES = ("draft", "open", "paused", "won", "closed")
"""Every status a campaign can have, in the order of its life."""

PUBLIC = ("open", "paused", "won", "closed")
"""Statuses in which a campaign has a page."""

TAKING_PART = ("open",)
"""Statuses in which actions are taken."""

_EMPTY = text("'{}'::jsonb")


def _is_slug(name: str) -> CheckConstraint:
    return CheckConstraint(f"slug ~ '{slugs.PATTERN}' AND length(slug) <= {slugs.LENGTH}", name=name)


class Organization(Base):
    """A worker organization or ally that owns campaigns."""

    __tablename__ = "organizations"
    __table_args__ = (_is_slug("slug"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    place: Mapped[str] = mapped_column(server_default="")
    donate_url: Mapped[str | None]
    contact_url: Mapped[str | None]  # https://… or mailto:…
    postal_address: Mapped[str | None]  # lines, as on an envelope, without the name: it stands under its mails
    about: Mapped[dict[str, str]] = mapped_column(server_default=_EMPTY)
    demands_factor: Mapped[bool] = mapped_column(server_default=false())  # a second one, of whoever signs in for it
    is_demo: Mapped[bool] = mapped_column(server_default=false())
    created_at: Mapped[CreatedAt]


class Agreement(Base):
    """A binding document a company signs. The number of its signatories is a dated count; some are known by name."""

    __tablename__ = "agreements"
    __table_args__ = (
        _is_slug("slug"),
        CheckConstraint("signatories_count >= 0", name="signatories_count"),
        CheckConstraint("since BETWEEN 1800 AND 2200", name="since"),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    since: Mapped[int | None]
    signatories_count: Mapped[int | None]
    signatories_as_of: Mapped[date | None]
    is_demo: Mapped[bool] = mapped_column(server_default=false())
    created_at: Mapped[CreatedAt]


class AgreementCare(Base):
    """An organization has the care of an agreement: beside the operator, it may change it and its signatories."""

    __tablename__ = "agreement_care"

    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id", ondelete="CASCADE"), primary_key=True)
    agreement_id: Mapped[int] = mapped_column(
        ForeignKey("agreements.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[Instant] = mapped_column(server_default=func.now())


class Signatory(Base):
    """One company known to have signed an agreement, as a name: most are no target of any campaign here."""

    __tablename__ = "signatories"
    __table_args__ = (UniqueConstraint("agreement_id", "name"),)

    id: Mapped[Id]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreements.id", ondelete="CASCADE"))
    name: Mapped[str]
    since: Mapped[int | None]  # the year


class Campaign(Base):
    """One demand on one or more companies; has a public page unless it is a draft."""

    __tablename__ = "campaigns"
    __table_args__ = (
        _is_slug("slug"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
        CheckConstraint("goal > 0", name="goal"),
        CheckConstraint(f"art IN {('', *ARTS)}", name="art"),
        CheckConstraint(f"palette IN {('', *PALETTES)}", name="palette"),
        CheckConstraint("jsonb_typeof(languages) = 'array' AND languages <> '[]'::jsonb", name="languages"),
        CheckConstraint("status <> 'won' OR won_at IS NOT NULL", name="won_at"),
        CheckConstraint("(opens_at IS NULL) = (opens_zone IS NULL)", name="opens_at"),
        Index(None, "status", "created_at"),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    slug: Mapped[str] = mapped_column(unique=True)
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"), index=True)
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreements.id"), index=True)
    status: Mapped[str] = mapped_column(server_default="draft")
    is_high_safety: Mapped[bool] = mapped_column(server_default=false())
    goal: Mapped[int]
    art: Mapped[str] = mapped_column(server_default="")
    palette: Mapped[str] = mapped_column(server_default="")  # empty: the one that suits its art
    languages: Mapped[list[str]]
    title: Mapped[dict[str, str]]
    demand: Mapped[dict[str, str]]
    standfirst: Mapped[dict[str, str]] = mapped_column(server_default=_EMPTY)  # empty: the story's first sentence
    story: Mapped[dict[str, str]] = mapped_column(server_default=_EMPTY)
    won_text: Mapped[dict[str, str]] = mapped_column(server_default=_EMPTY)
    # of companies, in canonical form: no address there, or below, takes part
    mail_domains: Mapped[list[str]] = mapped_column(server_default=text("'[]'::jsonb"))
    # what follows signing, where it is not as ever: `campaign.actions.after`
    after_signing: Mapped[dict[str, Any]] = mapped_column(server_default=_EMPTY)
    opens_at: Mapped[datetime | None]  # a draft: when it opens by itself (`lifecycle.open_due`)
    opens_zone: Mapped[str | None]  # by whose clocks that was said (IANA)
    opened_at: Mapped[datetime | None]
    won_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    # Among organizers. They may name people, so that no history keeps them; no public page reads them.
    notes: Mapped[str] = mapped_column(server_default="", deferred=True, info=concealed())
    # Whether organizers of other organizations may make a campaign of its texts and pictures; nothing else is theirs.
    is_shared: Mapped[bool] = mapped_column(server_default=false())
    is_demo: Mapped[bool] = mapped_column(server_default=false())
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[Instant] = mapped_column(server_default=func.now(), onupdate=func.now())

    organization: Mapped[Organization] = relationship(lazy="raise")
    agreement: Mapped[Agreement | None] = relationship(lazy="raise")

    @property
    def is_open(self) -> bool:
        """Whether actions are taken now."""
        return self.status in TAKING_PART

    @property
    def language(self) -> str:
        """The campaign's own language: what the address without a prefix speaks."""
        return self.languages[0]

    @property
    def page_languages(self) -> list[str]:
        """The languages that its page has an address for and is written in, its first one first."""
        return [self.language, *(code for code in self.languages[1:] if code in INTERFACE)]

    @property
    def organization_slug(self) -> str:
        """The slug of who leads it; needs the organization loaded."""
        return self.organization.slug


class OldSlug(Base):
    """A slug that a campaign had before: it leads to it for ever, and is no other campaign's."""

    __tablename__ = "campaign_old_slugs"
    __table_args__ = (_is_slug("slug"), Index(None, "campaign_id"))

    slug: Mapped[str] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    created_at: Mapped[CreatedAt]


class CampaignUpdate(Base):
    """News that a campaign published, by language. `published_at` is the author's day, `updated_at` the last change.

    `corrected_at`: when an organizer last corrected it, which its readers are told. What is not published is not here
    but in `update_drafts`, so that no page, feed or site map can show it.
    """

    __tablename__ = "campaign_updates"
    __table_args__ = (Index(None, "campaign_id", "published_at"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    published_at: Mapped[Instant]
    title: Mapped[dict[str, str]]
    body: Mapped[dict[str, str]]
    corrected_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[Instant] = mapped_column(server_default=func.now(), onupdate=func.now())


class UpdateDraft(Base):
    """News not published yet. `publishes_at`: when it will be by itself, said by the clocks of a zone (IANA)."""

    __tablename__ = "update_drafts"
    __table_args__ = (
        CheckConstraint("(publishes_at IS NULL) = (publishes_zone IS NULL)", name="publishes_at"),
        Index(None, "campaign_id"),
        Index(None, "publishes_at", postgresql_where=text("publishes_at IS NOT NULL")),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id", ondelete="CASCADE"))
    title: Mapped[dict[str, str]]
    body: Mapped[dict[str, str]]
    publishes_at: Mapped[datetime | None]
    publishes_zone: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[Instant] = mapped_column(server_default=func.now(), onupdate=func.now())


class CampaignTally(Base):
    """How many confirmed pledges a campaign has, and the last supporter's number given; one row each, made with it.

    Added to once per batch of the spine. `last_number` never goes down: a supporter's number is never reused.
    """

    __tablename__ = "campaign_tallies"
    __table_args__ = (CheckConstraint("confirmed >= 0 AND confirmed <= last_number", name="confirmed"),)

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    confirmed: Mapped[int] = mapped_column(BigInteger, server_default="0")
    last_number: Mapped[int] = mapped_column(BigInteger, server_default="0")
    as_of: Mapped[Instant] = mapped_column(server_default=func.now())


class TallyAudit(Base):
    """How far the present audit of a campaign's tally has come, and when it was last gone on with.

    `number`: counted up to there, 0 between two audits. `counted`: how many that were. `confirmed`, `last_number`: what
    the tally said when it began.
    """

    __tablename__ = "tally_audits"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(BigInteger)
    counted: Mapped[int] = mapped_column(BigInteger)
    confirmed: Mapped[int] = mapped_column(BigInteger)
    last_number: Mapped[int] = mapped_column(BigInteger)
    audited_at: Mapped[Instant]


class CampaignDay(Base):
    """How many names a campaign had at the end of a day (UTC), or has so far today; written by the ticker.

    Kept beside the tally, so that a page shows a week without counting its signatures.
    """

    __tablename__ = "campaign_days"

    campaign_id: Mapped[int] = mapped_column(
        ForeignKey("campaigns.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    day: Mapped[date] = mapped_column(primary_key=True)
    confirmed: Mapped[int] = mapped_column(BigInteger)
