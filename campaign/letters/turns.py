"""One letter a week from a writer to an office: the next one waits until the week is over, and one waits at a time.

::

    nothing of this week ─► goes now
    one went this week   ─► waits, and goes by itself a week after that one
    one waits already    ─► takes its place: what was written last goes, and the earlier one is withdrawn and emptied

A turn is taken when a letter is confirmed (or released from review), by the mailbox's owner and never by who typed its
address; so no form tells whether an address wrote. What is taken back before it went gives its turn back. A row says
when the writer's latest letter to the office goes; a week later it is over and deleted, also where its writer was
erased meanwhile: erasing is no way around the rule.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.kernel.installation import installation_of
from campaign.kernel.personal import emptying
from campaign.kernel.rowset import as_rows
from campaign.letters.models import TAKEN_BACK, Letter
from campaign.letters.writers import writer_key
from campaign.outbox.letters import put_off_letters, withdraw_letters

APART = timedelta(days=7)

_ASKED = text("""
SELECT a.id AS action_id, a.campaign_id, l.executive_id, p.email
FROM letters l JOIN actions a ON a.id = l.action_id JOIN people p ON p.id = a.person_id
WHERE l.action_id = ANY(:ids) ORDER BY a.id, l.executive_id
""")

# A row is locked as it is found, or made as one that is over, in one order; only then is it known whose turn it was.
_LOCK = text("""
INSERT INTO letter_turns AS t (writer_key, executive_id, goes_at)
SELECT u.writer_key, u.executive_id, now() - CAST(:apart AS interval)
FROM json_to_recordset(CAST(:rows AS json)) AS u(writer_key bytea, executive_id bigint)
ORDER BY u.writer_key, u.executive_id
ON CONFLICT (writer_key, executive_id) DO UPDATE SET goes_at = t.goes_at
""")
_TAKE = text("""
UPDATE letter_turns t SET action_id = u.action_id,
    goes_at = CASE WHEN t.goes_at > now() THEN t.goes_at ELSE greatest(now(), t.goes_at + CAST(:apart AS interval)) END
FROM json_to_recordset(CAST(:rows AS json)) AS u(writer_key bytea, executive_id bigint, action_id bigint)
JOIN letter_turns was USING (writer_key, executive_id)
WHERE t.writer_key = was.writer_key AND t.executive_id = was.executive_id
RETURNING t.action_id, t.executive_id, t.goes_at, t.goes_at > now() AS is_late,
          CASE WHEN was.goes_at > now() THEN was.action_id END AS replaced_id
""")
_EMPTY = text(f"""
UPDATE letters l SET {emptying(Letter, TAKEN_BACK, "l")}
FROM json_to_recordset(CAST(:rows AS json)) AS u(action_id bigint, executive_id bigint)
WHERE l.action_id = ANY(:ids) AND l.action_id = u.action_id AND l.executive_id = u.executive_id
""")  # noqa: S608 - joined from what columns declare

# A week earlier than it was: as the one before left it where that was this week's, else free.
_GIVE_BACK = text("""
UPDATE letter_turns t SET action_id = NULL, goes_at = t.goes_at - CAST(:apart AS interval)
FROM outbox_messages m
WHERE t.action_id = ANY(:ids) AND m.action_id = ANY(:ids) AND m.action_id = t.action_id
  AND m.executive_id = t.executive_id AND m.lane = 'letters' AND m.state = 'withdrawn'
""")
# By their places in the table: of two columns as a key, a plan may read the whole of it.
_PURGE = text("""
DELETE FROM letter_turns WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM letter_turns WHERE goes_at < now() - CAST(:apart AS interval)
    ORDER BY goes_at LIMIT :most FOR UPDATE SKIP LOCKED))
RETURNING executive_id
""")


def take_turns(session: Session, action_ids: Sequence[int]) -> None:
    """Give each confirmed letter its turn; one whose writer wrote to that office this week is put off until it is over.

    Letters must be `waiting`: `release` them afterwards.
    """
    rows = session.execute(_ASKED, {"ids": list(action_ids)}).all()
    for turn in _rounds(session, rows):
        asked = {"rows": as_rows(turn), "apart": APART}
        session.execute(_LOCK, asked)
        taken = session.execute(_TAKE, asked).all()
        replaced = [
            {"action_id": row.replaced_id, "executive_id": row.executive_id}
            for row in taken
            if row.replaced_id is not None and row.replaced_id != row.action_id
        ]
        if replaced:
            withdraw_letters(session, replaced)
            session.execute(_EMPTY, {"rows": as_rows(replaced), "ids": [row["action_id"] for row in replaced]})
        put_off_letters(
            session,
            [
                {"action_id": row.action_id, "executive_id": row.executive_id, "at": row.goes_at}
                for row in taken
                if row.is_late
            ],
        )


def _rounds(session: Session, rows: Sequence[Row[Any]]) -> list[list[dict[str, object]]]:
    """Return the turns asked for, those of one writer and office in rounds of their own, as they were written."""
    hashes = installation_of(session).hashes
    rounds: list[dict[tuple[bytes, int], dict[str, object]]] = []
    for row in rows:
        key = (writer_key(hashes, row.campaign_id, row.email), row.executive_id)
        values = {"writer_key": key[0], "executive_id": row.executive_id, "action_id": row.action_id}
        place = next((turn for turn in rounds if key not in turn), None)
        if place is None:
            rounds.append(place := {})
        place[key] = values
    return [list(turn.values()) for turn in rounds]


def give_back(session: Session, action_ids: Sequence[int]) -> None:
    """Give back the turns of letters that were withdrawn before they went."""
    session.execute(_GIVE_BACK, {"ids": list(action_ids), "apart": APART})


def purge_turns(session: Session, most: int = 5000) -> int:
    """Delete `most` of the turns that are over; return how many."""
    return len(session.execute(_PURGE, {"apart": APART, "most": most}).all())
