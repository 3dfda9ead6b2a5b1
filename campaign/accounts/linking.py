"""Links that sign in once: mailed to who asked, printed by a command, or sent with an invitation.

    mailed    15 minutes; good in the browser that asked. Opened elsewhere it shows a code, to type there
    printed   15 minutes (a day in a demonstration); good in whichever browser presses its page's button
    invited   as long as its invitation, likewise

Opening one changes nothing: robots open every link of a mail. Its page's button uses it, and it is used once. The token
is signed over the row's public id: the database holds nothing that would open it.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, text, update
from sqlalchemy.orm import Session

from campaign.accounts.models import SignInLink
from campaign.accounts.proofs import code_of, hash_of, typed
from campaign.kernel.installation import Installation, installation_of
from campaign.kernel.tokens import Signer, TokenError

LASTS = timedelta(minutes=15)
DEMO_LASTS = timedelta(days=1)
"""Of a link that `campaign up --demo` prints, on this machine alone: people read terminals late."""
LONGEST = timedelta(days=30)
MOST_TRIES = 5
"""Wrong codes after which a link's code is good no more; the link itself still is, in the browser that asked."""


@dataclass(frozen=True, slots=True)
class LinkView:
    """A link that is still good. `browser_hash`: of the browser that alone may use it; None: any may."""

    id: int
    public_id: UUID
    kind: str
    account_id: int | None
    invitation_id: int | None
    browser_hash: bytes | None

    def is_for(self, browser: str) -> bool:
        """Whether a browser may use it, by what its cookie holds."""
        return self.browser_hash is None or hmac.compare_digest(self.browser_hash, hash_of(browser))


def link_signer(installation: Installation) -> Signer:
    """Links of organizers. Claim: the link's public id; its row says until when."""
    return installation.signer("account.link", int(LONGEST.total_seconds()))


def sign_link(installation: Installation, public_id: UUID, at: datetime) -> str:
    """Return the address of a link's page."""
    return installation.url(f"/organize/link/{link_signer(installation).sign(str(public_id), at)}")


_MAIL = text("""
WITH before AS (DELETE FROM sign_in_links WHERE browser_hash = :browser AND kind = 'mailed')
INSERT INTO sign_in_links (kind, account_id, browser_hash, expires_at)
SELECT 'mailed', a.id, :browser, :expires_at FROM accounts a WHERE a.email = :email RETURNING public_id
""")


def make_mailed_link(session: Session, email: str, browser: str, at: datetime) -> UUID | None:
    """Make a link for the browser that asked (what its cookie holds); return its public id, None for nobody's `email`.

    Those that this browser asked for before are over; those of others are not: a stranger who asks again and again
    would keep the owner from ever using one. One statement, whoever has the address: the time tells nothing.
    """
    values = {"browser": hash_of(browser), "expires_at": at + LASTS, "email": email}
    found: UUID | None = session.scalar(_MAIL, values)
    return found


def make_printed_link(session: Session, account_id: int, at: datetime) -> SignInLink:
    """Make a link that whoever holds it can use once."""
    lasts = DEMO_LASTS if installation_of(session).settings.is_demo else LASTS
    return _added(session, SignInLink(kind="printed", account_id=account_id, expires_at=at + lasts))


def make_invited_link(session: Session, invitation_id: int, expires_at: datetime) -> SignInLink:
    """Make the link of an invitation. One that was made before is over."""
    session.execute(delete(SignInLink).where(SignInLink.invitation_id == invitation_id))
    return _added(session, SignInLink(kind="invited", invitation_id=invitation_id, expires_at=expires_at))


def _added(session: Session, row: SignInLink) -> SignInLink:
    session.add(row)
    session.flush()
    return row


def find_link(session: Session, token: str, at: datetime) -> LinkView | None:
    """Return a link that is still good; None where it is none of ours, used, or over."""
    try:
        public_id = UUID(str(link_signer(installation_of(session)).read(token)))
    except (TokenError, ValueError):
        return None
    return _find(session, at, SignInLink.public_id == public_id)


def use_link(session: Session, token: str, browser: str, at: datetime) -> LinkView | None:
    """Use a link up, in a browser that may use it; return it, or None where it is good no more or not for this one."""
    link = find_link(session, token, at)
    if link is None or not link.is_for(browser):
        return None
    return link if _use(session, link.id, at) else None


def use_code(session: Session, code: str, browser: str, at: datetime) -> LinkView | None:
    """Use up the link that this browser asked for, by the code that another one was shown; None where it is not good.

    Side effects: a wrong code is counted.
    """
    link = _find(session, at, SignInLink.browser_hash == hash_of(browser), SignInLink.tries < MOST_TRIES)
    if link is None:
        return None
    if not hmac.compare_digest(code_of(installation_of(session).hashes, link.public_id), typed(code)):
        session.execute(update(SignInLink).where(SignInLink.id == link.id).values(tries=SignInLink.tries + 1))
        return None
    return link if _use(session, link.id, at) else None


def _find(session: Session, at: datetime, *which: ColumnElement[bool]) -> LinkView | None:
    query = select(SignInLink).where(*which, SignInLink.used_at.is_(None), SignInLink.expires_at > at)
    row = session.scalars(query.order_by(SignInLink.id.desc()).limit(1).with_for_update()).one_or_none()
    if row is None:
        return None
    return LinkView(row.id, row.public_id, row.kind, row.account_id, row.invitation_id, row.browser_hash)


def _use(session: Session, link_id: int, at: datetime) -> bool:
    row = update(SignInLink).where(SignInLink.id == link_id, SignInLink.used_at.is_(None)).values(used_at=at)
    return session.scalar(row.returning(SignInLink.id)) is not None


_PURGE = text("""
DELETE FROM sign_in_links WHERE id IN (SELECT id FROM sign_in_links WHERE expires_at < now() ORDER BY expires_at
    LIMIT :most FOR UPDATE SKIP LOCKED) RETURNING id
""")


def purge_links(session: Session, most: int = 1_000) -> int:
    """Forget links whose time is over; return how many."""
    return len(session.execute(_PURGE, {"most": most}).all())
