"""Makes what waits count, many at once. Ten presses of one button, or two batches at once, count one.

Rows are locked in the order of their ids, and tallies last and briefly: nobody waits long on a row that all supporters
of a campaign share. Where another batch confirmed the same signer a moment before, the unique index says so and the
batch runs again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.actions.commands import ConfirmAction, Confirmation, Signed
from campaign.actions.kind import ActionKind
from campaign.kernel.rowset import as_rows
from campaign.kernel.text import sort_key

# All that a batch needs to know of its actions, and all that their supporters are shown next, in one look.
_ROWS = """
SELECT a.id, a.public_id, a.kind, a.campaign_id, a.person_id, a.signer_key, a.state, a.is_held, a.is_counted,
       coalesce(a.number, t.number) AS number, a.given_name, a.family_name, a.postal_code, a.country, a.language,
       a.wording_id, a.door, c.slug, c.organization_id, c.languages ->> 0 AS campaign_language, p.email_display,
       p.language AS person_language, EXISTS (SELECT FROM actions x WHERE x.signer_key = a.signer_key
       AND x.state = 'confirmed' AND x.is_counted) AS is_signed_before
FROM actions a JOIN campaigns c ON c.id = a.campaign_id LEFT JOIN people p ON p.id = a.person_id
LEFT JOIN actions t ON t.id = a.merged_into_id
"""

_VALUES = text(f"{_ROWS} WHERE a.id = ANY(:ids)")
_LOCK = text(f"{_ROWS} WHERE a.public_id = ANY(:ids) ORDER BY a.id FOR UPDATE OF a")
_LOCK_HELD = text(f"{_ROWS} WHERE a.id = ANY(:ids) AND a.state = 'held' ORDER BY a.id FOR UPDATE OF a")

_COUNTED = text("""
SELECT signer_key, id, number FROM actions
WHERE signer_key = ANY(:keys) AND state = 'confirmed' AND is_counted ORDER BY id FOR UPDATE
""")

_MERGE = text("""
UPDATE actions t SET
    given_name = s.given_name, family_name = s.family_name,
    language = CASE WHEN s.person_id IS NOT NULL THEN s.language END, postal_code = s.postal_code,
    country = s.country, comment = s.comment, show_name = s.show_name, wording_id = s.wording_id, source = s.source,
    person_id = s.person_id, erased_at = NULL
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
_STAND = text("""
WITH standing AS MATERIALIZED (
    SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS u(id bigint, state text, campaign_id bigint, place bigint)
), counts AS (
    SELECT campaign_id, max(place) AS count FROM standing WHERE campaign_id IS NOT NULL GROUP BY campaign_id
), locked AS MATERIALIZED (
    SELECT t.campaign_id, n.count FROM campaign_tallies t JOIN counts n USING (campaign_id)
    ORDER BY t.campaign_id FOR UPDATE OF t
), tallies AS (
    UPDATE campaign_tallies t SET confirmed = confirmed + n.count, last_number = last_number + n.count, as_of = now()
    FROM locked n WHERE t.campaign_id = n.campaign_id
    RETURNING t.campaign_id, t.last_number - n.count AS last_before
)
UPDATE actions a SET state = u.state, number = l.last_before + u.place, confirmed_at = coalesce(a.confirmed_at, now()),
    email = NULL, language = CASE WHEN a.person_id IS NULL THEN NULL ELSE a.language END
FROM standing u LEFT JOIN tallies l USING (campaign_id) WHERE a.id = u.id RETURNING a.id, a.number
""")

_FLOW = text("""
WITH agreed AS (
    INSERT INTO consents (organization_id, person_id, wording_id, is_granted, door, at)
    SELECT u.organization_id, u.person_id, u.wording_id, true, u.door, now()
    FROM json_to_recordset(CAST(:consents AS json))
        AS u(organization_id bigint, person_id bigint, wording_id bigint, door text)
)
INSERT INTO supporters (organization_id, person_id, given_name, family_name, sort_key, postal_code, country, updated_at)
SELECT u.*, now() FROM json_to_recordset(CAST(:supporters AS json)) AS u(organization_id bigint, person_id bigint,
    given_name text, family_name text, sort_key text, postal_code text, country text)
ON CONFLICT (organization_id, person_id) DO UPDATE SET given_name = excluded.given_name,
    family_name = excluded.family_name, sort_key = excluded.sort_key, postal_code = excluded.postal_code,
    country = excluded.country, updated_at = excluded.updated_at
""")

_LANGUAGES = text("""
UPDATE people p SET language = u.language
FROM unnest(CAST(:ids AS bigint[]), CAST(:languages AS text[])) AS u(id, language) WHERE p.id = u.id
""")


def confirm(session: Session, commands: Sequence[ConfirmAction], kinds: Mapping[str, ActionKind]) -> list[Confirmation]:
    """Confirm the actions that `commands` name; return one `Confirmation` each, in order.

    Side effects: tallies, numbers, `supporters` and `consents` of what was typed; the kinds' `on_confirmed`.
    """
    rows = session.execute(_LOCK, {"ids": sorted({c.public_id for c in commands})}).all()
    answers: dict[UUID, Confirmation] = {row.public_id: _settled(row) for row in rows if row.state != "waiting"}
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


def _settled(row: Row[Any]) -> Confirmation:
    if row.state in ("withdrawn", "discarded"):
        return Confirmation("withdrawn")
    return Confirmation("already", row.number)


