"""What operators record about companies: where one stands in a campaign, how fast its offices get letters."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from campaign.audit.service import Thing
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import InvalidError, NotFoundError
from campaign.kernel.scoping import lock_campaign, of_organization, scoped
from campaign.outbox.holds import hold, unhold
from campaign.outbox.paces import set_mailbox_pace
from campaign.outbox.service import DEFAULT_PER_HOUR_MAILBOX
from campaign.revisions.differences import Difference, differing, plain
from campaign.revisions.service import Edit, write_down
from campaign.targets.models import STANCES, Company, Executive, Stance
from campaign.targets.queries import find_stance

MET = "met"
"""The stance of a company that did what was asked, and the reason its letters are held for."""

MADE_UP_PER_HOUR = 3600
"""Letters an hour to an office of the demonstration, where nobody sits and nobody should have to wait to see one go.

Source: docs/delivery.md, "Pace".
"""


_TOUCH = text(f"UPDATE campaigns SET updated_at = :at WHERE id = :id AND {of_organization('organization_id')}")  # noqa: S608 - of ours


def record_stance(
    session: Session,
    actor: Actor,
    edit: Edit,
    *,
    campaign_id: int,
    company_id: int,
    stance: str,
    as_of: date,
    evidence: Mapping[str, str],
) -> Difference | None:
    """Record where a company stands in a campaign since a day, and how we know.

    Letters to a company that met the demand are held in the same transaction; when it breaks its word they go on. A
    stance dated before the present one is history and moves no letter.

    Args:
        session: the caller's.
        actor: who records it.
        edit: what it is a part of.
        campaign_id: where.
        company_id: who.
        stance: one of `STANCES`.
        as_of: since when.
        evidence: how we know, by language.

    Returns:
        What differs from where it stood before that day, as far as is known; None where exactly this was recorded
        before: nothing is written then.

    Raises:
        ForbiddenError: the actor may not publish.
        NotFoundError: there is no such campaign, or it is not theirs; there is no such company.
        InvalidError: there is no such stance.
    """
    actor.require(Power.PUBLISH)
    lock_campaign(session, actor, campaign_id)
    if stance not in STANCES:
        raise InvalidError(f"{stance!r} is no stance: use one of {', '.join(STANCES)}")
    company = session.get(Company, company_id)
    if company is None:
        raise NotFoundError("there is no such company")
    same = select(Stance).filter_by(campaign_id=campaign_id, company_id=company_id, stance=stance, as_of=as_of)
    if any(row.evidence == dict(evidence) for row in session.scalars(scoped(same, actor))):
        return None
    before = find_stance(session, campaign_id, company_id)
    row = Stance(campaign_id=campaign_id, company_id=company_id, stance=stance, as_of=as_of, evidence=dict(evidence))
    session.add(row)
    was = _values(before) if before is not None and before.as_of <= as_of else {}
    difference = Difference("stances", company.slug, values=differing(was, _values(row)))
    thing = Thing("campaign", campaign_id=campaign_id)
    write_down(session, actor, edit, thing, [difference], row_id=campaign_id, verb="record_stance")
    touch_campaign(session, actor, edit, campaign_id)
    current = find_stance(session, campaign_id, company_id)
    if current is not None and current.stance == MET:
        hold(session, campaign_id=campaign_id, company_id=company_id, reason=MET)
    else:
        unhold(session, campaign_id=campaign_id, company_id=company_id, reason=MET)
    return difference


def _values(stance: Stance) -> dict[str, object]:
    return {"stance": stance.stance, "as_of": plain(stance.as_of), "evidence": dict(stance.evidence)}


def touch_campaign(session: Session, actor: Actor, edit: Edit, campaign_id: int) -> None:
    """Note on a campaign that what its page shows of companies has changed."""
    session.execute(scoped(_TOUCH, actor), {"id": campaign_id, "at": edit.at})


def forget_company_holds(session: Session, campaign_id: int) -> None:
    """End the holds for companies that met the demand of a campaign, before the campaign is deleted."""
    companies = select(Stance.company_id).where(Stance.campaign_id == campaign_id).distinct()
    for company_id in session.scalars(companies).all():
        unhold(session, campaign_id=campaign_id, company_id=company_id, reason=MET)


def pace_office(session: Session, executive: Executive, timezone: str, letters_per_hour: int | None) -> None:
    """Set how fast letters go to the mailbox of an office, in the office hours of `timezone` (IANA).

    A made-up office gets them quickly and at all hours. One that an operator added to a made-up company is not made up:
    it may be real, and gets a real office's hours.
    """
    is_made_up = bool(executive.is_demo)  # nothing yet, where the row is new and was not said to be
    set_mailbox_pace(
        session,
        executive.address,
        per_hour=MADE_UP_PER_HOUR if is_made_up else letters_per_hour or DEFAULT_PER_HOUR_MAILBOX,
        timezone=timezone,
        is_always_open=is_made_up,
    )
