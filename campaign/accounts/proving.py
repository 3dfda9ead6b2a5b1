"""Proving who one is while signed in: the second factor after a link, and once more before what asks again.

Who proves more than their session had gets a new token for it: what somebody may have seen or planted before is worth
nothing after.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session as DatabaseSession

from campaign.accounts.apps import use_app_code
from campaign.accounts.models import Account, Session
from campaign.accounts.passkeys import use_passkey
from campaign.accounts.recovery import use_recovery_code
from campaign.accounts.sessions import SignedIn, end_this_session, prove_session
from campaign.accounts.tries import CODES, Counted, forget, note, wait_of

MOST_TRIES = 5
"""Wrong codes after which a session that lacks its second factor is over: another link is needed."""


@dataclass(frozen=True, slots=True)
class Proved:
    """It is them. `token`: what the session's cookie holds from now on; None: what it held before."""

    token: str | None


@dataclass(frozen=True, slots=True)
class NotProved:
    """It was not. `wait`: how long until they may try again, where that is not now. `is_over`: the session ended."""

    wait: timedelta | None = None
    is_over: bool = False


Outcome = Proved | NotProved


def may_prove_by_link(signed_in: SignedIn) -> bool:
    """Whether another mailed link proves enough: not of who could do it by what they signed in with."""
    return not signed_in.has_app and not (signed_in.has_passkey and signed_in.has_factor)


def prove_by_code(session: DatabaseSession, signed_in: SignedIn, code: str, *, line: str, at: datetime) -> Outcome:
    """Prove it by a code of the app, or a recovery code.

    Args:
        session: the caller's.
        signed_in: who is to prove it.
        code: as typed.
        line: where the browser is, by which wrong ones are counted together with the account.
        at: the present moment.

    Side effects: a good code is used up, a wrong one counted; after five of them a session without second factor ends.
    """
    session.execute(select(Account.id).where(Account.id == signed_in.account_id).with_for_update())
    counted = Counted(CODES, str(signed_in.account_id), line)
    if (wait := wait_of(session, counted, at)) is not None:
        return NotProved(wait)
    account = signed_in.account_id
    if use_app_code(session, account, code, at) or use_recovery_code(session, account, code, at):
        forget(session, counted)
        return Proved(prove_session(session, signed_in, at, has_factor=True))
    note(session, counted, at)
    row = update(Session).where(Session.id == signed_in.session_id).values(factor_tries=Session.factor_tries + 1)
    tries = session.scalar(row.returning(Session.factor_tries)) or 0
    if signed_in.lacks_factor and tries >= MOST_TRIES:
        end_this_session(session, signed_in)
        return NotProved(wait_of(session, counted, at), is_over=True)
    return NotProved(wait_of(session, counted, at))


def prove_by_passkey(
    session: DatabaseSession, signed_in: SignedIn, answer: str, *, browser: str, at: datetime
) -> Outcome:
    """Prove it by a passkey of the account; another's proves nothing here."""
    used = use_passkey(session, answer, browser=browser, at=at)
    if used is None or used.account_id != signed_in.account_id:
        return NotProved()
    return Proved(prove_session(session, signed_in, at, has_factor=True))
