"""A campaign wins: its date and words, where companies stand then, and what becomes of letters, all or nothing.

It can be taken back as far as that is true: the campaign opens again, and companies stand where they stood before, with
both lines on record. Letters that were withdrawn, or that went, stay so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from campaign.audit.service import Thing, record
from campaign.campaigns.commands import Win
from campaign.campaigns.lifecycle import lock_own, take_step
from campaign.campaigns.models import Campaign
from campaign.campaigns.service import bring_campaign
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import RefusedError
from campaign.kernel.problems import Problem
from campaign.outbox.holds import unhold
from campaign.outbox.letters import withdraw_letters_of
from campaign.outbox.queries import count_letters_by_state
from campaign.revisions.service import Edit, write_down
from campaign.targets.commands import TakesStance
from campaign.targets.models import Stance
from campaign.targets.queries import Standing, list_stances, stance_history
from campaign.targets.service import MET, record_stance

LettersFate = Literal["withdraw", "send"]
FATES: tuple[LettersFate, ...] = ("withdraw", "send")

_READY = ("due", "held", "sending")


@dataclass(frozen=True, slots=True)
class Unsent:
    """Letters of a campaign that have not gone. `ready`: confirmed; `unconfirmed`: their writers must confirm first."""

    ready: int
    unconfirmed: int

    @property
    def all(self) -> int:
        """Return how many that is."""
        return self.ready + self.unconfirmed


@dataclass(frozen=True, slots=True)
class DeclareVictory:
    """A win, where companies stand from then on, and what becomes of letters that have not gone."""

    win: Win
    stances: tuple[TakesStance, ...]
    letters: LettersFate


@dataclass(frozen=True, slots=True)
class Before:
    """A company that met the demand with the win, and where it stood before, which it goes back to."""

    standing: Standing
    before: Stance


def count_unsent(session: Session, campaign: Campaign) -> Unsent:
    """Return how many letters of a campaign have not gone, held ones among them."""
    counts = count_letters_by_state(session, campaign_id=campaign.id)
    return Unsent(sum(counts.get(state, 0) for state in _READY), counts.get("waiting", 0))


def declare_victory(session: Session, actor: Actor, slug: str, command: DeclareVictory, edit: Edit) -> int:
    """Declare a campaign won; return how many letters were withdrawn.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the campaign is none of theirs.
        RefusedError: it is a draft, or won already (`moved`); it does not address a company that is to stand somewhere.

    Side effects: rows of `stances`; the campaign's status, date and words; letters withdrawn, or let go although the
    demand is met; what the history and the audit log tell of it.
    """
    actor.require(Power.PUBLISH)
    campaign = take_step(session, actor, slug, "win", edit, at=command.win.at)
    differences = bring_campaign(session, campaign, {"won_text": dict(command.win.text)})
    thing = Thing("campaign", campaign.public_id, campaign.organization_id)
    write_down(session, actor, edit, thing, differences, row_id=campaign.id)
    companies = {one.company.slug: one.company.id for one in list_stances(session, campaign.id)}
    for stance in command.stances:
        if stance.company not in companies:
            raise RefusedError(Problem(("stances", stance.company), "no_company", {"given": stance.company}))
        _stand(session, actor, edit, stance, campaign_id=campaign.id, company_id=companies[stance.company])
    campaign.updated_at = edit.at
    session.flush()
    if command.letters == "withdraw":
        count = withdraw_letters_of(session, campaign.id)
        record(session, actor, "withdraw", Thing("letter", campaign_id=campaign.id, count=count))
        return count
    unhold(session, campaign_id=campaign.id, reason="won")
    for stance in command.stances:
        unhold(session, campaign_id=campaign.id, company_id=companies[stance.company], reason=MET)
    return 0


def list_taken_back(session: Session, campaign: Campaign) -> list[Before]:
    """Return the companies that met the demand on the day of a campaign's win or later, and stood elsewhere before."""
    if campaign.won_at is None:
        return []
    day = campaign.won_at.astimezone(UTC).date()
    found = []
    for standing in list_stances(session, campaign.id):
        present = standing.stance
        if present is None or present.stance != MET or present.as_of < day:
            continue
        earlier = [one for one in stance_history(session, standing.company.id, campaign.id) if one.stance != MET]
        if earlier:
            found.append(Before(standing, earlier[0]))
    return found


def take_victory_back(
    session: Session, actor: Actor, slug: str, edit: Edit, *, companies: Sequence[str], evidence: Mapping[str, str]
) -> None:
    """Open a campaign that was declared won; the companies of these slugs stand where they stood before, as of today.

    `evidence`: why, by language; the words of the win stay stored, and are shown nowhere.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the campaign is none of theirs.
        RefusedError: it is not won (`moved`).
    """
    actor.require(Power.PUBLISH)
    won = lock_own(session, actor, slug)
    before = {one.standing.company.slug: one for one in list_taken_back(session, won)}
    campaign = take_step(session, actor, slug, "unwin", edit)
    for slug_ in companies:
        if slug_ in before:
            one = before[slug_]
            stance = TakesStance(slug_, one.before.stance, _today(edit.at), evidence)
            _stand(session, actor, edit, stance, campaign_id=campaign.id, company_id=one.standing.company.id)


def _stand(
    session: Session, actor: Actor, edit: Edit, stance: TakesStance, *, campaign_id: int, company_id: int
) -> None:
    if stance.stance is None or stance.as_of is None:
        raise ValueError("a stance has a day")
    record_stance(
        session,
        actor,
        edit,
        campaign_id=campaign_id,
        company_id=company_id,
        stance=stance.stance,
        as_of=stance.as_of,
        evidence=stance.evidence,
    )


def _today(at: datetime) -> date:
    return at.astimezone(UTC).date()
