"""What several statements share: which switches stop a stream, what is due, whether a mailbox is open."""

from collections.abc import Mapping

from sqlalchemy import CursorResult, TextClause, text
from sqlalchemy.orm import Session

MATCHES = """
    (s.until IS NULL OR s.until > now())
    AND (s.lane IS NULL OR s.lane = m.lane)
    AND (s.organization_id IS NULL OR s.organization_id = m.organization_id)
    AND (s.campaign_id IS NULL OR s.campaign_id = m.campaign_id)
    AND (s.broadcast_id IS NULL OR s.broadcast_id = m.broadcast_id)
    AND (s.company_id IS NULL OR s.company_id = m.company_id)
    AND (s.mailbox IS NULL OR s.mailbox = m.mailbox)
"""
"""`s` is a switch, `m` a stream (a row of `outbox_turns`): messages are stopped by their streams, and only so."""

STOPPED = f"EXISTS (SELECT FROM outbox_switches s WHERE {MATCHES})"
"""Whether the stream `m` is stopped by any switch."""

HOLD = f"(SELECT s.reason FROM outbox_switches s WHERE s.is_hold AND {MATCHES} ORDER BY s.id LIMIT 1)"  # noqa: S608
"""Why the stream `m` is held: the reason of its oldest hold, or null."""

DUE = "o.state = 'due' AND o.available_at <= now()"
"""`o` is a message whose time has come. Beside `o.stream = …` the index of due rows serves it."""

HAS_DUE = f"""EXISTS (
    SELECT FROM outbox_messages o WHERE o.stream = m.stream AND {DUE} ORDER BY o.available_at, o.id LIMIT 1 OFFSET 0)
"""
"""Whether the stream `m` has a message whose time has come: one look into the index of due rows.

`OFFSET 0` keeps it a question asked of each stream: as a join, with statistics of a time when nothing was due, it
compared every stream with every due row. The order keeps it from the table itself, where statistics of a time when all
was due promise an early find."""

# A stream's oldest rows are the first of its part of the index: a plan that reads the table, or the whole stream to
# sort it, or compares all streams with all mailboxes, was told by statistics that there are few.
# Before 18 a plan that was to be avoided, and could not be, is as dear as ten thousand millions of pages: worth
# compiling to machine code, thinks a server that can (Debian's), for a second or more each time.
_AVOIDED = "ARRAY['enable_seqscan', 'enable_bitmapscan', 'enable_sort', 'enable_nestloop', 'jit']"
_BY_INDEX = text(f"SELECT set_config(name, 'off', true) FROM unnest({_AVOIDED}) name")  # noqa: S608 - a constant


def go_by_index(session: Session) -> None:
    """Have the statements of this transaction find rows in the order of an index, where there is one."""
    session.execute(_BY_INDEX)


IS_OPEN = """
    (p.is_always_open OR (
        extract(isodow FROM coalesce(CAST(:at AS timestamptz), now()) AT TIME ZONE p.timezone) < 6
        AND CAST(coalesce(CAST(:at AS timestamptz), now()) AT TIME ZONE p.timezone AS time) >= p.opens
        AND CAST(coalesce(CAST(:at AS timestamptz), now()) AT TIME ZONE p.timezone AS time) < p.closes))
"""
"""`p` is a mailbox's pace slot; office hours are judged at `:at`, or now."""


def changed(session: Session, statement: TextClause, values: Mapping[str, object]) -> int:
    """Run `statement` and return how many rows it changed."""
    result = session.execute(statement, values)
    return result.rowcount if isinstance(result, CursorResult) else 0
