"""Lets what confirmed actions say of their persons flow to `supporters`, `consents` and the person's language.

What was typed last holds, in whatever order it is confirmed: who typed a new name, and then pressed the link of an
older message, keeps the new one. A consent is a fact of its own and is written for each row given; it ends an
unsubscribing of before (`campaign.people.consents`). Where nobody ticked a box, none of that costs a statement.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.actions.service.rows import read
from campaign.delivery.suppression import address_key, end_unsubscribes
from campaign.kernel.installation import installation_of
from campaign.kernel.rowset import as_rows, columns_for
from campaign.kernel.text import sort_key
from campaign.people.models import Supporter
from campaign.people.sharedfields import KNOWN, values_of

_COLUMNS = (*KNOWN, "sort_key", "typed_at")
_FLOW = text(f"""
WITH agreed AS (
    INSERT INTO consents (organization_id, person_id, wording_id, is_granted, door, at)
    SELECT u.organization_id, u.person_id, u.wording_id, true, u.door, now()
    FROM json_to_recordset(CAST(:consents AS json))
        AS u(organization_id bigint, person_id bigint, wording_id bigint, door text)
)
INSERT INTO supporters AS s (organization_id, person_id, {", ".join(_COLUMNS)}, updated_at)
SELECT u.*, now() FROM json_to_recordset(CAST(:supporters AS json))
    AS u(organization_id bigint, person_id bigint, {columns_for(Supporter, _COLUMNS)})
ON CONFLICT (organization_id, person_id) DO UPDATE SET
    {", ".join(f"{name} = excluded.{name}" for name in (*_COLUMNS, "updated_at"))}
WHERE (s.typed_at IS NULL OR s.typed_at <= excluded.typed_at) AND NOT excluded.typed_at IS NULL
""")  # noqa: S608 - joined from names of columns

# Rare: somebody who typed another language than before. So whether they typed yet another since is looked up here.
_LANGUAGES = text("""
UPDATE people p SET language = u.language
FROM json_to_recordset(CAST(:rows AS json)) AS u(id bigint, language text, typed_at timestamptz)
WHERE p.id = u.id AND NOT EXISTS (
    SELECT FROM actions a WHERE a.person_id = p.id AND a.state IN ('confirmed', 'withdrawn')
    AND a.confirmed_at IS NOT NULL AND coalesce(a.typed_at, a.created_at) > u.typed_at)
""")


def flow(session: Session, rows: Iterable[Row[Any]]) -> None:
    """Write what confirmed rows say of their persons; those without a person (high safety) leave nothing.

    Rows are those of `campaign.actions.service.rows`, with when their words were typed (`typed_at`).

    Side effects: rows in `supporters` and `consents`, the end of suppressions; the language in `people`.
    """
    known = sorted((row for row in rows if row.person_id is not None), key=lambda row: (row.typed_at, row.id))
    if not known:
        return
    # Who gave an address alone is known, and by no name; what was known of them stays.
    latest = {(row.organization_id, row.person_id): row for row in sorted(known, key=_has_name)}
    agreed = [row for row in known if row.wording_id is not None]
    values = {
        "supporters": as_rows([_supporter(latest[key]) for key in sorted(latest)]),
        "consents": as_rows([_consent(row) for row in agreed]),
    }
    session.execute(_FLOW, values)
    if agreed:
        hashes = installation_of(session).hashes
        pairs = {(address_key(hashes, row.address), row.organization_id) for row in agreed}
        end_unsubscribes(session, sorted(pairs))
    spoken = {row.person_id: row for row in known if row.language}
    moved = [_language(spoken[key]) for key in sorted(spoken) if spoken[key].language != spoken[key].person_language]
    if moved:
        session.execute(_LANGUAGES, {"rows": as_rows(moved)})


def flow_of(session: Session, action_ids: Sequence[int]) -> None:
    """Let what confirmed actions say of their persons flow on, by their ids."""
    if action_ids:
        flow(session, read(session, action_ids))


def _supporter(row: Row[Any]) -> dict[str, object]:
    return {
        "organization_id": row.organization_id,
        "person_id": row.person_id,
        **values_of(row, KNOWN),
        "sort_key": sort_key(f"{row.family_name} {row.given_name}"),
        "typed_at": row.typed_at if _has_name(row) else None,
    }


def _has_name(row: Row[Any]) -> bool:
    return bool(row.given_name or row.family_name)


def _consent(row: Row[Any]) -> dict[str, object]:
    return {
        "organization_id": row.organization_id,
        "person_id": row.person_id,
        "wording_id": row.wording_id,
        "door": row.door,
    }


def _language(row: Row[Any]) -> dict[str, object]:
    return {"id": row.person_id, "language": row.language, "typed_at": row.typed_at}
