"""Reads letters: for their writer, for an operator's review, for the company's page in numbers, for the mail itself."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from campaign.audit.service import Thing, record
from campaign.campaigns.models import TAKING_PART, Campaign
from campaign.kernel.actors import Actor, Power
from campaign.kernel.clock import now
from campaign.kernel.errors import NotFoundError
from campaign.kernel.scoping import of_campaign, scoped
from campaign.letters.models import LetterTemplate
from campaign.outbox.queries import MessageView, count_letters_by_state, list_for_actions
from campaign.targets.queries import Standing, list_company_executives, list_company_stances
from campaign.targets.service import MET


@dataclass(frozen=True)
class LetterView:
    """A letter as its writer sees it. `goes_on`: the day it goes, where it waits for its turn; `sent_on`: it went."""

    office: str
    company: str
    state: str
    goes_on: date | None
    executive_id: int
    sent_on: date | None = None


@dataclass(frozen=True)
class WrittenLetters:
    """What one supporter wrote at once: to whom, and the words of one of them; the others name their own office.

    `is_cut`: only the beginning of the words is here.
    """

    letters: tuple[LetterView, ...]
    office: str
    subject: str
    body: str
    is_cut: bool


MOST_CHARACTERS = 250_000
"""Of words on one page, however much its reader wrote: ten of the longest letters in full."""

_BEGINNING = 200
"""Characters that are shown of what is too much."""

_SOON = timedelta(days=1)
"""A letter put off for less is tried again after a failure; that is no turn."""


_TO_WHOM = text("""
SELECT l.action_id, l.executive_id, e.office, c.name AS company
FROM letters l JOIN executives e ON e.id = l.executive_id JOIN companies c ON c.id = e.company_id
WHERE l.action_id = ANY(:ids) ORDER BY l.id
""")

# The words of the first that has any: one that gave up its place to a later one is empty.
_WORDS = text("""
SELECT DISTINCT ON (l.action_id) l.action_id, l.subject, l.body, e.office || ', ' || c.name AS office
FROM letters l JOIN executives e ON e.id = l.executive_id JOIN companies c ON c.id = e.company_id
WHERE l.action_id = ANY(:ids) AND l.body IS NOT NULL ORDER BY l.action_id, l.id
""")

_GROUPS = {
    "due": "in line", "sending": "in line", "held": "held", "sent": "sent",
    "delivered": "delivered", "bounced": "returned", "dropped": "returned", "complained": "delivered",
    "unknown": "unknown", "dead": "returned", "suppressed": "returned",
}  # fmt: skip


def list_letters(session: Session, action_ids: Sequence[int]) -> dict[int, WrittenLetters]:
    """Return, by action, its letters with what became of each, and their words once.

    Words of the latest come first: what is beyond `MOST_CHARACTERS` is cut to its beginning.
    """
    messages = {
        (action_id, message.executive_id): message
        for action_id, found in list_for_actions(session, action_ids, lane="letters").items()
        for message in found
    }
    views: dict[int, list[LetterView]] = {}
    for row in session.execute(_TO_WHOM, {"ids": list(action_ids)}):
        message = messages.get((row.action_id, row.executive_id))
        state, goes_on = (message.state, _turn_of(message)) if message is not None else ("withdrawn", None)
        sent_on = message.sent_at.date() if message is not None and message.sent_at is not None else None
        view = LetterView(row.office, row.company, state, goes_on, row.executive_id, sent_on)
        views.setdefault(row.action_id, []).append(view)
    left = MOST_CHARACTERS
    written: dict[int, WrittenLetters] = {}
    words = {row.action_id: row for row in session.execute(_WORDS, {"ids": list(action_ids)})}
    for action_id in sorted(views, reverse=True):
        said = words.get(action_id)
        body, office, subject = (said.body, said.office, said.subject) if said is not None else ("", "", "")
        shown = body if len(body) <= left else body[:_BEGINNING]
        left -= len(shown)
        written[action_id] = WrittenLetters(tuple(views[action_id]), office, subject, shown, len(shown) < len(body))
    return written


def _turn_of(message: MessageView) -> date | None:
    is_late = message.state in ("due", "held") and message.available_at > now() + _SOON
    return message.available_at.date() if is_late else None


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


def find_template(session: Session, campaign_id: int) -> LetterTemplate | None:
    """Return what a campaign's supporters can write, or None."""
    return session.scalar(select(LetterTemplate).where(LetterTemplate.campaign_id == campaign_id))