def _confirm_waiting(
    session: Session, rows: Sequence[Row[Any]], kinds: Mapping[str, ActionKind]
) -> dict[UUID, Confirmation]:
    held = [row for row in rows if row.is_held]
    free = [row for row in rows if not row.is_held]
    merges = _find_merges(session, free)
    standing = [row for row in free if row.id not in merges]
    if merges:
        _merge(session, {source: target for source, (target, _) in merges.items()})
    merged_into = session.execute(_VALUES, {"ids": [target for target, _ in merges.values()]}).all() if merges else []
    _flow(session, {row.id: row for row in (*standing, *merged_into)})
    numbers = stand(session, standing, held)
    _tell_kinds(session, standing, kinds)
    answers = {
        row.public_id: Confirmation("confirmed", numbers.get(row.id), _signed(row), _sharer(row)) for row in standing
    }
    answers |= {row.public_id: Confirmation("held") for row in held}
    sharers = {row.id: _sharer(row) for row in merged_into}
    for row in free:
        if row.id in merges:
            target, number = merges[row.id]
            answers[row.public_id] = Confirmation(
                "merged", numbers.get(target, number), _signed(row), sharers.get(target)
            )
    return answers


def stand(session: Session, standing: Sequence[Row[Any]], held: Sequence[Row[Any]] = ()) -> dict[int, int]:
    """Write `standing` as confirmed (with numbers, where they count) and `held` as held; return numbers by id.

    Rows need `id`, `campaign_id` and `is_counted`. The tally is touched here, last before the commit; a row's
    number is its place in the batch after the last number given.
    """
    places: dict[int, int] = defaultdict(int)
    written: list[dict[str, object]] = []
    for row in standing:
        values: dict[str, object] = {"id": row.id, "state": "confirmed"}
        if row.is_counted:
            places[row.campaign_id] += 1
            values |= {"campaign_id": row.campaign_id, "place": places[row.campaign_id]}
        written.append(values)
    written += [{"id": row.id, "state": "held"} for row in held]
    if not written:
        return {}
    rows = session.execute(_STAND, {"rows": as_rows(written)})
    return {action_id: number for action_id, number in rows if number is not None}


def _find_merges(session: Session, rows: Sequence[Row[Any]]) -> dict[int, tuple[int, int | None]]:
    """Return, by id of a row whose signer counts already, the id (and number) of the action that counts."""
    keys = sorted({bytes(row.signer_key) for row in rows if row.is_counted and row.is_signed_before})
    counted = session.execute(_COUNTED, {"keys": keys}).all() if keys else ()
    first: dict[bytes, tuple[int, int | None]] = {bytes(row.signer_key): (row.id, row.number) for row in counted}
    merges = {}
    for row in rows:
        if row.is_counted:
            target = first.setdefault(bytes(row.signer_key), (row.id, None))
            if target[0] != row.id:
                merges[row.id] = target
    return merges


def _merge(session: Session, merges: Mapping[int, int]) -> None:
    """Put the rows that `merges` names, oldest first, into those that count; of several, the last one's values hold."""
    last = {target: source for source, target in merges.items()}
    session.execute(_MERGE, {"sources": list(last.values()), "targets": list(last)})
    session.execute(_EMPTY_MERGED, {"sources": list(merges), "targets": list(merges.values())})


def supersede(session: Session, pairs: Mapping[int, int]) -> None:
    """Empty actions that others of the same signer take the place of; `pairs` maps the old id to the new one."""
    if pairs:
        session.execute(_EMPTY_MERGED, {"sources": list(pairs), "targets": list(pairs.values())})


def _tell_kinds(session: Session, rows: Iterable[Row[Any]], kinds: Mapping[str, ActionKind]) -> None:
    ids: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        ids[row.kind].append(row.id)
    for kind, action_ids in ids.items():
        kinds[kind].on_confirmed(session, action_ids)


def flow_to_supporters(session: Session, action_ids: Sequence[int]) -> None:
    """Write what confirmed actions say of their persons to `supporters` and `consents`; the latest action wins.

    High-safety actions have no person and leave nothing.
    """
    if action_ids:
        _flow(session, {row.id: row for row in session.execute(_VALUES, {"ids": list(action_ids)})})


def _flow(session: Session, by_id: Mapping[int, Row[Any]]) -> None:
    rows = [by_id[key] for key in sorted(by_id) if by_id[key].person_id is not None]
    if not rows:
        return
    latest = {(row.organization_id, row.person_id): row for row in rows}
    values = {
        "supporters": as_rows([_supporter(latest[key]) for key in sorted(latest)]),
        "consents": as_rows([_consent(row) for row in rows if row.wording_id is not None]),
    }
    session.execute(_FLOW, values)
    moved = {row.person_id: row.language for row in rows if row.language and row.language != row.person_language}
    if moved:
        session.execute(_LANGUAGES, {"ids": sorted(moved), "languages": [moved[key] for key in sorted(moved)]})


def _supporter(row: Row[Any]) -> dict[str, object]:
    return {
        "organization_id": row.organization_id,
        "person_id": row.person_id,
        "given_name": row.given_name,
        "family_name": row.family_name,
        "sort_key": sort_key(f"{row.family_name} {row.given_name}"),
        "postal_code": row.postal_code,
        "country": row.country,
    }


def _consent(row: Row[Any]) -> dict[str, object]:
    return {
        "organization_id": row.organization_id,
        "person_id": row.person_id,
        "wording_id": row.wording_id,
        "door": row.door,
    }


def _sharer(row: Row[Any]) -> int | None:
    """Return the id that others may be referred by; nothing links to a high-safety action."""
    return None if row.person_id is None else int(row.id)


def _signed(row: Row[Any]) -> Signed:
    if row.person_id is None:
        return Signed(row.kind, row.slug, row.campaign_language, has_person=False)
    return Signed(
        row.kind,
        row.slug,
        row.language or row.campaign_language,
        has_person=True,
        given_name=row.given_name or "",
        family_name=row.family_name or "",
        email=row.email_display or "",
        postal_code=row.postal_code or "",
        country=row.country or "",
    )
