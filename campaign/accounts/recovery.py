"""Recovery codes: ten on a sheet of paper, each of which stands for the second factor once.

They are shown when they are made, and never again: what is kept is their keyed hash.
"""

import secrets
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from campaign.accounts.factors import log_factor, require_factor
from campaign.accounts.models import RecoveryCode
from campaign.accounts.proofs import code_hash
from campaign.accounts.sessions import SignedIn
from campaign.kernel.installation import installation_of

HOW_MANY = 10
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Neither 0 nor O, neither 1 nor I nor L: they are read from paper. Ten of them are 49 bits."""
_HALF = 5


def make_codes(session: Session, signed_in: SignedIn, *, mails: bool = True) -> list[str]:
    """Make ten new codes, in place of all before; return them, for this once: `ABCDE-FGH23`.

    `mails`: False where they come with an app that was just set up, of which a mail tells.

    Raises:
        ForbiddenError: this session was not proved by a second factor.

    Side effects: an entry in the log of each organization that the account serves.
    """
    require_factor(signed_in)
    hashes = installation_of(session).hashes
    codes = [f"{_letters()}-{_letters()}" for _ in range(HOW_MANY)]
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == signed_in.account_id))
    session.add_all(RecoveryCode(account_id=signed_in.account_id, code_hash=code_hash(hashes, code)) for code in codes)
    session.flush()
    log_factor(session, signed_in, "add", "recovery_codes", mails=mails)
    return codes


def use_recovery_code(session: Session, account_id: int, code: str, at: datetime) -> bool:
    """Use up one of an account's codes; return whether it is one that was not used before."""
    mine = RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    given = code_hash(installation_of(session).hashes, code)
    row = update(RecoveryCode).where(*mine, RecoveryCode.code_hash == given).values(used_at=at)
    return session.scalar(row.returning(RecoveryCode.id)) is not None


def count_codes(session: Session, signed_in: SignedIn) -> int:
    """Return how many of the account's codes are good."""
    mine = RecoveryCode.account_id == signed_in.account_id, RecoveryCode.used_at.is_(None)
    return session.scalar(select(func.count()).where(*mine)) or 0


def _letters() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_HALF))
