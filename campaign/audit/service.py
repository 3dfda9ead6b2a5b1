"""Writes down who did what: one function, called in the transaction of what is done."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.audit.models import KEPT_FOR
from campaign.kernel.actors import Actor
from campaign.kernel.rowset import as_rows


@dataclass(frozen=True, slots=True)
class Thing:
    """What something was done to.

    Args:
        kind: the word for it: ``"campaign"``, ``"event"``, ``"lane"``.
        id: its public id; the slug or name of what has none; by default that of the campaign.
        organization_id: whose it is, where that is known without looking it up.
        campaign_id: the campaign it is of, which tells whose it is.
        count: how many it was done to, where it is several.
        changed: the names of the fields that it changed.
    """

    kind: str
    id: object = ""
    organization_id: int | None = None
    campaign_id: int | None = None
    count: int = 1
    changed: Collection[str] = ()


_RECORD = text("""
INSERT INTO audit_entries (who, account, verb, organization_id, thing, thing_id, count, changed)
SELECT :who, CAST(:account AS uuid), :verb, coalesce(t.organization_id, c.organization_id), t.kind,
    coalesce(nullif(t.id, ''), CAST(c.public_id AS text), ''), t.count, t.changed
FROM json_to_recordset(CAST(:things AS json))
    AS t(place int, kind text, id text, organization_id bigint, campaign_id bigint, count int, changed jsonb)
LEFT JOIN campaigns c ON c.id = t.campaign_id ORDER BY t.place
""")


def record(session: Session, actor: Actor, verb: str, *things: Thing) -> None:
    """Write down that `actor` did `verb` to `things`, in the caller's transaction: one is not without the other.

    Nothing is written where there are no things, or none of any.

    Side effects: a row of `audit_entries` for each thing.
    """
    rows = [{"place": place} | _row(thing) for place, thing in enumerate(things) if thing.count]
    if rows:
        session.flush()  # a campaign that was just added is found
        values = {"who": actor.name, "account": actor.account, "verb": verb, "things": as_rows(rows)}
        session.execute(_RECORD, values)  # narrowed: by whoever was let do what is written down


def _row(thing: Thing) -> dict[str, object]:
    return {
        "kind": thing.kind,
        "id": str(thing.id),
        "organization_id": thing.organization_id,
        "campaign_id": thing.campaign_id,
        "count": thing.count,
        "changed": sorted(thing.changed),
    }


_PURGE = text("""
DELETE FROM audit_entries WHERE id = ANY(ARRAY(
    SELECT id FROM audit_entries WHERE at < now() - CAST(:kept_for AS interval) ORDER BY at LIMIT :most))
RETURNING id
""")


def purge(session: Session, most: int = 1_000) -> int:
    """Forget `most` of the entries whose time is over; return how many were."""
    return len(session.execute(_PURGE, {"kept_for": KEPT_FOR, "most": most}).all())
