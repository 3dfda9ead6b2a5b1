"""Mail to addresses that nobody confirmed yet: how much of it may be out, for each mail domain and for all together.

Each scope has a level. A mail to a stranger adds 1; each confirmation takes `CONFIRMED_PAYS` off; a day takes off the
whole size. A mail that would lift a level above its size waits: it stays due, and is tried again after half of its
age (a minute at least, an hour at most). So:

- A crowd lets itself through, however large: while one mail in ten is confirmed, no level rises.
- A form fed with strangers' addresses stops at the size, and from then on sends what the day takes off (a 24th of the
  size an hour), plus ten for each honest confirmation.
- One domain's attacker keeps nobody else waiting: a domain fills before all do.

Whoever confirmed anything before is no stranger: their mail passes, is not counted, and never waits. So are receipts,
links to one's own page and mails of events, which go to nobody else.

Domains are known by a keyed hash; the name is written down where one brakes, for the operator. Levels are not logged
(a crash of PostgreSQL forgets them).

Source: docs/adr/0027-who-is-asked-to-confirm.md has the numbers and why.
"""

import logging
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.audit.service import Thing, record
from campaign.delivery.topics import Later
from campaign.kernel.actors import Actor
from campaign.kernel.clock import now
from campaign.kernel.installation import installation_of
from campaign.kernel.keyed_hash import KeyedHash
from campaign.kernel.mailboxes import webmail_of
from campaign.kernel.rowset import as_rows
from campaign.kernel.settings import StrangerSizes

_log = logging.getLogger(__name__)

CONFIRMED_PAYS = 10
"""How many mails a confirmation makes room for: below one confirmed in ten, mail to strangers brakes."""

EMPTIES_IN = timedelta(days=1)
SHOWN_FOR = timedelta(hours=2)
"""A brake is told of until so long after it last held something back; what waits is tried again within the hour."""

ALL = "all"
_LEAST_SECONDS = 60.0
_MOST_SECONDS = 3600.0
_REMEMBERED = 20_000

_CREDITS = text("""
DELETE FROM stranger_credits WHERE id = ANY(ARRAY(
    SELECT id FROM stranger_credits ORDER BY id LIMIT 10000 FOR UPDATE SKIP LOCKED)) RETURNING key, amount
""")
_ADD = text("""
INSERT INTO stranger_levels (key, level, at) SELECT k, 0, :at FROM unnest(CAST(:keys AS bytea[])) k ORDER BY k
ON CONFLICT DO NOTHING
""")
_LOCK = text("SELECT key, level, at FROM stranger_levels WHERE key = ANY(:keys) ORDER BY key FOR UPDATE")
_WRITE = text("""
UPDATE stranger_levels l SET level = u.level, at = :at, name = coalesce(u.name, l.name),
    braked_at = CASE WHEN u.name IS NULL THEN l.braked_at ELSE :at END
FROM json_to_recordset(CAST(:rows AS json)) AS u(key bytea, level double precision, name text) WHERE l.key = u.key
""")
_BRAKES = text("SELECT name, level, braked_at FROM stranger_levels WHERE braked_at > :since ORDER BY name")
_LIFT = text("UPDATE stranger_levels SET level = 0, at = :at, braked_at = NULL WHERE name = :name RETURNING name")
_FORGET = text("DELETE FROM stranger_levels WHERE at < :before RETURNING key")


@dataclass(frozen=True, slots=True)
class Stranger:
    """A message to an address that nobody confirmed: its public id, and the address."""

    public_id: UUID
    address: str


@dataclass(frozen=True, slots=True)
class StrangerBrake:
    """A domain (or `all`) whose mail to strangers waits: its level, and when it last held something back."""

    name: str
    level: float
    braked_at: datetime


def domain_of(address: str) -> str:
    """Return the mail domain of an address, in small letters."""
    return address.rpartition("@")[2].lower()


def domain_key(hashes: KeyedHash, name: str) -> bytes:
    """Return the 16 bytes that stand for a mail domain, or for `all`."""
    return hashes.of("stranger.domain", name)


def size_of(name: str, sizes: StrangerSizes) -> int:
    """Return how high the level of a scope may rise."""
    if name == ALL:
        return sizes.all
    return sizes.domain if webmail_of(f"@{name}") is None else sizes.provider


def drain(level: float, size: int, passed: timedelta, confirmed: int) -> float:
    """Return what is left of a level after `passed`, with so many confirmations meanwhile."""
    return max(0.0, level - size * (passed / EMPTIES_IN) - CONFIRMED_PAYS * confirmed)


class _Granted:
    """What this process let pass lately, so that a message that is composed again is not counted again."""

    def __init__(self) -> None:
        self._ids: OrderedDict[UUID, None] = OrderedDict()

    def __contains__(self, public_id: UUID) -> bool:
        return public_id in self._ids

    def add(self, public_id: UUID) -> None:
        self._ids[public_id] = None
        while len(self._ids) > _REMEMBERED:
            self._ids.popitem(last=False)


_granted = _Granted()
_told_at: dict[str, datetime] = {}
"""When this process last wrote into its log that a scope brakes: once in `SHOWN_FOR`."""


