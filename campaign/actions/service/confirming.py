"""Makes what waits count, many at once. Ten presses of one button, or two batches at once, count one.

Where somebody signed more than once, the words they typed last hold, in whatever order their links are confirmed.

Rows are locked in the order of their ids, and tallies last and briefly: nobody waits long on a row that all supporters
of a campaign share. Where another batch confirmed the same signer a moment before, the unique index says so and the
batch runs again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.actions.commands import ConfirmAction, Confirmation, Signed
from campaign.actions.kind import ActionKind
from campaign.actions.numbers import FIRST_MIXED, mix, read_number
from campaign.actions.sealed import open_address
from campaign.actions.service.flowing import flow
from campaign.actions.service.untying import untie
from campaign.delivery.strangers import domain_key, domain_of
from campaign.delivery.suppression import END_REFUSALS, end_refusals, refusal_key, refusals_of
from campaign.kernel.installation import installation_of
from campaign.kernel.rowset import as_rows

REVIEWED_WITHIN = timedelta(days=30)
"""How long what was confirmed may stand aside for a review; then it is discarded."""

_NEVER = datetime.min.replace(tzinfo=UTC)
"""When what an erased action holds was typed: it holds no words."""

# All that a batch needs to know of its actions, and all that their supporters are shown next, in one look.
_ROWS = """
SELECT a.id, a.public_id, a.kind, a.campaign_id, a.person_id, a.signer_key, a.state, a.is_held, a.is_counted,
       coalesce(a.number, t.number) AS number, a.given_name, a.family_name, a.postal_code, a.country, a.language,
       a.wording_id, a.door, coalesce(a.typed_at, a.created_at) AS typed_at, c.slug, c.organization_id,
       c.languages ->> 0 AS campaign_language, p.email_display, p.language AS person_language,
       coalesce(p.email, a.email) AS address,
       EXISTS (SELECT FROM actions x WHERE x.signer_key = a.signer_key AND x.state = 'confirmed' AND x.is_counted)
           AS is_signed_before
FROM actions a JOIN campaigns c ON c.id = a.campaign_id LEFT JOIN people p ON p.id = a.person_id
LEFT JOIN actions t ON t.id = a.merged_into_id
"""

_VALUES = text(f"{_ROWS} WHERE a.id = ANY(:ids)")
_LOCK = text(f"{_ROWS} WHERE a.public_id = ANY(:ids) ORDER BY a.id FOR UPDATE OF a")
_LOCK_HELD = text(f"{_ROWS} WHERE a.id = ANY(:ids) AND a.state = 'held' ORDER BY a.id FOR UPDATE OF a")

_COUNTED = text("""
SELECT signer_key, id, number, erased_at IS NOT NULL AS is_erased, coalesce(typed_at, created_at) AS typed_at
FROM actions
WHERE signer_key = ANY(:keys) AND state = 'confirmed' AND is_counted ORDER BY id FOR UPDATE
""")

_MERGE = text("""
UPDATE actions t SET
    given_name = s.given_name, family_name = s.family_name,
    language = CASE WHEN s.person_id IS NOT NULL THEN s.language END, postal_code = s.postal_code,
    country = s.country, comment = s.comment, show_name = s.show_name, wording_id = s.wording_id, source = s.source,
    person_id = s.person_id, typed_at = coalesce(s.typed_at, s.created_at), erased_at = NULL
FROM unnest(CAST(:sources AS bigint[]), CAST(:targets AS bigint[])) AS u(source, target)
JOIN actions s ON s.id = u.source WHERE t.id = u.target
""")

_EMPTY_MERGED = text("""
UPDATE actions a SET state = 'merged', merged_into_id = u.target, confirmed_at = now(), number = NULL, email = NULL,
    given_name = NULL, family_name = NULL, language = NULL, postal_code = NULL, country = NULL, comment = NULL,
    show_name = false, source = NULL, person_id = NULL, referred_by_id = NULL
FROM unnest(CAST(:sources AS bigint[]), CAST(:targets AS bigint[])) AS u(source, target) WHERE a.id = u.source
""")

# Tallies and the rows they count, in one statement, so that the row all supporters of a campaign share is locked for
# no longer than it takes. A high-safety row (no person) loses its address here, and the language it was needed for.
# Whoever confirms something of a campaign refuses it no longer.
_STAND = text(f"""
WITH standing AS MATERIALIZED (
    SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS u(id bigint, state text, campaign_id bigint, place bigint,
        domain bytea)
), paid AS (
    INSERT INTO stranger_credits (key, amount)
    SELECT domain, count(*) FROM standing WHERE domain IS NOT NULL GROUP BY domain ORDER BY domain
), counts AS (
    SELECT campaign_id, max(place) AS count FROM standing WHERE campaign_id IS NOT NULL GROUP BY campaign_id
), locked AS MATERIALIZED (
    SELECT t.campaign_id, n.count FROM campaign_tallies t JOIN counts n USING (campaign_id)
    ORDER BY t.campaign_id FOR UPDATE OF t
), tallies AS (
    UPDATE campaign_tallies t SET confirmed = confirmed + n.count, last_number = last_number + n.count, as_of = now()
    FROM locked n WHERE t.campaign_id = n.campaign_id
    RETURNING t.campaign_id, t.last_number - n.count AS last_before
), ended AS ({END_REFUSALS})
UPDATE actions a SET state = u.state, number = l.last_before + u.place, confirmed_at = coalesce(a.confirmed_at, now()),
    email = NULL, language = CASE WHEN a.person_id IS NULL THEN NULL ELSE a.language END
