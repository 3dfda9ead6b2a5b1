"""Lets in again whoever lost their second factor: an operator's doing, who knows them by other means than mail."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from campaign.accounts.factors import tell_owner
from campaign.accounts.members import get_account
from campaign.accounts.models import Account, Passkey, RecoveryCode
from campaign.accounts.sessions import end_sessions
from campaign.audit.service import Thing, record
from campaign.kernel.actors import Actor


def reset_factors(session: Session, actor: Actor, email: str) -> int:
    """Forget passkeys, app and codes of the account of an address, and end its sessions; return how many there were.

    From then on a mailed link alone signs it in.

    Raises:
        ForbiddenError: the actor is not the operator.
        NotFoundError: there is no such account.

    Side effects: an entry in the audit log; a mail tells the account's owner.
    """
    actor.require_operator("reset how somebody signs in")
    account = get_account(session, email)
    for table in (Passkey, RecoveryCode):
        session.execute(delete(table).where(table.account_id == account.id))
    session.execute(update(Account).where(Account.id == account.id).values(totp_secret=None, totp_used=None))
    record(session, actor, "reset_factors", Thing("account", account.public_id))
    tell_owner(session, account.public_id, "reset")
    return end_sessions(session, account.id)
