"""Gives those who stand their numbers and moves the tally; on high-safety campaigns numbers are stored mixed.

Tallies last and briefly: nobody waits long on a row that all supporters of a campaign share.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.actions.endings import SETTLED
from campaign.actions.models import Action
from campaign.actions.numbers import FIRST_MIXED, mix, read_number
from campaign.actions.service.rows import address_of
from campaign.delivery.strangers import domain_key, domain_of
from campaign.delivery.suppression import END_REFUSALS, end_refusals, refusals_of
from campaign.kernel.installation import installation_of
from campaign.kernel.personal import emptying
from campaign.kernel.rowset import as_rows

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
    {emptying(Action, SETTLED, "a")}
FROM standing u LEFT JOIN tallies l USING (campaign_id) WHERE a.id = u.id RETURNING a.id, a.number
""")  # noqa: S608 - joined from constants


def stand(
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
    address = address_of(session, row) if row.person_id is None else row.email_display
    return domain_key(installation.hashes, domain_of(address)) if address else None


def number_given(session: Session, row: Row[Any], stored: int | None) -> int | None:
    """Return a stored number of the row's campaign as it was given."""
    if stored is None or stored < FIRST_MIXED:
        return stored
    return read_number(installation_of(session).hashes, row.campaign_id, stored)


def mixed(session: Session, rows: Sequence[Row[Any]], numbers: Mapping[int, int]) -> dict[int, int]:
    """Return, by id, the numbers of high-safety rows as they are stored.

    A number given by a release from review tells when somebody reviewed, so it is stored as it is.
    """
    hashes = installation_of(session).hashes
    return {
        row.id: mix(hashes, row.campaign_id, numbers[row.id])
        for row in rows
        if row.id in numbers and row.state == "waiting"
    }
