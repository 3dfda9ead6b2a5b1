"""Counts failed tries and asked links, each by who it is about and from where, so that a stranger locks nobody out.

    code    wrong codes of the second factor     an account, from one line           5 in 15 minutes
    link    links asked for                      an address, from one line           6 in 15 minutes
    mails   links mailed                         an address, from wherever          30 an hour

The last one keeps a mailbox from being filled by many; it stops links alone, never a passkey, and never the browser
that was signed in with the account. Addresses of nobody count as those of organizers do: the answers are the same.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from campaign.accounts.models import FailedTry
from campaign.kernel.installation import installation_of


@dataclass(frozen=True, slots=True)
class Bound:
    """At most so many within a time; `purpose` keeps one's counts apart from another's."""

    purpose: str
    most: int
    within: timedelta


CODES = Bound("code", 5, timedelta(minutes=15))
LINKS = Bound("link", 6, timedelta(minutes=15))
MAILS = Bound("mails", 30, timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Counted:
    """What is counted together. `whose`: an account's id or an address; `line`: from where; "" for everywhere."""

    bound: Bound
    whose: str
    line: str = ""

    def key(self, session: Session) -> bytes:
        """Return what is kept of it: a keyed hash."""
        return installation_of(session).hashes.of(f"account.{self.bound.purpose}", f"{self.whose}\0{self.line}")


def wait_of(session: Session, counted: Counted, at: datetime) -> timedelta | None:
    """Return how long one has to wait until the next is let through; None where it is now."""
    bound = counted.bound
    query = select(FailedTry.at).where(FailedTry.key == counted.key(session), FailedTry.at > at - bound.within)
    oldest = session.scalar(query.order_by(FailedTry.at.desc()).offset(bound.most - 1).limit(1))
    return None if oldest is None else oldest + bound.within - at


def note(session: Session, counted: Counted, at: datetime) -> None:
    """Count one."""
    session.add(FailedTry(key=counted.key(session), at=at))
    session.flush()


def forget(session: Session, counted: Counted) -> None:
    """Begin again: whoever it was proved who they are."""
    session.execute(delete(FailedTry).where(FailedTry.key == counted.key(session)))


_PURGE = text("""
DELETE FROM failed_tries WHERE id IN (SELECT id FROM failed_tries WHERE at < now() - interval '1 hour'
    ORDER BY at LIMIT :most FOR UPDATE SKIP LOCKED) RETURNING id
""")


def purge_tries(session: Session, most: int = 1_000) -> int:
    """Forget what counts no more; return how many."""
    return len(session.execute(_PURGE, {"most": most}).all())