FROM standing u LEFT JOIN tallies l USING (campaign_id) WHERE a.id = u.id RETURNING a.id, a.number
""")  # noqa: S608 - joined from constants


# It stands aside for as long as it was told to, from the moment it was confirmed.
_BEGIN_REVIEWS = text("""
INSERT INTO reviews (action_id, ends_at)
SELECT id, now() + CAST(:within AS interval) FROM unnest(CAST(:ids AS bigint[])) id ORDER BY 1
ON CONFLICT (action_id) DO UPDATE SET ends_at = excluded.ends_at
""")


def confirm(session: Session, commands: Sequence[ConfirmAction], kinds: Mapping[str, ActionKind]) -> list[Confirmation]:
    """Confirm the actions that `commands` name; return one `Confirmation` each, in order.

    Side effects: tallies, numbers, `supporters` and `consents` of what was typed; the kinds' `on_confirmed`.
    """
    rows = session.execute(_LOCK, {"ids": sorted({c.public_id for c in commands})}).all()
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
        rows = session.execute(_LOCK_HELD, {"ids": list(action_ids)}).all()
        _confirm_waiting(session, rows, kinds)


def _settled(session: Session, row: Row[Any]) -> Confirmation:
    if row.state in ("withdrawn", "discarded"):
        return Confirmation("withdrawn")
    return Confirmation("already", _number(session, row, row.number))


def _number(session: Session, row: Row[Any], stored: int | None) -> int | None:
    """Return a stored number of the row's campaign as it was given."""
    if stored is None or stored < FIRST_MIXED:
        return stored
    return read_number(installation_of(session).hashes, row.campaign_id, stored)


def _untie(session: Session, rows: Sequence[Row[Any]], merges: "_Merges", numbers: Mapping[int, int]) -> None:
    """Untie those of high safety (without a person), what they were merged into, and what their numbers tell.

    A number given by a release from review tells when somebody reviewed, so it is stored as it is.
    """
    safe = [row for row in rows if row.person_id is None]
    if safe:
        targets = [merges.into[row.id][0] for row in safe if row.id in merges.into]
        mixed = {
            row.id: mix(installation_of(session).hashes, row.campaign_id, numbers[row.id])
            for row in safe
            if row.id in numbers and row.state == "waiting"
        }
        untie(session, [*(row.id for row in safe), *targets], mixed)


def _confirm_waiting(
    session: Session, rows: Sequence[Row[Any]], kinds: Mapping[str, ActionKind]
) -> dict[UUID, Confirmation]:
    held = [row for row in rows if row.is_held]
    free = [row for row in rows if not row.is_held]
    merges = _find_merges(session, free)
    standing = [row for row in free if row.id not in merges.into]
    merged_into = _merge(session, merges)
    changed = [row for row in merged_into if row.id in merges.winners]
    flow(session, {row.id: row for row in (*standing, *changed)}.values())
    if held:
        session.execute(_BEGIN_REVIEWS, {"ids": [row.id for row in held], "within": REVIEWED_WITHIN})
    numbers = _stand(session, standing, held, _refusals(session, rows))
    _tell_kinds(session, standing, kinds)
    _untie(session, rows, merges, numbers)
    answers = {
        row.public_id: Confirmation("confirmed", numbers.get(row.id), _signed(row), _sharer(row)) for row in standing
    }
    answers |= {row.public_id: Confirmation("held") for row in held}
    sharers = {row.id: _sharer(row) for row in merged_into}
    for row in free:
        if row.id in merges.into:
            target, number = merges.into[row.id]
            number = numbers.get(target) or _number(session, row, number)
            is_heard = merges.winners.get(target) == row.id
            answers[row.public_id] = (
                Confirmation("merged", number, _signed(row), sharers.get(target))
                if is_heard
                else Confirmation("already", number)
            )
    return answers


def _refusals(session: Session, rows: Iterable[Row[Any]]) -> list[tuple[bytes, int]]:
    """Return by what the owners' presses end their refusals; a release from review is nobody's press."""
    pressed = [row for row in rows if row.state == "waiting" and row.address]
    if not pressed:
        return []
    installation = installation_of(session)
    found: list[tuple[bytes, int]] = []
    for row in pressed:
        is_apart = row.person_id is None
        address = _sealed(session, row) if is_apart else row.address
        if address:
            key = refusal_key(installation.hashes, row.campaign_id, address, is_high_safety=is_apart)
            found.append((key, row.campaign_id))
    return found


