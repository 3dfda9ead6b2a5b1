"""Stores what somebody did, many at once, and asks each address to confirm it.

A constant number of statements a batch. Nothing already stored changes: the row waits with the values typed, and they
apply when its own link is confirmed. Known and new addresses take the same way and cost the same.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from campaign.actions.commands import Recorded, TakeAction
from campaign.actions.models import Action
from campaign.actions.sealed import seal_address, seal_name
from campaign.actions.service.asking import Asked, ask_to_confirm
from campaign.actions.service.flowing import flow_of
from campaign.actions.service.reminding import leave_be
from campaign.campaigns.models import TAKING_PART
from campaign.delivery.daily_limit import ALLOW, Allowance, allowing
from campaign.kernel.installation import installation_of
from campaign.kernel.rowset import as_rows, columns_for
from campaign.kernel.scattered import SCATTERED_ID, SCATTERED_PUBLIC_ID
from campaign.people.sharedfields import KNOWN, TYPED, listed, stored

ASK_AGAIN_AFTER = timedelta(minutes=10)
"""The same request within this time is a second press of the button: no second mail."""

_TO_PERSON = "fk_actions_person_id_people"

# What was typed meets what is stored, in one statement. People are looked up row by row: a join might scan everybody,
# because PostgreSQL takes any document for 100 rows. `asked_at` moves on a repeat too: the statement writes either
# way, so that a repeat costs what a first request costs. Who referred somebody is looked up here, by primary key and
# only where a code came along, so that no row ever points at another campaign's, at a stranger to it, or at oneself.
# A row without a person is of high safety: its ids tell neither its time nor its place among the others.
# Who came by a share and by no link that says more came from where its sharer did.
# After the actions, in rows of their own, comes what their mailboxes are granted: joined here, PostgreSQL would compare
# each with each.
_REFERRER = """FROM actions r WHERE r.id = u.referred_by AND r.campaign_id = u.campaign_id
            AND r.state = 'confirmed' AND r.person_id IS NOT NULL AND r.signer_key <> u.signer_key"""
_VALUES = listed(TYPED, "u").replace("u.source", f"coalesce(u.source, (SELECT r.source {_REFERRER}))")
_STORE = text(f"""
WITH typed AS MATERIALIZED (
    SELECT u.* FROM json_to_recordset(CAST(:rows AS json))
        AS u(kind text, campaign_id bigint, person text, email_display text, mailbox_key bytea,
             signer_key bytea, digest bytea, state text, is_counted boolean, is_held boolean, email text,
             {columns_for(Action, TYPED)}, wording_id bigint, door text, vouched_by uuid, referred_by bigint)
    JOIN campaigns c ON c.id = u.campaign_id WHERE c.status = ANY(:taking_part)
), new_people AS (
    INSERT INTO people (email, email_display, language)
    SELECT DISTINCT ON (person) person, email_display, language FROM typed WHERE person IS NOT NULL ORDER BY person
    ON CONFLICT (email) DO NOTHING RETURNING id, email
), stored AS (
    INSERT INTO actions (id, public_id, kind, campaign_id, person_id, signer_key, digest, state, is_counted, is_held,
                         email, {", ".join(TYPED)}, wording_id, door, vouched_by, referred_by_id, confirmed_at)
    SELECT CASE WHEN u.person IS NULL THEN {SCATTERED_ID} ELSE nextval('actions_id_seq') END,
           CASE WHEN u.person IS NULL THEN {SCATTERED_PUBLIC_ID} ELSE uuidv7() END,
           u.kind, u.campaign_id, coalesce(n.id, (SELECT p.id FROM people p WHERE p.email = u.person)), u.signer_key,
           u.digest, u.state, u.is_counted, u.is_held, u.email, {_VALUES}, u.wording_id, u.door,
           u.vouched_by,
           (SELECT r.id {_REFERRER}),
           CASE WHEN u.state = 'confirmed' THEN now() END
    FROM typed u LEFT JOIN new_people n ON n.email = u.person ORDER BY u.signer_key, u.digest
    ON CONFLICT (signer_key, digest) WHERE state = 'waiting' DO UPDATE SET asked_at = now(), typed_at = now(),
        mended_at = NULL
    RETURNING id, signer_key, digest, person_id, (xmax = 0) AS is_new, state
), found AS MATERIALIZED (
    SELECT s.*, t.mailbox_key, s.state = 'waiting' AND (s.is_new OR coalesce(
        (SELECT max(m.created_at) FROM outbox_messages m WHERE m.action_id = s.id) < now() - CAST(:after AS interval),
        true)) AS is_asked
    FROM stored s JOIN typed t USING (signer_key, digest)
), asking AS MATERIALIZED (
    SELECT mailbox_key AS key, count(*) AS wanted FROM found WHERE is_asked GROUP BY mailbox_key
), allowed AS ({ALLOW})
SELECT f.*, NULL AS granted, NULL AS is_late, NULL AS is_new_mailbox FROM found f
UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, w.key, NULL, w.granted, w.is_late, w.is_new_mailbox FROM allowed w
ORDER BY id
""")  # noqa: S608 - joined from constants

_SPENT = text("""
SELECT vouched_by, id, digest FROM actions WHERE vouched_by = ANY(:vouchers)
""")

# Who a voucher stands for, as it is now: what was merged stands where it was merged into, however often. Whoever takes
# it back or erases themselves at this moment waits for us, or we for them.
_VOUCHERS = text(f"""
WITH RECURSIVE chain AS (
    SELECT public_id AS voucher, id, merged_into_id FROM actions WHERE public_id = ANY(:vouchers)
    UNION SELECT c.voucher, a.id, a.merged_into_id FROM chain c JOIN actions a ON a.id = c.merged_into_id
)
SELECT c.voucher, p.email, {", ".join(f"coalesce(a.{name}, '')" for name in KNOWN)}
FROM chain c JOIN actions a ON a.id = c.id JOIN people p ON p.id = a.person_id
WHERE a.state = 'confirmed' ORDER BY a.id FOR SHARE OF a
""")  # noqa: S608 - joined from names of columns


def record(session: Session, commands: Sequence[TakeAction], taken_in: Collection[str] = TAKING_PART) -> list[Recorded]:
    """Store `commands`; return one `Recorded` each, in order. `taken_in`: statuses of campaigns that take them.

    Side effects: rows in `people` (not for high safety) and `actions`, confirmation mails in the outbox.
    """
    answers = _store(session, sorted({_key(c): c for c in commands}.values(), key=_key), taken_in)
    leave_be(session, [c.mends for c in commands if c.mends is not None])
    closed = Recorded("closed")
    return [answers.get(_key(c), closed) for c in commands]


def _key(command: TakeAction) -> tuple[bytes, bytes]:
    return (command.signer_key, command.digest)


def _store(
    session: Session, commands: list[TakeAction], taken_in: Collection[str]
) -> dict[tuple[bytes, bytes], Recorded]:
    """Return what became of each command; those of a campaign that takes no actions now are absent."""
    answers, fresh = _spend_vouchers(session, commands)
    by_key = {_key(c): c for c in fresh}
    to_ask: list[Asked] = []
    vouched: list[int] = []
    rows = _store_actions(session, fresh, taken_in)
    allowances = {bytes(r.mailbox_key): Allowance(r.granted, r.is_late, r.is_new_mailbox) for r in rows if r.id is None}
    for row in rows:
        if row.id is None:
            continue
        key = (bytes(row.signer_key), bytes(row.digest))
        command = by_key[key]
        if row.person_id is None and not command.is_high_safety:
            raise _person_vanished()
        if row.state == "confirmed":
            answers[key] = Recorded("vouched", row.id, is_new=True)
            vouched.append(row.id)
            continue
        allowance = allowances[command.mailbox_key] if row.is_asked else Allowance(is_new=False)
        outcome = "accepted" if row.is_new else "repeat"
        answers[key] = Recorded(outcome, row.id, is_new=row.is_new, is_new_mailbox=allowance.is_new)
        if row.is_asked:
            to_ask.append(Asked(command, row.id, row.person_id, allowance))
    if to_ask:
        ask_to_confirm(session, to_ask)
    flow_of(session, vouched)
    return answers


def _spend_vouchers(
    session: Session, commands: list[TakeAction]
) -> tuple[dict[tuple[bytes, bytes], Recorded], list[TakeAction]]:
    """Answer those whose voucher was spent on this very request before (a doubled press, a lost answer).

    A voucher is good for one action, by the name, address and place of the one it comes from, which must stand: with
    anything else, what is sent waits for a confirmation like everybody's. On a high-safety campaign none is good: it
    would tie what somebody does there to what they did under their own name. Nor is one for what is counted, whatever
    its kind: each name in a count, and its number, came by a link of its own.
    """
    vouchers = [c.vouched_by for c in commands if c.vouched_by is not None]
    if not vouchers:
        return {}, commands
    standing = {row.voucher: tuple(row)[1:] for row in session.execute(_VOUCHERS, {"vouchers": vouchers})}
    commands = [c if _is_vouched(c, standing) else replace(c, vouched_by=None) for c in commands]
    spent = {row.vouched_by: (row.id, bytes(row.digest)) for row in session.execute(_SPENT, {"vouchers": vouchers})}
    answers: dict[tuple[bytes, bytes], Recorded] = {}
    fresh = []
    for command in commands:
        if command.vouched_by is None or command.vouched_by not in spent:
            fresh.append(command)
            if command.vouched_by is not None:
                spent[command.vouched_by] = (0, b"")
        elif spent[command.vouched_by][1] == command.digest:
            answers[_key(command)] = Recorded("vouched", spent[command.vouched_by][0])
        else:
            fresh.append(replace(command, vouched_by=None))
    return answers, fresh


def _is_vouched(command: TakeAction, standing: Mapping[UUID, tuple[str, ...]]) -> bool:
    """Whether a command is of the very person, in the very words, that its voucher stands for."""
    who = (command.email, *(getattr(command, name) for name in KNOWN))
    is_open_to_vouchers = not command.is_high_safety and not command.is_counted
    return is_open_to_vouchers and command.vouched_by is not None and standing.get(command.vouched_by, ()) == who


def _store_actions(session: Session, commands: Sequence[TakeAction], taken_in: Collection[str]) -> Sequence[Row[Any]]:
    if not commands:
        return []
    values = {
        "rows": as_rows([_row(session, command) for command in commands]),
        "taking_part": list(taken_in),
        "after": ASK_AGAIN_AFTER,
        **allowing(may_be_late=True),
    }
    try:
        return session.execute(_STORE, values).all()
    except IntegrityError as error:
        if getattr(getattr(error.orig, "diag", None), "constraint_name", None) == _TO_PERSON:
            raise _person_vanished() from error
        raise


def _person_vanished() -> OperationalError:
    """Erased after the statement read them, or written by a neighbour's meanwhile: the next run finds who is there."""
    return OperationalError("person vanished", None, ConnectionError("person vanished"))


def _row(session: Session, command: TakeAction) -> dict[str, object]:
    """Return what is stored of a command; on a high-safety campaign pseudonym and address, both sealed, and no more."""
    row: dict[str, object] = {
        "kind": command.kind,
        "mailbox_key": command.mailbox_key,
        "campaign_id": command.campaign_id,
        "signer_key": command.signer_key,
        "digest": command.digest,
        "state": "waiting" if command.vouched_by is None else "confirmed",
        "is_counted": command.is_counted,
        "is_held": command.is_held,
        **stored(command, is_high_safety=command.is_high_safety),
        "door": command.door,
        "vouched_by": command.vouched_by,
    }
    if command.is_high_safety:
        installation, key = installation_of(session), command.signer_key
        return row | {
            "given_name": seal_name(installation, command.given_name, key),
            "email": seal_address(installation, command.email_display, key),
        }
    return row | {
        "person": command.email,
        "email_display": command.email_display,
        "wording_id": command.wording_id,
        "referred_by": command.referred_by,
    }
