"""Letters, many at once: the spine stores the action, this stores one letter and one outbox message per executive."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.actions.commands import Recorded
from campaign.actions.service.holding import give_reasons
from campaign.actions.service.recording import record
from campaign.audit.service import Thing
from campaign.campaigns.models import Campaign
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import NotFoundError, RefusedError
from campaign.kernel.personal import emptying
from campaign.kernel.problems import Problem
from campaign.letters.commands import LetterText, WriteLetters
from campaign.letters.models import TAKEN_BACK, Letter, LetterTemplate
from campaign.letters.queries import find_template
from campaign.letters.turns import give_back, take_turns
from campaign.outbox import service as outbox
from campaign.outbox.commands import NewMessage
from campaign.revisions.differences import Difference, added, bring, removed, take_columns
from campaign.revisions.service import Edit, lock, write_down

KIND = "letter"
TOPIC = "letters.letter"

_LETTERS = text("""
INSERT INTO letters (action_id, executive_id, subject, body)
SELECT * FROM unnest(CAST(:action_id AS bigint[]), CAST(:executive_id AS bigint[]), CAST(:subject AS text[]),
                     CAST(:body AS text[]))
""")
_ERASE = text(f"""
UPDATE letters l SET {emptying(Letter, TAKEN_BACK, "l")} WHERE action_id = ANY(:ids)
""")  # noqa: S608 - joined from what columns declare
SAME_LETTER_WITHIN = timedelta(days=30)

# The lock makes two confirmations at once see each other; of those confirmed, the one with the lowest id stands.
_TWINS = text("""
WITH locked AS (
    SELECT t.id, t.signer_key, t.digest, t.state, t.confirmed_at
    FROM actions a JOIN actions t USING (signer_key, digest)
    WHERE a.id = ANY(:ids) AND NOT a.is_counted AND NOT t.is_counted ORDER BY t.id FOR UPDATE OF t
)
SELECT DISTINCT a.id FROM locked a JOIN locked t USING (signer_key, digest)
WHERE a.id = ANY(:ids) AND t.state = 'confirmed' AND t.confirmed_at > now() - CAST(:within AS interval)
  AND (t.id < a.id OR NOT t.id = ANY(:ids)) AND t.id <> a.id
""")
_PERSONS = text("SELECT id, person_id FROM actions WHERE id = ANY(:ids)")


def save_template(
    session: Session, actor: Actor, campaign: Campaign, columns: Mapping[str, object] | None, edit: Edit
) -> Difference | None:
    """Bring what a campaign's supporters can write to `columns`, or take it away (None); return what differs, if any.

    Raises:
        ForbiddenError: the actor may not publish. NotFoundError: the campaign is none of theirs.
        RefusedError: the campaign is one of high safety.
    """
    actor.require(Power.PUBLISH)
    lock(session, campaign)
    if not actor.acts_for(campaign.organization_id):
        raise NotFoundError("there is no such campaign")
    if columns is not None and campaign.is_high_safety:
        raise RefusedError(Problem((KIND,), "none_in_high_safety"))
    difference = _save_template(session, campaign, columns)
    if difference is not None:
        campaign.updated_at = edit.at
        thing = Thing("campaign", campaign.public_id, campaign.organization_id)
        write_down(session, actor, edit, thing, [difference], row_id=campaign.id)
    return difference


def _save_template(session: Session, campaign: Campaign, columns: Mapping[str, object] | None) -> Difference | None:
    stored = find_template(session, campaign.id)
    if stored is None:
        if columns is None:
            return None
        session.add(LetterTemplate(campaign_id=campaign.id, **columns))
        return Difference(KIND, is_new=True, values=added(columns))
    if columns is None:
        session.delete(stored)
        return Difference(KIND, is_gone=True, values=removed(take_columns(stored, {"campaign_id"})))
    values = bring(stored, columns)
    return Difference(KIND, values=values) if values else None


def write(session: Session, commands: Sequence[WriteLetters]) -> list[Recorded]:
    """Store letters; each waits for its writer's confirmation, unless the writer was confirmed a moment ago.

    Side effects: rows in `letters`, and for each an outbox message in the same transaction: `waiting`, or what
    `send_confirmed` makes of it.
    """
    recorded = record(session, [command.action for command in commands])
    fresh: dict[int, tuple[WriteLetters, Recorded]] = {}
    for command, answer in zip(commands, recorded, strict=True):
        if answer.is_new and answer.action_id is not None:
            fresh.setdefault(answer.action_id, (command, answer))
    if fresh:
        persons = {row.id: row.person_id for row in session.execute(_PERSONS, {"ids": list(fresh)})}
        _store(session, fresh)
        give_reasons(session, {key: command.reasons for key, (command, _) in fresh.items() if command.reasons})
        messages = [
            _message(command, letter, action_id, persons[action_id])
            for action_id, (command, _) in fresh.items()
            for letter in command.letters
        ]
        outbox.append(session, messages)
        vouched = [action_id for action_id, (_, answer) in fresh.items() if answer.outcome == "vouched"]
        if vouched:
            send_confirmed(session, vouched)
    return recorded


def _store(session: Session, fresh: dict[int, tuple[WriteLetters, Recorded]]) -> None:
    rows = [(action_id, letter) for action_id, (command, _) in fresh.items() for letter in command.letters]
    session.execute(
        _LETTERS,
        {
            "action_id": [action_id for action_id, _ in rows],
            "executive_id": [letter.executive_id for _, letter in rows],
            "subject": [letter.subject for _, letter in rows],
            "body": [letter.body for _, letter in rows],
        },
    )


def _message(command: WriteLetters, letter: LetterText, action_id: int, person_id: int | None) -> NewMessage:
    return NewMessage(
        lane="letters",
        topic=TOPIC,
        state="waiting",
        campaign_id=command.action.campaign_id,
        organization_id=command.action.organization_id,
        company_id=letter.company_id,
        executive_id=letter.executive_id,
        action_id=action_id,
        person_id=person_id,
        mailbox=letter.mailbox,
        payload={"executive": letter.executive_id},
    )


def send_confirmed(session: Session, action_ids: Sequence[int]) -> None:
    """Let confirmed letters go; those of a campaign or to a company that is held back are held.

    The same letters again (posted anew because an answer was lost, or after signing anew) are withdrawn and emptied:
    whoever writes the same words within a month has written once. Other words to an office that has a letter of this
    week wait for their turn (`turns`).
    """
    twins = set(session.scalars(_TWINS, {"ids": list(action_ids), "within": SAME_LETTER_WITHIN}))
    if twins:
        outbox.withdraw(session, sorted(twins))
        erase(session, sorted(twins))
    going = [action_id for action_id in action_ids if action_id not in twins]
    take_turns(session, going)
    outbox.release(session, going)


def erase(session: Session, action_ids: Sequence[int]) -> None:
    """Empty letters that were taken back, or whose writers were erased; they stay as counts.

    The spine has taken back what had not gone by now: that took no turn.
    """
    session.execute(_ERASE, {"ids": list(action_ids)})
    give_back(session, action_ids)