def hold_back(session: Session, strangers: Sequence[Stranger]) -> dict[UUID, Later]:
    """Return, by public id, those of `strangers` that have to wait; the others are counted as out.

    Side effects: the rows of their domains and of all together are locked until the transaction ends.
    """
    installation = installation_of(session)
    sizes = installation.settings.strangers
    fresh = [one for one in strangers if one.public_id not in _granted]
    if sizes is None or not fresh:
        return {}
    at = now()
    names = {domain_key(installation.hashes, name): name for name in (ALL, *(domain_of(one.address) for one in fresh))}
    levels = _lock_levels(session, names, sizes, at, _take_credits(session))
    held: dict[UUID, Later] = {}
    full: set[str] = set()
    for one in fresh:
        scopes = (domain_of(one.address), ALL)
        over = [name for name in scopes if levels[name] + 1 > size_of(name, sizes)]
        if over:
            full.update(over)
            held[one.public_id] = Later(_seconds_to_wait(one.public_id, at), "too few confirm, mail to strangers waits")
        else:
            for name in scopes:
                levels[name] += 1
            _granted.add(one.public_id)
    _write_levels(session, names, levels, full, at)
    return held


def settle_credits(session: Session) -> int:
    """Let confirmations lower the levels, and forget levels that a day has emptied.

    Returns how many confirmations were dealt with and levels forgotten; none: nothing is left.
    """
    sizes, at = installation_of(session).settings.strangers, now()
    credited: Counter[bytes] = Counter()
    if sizes is not None:
        names = {domain_key(installation_of(session).hashes, ALL): ALL}
        credited = _take_credits(session)
        _write_levels(session, names, _lock_levels(session, names, sizes, at, credited), (), at)
    return credited.total() + len(session.execute(_FORGET, {"before": at - EMPTIES_IN - SHOWN_FOR}).all())


def list_brakes(session: Session) -> list[StrangerBrake]:
    """Return the domains whose mail to strangers waits, by name; `all` where all of it does."""
    rows = session.execute(_BRAKES, {"since": now() - SHOWN_FOR})
    return [StrangerBrake(row.name, row.level, row.braked_at) for row in rows]


def lift(session: Session, actor: Actor, name: str) -> bool:
    """Let a domain, or `all`, begin anew at nothing; return whether there was such a brake.

    Raises:
        ForbiddenError: the actor is not the operator: brakes are the installation's.
    """
    actor.require_operator("lift a brake")
    was_braked = bool(session.execute(_LIFT, {"name": name, "at": now()}).all())
    if was_braked:
        record(session, actor, "lift", Thing("brake"))  # without its name: a domain may be somebody's own
    return was_braked


def _take_credits(session: Session) -> Counter[bytes]:
    """Take up to 10,000 notes of confirmations off the table; return key of a domain → how many were confirmed."""
    confirmed: Counter[bytes] = Counter()
    for row in session.execute(_CREDITS):
        confirmed[bytes(row.key)] += row.amount
    return confirmed


def _lock_levels(
    session: Session, names: Mapping[bytes, str], sizes: StrangerSizes, at: datetime, confirmed: Counter[bytes]
) -> dict[str, float]:
    """Return the levels of scopes as of now, their rows locked; what was confirmed is taken off, of others too."""
    session.execute(_ADD, {"keys": list(names), "at": at})
    found: dict[str, float] = {}
    others: list[dict[str, object]] = []
    for row in session.execute(_LOCK, {"keys": sorted({*names, *confirmed})}):
        name = names.get(bytes(row.key))
        count = confirmed.total() if name == ALL else confirmed[bytes(row.key)]
        if name is not None:
            found[name] = drain(row.level, size_of(name, sizes), at - row.at, count)
        else:  # its size is not known here: what time took off is seen when somebody of it is written to
            others.append({"key": bytes(row.key), "level": max(0.0, row.level - CONFIRMED_PAYS * count)})
    if others:
        session.execute(_PAY, {"rows": as_rows(others)})
    return found


_PAY = text("""
UPDATE stranger_levels l SET level = u.level
FROM json_to_recordset(CAST(:rows AS json)) AS u(key bytea, level double precision) WHERE l.key = u.key
""")


def _write_levels(
    session: Session, names: Mapping[bytes, str], levels: Mapping[str, float], full: set[str] | tuple[()], at: datetime
) -> None:
    rows = [{"key": key, "level": levels[name], "name": name if name in full else None} for key, name in names.items()]
    session.execute(_WRITE, {"rows": as_rows(rows), "at": at})
    for name in sorted(name for name in full if at - _told_at.get(name, at - SHOWN_FOR) >= SHOWN_FOR):
        _told_at[name] = at
        _log.warning("mail to strangers at %s waits: fewer than one in %d confirmed", name, CONFIRMED_PAYS)


def _seconds_to_wait(public_id: UUID, at: datetime) -> float:
    """Return half of a message's age, within bounds. A UUIDv7 begins with its milliseconds (RFC 9562)."""
    age = at.timestamp() - int.from_bytes(public_id.bytes[:6], "big") / 1000
    return min(max(age / 2, _LEAST_SECONDS), _MOST_SECONDS)