def _sealed(session: Session, row: Row[Any]) -> str | None:
    """Return the address of a row without a person (high safety); None where it holds none any more."""
    return open_address(installation_of(session), row.address, row.signer_key)


def _stand(
    session: Session, standing: Sequence[Row[Any]], held: Sequence[Row[Any]], refusals: Sequence[tuple[bytes, int]]
) -> dict[int, int]:
    """Write `standing` as confirmed (with numbers, where they count) and `held` as held; return numbers by id.

    The tally is touched here, last before the commit; a row's number is its place in the batch after the last number
    given. The mail domain of each that stands has one more that confirmed. `refusals` end.
    """
    places: dict[int, int] = defaultdict(int)
    written: list[dict[str, object]] = []
    for row in standing:
        values: dict[str, object] = {"id": row.id, "state": "confirmed", "domain": _domain_key(session, row)}
        if row.is_counted:
            places[row.campaign_id] += 1
            values |= {"campaign_id": row.campaign_id, "place": places[row.campaign_id]}
        written.append(values)
    written += [{"id": row.id, "state": "held"} for row in held]
    if not written:
        end_refusals(session, refusals)
        return {}
    rows = session.execute(_STAND, {"rows": as_rows(written), **refusals_of(refusals)})
    return {action_id: number for action_id, number in rows if number is not None}


def _domain_key(session: Session, row: Row[Any]) -> bytes | None:
    """Return what stands for the mail domain of who confirmed, as their mail had it; None where none is counted."""
    installation = installation_of(session)
    if installation.settings.strangers is None:
        return None
    address = _sealed(session, row) if row.person_id is None else row.email_display
    return domain_key(installation.hashes, domain_of(address)) if address else None


@dataclass(frozen=True, slots=True)
class _Merges:
    """Rows whose signer counts already, by id: the id (and number) of the action that counts.

    `winners`: by id of one that counts, the row whose words it takes; absent where its own were typed last.
    """

    into: dict[int, tuple[int, int | None]]
    winners: dict[int, int]


def _find_merges(session: Session, rows: Sequence[Row[Any]]) -> _Merges:
    keys = sorted({bytes(row.signer_key) for row in rows if row.is_counted and row.is_signed_before})
    counted = session.execute(_COUNTED, {"keys": keys}).all() if keys else ()
    first: dict[bytes, tuple[int, int | None]] = {bytes(row.signer_key): (row.id, row.number) for row in counted}
    latest = {row.id: (_NEVER if row.is_erased else row.typed_at, row.id) for row in counted}
    into: dict[int, tuple[int, int | None]] = {}
    for row in rows:
        if row.is_counted:
            target = first.setdefault(bytes(row.signer_key), (row.id, None))
            if target[0] != row.id:
                into[row.id] = target
            latest[target[0]] = max(latest.get(target[0], (_NEVER, 0)), (row.typed_at, row.id))
    return _Merges(into, {target: source for target, (_, source) in latest.items() if target != source})


def _merge(session: Session, merges: _Merges) -> Sequence[Row[Any]]:
    """Put rows into those that count, which take the words of the one typed last; return those that count."""
    if not merges.into:
        return ()
    targets = [target for target, _ in merges.into.values()]
    if merges.winners:
        values = {"sources": list(merges.winners.values()), "targets": list(merges.winners)}
        session.execute(_MERGE, values)
    session.execute(_EMPTY_MERGED, {"sources": list(merges.into), "targets": targets})
    return session.execute(_VALUES, {"ids": targets}).all()


def supersede(session: Session, pairs: Mapping[int, int]) -> None:
    """Empty actions that others of the same signer take the place of; `pairs` maps the old id to the new one."""
    if pairs:
        session.execute(_EMPTY_MERGED, {"sources": list(pairs), "targets": list(pairs.values())})
        untie(session, list(pairs))


def _tell_kinds(session: Session, rows: Iterable[Row[Any]], kinds: Mapping[str, ActionKind]) -> None:
    ids: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        ids[row.kind].append(row.id)
    for kind, action_ids in ids.items():
        kinds[kind].on_confirmed(session, action_ids)


def flow_to_supporters(session: Session, action_ids: Sequence[int]) -> None:
    """Let what confirmed actions say of their persons flow on (`campaign.actions.service.flowing`)."""
    if action_ids:
        flow(session, session.execute(_VALUES, {"ids": list(action_ids)}).all())


def _sharer(row: Row[Any]) -> int | None:
    """Return the id that others may be referred by; nothing links to a high-safety action."""
    return None if row.person_id is None else int(row.id)


def _signed(row: Row[Any]) -> Signed:
    has_person = row.person_id is not None
    language = row.language if has_person and row.language else row.campaign_language
    return Signed(row.kind, row.slug, language, has_person=has_person)
