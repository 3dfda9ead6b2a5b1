"""Read companies: where each stands now, how it came there, and which offices get letters."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased, joinedload

from campaign.kernel.errors import NotFoundError
from campaign.targets.models import CampaignTarget, Company, Executive, Stance


@dataclass(frozen=True)
class Standing:
    """Where a company stands in a campaign. `stance` is None while nothing was recorded.

    `target`: since when it is asked, and what it answered.
    """

    campaign_id: int
    company: Company
    stance: Stance | None
    target: CampaignTarget


def find_company(session: Session, slug: str) -> Company | None:
    """Return the company, or None."""
    return session.scalars(select(Company).where(Company.slug == slug)).one_or_none()


def get_company(session: Session, slug: str) -> Company:
    """Return the company; raise `NotFoundError`."""
    company = find_company(session, slug)
    if company is None:
        raise NotFoundError(f"there is no company {slug!r}")
    return company


def list_stances(session: Session, campaign_id: int) -> list[Standing]:
    """Return where each company the campaign addresses stands now, in the author's order."""
    return _standings(session, _targets().where(CampaignTarget.campaign_id == campaign_id))


def list_company_stances(session: Session, company_id: int) -> list[Standing]:
    """Return where the company stands in each campaign that addresses it (drafts too: the caller tells them apart)."""
    return _standings(session, _targets().where(CampaignTarget.company_id == company_id))


def list_addressed(session: Session, campaign_ids: Collection[int]) -> list[tuple[int, str]]:
    """Return (campaign id, company's slug) for every company that one of these campaigns addresses, by slug."""
    query = (
        select(CampaignTarget.campaign_id, Company.slug)
        .join(Company, Company.id == CampaignTarget.company_id)
        .where(CampaignTarget.campaign_id.in_(campaign_ids))
        .order_by(Company.slug, CampaignTarget.campaign_id)
    )
    return [(campaign_id, slug) for campaign_id, slug in session.execute(query)]


def stance_history(session: Session, company_id: int, campaign_id: int | None = None) -> Sequence[Stance]:
    """Return what was recorded of the company, in one campaign or in all, latest first."""
    query = select(Stance).where(Stance.company_id == company_id)
    if campaign_id is not None:
        query = query.where(Stance.campaign_id == campaign_id)
    return session.scalars(query.order_by(Stance.as_of.desc(), Stance.id.desc())).all()


def find_stance(session: Session, campaign_id: int, company_id: int) -> Stance | None:
    """Return where the company stands now in the campaign, or None while nothing was recorded."""
    return session.scalars(
        _latest().where(Stance.campaign_id == campaign_id, Stance.company_id == company_id)
    ).one_or_none()


def list_executives(session: Session, campaign_id: int, *, include_met: bool = False) -> list[Executive]:
    """Return the offices the campaign's supporters write to, with their companies, in the author's order.

    Args:
        session: the caller's.
        campaign_id: whose targets.
        include_met: also those of companies that met the demand. By default they are left out: nobody writes to a
            company any more that has done what was asked.
    """
    current = aliased(Stance, _latest().where(Stance.campaign_id == campaign_id).subquery())
    query = (
        select(Executive)
        .join(CampaignTarget, CampaignTarget.company_id == Executive.company_id)
        .outerjoin(current, current.company_id == Executive.company_id)
        .where(CampaignTarget.campaign_id == campaign_id)
        .options(joinedload(Executive.company))
        .order_by(CampaignTarget.position, CampaignTarget.company_id, Executive.id)
    )
    if not include_met:
        query = query.where(current.stance.is_distinct_from("met"))
    return list(session.scalars(query))


def list_company_executives(session: Session, company_id: int) -> Sequence[Executive]:
    """Return the company's offices, in the order they were added."""
    return session.scalars(select(Executive).where(Executive.company_id == company_id).order_by(Executive.id)).all()


def find_office_at(session: Session, address: str, *, but: int | None = None) -> Executive | None:
    """Return an office that has this (canonical) address, with its company: one of another company than `but`."""
    query = select(Executive).where(Executive.address == address, Executive.company_id != (but or 0))
    return session.scalars(query.options(joinedload(Executive.company)).order_by(Executive.id).limit(1)).one_or_none()


def _latest() -> Select[Stance]:
    """Select the latest stance of each company in each campaign: by its date, then by what was recorded last."""
    return (
        select(Stance)
        .ext(distinct_on(Stance.campaign_id, Stance.company_id))
        .order_by(Stance.campaign_id, Stance.company_id, Stance.as_of.desc(), Stance.id.desc())
    )


def _targets() -> Select[CampaignTarget]:
    return (
        select(CampaignTarget)
        .options(joinedload(CampaignTarget.company))
        .order_by(CampaignTarget.campaign_id, CampaignTarget.position, CampaignTarget.company_id)
    )


def _standings(session: Session, query: Select[CampaignTarget]) -> list[Standing]:
    targets = session.scalars(query).all()
    latest = _latest().where(Stance.campaign_id.in_({target.campaign_id for target in targets}))
    current = {(stance.campaign_id, stance.company_id): stance for stance in session.scalars(latest)}
    return [
        Standing(target.campaign_id, target.company, current.get((target.campaign_id, target.company_id)), target)
        for target in targets
    ]
