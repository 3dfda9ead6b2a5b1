"""Apps that show a code every half minute, as a second factor after a mailed link.

The secret is shown once, while it is set up: until a first code proves that the app has it, the page alone carries it,
sealed. Then it is kept, sealed for its row. A code is good once: the time step of the last one is kept.

Source: RFC 6238 (30 seconds, six digits, one step back and one ahead), by the package `pyotp`.
"""

import hmac
from datetime import datetime

import pyotp
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from campaign.accounts.factors import forget_codes_of_nothing, log_factor, require_factor
from campaign.accounts.models import Account
from campaign.accounts.proofs import typed
from campaign.accounts.sessions import SignedIn
from campaign.kernel.installation import Installation, installation_of
from campaign.kernel.sealing import RowSeal
from campaign.kernel.tokens import Sealer, TokenError

_STEP_SECONDS = 30
_AROUND = (0, -1, 1)
_SET_UP_SECONDS = 900
_SECRET_BYTES = 32
_NAME = "Worker-driven campaigns"


def new_secret() -> str:
    """Return a secret for an app: 160 bits, as 32 characters of base 32."""
    return pyotp.random_base32()


def address_of(secret: str, email: str) -> str:
    """Return what an app reads from a QR code (`otpauth:`)."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=_NAME)


def seal_secret(installation: Installation, signed_in: SignedIn, secret: str) -> str:
    """Return a secret as the page carries it while it is set up: good for 15 minutes, for this account."""
    return _carrier(installation).seal([str(signed_in.public_id), secret])


def open_secret(installation: Installation, signed_in: SignedIn, carried: str) -> str | None:
    """Return the secret that the page carried; None where it is not this account's, or too old."""
    try:
        match _carrier(installation).open(carried):
            case [owner, str(secret)] if owner == str(signed_in.public_id):
                return secret
    except TokenError:
        return None
    return None


def set_up_app(session: Session, signed_in: SignedIn, secret: str, code: str, at: datetime) -> bool:
    """Keep the secret of an app, in place of one before, if the app shows its code; return whether it does.

    Raises:
        ForbiddenError: the account has a second factor, and this session was not proved by it.

    Side effects: an entry in the log of each organization that the account serves.
    """
    require_factor(signed_in)
    step = _step_of(secret, code, at)
    if step is None:
        return False
    sealed = _seal(installation_of(session)).seal(secret, signed_in.public_id.bytes)
    row = update(Account).where(Account.id == signed_in.account_id)
    session.execute(row.values(totp_secret=sealed, totp_used=step))
    log_factor(session, signed_in, "add", "app")
    return True


def use_app_code(session: Session, account_id: int, code: str, at: datetime) -> bool:
    """Use up a code of an account's app; return whether it is good, and was not used before."""
    query = select(Account).where(Account.id == account_id, Account.totp_secret.is_not(None))
    account = session.scalars(query.with_for_update()).one_or_none()
    if account is None:
        return False
    secret = _seal(installation_of(session)).open(account.totp_secret, account.public_id.bytes)
    step = _step_of(secret, code, at) if secret else None
    if step is None or (account.totp_used is not None and step <= account.totp_used):
        return False
    account.totp_used = step
    session.flush()
    return True


def remove_app(session: Session, signed_in: SignedIn) -> bool:
    """Forget the account's app; return whether there was one.

    Raises:
        ForbiddenError: this session was not proved by a second factor.

    Side effects, if there was: an entry in the log of each organization; a mail to the owner; codes that then stand
    for nothing are over.
    """
    require_factor(signed_in)
    row = update(Account).where(Account.id == signed_in.account_id, Account.totp_secret.is_not(None))
    if session.scalar(row.values(totp_secret=None, totp_used=None).returning(Account.id)) is None:
        return False
    forget_codes_of_nothing(session, signed_in.account_id)
    log_factor(session, signed_in, "remove", "app")
    return True


def _step_of(secret: str, code: str, at: datetime) -> int | None:
    """Return the time step whose code this is, near the present; None where it is none of them."""
    now_step, given = int(at.timestamp()) // _STEP_SECONDS, typed(code).encode()
    app = pyotp.TOTP(secret)
    return next(
        (
            now_step + around
            for around in _AROUND
            if hmac.compare_digest(app.generate_otp(now_step + around).encode(), given)
        ),
        None,
    )


def _seal(installation: Installation) -> RowSeal:
    return installation.row_seal(installation.settings.secret_keys, "account.app", _SECRET_BYTES)


def _carrier(installation: Installation) -> Sealer:
    return installation.sealer("account.app", _SET_UP_SECONDS)
