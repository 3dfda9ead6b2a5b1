"""Sessions: begun by a proof, found by the hash of a cookie, over with time, ended by their owner.

    begin ─► (the second factor is to come) ─► signed in ─ 12 h unused, or 14 days ─► over
                                                  └─ ended by its owner, by all at once, with the account

What somebody may do is read anew with each request: a membership that ended, or a power, is gone at the next one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session as DatabaseSession

from campaign.accounts.models import Account, Session
from campaign.accounts.proofs import hash_of, new_token
from campaign.accounts.roles import Role
from campaign.kernel.actors import Actor, Power

IDLE = timedelta(hours=12)
LASTS = timedelta(days=14)
FRESH = timedelta(minutes=15)
"""How long a proof is good for what asks again: exports, erasing, roles, sending."""

NOTED_EVERY = timedelta(minutes=1)
"""How exactly it is kept when a session was used: a write a minute, not one a request."""


@dataclass(frozen=True, slots=True)
class Serving:
    """What somebody may do for one organization now. `used_at`: when they were last here for it, as it was noted."""

    organization_id: int
    organization: str
    name: str
    role: Role
    powers: frozenset[Power]
    demands_factor: bool
    ends_at: datetime | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in by a session, and what they may do.

    `has_factor`: whether this session was proved by two factors: a passkey, or a link and a code. `lacks_factor`: a
    code is still to come. `has_app`, `has_passkey`: what the account could prove itself by.
    """

    session_id: int
    account_id: int
    public_id: UUID
    name: str
    email: str
    language: str
    lacks_factor: bool
    has_factor: bool
    has_app: bool
    has_passkey: bool
    confirmed_at: datetime
    used_at: datetime
    serves: tuple[Serving, ...]

    def serving(self, organization: str) -> Serving | None:
        """Return what they may do for an organization, by its slug; None where they do not serve it."""
        return next((one for one in self.serves if one.organization == organization), None)

    def is_fresh(self, at: datetime) -> bool:
        """Whether they proved who they are so lately that what asks again need not ask."""
        return at - self.confirmed_at <= FRESH

    def actor(self, serving: Serving) -> Actor:
        """Return who acts, for one organization."""
        return Actor(self.name, serving.powers, frozenset({serving.organization_id}), self.public_id)


def begin_session(
    session: DatabaseSession, account_id: int, device: str, at: datetime, *, has_factor: bool, lacks_factor: bool
) -> str:
    """Sign an account in; return what its cookie holds.

    Args:
        session: the caller's.
        account_id: whose.
        device: browser and system in words, as `device_of` tells them.
        at: the present moment.
        has_factor: whether it was proved by two factors.
        lacks_factor: whether a second one is to come, without which the session opens nothing.
    """
    token = new_token()
    session.add(
        Session(
            token_hash=hash_of(token),
            account_id=account_id,
            device=device,
            has_factor=has_factor,
            lacks_factor=lacks_factor,
            confirmed_at=at,
            used_at=at,
            expires_at=at + LASTS,
        )
    )
    session.flush()
    return token


def enter_by_link(session: DatabaseSession, account_id: int, device: str, at: datetime) -> str:
    """Sign in whose link was used; return what the cookie holds. Who set up an app still has to give its code."""
    has_app = session.scalar(select(Account.totp_secret).where(Account.id == account_id)) is not None
    return begin_session(session, account_id, device, at, has_factor=False, lacks_factor=has_app)


def prove_session(session: DatabaseSession, signed_in: SignedIn, at: datetime, *, has_factor: bool) -> str | None:
    """Keep that who is signed in proved it now; return what the cookie holds from now on, None: what it held.

    There is a new token where they proved more than before: none that was known when it was worth less is worth more.

    Args:
        session: the caller's.
        signed_in: who proved it.
        at: the present moment.
        has_factor: whether by two factors.
    """
    is_more = has_factor and not signed_in.has_factor
    token = new_token() if is_more or signed_in.lacks_factor else None
    row = update(Session).where(Session.id == signed_in.session_id).values(confirmed_at=at, used_at=at, factor_tries=0)
    if has_factor:
        row = row.values(has_factor=True, lacks_factor=False)
    if token is not None:
        row = row.values(token_hash=hash_of(token))
    session.execute(row)
    return token


