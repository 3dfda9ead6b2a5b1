"""The rule by which a mail whose end nobody knows is sent again: how often, how soon, and which.

::

    begun ─(no whole answer)─► unknown ─ 90 s after it was begun ──► due ─► begun ─► unknown
                                       ─ 15 min after it was begun ► due ─► begun ─► unknown, for good

- Only lanes whose mail does no harm twice, and in them not the topics that go once (mails of events). Letters and
  broadcasts never: two equal letters are worse than one that an operator looks for.
- At most `MAX_COPIES` times in all. The first repeat comes soon, since somebody waits for the link; the second so late
  that the provider's events or its mail log have told by then, if it took the mail.
- Only while its link is of use, and no switch stops it.
- Only when the provider takes mail: the lane calls this while its circuit is closed, or for the one message of a probe.

Until then the message stays `unknown`, so that an event, the mail log or a late answer still settles it. A refusal that
the provider states is no blind ending: such a message is due again at once, however often.

Source: docs/delivery.md, "The send, step by step"; docs/adr/0023-a-provider-that-is-away.md.
"""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.kernel.lanes import LaneName
from campaign.outbox.sql import STOPPED, changed

REPEATABLE_LANES: tuple[LaneName, ...] = ("critical", "housekeeping")

REPEAT_AFTER_SECONDS = (90.0, 900.0)
"""How long after it was begun a message is sent again: after its first blind ending, after its second."""

MAX_COPIES = 1 + len(REPEAT_AFTER_SECONDS)
"""So often is a message begun with an end that nobody knows, and never more."""

USEFUL_FOR = timedelta(days=7)
"""The shortest life of a link in these mails (`/my`; a confirmation's lives for fourteen days from the asking)."""

_REPEAT = text(
    f"""
    UPDATE outbox_messages
    SET state = 'due', available_at = now(), begun_at = NULL, settled_at = NULL, lease_token = NULL
    WHERE id IN (
        SELECT o.id FROM outbox_messages o
        WHERE o.state = 'unknown' AND o.lane = :lane AND o.topic <> ALL(:once)
          AND o.created_at > now() - CAST(:useful_for AS interval)
          AND (o.blind_count = 0 OR coalesce(o.begun_at, o.settled_at) < now()
               - make_interval(secs => (CAST(:after AS double precision[]))[o.blind_count]))
          AND NOT EXISTS (SELECT FROM outbox_turns m WHERE m.stream = o.stream AND {STOPPED})
        ORDER BY o.id LIMIT :limit FOR UPDATE OF o SKIP LOCKED)
    """  # noqa: S608 - joined from constants of this package
)


def repeat(session: Session, lane: LaneName, limit: int, once: Collection[str] = ()) -> int:
    """Make up to `limit` unknown messages of `lane` due again whose time by the rule has come; returns how many.

    Args:
        session: the caller commits.
        lane: where it is not one of `REPEATABLE_LANES`, nothing happens.
        limit: at most so many.
        once: topics of it that are never sent again.
    """
    if lane not in REPEATABLE_LANES:
        return 0
    values = {
        "lane": lane,
        "limit": limit,
        "once": list(once),
        "useful_for": USEFUL_FOR,
        "after": list(REPEAT_AFTER_SECONDS),
    }
    return changed(session, _REPEAT, values)
