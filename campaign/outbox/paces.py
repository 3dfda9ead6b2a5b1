"""Set how fast a mailbox may be written to, and tell when its next letter may go."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel.errors import InvalidError
from campaign.outbox.claims import BURST_SECONDS
from campaign.outbox.service import DEFAULT_PER_HOUR_DOMAIN, DEFAULT_PER_HOUR_MAILBOX
from campaign.outbox.sql import HAS_DUE, IS_OPEN, STOPPED, go_by_index

_SET = text(
    """
    WITH mailbox AS (
        INSERT INTO pace_slots (key, domain, per_hour, timezone, is_always_open)
        VALUES ('mailbox:' || CAST(:mailbox AS text), :domain, :per_hour, :timezone, :is_always_open)
        ON CONFLICT (key) DO UPDATE SET per_hour = excluded.per_hour, timezone = excluded.timezone,
            is_always_open = excluded.is_always_open, domain = excluded.domain,
            next_at = least(pace_slots.next_at, now() + make_interval(secs => 3600.0 / excluded.per_hour))
    )
    INSERT INTO pace_slots (key, domain, per_hour)
    SELECT 'domain:' || CAST(:domain AS text), CAST(:domain AS text), :ratio * greatest(:per_hour, (
        SELECT max(per_hour) FROM pace_slots
        WHERE domain = :domain AND key LIKE 'mailbox:%' AND key <> 'mailbox:' || CAST(:mailbox AS text)))
    ON CONFLICT (key) DO UPDATE SET per_hour = excluded.per_hour,
        next_at = least(pace_slots.next_at, now() + make_interval(secs => 3600.0 / excluded.per_hour))
    """
)


def set_mailbox_pace(
    session: Session,
    mailbox: str,
    per_hour: int = DEFAULT_PER_HOUR_MAILBOX,
    timezone: str = "UTC",
    *,
    is_always_open: bool = False,
    domain: str | None = None,
) -> None:
    """Let `mailbox` have at most `per_hour` letters an hour, Monday to Friday 09:00–17:00 in its zone, or always.

    Its mail domain may have twice what its fastest mailbox may (30 and 60 by default, as docs/delivery.md has it).

    Raises:
        InvalidError: the zone is not an IANA zone.
    """
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidError(f"{timezone!r} is not a time zone such as America/New_York") from error
    session.execute(
        _SET,
        {
            "mailbox": mailbox,
            "domain": domain or mailbox.rpartition("@")[2],
            "per_hour": per_hour,
            "timezone": timezone,
            "is_always_open": is_always_open,
            "ratio": DEFAULT_PER_HOUR_DOMAIN // DEFAULT_PER_HOUR_MAILBOX,
        },
    )


_MAILBOX = "mailbox:"

_MAILBOXES = text("SELECT substr(key, length(:mailbox) + 1) FROM pace_slots WHERE starts_with(key, :mailbox)")


def list_mailboxes_of_letters(session: Session) -> Sequence[str]:
    """Return the canonical addresses that letters go to, or went to: a pace outlasts the office of that address."""
    return session.scalars(_MAILBOXES, {"mailbox": _MAILBOX}).all()


_NEXT = text(
    f"""
    SELECT extract(epoch FROM min(greatest(p.next_at, d.next_at, now())) - now()) - :burst
    FROM outbox_turns m
    JOIN pace_slots p ON p.key = 'mailbox:' || m.mailbox JOIN pace_slots d ON d.key = 'domain:' || m.domain
    WHERE m.lane = 'letters' AND {IS_OPEN}
      AND NOT {STOPPED} AND {HAS_DUE}
    """  # noqa: S608 - joined from constants of this package
)


def get_seconds_to_next_letter(session: Session) -> float | None:
    """Return in how many seconds the pace lets the next due letter go; None where none is due or all are stopped."""
    go_by_index(session)
    seconds = session.execute(_NEXT, {"at": None, "burst": BURST_SECONDS}).scalar()
    return None if seconds is None else max(float(seconds), 0.0)
