"""Challenges that a passkey answers: given to one browser, good for five minutes, once.

A challenge says by itself which browser it is for and until when (a keyed hash), so that whoever merely opens the
sign-in page has nothing written about them. What is written is that one was used.

Source: Web Authentication Level 3, section 13.4.3 (at least 16 random bytes).
"""

import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from campaign.accounts.models import PasskeyChallenge
from campaign.accounts.proofs import hash_of
from campaign.kernel.installation import Installation, installation_of

LASTS = timedelta(minutes=5)

_RANDOM, _TIME, _MAC = 16, 8, 16


def make_challenge(installation: Installation, browser: str, at: datetime) -> bytes:
    """Return a challenge for the browser whose cookie holds `browser`: 40 bytes."""
    head = secrets.token_bytes(_RANDOM) + int((at + LASTS).timestamp()).to_bytes(_TIME)
    return head + _mac(installation, head, browser)


def use_challenge(session: Session, challenge: bytes, browser: str, at: datetime) -> bool:
    """Use a challenge up; return whether it was this browser's, in time, and not used before.

    Side effects: a row, until its time is over.
    """
    head, mac = challenge[: _RANDOM + _TIME], challenge[_RANDOM + _TIME :]
    if not browser or len(mac) != _MAC:
        return False
    if not hmac.compare_digest(mac, _mac(installation_of(session), head, browser)):
        return False
    expires_at = datetime.fromtimestamp(int.from_bytes(head[_RANDOM:]), UTC)
    if expires_at <= at:
        return False
    values = {"challenge_hash": hashlib.sha256(challenge).digest(), "browser_hash": hash_of(browser)}
    row = insert(PasskeyChallenge).values(**values, expires_at=expires_at).on_conflict_do_nothing()
    return session.scalar(row.returning(PasskeyChallenge.challenge_hash)) is not None


def _mac(installation: Installation, head: bytes, browser: str) -> bytes:
    return installation.hashes.of("account.passkey.challenge", f"{head.hex()}.{browser}")


_PURGE = text("""
DELETE FROM passkey_challenges WHERE challenge_hash IN (SELECT challenge_hash FROM passkey_challenges
    WHERE expires_at < now() ORDER BY expires_at LIMIT :most FOR UPDATE SKIP LOCKED) RETURNING 1
""")


def purge_challenges(session: Session, most: int = 1_000) -> int:
    """Forget used challenges whose time is over; return how many."""
    return len(session.execute(_PURGE, {"most": most}).all())