def get_template(session: Session, campaign_id: int) -> LetterTemplate:
    """Return what a campaign's supporters can write; raise `NotFoundError`."""
    found = find_template(session, campaign_id)
    if found is None:
        raise NotFoundError("this campaign has no letter")
    return found


_HAVING_LETTERS = text("""
SELECT c.id FROM campaigns c JOIN letter_templates t ON t.campaign_id = c.id
WHERE c.id = ANY(:ids) AND NOT c.is_high_safety
""")


def having_letters(session: Session, campaign_ids: Sequence[int]) -> Collection[int]:
    """Return those of the campaigns, by id, that have a letter; open or not."""
    return frozenset(session.scalars(_HAVING_LETTERS, {"ids": list(campaign_ids)}))


_HAS_LETTER = """c.status <> 'draft' AND NOT c.is_high_safety
AND EXISTS (SELECT FROM letter_templates w WHERE w.campaign_id = c.id)"""
"""Whether a campaign `c` has, or had, a letter, and is public."""

_IS_ADDRESSED = text(f"""
SELECT EXISTS (SELECT FROM campaign_targets t JOIN campaigns c ON c.id = t.campaign_id
               WHERE t.company_id = :company_id AND {_HAS_LETTER})
""")  # noqa: S608 - a constant


def is_addressed(session: Session, company_id: int) -> bool:
    """Whether a public campaign has, or had, a letter to the company."""
    return bool(session.scalar(_IS_ADDRESSED, {"company_id": company_id}))


def list_writing(session: Session, company_id: int) -> list[Campaign]:
    """Return the open campaigns by whose letters supporters can write to a company now, the oldest first.

    None of them where it met the demand.
    """
    asking = [row.campaign_id for row in list_company_stances(session, company_id) if not _has_met(row)]
    query = select(Campaign).where(Campaign.id.in_(asking), Campaign.status.in_(TAKING_PART)).order_by(Campaign.id)
    campaigns = session.scalars(query).all()
    having = having_letters(session, [campaign.id for campaign in campaigns])
    return [campaign for campaign in campaigns if campaign.id in having]


def list_offices(session: Session, company_id: int) -> list[str]:
    """Return the offices of a company that supporters can write to now; a company that met the demand has none.

    They are the same for all its campaigns: empty where no open one of them has a letter.
    """
    if not list_writing(session, company_id):
        return []
    return [executive.office for executive in list_company_executives(session, company_id)]


def _has_met(standing: Standing) -> bool:
    return standing.stance is not None and standing.stance.stance == MET


_HAS_LETTERS = text(f"""
SELECT EXISTS (SELECT FROM campaigns c JOIN organizations o ON o.id = c.organization_id
               WHERE o.slug = :slug AND {_HAS_LETTER})
""")  # noqa: S608 - a constant


def has_letters(session: Session, organization_slug: str) -> bool:
    """Whether a public campaign of the organization has, or had, a letter."""
    return bool(session.scalar(_HAS_LETTERS, {"slug": organization_slug}))


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


_FOR_REVIEW = text(f"""
SELECT a.id, a.campaign_id, a.given_name, a.family_name, l.subject, l.body, l.letters,
       coalesce(w.subjects, '{{}}') AS own_subjects, coalesce(w.body, '{{}}') AS own_body
FROM actions a LEFT JOIN letter_templates w ON w.campaign_id = a.campaign_id
JOIN LATERAL (
    SELECT (array_agg(subject ORDER BY id))[1] AS subject, (array_agg(body ORDER BY id))[1] AS body, count(*) AS letters
    FROM letters WHERE action_id = a.id) l ON true
WHERE a.id = ANY(:ids) AND {of_campaign("a.campaign_id")}
""")  # noqa: S608 - joined from constants


def list_for_review(session: Session, actor: Actor, action_ids: Sequence[int]) -> dict[int, Row[Any]]:
    """Return, by action, what it takes to judge its letters: the writer's name, one's words, the campaign's own.

    Raises:
        ForbiddenError: the actor may not moderate.

    Side effects: the audit log says of which campaigns names and words were looked at.
    """
    actor.require(Power.MODERATE)
    rows = session.execute(scoped(_FOR_REVIEW, actor), {"ids": list(action_ids)}).all()
    seen = Counter(row.campaign_id for row in rows)
    record(session, actor, "read", *(Thing("letter", campaign_id=id_, count=seen[id_]) for id_ in sorted(seen)))
    return {row.id: row for row in rows}
