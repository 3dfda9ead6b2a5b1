"""Reads letters: for their writer, for the company's page in numbers, for the mail itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from campaign.campaigns.models import Campaign
from campaign.letters.models import Letter
from campaign.outbox.queries import count_letters_by_state, list_for_actions
from campaign.targets.models import Company, Executive


@dataclass(frozen=True)
class LetterView:
    """A letter as its writer sees it."""

    office: str
    company: str
    company_slug: str
    subject: str
    body: str
    state: str


_GROUPS = {
    "due": "in line", "sending": "in line", "held": "held", "sent": "sent",
    "delivered": "delivered", "bounced": "returned", "dropped": "returned", "complained": "delivered",
    "unknown": "unknown", "dead": "returned", "suppressed": "returned",
}  # fmt: skip


def list_letters(session: Session, action_ids: Sequence[int]) -> dict[int, list[LetterView]]:
    """Return, by action, its letters with what became of each."""
    states = {
        (action_id, message.executive_id): message.state
        for action_id, messages in list_for_actions(session, action_ids, lane="letters").items()
        for message in messages
    }
    query = (
        select(Letter, Executive, Company)
        .join(Executive, Executive.id == Letter.executive_id)
        .join(Company, Company.id == Executive.company_id)
        .where(Letter.action_id.in_(action_ids))
        .order_by(Letter.id)
    )
    found: dict[int, list[LetterView]] = {}
    for letter, executive, company in session.execute(query):
        state = states.get((letter.action_id, executive.id), "withdrawn")
        view = LetterView(executive.office, company.name, company.slug, letter.subject or "", letter.body or "", state)
        found.setdefault(letter.action_id, []).append(view)
    return found


def count_by_outcome(session: Session, company_id: int) -> dict[str, int]:
    """Return outcome → number of letters to a company: numbers, never names. Unconfirmed and withdrawn are not told."""
    counts: dict[str, int] = {}
    for state, count in count_letters_by_state(session, company_id=company_id).items():
        outcome = _GROUPS.get(state)
        if outcome is not None:
            counts[outcome] = counts.get(outcome, 0) + count
    return counts


def look_again(session: Session, campaign: Campaign) -> None:
    """Read a campaign anew: the batch found it to be no longer what its letter's page was made of."""
    session.refresh(campaign)


_IS_ADDRESSED = text("""
SELECT EXISTS (SELECT FROM campaign_targets t JOIN campaigns c ON c.id = t.campaign_id
               WHERE t.company_id = :company_id AND c.status <> 'draft' AND NOT c.is_high_safety
               AND c.letter_subjects <> '{}' AND c.letter_body <> '{}')
""")


def is_addressed(session: Session, company_id: int) -> bool:
    """Whether a public campaign has, or had, a letter to the company."""
    return bool(session.scalar(_IS_ADDRESSED, {"company_id": company_id}))


_FOR_MAIL = text("""
SELECT l.action_id, l.executive_id, l.subject, l.body, e.address, e.office, co.name AS company, a.state, a.given_name,
       a.family_name, p.email_display
FROM letters l JOIN executives e ON e.id = l.executive_id JOIN companies co ON co.id = e.company_id
JOIN actions a ON a.id = l.action_id LEFT JOIN people p ON p.id = a.person_id WHERE l.action_id = ANY(:ids)
""")


def list_for_mail(session: Session, action_ids: Sequence[int]) -> dict[tuple[int, int], Row[Any]]:
    """Return, by (action, executive), what the mail needs, as of this moment."""
    rows = session.execute(_FOR_MAIL, {"ids": list(action_ids)})
    return {(row.action_id, row.executive_id): row for row in rows}
