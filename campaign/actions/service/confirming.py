"""Makes what waits count, many at once. Ten presses of one button, or two batches at once, count one.

    confirm ─► stands aside (`holding`) | goes into what counts already (`merging`) | counts, with its number
               (`numbering`) ─► what was typed flows to supporters (`flowing`)
               ─► of high safety: untied from its mails (`unlinking_mails`)

Rows are locked in the order of their ids, and tallies last and briefly: nobody waits long on a row that all supporters
of a campaign share. Where another batch confirmed the same signer a moment before, the unique index says so and the
batch runs again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row
from sqlalchemy.orm import Session

from campaign.actions.commands import ConfirmAction, Confirmation
from campaign.actions.kind import ActionKind
from campaign.actions.service.flowing import flow
from campaign.actions.service.holding import begin_reviews
from campaign.actions.service.merging import Merges, find_merges, merge
from campaign.actions.service.numbering import mixed, number_given, stand
from campaign.actions.service.refusing import refusals_ended
from campaign.actions.service.rows import lock_held, lock_named, sharer_of, signed_of
from campaign.actions.service.unlinking_mails import untie


def confirm(session: Session, commands: Sequence[ConfirmAction], kinds: Mapping[str, ActionKind]) -> list[Confirmation]:
    """Confirm the actions that `commands` name; return one `Confirmation` each, in order.

    Side effects: tallies, numbers, `supporters` and `consents` of what was typed; the kinds' `on_confirmed`.
    """
    rows = lock_named(session, {c.public_id for c in commands})
    answers: dict[UUID, Confirmation] = {
        row.public_id: _settled(session, row) for row in rows if row.state != "waiting"
    }
    waiting = [row for row in rows if row.state == "waiting"]
    if waiting:
        answers |= _confirm_waiting(session, waiting, kinds)
    gone = Confirmation("gone")
    return [answers.get(c.public_id, gone) for c in commands]


def settle_released(session: Session, action_ids: Sequence[int], kinds: Mapping[str, ActionKind]) -> None:
    """Let actions count that were confirmed while under review and are released now."""
    if action_ids:
        rows = lock_held(session, action_ids)
        _confirm_waiting(session, rows, kinds)


def _settled(session: Session, row: Row[Any]) -> Confirmation:
    if row.state in ("withdrawn", "discarded"):
        return Confirmation("withdrawn")
    return Confirmation("already", number_given(session, row, row.number))


def _confirm_waiting(
    session: Session, rows: Sequence[Row[Any]], kinds: Mapping[str, ActionKind]
) -> dict[UUID, Confirmation]:
    held = [row for row in rows if row.is_held]
    free = [row for row in rows if not row.is_held]
    merges = find_merges(session, free)
    standing = [row for row in free if row.id not in merges.into]
    merged_into = merge(session, merges)
    changed = [row for row in merged_into if row.id in merges.winners]
    flow(session, {row.id: row for row in (*standing, *changed)}.values())
    begin_reviews(session, [row.id for row in held])
    numbers = stand(session, standing, held, refusals_ended(session, rows))
    _tell_kinds(session, standing, kinds)
    _untie(session, rows, merges, numbers)
    answers = {
        row.public_id: Confirmation("confirmed", numbers.get(row.id), signed_of(row), sharer_of(row))
        for row in standing
    }
    answers |= {row.public_id: Confirmation("held") for row in held}
    sharers = {row.id: sharer_of(row) for row in merged_into}
    for row in free:
        if row.id in merges.into:
            target, number = merges.into[row.id]
            number = numbers.get(target) or number_given(session, row, number)
            is_heard = merges.winners.get(target) == row.id
            answers[row.public_id] = (
                Confirmation("merged", number, signed_of(row), sharers.get(target))
                if is_heard
                else Confirmation("already", number)
            )
    return answers


def _tell_kinds(session: Session, rows: Iterable[Row[Any]], kinds: Mapping[str, ActionKind]) -> None:
    ids: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        ids[row.kind].append(row.id)
    for kind, action_ids in ids.items():
        kinds[kind].on_confirmed(session, action_ids)


def _untie(session: Session, rows: Sequence[Row[Any]], merges: Merges, numbers: Mapping[int, int]) -> None:
    """Untie those of high safety (without a person), what they were merged into, and what their numbers tell."""
    safe = [row for row in rows if row.person_id is None]
    if safe:
        targets = [merges.into[row.id][0] for row in safe if row.id in merges.into]
        untie(session, [*(row.id for row in safe), *targets], mixed(session, safe, numbers))
