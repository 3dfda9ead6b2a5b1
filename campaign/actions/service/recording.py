"""Stores what somebody did, many at once, and asks each address to confirm it.

A constant number of statements a batch. Nothing already stored changes: the row waits with the values typed, and they
apply when its own link is confirmed. Known and new addresses take the same way and cost the same.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from campaign.actions.commands import Recorded, TakeAction
from campaign.actions.service.asking import Asked, ask_to_confirm
from campaign.actions.service.confirming import flow_to_supporters
from campaign.campaigns.models import TAKING_PART
from campaign.kernel.rowset import as_rows

ASK_AGAIN_AFTER = timedelta(minutes=10)
"""The same request within this time is a second press of the button: no second mail."""

_TO_PERSON = "fk_actions_person_id_people"

_OPEN = text("SELECT id FROM campaigns WHERE id = ANY(:ids) AND status = ANY(:taking_part)")

_PEOPLE = text("""
INSERT INTO people (email, email_display, language)
SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS u(email text, email_display text, language text)
ON CONFLICT (email) DO NOTHING
""")

# The person is looked up row by row: a join might scan everybody, because PostgreSQL takes any document for 100 rows.
# `asked_at` moves on a repeat too: the statement writes either way, so that a repeat costs what a first request costs.
_ACTIONS = text("""
INSERT INTO actions (kind, campaign_id, person_id, signer_key, digest, state, is_counted, is_held, given_name,
                     family_name, email, language, postal_code, country, comment, show_name, wording_id, door, source,
                     vouched_by, confirmed_at)
SELECT u.kind, u.campaign_id, (SELECT p.id FROM people p WHERE p.email = u.person), u.signer_key, u.digest, u.state,
       u.is_counted, u.is_held, u.given_name, u.family_name, u.email, u.language, u.postal_code, u.country, u.comment,
       u.show_name, u.wording_id, u.door, u.source, u.vouched_by, CASE WHEN u.state = 'confirmed' THEN now() END
FROM json_to_recordset(CAST(:rows AS json))
     AS u(kind text, campaign_id bigint, person text, signer_key bytea, digest bytea, state text, is_counted boolean,
          is_held boolean, given_name text, family_name text, email text, language text, postal_code text,
          country text, comment text, show_name boolean, wording_id bigint, door text, source text, vouched_by uuid)
