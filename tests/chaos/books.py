"""What the database says, asked from outside on a connection of our own that outlives the server's deaths."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from campaign.outbox.claims import LEASE_SECONDS
from campaign.outbox.repeats import REPEATABLE_LANES
from tests.chaos.installation import Installation
from tests.chaos.march import StoredRsvp
from tests.events.stage import OVER, WAITS_IN_VAIN

LETTERS_PER_HOUR = 36_000

_PLACES = "UPDATE event_legs SET capacity = %s"
_EXTRAS = "UPDATE leg_resources SET capacity = CASE resource WHEN 'meal' THEN %s ELSE %s END"
_RSVPS = """
    SELECT a.public_id::text, coalesce(p.email, ''), a.state, r.is_standing,
        (SELECT array_agg(CASE WHEN k.state IN ('held', 'offered') AND k.until <= now() THEN 'gone' ELSE k.state END
            ORDER BY l.position) FROM rsvp_claims k JOIN event_legs l ON l.id = k.leg_id
            WHERE k.action_id = a.id AND k.resource = 'place'),
        (SELECT count(*) FROM outbox_messages m WHERE m.action_id = a.id AND m.topic = 'actions.confirm'),
        (SELECT count(*) FROM outbox_messages m WHERE m.action_id = a.id AND m.topic = 'events.offer'),
        (SELECT count(*) FROM rsvp_claims k WHERE k.action_id = a.id
         AND (k.queued_at IS NOT NULL OR NOT r.is_standing)),
        EXISTS (SELECT FROM rsvp_claims k WHERE k.action_id = a.id AND k.state = 'offered')
            AND NOT EXISTS (SELECT FROM outbox_messages m WHERE m.action_id = a.id AND m.topic = 'events.offer')
    FROM rsvps r JOIN actions a ON a.id = r.action_id LEFT JOIN people p ON p.id = a.person_id ORDER BY a.id
"""

_PACE = "UPDATE pace_slots SET per_hour = %s, is_always_open = true"
# A lease that began before `since` may be a dead worker's: it says nothing of who is sending now.
_SENDING = """
    SELECT lane, count(*) FROM outbox_messages
    WHERE state = 'sending' AND lease_until > to_timestamp(%s) + make_interval(secs => %s)
      AND begun_at <= clock_timestamp() - make_interval(secs => %s)
    GROUP BY lane
"""
_END_LEASES = """
    UPDATE outbox_messages SET lease_until = now() - interval '1 second'
    WHERE state = 'sending' AND lane = ANY(%s) AND lease_until <= to_timestamp(%s) + make_interval(secs => %s)
"""
_END_WAITS = """
    UPDATE outbox_messages SET begun_at = begun_at - interval '1 hour'
    WHERE state = 'unknown' AND lane = ANY(%s) AND begun_at > now() - interval '1 hour'
"""
_UNSETTLED = """
    SELECT (SELECT count(*) FROM outbox_messages WHERE state IN ('due', 'sending', 'waiting'))
         + (SELECT count(*) FROM actions WHERE state = 'waiting')
"""


@dataclass(frozen=True)
class StoredAction:
    """A pledge or letter as it is stored."""

    kind: str
    email: str
    state: str
    is_counted: bool
    number: int | None


@dataclass(frozen=True)
class StoredMessage:
    """A message of the outbox at the end."""

    public_id: str
    lane: str
    state: str
    attempts: int
    topic: str = ""


class Books:
    """Reads (and in a few places moves) the rows."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None

    def open_mailboxes(self) -> None:
        """Let the company take letters at all hours, quickly enough for a test."""
        self._ask(_PACE, [LETTERS_PER_HOUR])

    def set_places(self, places: int, meals: int, beds: int) -> None:
        """Give each leg of the march so many places, meals and beds."""
        self._ask(_PLACES, [places])
        self._ask(_EXTRAS, [meals, beds])

    def find_over(self) -> list[str] | None:
        """Return what more is taken of than there is; None where the database cannot be asked."""
        try:
            return [f"leg {leg}: {amount} {resource}s" for leg, resource, amount in self._ask(OVER.text, [])]
        except psycopg.Error:
            return None

    def count_in_vain(self) -> int | None:
        """Return how many claims wait for what is free; None where the database cannot be asked."""
        try:
            return len(self._ask(WAITS_IN_VAIN.text, []))
        except psycopg.Error:
            return None

    def rsvps(self) -> list[StoredRsvp]:
        """Return all RSVPs."""
        return [StoredRsvp(*row[:4], list(row[4] or ()), *row[5:]) for row in self._ask(_RSVPS, [])]

    def count_sending(self, since: float, under_way_seconds: float) -> Mapping[str, int]:
        """Return lane to number of rows whose call began at least so long ago; nothing where the database is away.

        Args:
            since: Leases that began before (seconds since the epoch) do not count.
            under_way_seconds: How long ago at least.
        """
        try:
            rows = self._ask(_SENDING, [since, LEASE_SECONDS, under_way_seconds])
            return {str(lane): int(number) for lane, number in rows}
        except psycopg.Error:
            return {}

    def end_leases(self, lanes: Sequence[str], died_at: float) -> bool:
        """End the leases taken before `died_at`, as their minute would; say whether the database could be asked."""
        try:
            self._ask(_END_LEASES, [list(lanes), died_at, LEASE_SECONDS])
        except psycopg.Error:
            return False
        return True

    def end_waits(self) -> None:
        """End the time that mails of unknown fate wait before they are sent again, as their minutes would."""
        with contextlib.suppress(psycopg.Error):
            self._ask(_END_WAITS, [list(REPEATABLE_LANES)])

    def is_settled(self) -> bool:
        """Say whether nothing waits, is due or is being sent."""
        try:
            return self._ask(_UNSETTLED, []) == [(0,)]
        except psycopg.Error:
            return False

    def actions(self) -> list[StoredAction]:
        """Return all actions."""
        rows = self._ask(
            "SELECT a.kind, coalesce(p.email, ''), a.state, a.is_counted, a.number "
            "FROM actions a LEFT JOIN people p ON p.id = a.person_id ORDER BY a.id",
            [],
        )
        return [StoredAction(*row) for row in rows]

    def messages(self) -> list[StoredMessage]:
        """Return all messages of the outbox."""
        rows = self._ask("SELECT public_id::text, lane, state, attempts, topic FROM outbox_messages ORDER BY id", [])
        return [StoredMessage(*row) for row in rows]

    def tally(self) -> int:
        """Return the stored tally of the one campaign there is."""
        return int(self._ask("SELECT confirmed FROM campaign_tallies", [])[0][0])

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _ask(self, statement: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        try:
            if self._connection is None:
                url = self._installation.database_url()
                if url is None:
                    raise psycopg.OperationalError("no installation runs")
                plain = url.replace("postgresql+psycopg://", "postgresql://")
                self._connection = psycopg.connect(plain, autocommit=True, connect_timeout=5)
            cursor = self._connection.execute(statement, values)
            return cursor.fetchall() if cursor.description else []
        except psycopg.Error:
            self.close()
            raise
