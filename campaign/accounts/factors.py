"""What all second factors have in common: who may change them, and where that is written down.

Whoever reads an organizer's mail gets a link. Were a link enough to add an app to an account that has a passkey, the
second factor would be worth the first. So whoever has one changes them by it alone; the first one is added by a link.
"""

from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from campaign.accounts.models import Account, Passkey, RecoveryCode
from campaign.accounts.sessions import SignedIn
from campaign.audit.service import Thing, record
from campaign.kernel.clock import now
from campaign.kernel.errors import ForbiddenError
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append

FACTOR_CHANGED = "accounts.factor_changed"


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


def log_factor(session: Session, signed_in: SignedIn, verb: str, kind: str, *, mails: bool = True) -> None:
    """Write down, for each organization that an account serves, that its owner changed what proves who they are.

    `mails`: False where the same step tells of another change already.

    Side effects: a mail tells the owner, who may not have been the one that did it.
    """
    for serving in signed_in.serves:
        thing = Thing(kind, signed_in.public_id, serving.organization_id)
        record(session, signed_in.actor(serving), verb, thing)
    if mails:
        tell_owner(session, signed_in.public_id, f"{verb}_{kind}")


def tell_owner(session: Session, account: UUID, what: str) -> None:
    """Mail the owner of an account that what proves who they are was changed: `add_passkey`, `reset` and so on."""
    payload = {"account": str(account), "what": what, "at": now().isoformat()}
    append(session, [NewMessage(lane="critical", topic=FACTOR_CHANGED, payload=payload)])


def forget_codes_of_nothing(session: Session, account_id: int) -> None:
    """Forget the recovery codes of an account that has neither app nor passkey any more: they stand for nothing."""
    has_app = exists(select(Account.id).where(Account.id == account_id, Account.totp_secret.is_not(None)))
    has_passkey = exists(select(Passkey.id).where(Passkey.account_id == account_id))
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id, ~has_app, ~has_passkey))
