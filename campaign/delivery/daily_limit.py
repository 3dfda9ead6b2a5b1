"""How much mail that asks for something one mailbox may get in a day, counted exactly however many ask at once.

One row for each mailbox that was written to within a day, by a keyed hash that stands nowhere else: neither a message
nor an action leads to it. Whoever is granted a mail has that row locked until their transaction ends, so that the next
counts it; a statement locks its rows in the order of their keys. Hours are counted, not seconds: a day is 24 hours at
least and 25 at most. What is put off to the next day counts there.

The table is not logged: a crash of PostgreSQL forgets at most a day's counts, and neither the log nor a standby ever
holds them.

Source: docs/delivery.md, "Who is still written to"; docs/adr/0027-who-is-asked-to-confirm.md.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel.clock import now
from campaign.kernel.rowset import as_rows

MAILS_A_DAY = 3
_DAY_HOURS = 24


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many of the mails that were asked for may go now, and whether one more is to go in a day.

    `is_new`: the mailbox was granted nothing else within the day.
    """

    granted: int = 0
    is_late: bool = False
    is_new: bool = True


ALLOW = """
    INSERT INTO mailbox_allowances AS m (key, wanted, granted, is_late, hours, last_hour)
    SELECT w.key, w.wanted, least(w.wanted, :most), :may_be_late AND w.wanted > :most,
           array_fill(CAST(:hour AS int), ARRAY[CAST(least(w.wanted, :most) AS int)])
               || CASE WHEN :may_be_late AND w.wanted > :most THEN ARRAY[:hour + :day] ELSE CAST('{}' AS int[]) END,
           CASE WHEN :may_be_late AND w.wanted > :most THEN :hour + 2 * :day ELSE :hour + :day END
    FROM asking w ORDER BY w.key
    ON CONFLICT (key) DO UPDATE SET wanted = excluded.wanted,
        (granted, is_late, hours, last_hour) = (
            SELECT g.granted, g.is_late, g.kept || array_fill(CAST(:hour AS int), ARRAY[CAST(g.granted AS int)])
                   || CASE WHEN g.is_late THEN ARRAY[:hour + :day] ELSE CAST('{}' AS int[]) END,
                   greatest(m.last_hour, CASE WHEN g.is_late THEN :hour + 2 * :day ELSE :hour + :day END)
            FROM (
                SELECT r.kept, r.granted, :may_be_late AND NOT r.is_planned AND excluded.wanted > r.granted AS is_late
                FROM (
                    SELECT coalesce(array_agg(h ORDER BY h), '{}') AS kept,
                           greatest(0, least(excluded.wanted, :most - count(*) FILTER (WHERE h <= :hour))) AS granted,
                           coalesce(bool_or(h > :hour), false) AS is_planned
                    FROM unnest(m.hours) h WHERE h >= :hour - :day
                ) r
            ) g
        )
    RETURNING m.key, m.granted, m.is_late, cardinality(m.hours) = m.granted + CAST(m.is_late AS int) AS is_new_mailbox
"""
"""Grants mails to the mailboxes of `asking` (`key`, and how many are `wanted`); takes the values of `allowing`."""

_ALLOW = text(f"""
WITH asking AS MATERIALIZED (
    SELECT key, wanted FROM json_to_recordset(CAST(:rows AS json)) AS u(key bytea, wanted bigint)
) {ALLOW}
""")  # noqa: S608 - joined from constants
# Whoever asks at this moment holds the row, and may wait for what the caller holds: it then stays for its day.
_FORGET = text("""
DELETE FROM mailbox_allowances WHERE key = ANY(ARRAY(
    SELECT key FROM mailbox_allowances WHERE key = ANY(:keys) ORDER BY key FOR UPDATE SKIP LOCKED))
""")
_PURGE = text("""
DELETE FROM mailbox_allowances WHERE key = ANY(ARRAY(
    SELECT key FROM mailbox_allowances WHERE last_hour < :hour ORDER BY last_hour LIMIT :most FOR UPDATE SKIP LOCKED))
RETURNING key
""")


def allowing(*, may_be_late: bool = False) -> dict[str, object]:
    """Return the values that `ALLOW` takes. `may_be_late`: whether one mail beyond the three may be put off a day."""
    return {"hour": _hour(), "day": _DAY_HOURS, "most": MAILS_A_DAY, "may_be_late": may_be_late}


def allow(session: Session, wanted: Mapping[bytes, int]) -> dict[bytes, int]:
    """Return, by mailbox, how many of the mails `wanted` may go now; those are counted.

    Side effects: the mailboxes' rows are locked until the transaction ends. Whoever locks actions locks them before.
    """
    if not wanted:
        return {}
    rows = as_rows([{"key": key, "wanted": wanted[key]} for key in sorted(wanted)])
    found = session.execute(_ALLOW, {"rows": rows, **allowing()})
    return {bytes(row.key): row.granted for row in found}


def allow_each(session: Session, mailboxes: Sequence[bytes]) -> list[bool]:
    """Return, for one mail to each of these mailboxes, whether it may go now; those that may are counted.

    A mailbox may stand there several times: the first ones go. Locks as `allow` does.
    """
    return spend(allow(session, Counter(mailboxes)), mailboxes)


def spend(granted: Mapping[bytes, int], mailboxes: Sequence[bytes]) -> list[bool]:
    """Return, for one mail to each of these mailboxes, whether it is among the first that its mailbox was granted."""
    left = Counter(granted)
    may_go = []
    for mailbox in mailboxes:
        may_go.append(left[mailbox] > 0)
        left[mailbox] -= 1
    return may_go


def forget_allowances(session: Session, keys: Sequence[bytes]) -> None:
    """Forget how much these mailboxes got today (erasing a person)."""
    if keys:
        session.execute(_FORGET, {"keys": list(keys)})


def purge_allowances(session: Session, most: int = 5000) -> int:
    """Forget `most` of the mailboxes that were last written to over a day ago; return how many."""
    return len(session.execute(_PURGE, {"hour": _hour(), "most": most}).all())


def _hour() -> int:
    return int(now().timestamp() // 3600)