_FIND = text("""
SELECT s.id AS session_id, a.id AS account_id, a.public_id, a.name, a.email_display AS email, a.language,
    s.lacks_factor, s.has_factor, a.totp_secret IS NOT NULL AS has_app,
    EXISTS (SELECT FROM passkeys k WHERE k.account_id = a.id) AS has_passkey,
    s.confirmed_at, s.used_at
FROM account_sessions s JOIN accounts a ON a.id = s.account_id
WHERE s.token_hash = :hash AND s.expires_at > :at AND s.used_at > :idle
""")
_SERVES = text("""
SELECT o.id AS organization_id, o.slug AS organization, o.name, m.role,
    coalesce((SELECT array_agg(p.power) FROM membership_powers p
        WHERE p.membership_id = m.id AND (p.ends_at IS NULL OR p.ends_at > :at)), '{}') AS powers,
    o.demands_factor, m.ends_at, m.used_at
FROM memberships m JOIN organizations o ON o.id = m.organization_id
WHERE m.account_id = :account AND (m.ends_at IS NULL OR m.ends_at > :at)
ORDER BY o.name, o.slug
""")


def find_session(session: DatabaseSession, token: str, at: datetime) -> SignedIn | None:
    """Return who is signed in by what a cookie holds; None where that is nothing of ours, or over."""
    found = session.execute(_FIND, {"hash": hash_of(token), "at": at, "idle": at - IDLE}).mappings().one_or_none()
    if found is None:
        return None
    return SignedIn(**found, serves=serves_of(session, found["account_id"], at))


def serves_of(session: DatabaseSession, account_id: int, at: datetime) -> tuple[Serving, ...]:
    """Return what an account may do for each organization that it serves now, by name."""
    rows = session.execute(_SERVES, {"account": account_id, "at": at}).mappings()
    return tuple(Serving(**{**row, "powers": frozenset(Power[name.upper()] for name in row["powers"])}) for row in rows)


_NOTE = text("""
WITH used AS (
    UPDATE account_sessions SET used_at = :at WHERE id = :id AND used_at < :at RETURNING account_id
), seen AS (
    UPDATE accounts a SET last_seen_at = :at FROM used WHERE a.id = used.account_id RETURNING a.id
)
UPDATE memberships m SET used_at = :at, warned_at = NULL FROM seen
WHERE m.account_id = seen.id AND m.organization_id = :organization
""")


def note_use(session: DatabaseSession, session_id: int, organization_id: int | None, at: datetime) -> None:
    """Keep that a session was used now, for an organization or none."""
    session.execute(_NOTE, {"id": session_id, "organization": organization_id or 0, "at": at})


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One of an account's sessions, as its owner sees it."""

    public_id: UUID
    device: str
    created_at: datetime
    used_at: datetime
    is_this: bool


def list_sessions(session: DatabaseSession, signed_in: SignedIn, at: datetime) -> Sequence[OpenSession]:
    """Return the account's sessions that are open, the one used last first."""
    query = select(Session).where(
        Session.account_id == signed_in.account_id, Session.expires_at > at, Session.used_at > at - IDLE
    )
    rows = session.scalars(query.order_by(Session.used_at.desc(), Session.id))
    return [
        OpenSession(row.public_id, row.device, row.created_at, row.used_at, row.id == signed_in.session_id)
        for row in rows
    ]


def end_session(session: DatabaseSession, account_id: int, public_id: UUID) -> bool:
    """End one of an account's sessions; return whether there was one."""
    row = delete(Session).where(Session.account_id == account_id, Session.public_id == public_id)
    return session.scalar(row.returning(Session.id)) is not None


def end_this_session(session: DatabaseSession, signed_in: SignedIn) -> None:
    """End the session by which somebody is signed in."""
    session.execute(delete(Session).where(Session.id == signed_in.session_id))


def end_sessions(session: DatabaseSession, account_id: int, *, but: int | None = None) -> int:
    """End an account's sessions, all but the one of id `but`; return how many there were."""
    row = delete(Session).where(Session.account_id == account_id, Session.id != (but or 0))
    return len(session.scalars(row.returning(Session.id)).all())


def end_token(session: DatabaseSession, token: str) -> None:
    """End the session whose cookie holds `token`, if there is one: its browser signs in anew."""
    if token:
        session.execute(delete(Session).where(Session.token_hash == hash_of(token)))


def is_known(session: DatabaseSession, token: str, email: str) -> bool:
    """Whether a browser was signed in with the account of an address lately, by what its cookie holds still."""
    mine = select(Session.id).join(Account, Account.id == Session.account_id)
    found = mine.where(Session.token_hash == hash_of(token), Account.email == email)
    return bool(token) and session.scalar(found) is not None


_PURGE = text("""
DELETE FROM account_sessions WHERE id IN (SELECT id FROM account_sessions WHERE expires_at < now() ORDER BY expires_at
    LIMIT :most FOR UPDATE SKIP LOCKED) RETURNING id
""")


def purge_sessions(session: DatabaseSession, most: int = 1_000) -> int:
    """Forget sessions whose time is over; return how many."""
    return len(session.execute(_PURGE, {"most": most}).all())
