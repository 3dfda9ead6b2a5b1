"""What all second factors have in common: who may change them, and where that is written down.

Whoever reads an organizer's mail gets a link. Were a link enough to add an app to an account that has a passkey, the
second factor would be worth the first. So whoever has one changes them by it alone; the first one is added by a link.
"""

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from campaign.accounts.models import Account, Passkey, RecoveryCode
from campaign.accounts.sessions import SignedIn
from campaign.audit.service import Thing, record
from campaign.kernel.errors import ForbiddenError


def may_change_factors(signed_in: SignedIn) -> bool:
    """Whether this session may add and remove what proves who the account's owner is."""
    return not signed_in.lacks_factor and (signed_in.has_factor or not (signed_in.has_app or signed_in.has_passkey))


def require_factor(signed_in: SignedIn) -> None:
    """Refuse a session that may not.

    Raises:
        ForbiddenError: the account has a second factor, and this session was not proved by it.
    """
    if not may_change_factors(signed_in):
        raise ForbiddenError("a second factor is changed by who proved theirs")


def log_factor(session: Session, signed_in: SignedIn, verb: str, kind: str) -> None:
    """Write down, for each organization that an account serves, that its owner changed what proves who they are."""
    for serving in signed_in.serves:
        thing = Thing(kind, signed_in.public_id, serving.organization_id)
        record(session, signed_in.actor(serving), verb, thing)


def forget_codes_of_nothing(session: Session, account_id: int) -> None:
    """Forget the recovery codes of an account that has neither app nor passkey any more: they stand for nothing."""
    has_app = exists(select(Account.id).where(Account.id == account_id, Account.totp_secret.is_not(None)))
    has_passkey = exists(select(Passkey.id).where(Passkey.account_id == account_id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id, ~has_app, ~has_passkey))
