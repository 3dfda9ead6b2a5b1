"""Foretell when a letter goes, as far as one knows here: pace, office hours, what is ahead of it, what stops it.

It is a forecast and promises nothing: others' turns, a provider that is away and holidays are not in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from campaign.kernel.rowset import as_rows
from campaign.outbox.sql import DUE, STOPPED, go_by_index

MOST_AHEAD = 5_000
"""So many of what is ahead in one stream are counted; behind more, a letter goes no earlier than that."""

_SOON = timedelta(minutes=10)
_QUARTER = 15 * 60
_WEEKEND = 5


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where a letter goes, and for whom: what a switch may stop."""

    organization_id: int
    campaign_id: int
    company_id: int
    mailbox: str


@dataclass(frozen=True, slots=True)
class Departure:
    """When a letter goes.

    Args:
        at: aware, in the office's zone, to the quarter of an hour; None while letters there are stopped.
        timezone: of the office (IANA).
        is_soon: within ten minutes.
        is_about: others are ahead of it, or its mailbox had one a moment ago: it may be somewhat earlier or later.
        keeps_hours: its office takes letters in office hours only.
    """

    at: datetime | None
    timezone: str
    is_soon: bool
    is_about: bool
    keeps_hours: bool


_SLOTS = text(f"""
SELECT m.mailbox, m.at, {STOPPED} AS is_stopped, p.timezone, p.opens, p.closes, p.is_always_open,
       least(p.per_hour, d.per_hour) AS per_hour, greatest(p.next_at, d.next_at, m.at) AS next_at
FROM (SELECT *, 'letters' AS lane, 0 AS broadcast_id, now() AS at
      FROM json_to_recordset(CAST(:rows AS json)) AS r(
          organization_id bigint, campaign_id bigint, company_id bigint, mailbox text)) m
JOIN pace_slots p ON p.key = 'mailbox:' || m.mailbox JOIN pace_slots d ON d.key = 'domain:' || p.domain
""")  # noqa: S608 - a constant

_AHEAD = text(f"""
SELECT m.mailbox, sum(c.count) AS letters FROM outbox_turns m CROSS JOIN LATERAL (
    SELECT count(*) FROM (SELECT FROM outbox_messages o WHERE o.stream = m.stream AND {DUE}
        AND (CAST(:before AS bigint) IS NULL OR o.id < :before) LIMIT :most) o) c
WHERE m.lane = 'letters' AND m.mailbox = ANY(:mailboxes) AND NOT {STOPPED} GROUP BY m.mailbox
""")  # noqa: S608 - joined from constants of this package


def find_departures(
    session: Session, mailboxes: Sequence[Mailbox], *, before: int | None = None
) -> Mapping[str, Departure]:
    """Return, by mailbox, when a letter would go there; a mailbox without a pace is absent.

    Args:
        session: the caller's.
        mailboxes: each once.
        before: the id of a message that stands in line: only what came before it is ahead. None: all that is due.
    """
    if not mailboxes:
        return {}
    rows = [
        {
            "organization_id": one.organization_id,
            "campaign_id": one.campaign_id,
            "company_id": one.company_id,
            "mailbox": one.mailbox,
        }
        for one in mailboxes
    ]
    slots = session.execute(_SLOTS, {"rows": as_rows(rows)}).all()
    go_by_index(session)
    names = sorted({one.mailbox for one in mailboxes})
    asked = {"mailboxes": names, "before": before, "most": MOST_AHEAD}
    ahead = {row.mailbox: int(row.letters) for row in session.execute(_AHEAD, asked)}
    return {slot.mailbox: _departure(slot, ahead.get(slot.mailbox, 0)) for slot in slots}


def first_of(departures: Sequence[Departure]) -> Departure | None:
    """Return the earliest; one that is stopped only where all are; None of none."""
    going = [(one.at, one) for one in departures if one.at is not None]
    if going:
        return min(going, key=lambda pair: pair[0])[1]
    return departures[0] if departures else None


def _departure(slot: Row[Any], ahead: int) -> Departure:
    zone, keeps_hours = ZoneInfo(slot.timezone), not slot.is_always_open
    if slot.is_stopped:
        return Departure(None, slot.timezone, is_soon=False, is_about=False, keeps_hours=keeps_hours)
    at = _next_open(slot.next_at.astimezone(zone), slot)
    is_opening = keeps_hours and at.time() == slot.opens
    left = timedelta(hours=ahead / slot.per_hour)
    while keeps_hours and left > (closes := at.replace(hour=slot.closes.hour, minute=slot.closes.minute)) - at:
        left -= closes - at
        at = _next_open(closes, slot)
    at += left
    is_soon = at - slot.at < _SOON
    is_about = not (is_opening and ahead == 0)
    return Departure(_to_the_quarter(at), slot.timezone, is_soon=is_soon, is_about=is_about, keeps_hours=keeps_hours)


def _next_open(at: datetime, slot: Row[Any]) -> datetime:
    """Return the first instant from `at` on, on the clocks of the office, at which it takes letters."""
    if slot.is_always_open:
        return at
    day = at.replace(hour=slot.opens.hour, minute=slot.opens.minute, second=0, microsecond=0)
    if at.time() >= slot.closes:
        day += timedelta(days=1)
    while day.weekday() >= _WEEKEND:
        day += timedelta(days=1)
    return max(at, day)


def _to_the_quarter(at: datetime) -> datetime:
    """Return the next quarter of an hour: nobody reads seconds, and mails that say the same are one call."""
    over = (at.minute * 60 + at.second) % _QUARTER
    return (at + timedelta(seconds=_QUARTER - over if over else 0)).replace(second=0, microsecond=0)
