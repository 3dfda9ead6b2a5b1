"""What marshals say, taken in: many at once, each answered for itself, twice as once, in whatever order.

A word is written only where it is greater than the one that is there: one statement says so for a whole batch, rows in
one order, so that batches that meet wait for each other and none is lost. No leg is locked: who comes takes no place.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from campaign.audit.service import Thing, record
from campaign.events.marshals.latest_word import Entry, Subject, Word, latest, refusal
from campaign.events.marshals.links import MarshalLink
from campaign.events.models import Event, Leg
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import ConflictError, NotFoundError
from campaign.kernel.rowset import as_rows
from campaign.kernel.scoping import scoped

HOURS = 12
"""How long after its leg's end a link is good, unless said otherwise."""

MOST_HOURS = 240
"""A link and its 24 hours of grace are over before the event's details are forgotten."""

# Of an RSVP that was taken back, or made anew, too: who stands there came.
_KEYS = text("""
SELECT a.public_id, r.signer_key FROM actions a JOIN rsvps r ON r.action_id = a.id
WHERE a.public_id = ANY(:ids) AND a.state IN ('confirmed', 'merged', 'withdrawn') AND EXISTS (
    SELECT FROM rsvp_claims k WHERE k.action_id = a.id AND k.leg_id = :leg_id AND k.resource = 'place')
""")
_WRITE = text("""
INSERT INTO check_ins AS c (leg_id, is_walk_up, subject, came, name, said_at, entry_id)
SELECT :leg_id, u.is_walk_up, u.subject, u.came, nullif(u.name, ''), u.said_at, u.entry_id
FROM json_to_recordset(CAST(:rows AS json)) AS u(is_walk_up boolean, subject bytea, came int, name text,
    said_at timestamptz, entry_id uuid)
ORDER BY u.is_walk_up, u.subject
ON CONFLICT (leg_id, is_walk_up, subject) DO UPDATE SET came = excluded.came, name = excluded.name,
    said_at = excluded.said_at, entry_id = excluded.entry_id
WHERE (excluded.said_at, excluded.entry_id, excluded.came, coalesce(excluded.name, ''))
    > (c.said_at, c.entry_id, c.came, coalesce(c.name, ''))
""")
_REVOKE = text("UPDATE event_legs SET marshal_generation = marshal_generation + 1 WHERE id = :id")

Key = tuple[bool, bytes]
"""Whether it is of a walk-up, and the subject as it is stored."""


def record_taps(
    session: Session, leg_id: int, entries: Sequence[Entry | None], link_ends_at: datetime, at: datetime
) -> list[str | None]:
    """Take what marshals say of a leg; return, in order, None for what was taken, or why not.

    Reasons: `unreadable` (None was given), `unknown` (no party of this leg), `late`, `ahead` (see `rule`).

    Side effects: rows in `check_ins`. Two statements, however many entries.
    """
    answers = ["unreadable" if entry is None else refusal(entry, link_ends_at, at) for entry in entries]
    good = [entry for entry, answer in zip(entries, answers, strict=True) if entry is not None and answer is None]
    keys = _find_keys(session, leg_id, (entry.subject for entry in good))
    words: dict[Key, list[Word]] = {}
    for index, entry in enumerate(entries):
        if entry is None or answers[index] is not None:
            continue
        key = keys.get(entry.subject)
        if key is None:
            answers[index] = "unknown"
        else:
            words.setdefault(key, []).append(entry.word)
    if words:
        rows = [_row(key, latest(said)) for key, said in words.items()]
        session.execute(_WRITE, {"leg_id": leg_id, "rows": as_rows(rows)})
    return answers


def _find_keys(session: Session, leg_id: int, subjects: Iterable[Subject]) -> Mapping[Subject, Key]:
    wanted = set(subjects)
    keys: dict[Subject, Key] = {subject: (True, subject.id.bytes) for subject in wanted if subject.is_walk_up}
    parties = sorted(subject.id for subject in wanted if not subject.is_walk_up)
    if parties:
        for row in session.execute(_KEYS, {"ids": parties, "leg_id": leg_id}):
            keys[Subject(row.public_id, is_walk_up=False)] = (False, bytes(row.signer_key))
    return keys


def _row(key: Key, word: Word) -> dict[str, object]:
    return {
        "is_walk_up": key[0],
        "subject": key[1],
        "came": word.came,
        "name": word.name,
        "said_at": word.at,
        "entry_id": word.entry_id,
    }


def make_link(
    session: Session, actor: Actor, event: Event, position: int, at: datetime, *, hours: int = HOURS
) -> MarshalLink:
    """Return a link to the marshal's page of a leg, good from `at` until `hours` after the leg's end.

    Raises:
        ForbiddenError: the actor may not read people: whoever has the link sees their names.
        NotFoundError: there is no such leg, or it is none of theirs. ConflictError: it is cancelled, nobody sees its
            event yet, or it is over.
    """
    actor.require(Power.READ)
    leg = _get_leg(session, actor, event, position)
    if event.status == "draft":
        raise ConflictError(f"event {event.slug!r} is a draft")
    if "cancelled" in (event.status, leg.status):
        raise ConflictError(f"leg {position} is cancelled")
    ends_at = leg.ends_at + timedelta(hours=hours)
    if ends_at <= at:
        raise ConflictError(f"leg {position} was over {hours} hours ago or more: give more --hours")
    record(session, actor, "make_link", Thing("leg", leg.public_id, campaign_id=event.campaign_id))
    return MarshalLink(leg.public_id, leg.marshal_generation, ends_at)


def revoke_links(session: Session, actor: Actor, event: Event, position: int) -> None:
    """Make all links to the marshal's page of a leg useless that were made so far.

    Raises:
        ForbiddenError: the actor may not read people. NotFoundError: there is no such leg, or it is none of theirs.
    """
    actor.require(Power.READ)
    leg = _get_leg(session, actor, event, position)
    session.execute(_REVOKE, {"id": leg.id})  # narrowed: the leg was found in scope
    record(session, actor, "revoke_links", Thing("leg", leg.public_id, campaign_id=event.campaign_id))


def _get_leg(session: Session, actor: Actor, event: Event, position: int) -> Leg:
    leg = session.scalar(scoped(select(Leg).where(Leg.event_id == event.id, Leg.position == position), actor))
    if leg is None:
        raise NotFoundError(f"event {event.slug!r} has no leg {position}")
    return leg