ON CONFLICT (signer_key, digest) WHERE state = 'waiting' DO UPDATE SET asked_at = now()
RETURNING id, signer_key, digest, person_id, (xmax = 0) AS is_new, state
""")

_VOUCHES = text("""
SELECT vouched_by, id, digest FROM actions WHERE vouched_by = ANY(:vouchers)
""")

_LAST_ASKED = text("""
SELECT id, (SELECT max(m.created_at) FROM outbox_messages m WHERE m.action_id = a.id) < now() - CAST(:after AS interval)
FROM actions a WHERE id = ANY(:ids)
""")


def record(session: Session, commands: Sequence[TakeAction]) -> list[Recorded]:
    """Store `commands`; return one `Recorded` each, in order.

    Side effects: rows in `people` (not for high safety) and `actions`, confirmation mails in the outbox.
    """
    open_ids = set(
        session.scalars(_OPEN, {"ids": list({c.campaign_id for c in commands}), "taking_part": list(TAKING_PART)})
    )
    accepted = sorted({_key(c): c for c in commands if c.campaign_id in open_ids}.values(), key=_key)
    answers = _store(session, accepted) if accepted else {}
    closed = Recorded("closed")
    return [answers[_key(c)] if c.campaign_id in open_ids else closed for c in commands]


def _key(command: TakeAction) -> tuple[bytes, bytes]:
    return (command.signer_key, command.digest)


def _store(session: Session, commands: list[TakeAction]) -> dict[tuple[bytes, bytes], Recorded]:
    answers, fresh = _spend_vouchers(session, commands)
    if not fresh:
        return answers
    _store_people(session, fresh)
    by_key = {_key(c): c for c in fresh}
    to_ask: list[Asked] = []
    repeated: list[Asked] = []
    for row in _store_actions(session, fresh):
        command = by_key[bytes(row.signer_key), bytes(row.digest)]
        if row.person_id is None and not command.is_high_safety:
            raise _person_vanished()
        if row.state == "confirmed":
            answers[_key(command)] = Recorded("vouched", row.id, is_new=True)
            continue
        answers[_key(command)] = Recorded("accepted" if row.is_new else "repeat", row.id, is_new=row.is_new)
        (to_ask if row.is_new else repeated).append(Asked(command, row.id, row.person_id))
    if repeated:
        stale = _to_ask_again(session, [asked.action_id for asked in repeated])
        to_ask += [asked for asked in repeated if asked.action_id in stale]
    if to_ask:
        ask_to_confirm(session, to_ask)
    vouched = [answer for answer in answers.values() if answer.outcome == "vouched" and answer.is_new]
    flow_to_supporters(session, [answer.action_id for answer in vouched if answer.action_id is not None])
    return answers


def _spend_vouchers(
    session: Session, commands: list[TakeAction]
) -> tuple[dict[tuple[bytes, bytes], Recorded], list[TakeAction]]:
    """Answer those whose voucher was spent on this very request before (a doubled press, a lost answer).

    A voucher is good for one action: with any other text, what is sent waits for a confirmation like everybody's.
    """
    vouchers = [c.vouched_by for c in commands if c.vouched_by is not None]
    if not vouchers:
        return {}, commands
    spent = {row.vouched_by: (row.id, bytes(row.digest)) for row in session.execute(_VOUCHES, {"vouchers": vouchers})}
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


def _to_ask_again(session: Session, action_ids: list[int]) -> set[int]:
    rows = session.execute(_LAST_ASKED, {"ids": action_ids, "after": ASK_AGAIN_AFTER})
    return {action_id for action_id, is_stale in rows if is_stale is not False}


def _store_people(session: Session, commands: list[TakeAction]) -> None:
    people = sorted({c.email: c for c in commands if not c.is_high_safety}.values(), key=lambda c: c.email)
    if people:
        rows = [{"email": c.email, "email_display": c.email_display, "language": c.language} for c in people]
        session.execute(_PEOPLE, {"rows": as_rows(rows)})


def _store_actions(session: Session, commands: list[TakeAction]) -> Sequence[Row[Any]]:
    try:
        return session.execute(_ACTIONS, {"rows": as_rows([_row(command) for command in commands])}).all()
    except IntegrityError as error:
        if getattr(getattr(error.orig, "diag", None), "constraint_name", None) == _TO_PERSON:
            raise _person_vanished() from error
        raise


def _person_vanished() -> OperationalError:
    """Erased after the batch wrote or read them: the next run of the batch writes the person again."""
    return OperationalError("person vanished", None, ConnectionError("person vanished"))


def _row(command: TakeAction) -> dict[str, object]:
    """Return what is stored of a command; on a high-safety campaign the pseudonym and the address, and no more."""
    row: dict[str, object] = {
        "kind": command.kind,
        "campaign_id": command.campaign_id,
        "signer_key": command.signer_key,
        "digest": command.digest,
        "state": "waiting" if command.vouched_by is None else "confirmed",
        "is_counted": command.is_counted,
        "is_held": command.is_held,
        "given_name": command.given_name,
        "language": command.language,
        "show_name": command.show_name and not command.is_high_safety,
        "door": command.door,
        "vouched_by": command.vouched_by,
    }
    if command.is_high_safety:
        return row | {"email": command.email_display}
    return row | {
        "person": command.email,
        "family_name": command.family_name,
        "postal_code": command.postal_code,
        "country": command.country,
        "comment": command.comment or None,
        "wording_id": command.wording_id,
        "source": command.source or None,
    }
