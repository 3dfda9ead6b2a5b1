"""Passkeys: added by who is signed in, used to sign in or to prove once more who one is, removed.

A passkey is two factors at once: the device, and what unlocks it. So the browser is told to ask for the finger, the
face or the number (user verification), and an answer without it is refused.

    options ─► the browser asks its owner ─► answer ─► challenge ours, unused, this browser's? ─► origin, host,
                                                       signature, count ─► who it is

Source: Web Authentication Level 3, sections 7.1 and 7.2, by the package `webauthn`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from campaign.accounts.challenges import LASTS, make_challenge, use_challenge
from campaign.accounts.factors import forget_codes_of_nothing, log_factor, require_factor
from campaign.accounts.models import Account, Passkey
from campaign.accounts.sessions import SignedIn
from campaign.kernel.errors import RefusedError
from campaign.kernel.installation import Installation, installation_of
from campaign.kernel.problems import Problem
from campaign.kernel.text import fault_of

NAME_LENGTH = 60
MOST = 20
"""Passkeys that an account may have."""

_ANSWER_LENGTH = 20_000
"""Characters of what a browser answers; ours are about a thousand."""

_NAME = "Worker-driven campaigns"
_MILLISECONDS = int(LASTS.total_seconds() * 1000)
_SIGN_COUNT_MOST = 2**32

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PasskeyRow:
    """A passkey as its owner sees it."""

    public_id: UUID
    name: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class UsedPasskey:
    """Whose passkey was used."""

    account_id: int
    passkey_id: int


def list_passkeys(session: Session, signed_in: SignedIn) -> Sequence[PasskeyRow]:
    """Return the account's passkeys, the newest first."""
    rows = session.scalars(
        select(Passkey).where(Passkey.account_id == signed_in.account_id).order_by(Passkey.id.desc())
    )
    return [PasskeyRow(row.public_id, row.name, row.created_at, row.used_at) for row in rows]


def options_to_add(session: Session, signed_in: SignedIn, browser: str, at: datetime) -> str:
    """Return what a browser needs to make a passkey, as JSON (`PublicKeyCredentialCreationOptions`)."""
    installation = installation_of(session)
    has = session.scalars(select(Passkey.credential_id).where(Passkey.account_id == signed_in.account_id)).all()
    options = generate_registration_options(
        rp_id=_host(installation),
        rp_name=_NAME,
        user_id=signed_in.public_id.bytes,
        user_name=signed_in.email,
        user_display_name=signed_in.name,
        challenge=make_challenge(installation, browser, at),
        timeout=_MILLISECONDS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in has],
    )
    return options_to_json(options)


def add_passkey(
    session: Session, signed_in: SignedIn, answer: str, name: str, *, browser: str, at: datetime
) -> Passkey | None:
    """Keep the passkey that a browser made; return it, or None where its answer proves nothing.

    Args:
        session: the caller's.
        signed_in: whose it becomes.
        answer: what the browser answered, as JSON.
        name: what its owner calls it.
        browser: what the challenge was made for.
        at: the present moment.

    Raises:
        ForbiddenError: the account has a second factor, and this session was not proved by it.
        RefusedError: the name cannot be used, or there are too many (`name`).

    Side effects: an entry in the log of each organization that the account serves.
    """
    require_factor(signed_in)
    if (fault := fault_of(name, NAME_LENGTH, one_line=True)) is not None:
        raise RefusedError(Problem(("name",), fault, {"most": NAME_LENGTH}))
    session.execute(select(Account.id).where(Account.id == signed_in.account_id).with_for_update())
    if (session.scalar(select(func.count()).where(Passkey.account_id == signed_in.account_id)) or 0) >= MOST:
        raise RefusedError(Problem(("name",), "too_many", {"most": MOST}))
    credential = _read(parse_registration_credential_json, answer)
    challenge = _challenge(credential.response.client_data_json) if credential else None
    if credential is None or challenge is None or not use_challenge(session, challenge, browser, at):
        return None
    installation = installation_of(session)
    verified = _read(
        lambda one: verify_registration_response(
            credential=one,
            expected_challenge=challenge,
            expected_rp_id=_host(installation),
            expected_origin=_origin(installation),
            require_user_verification=True,
        ),
        credential,
    )
    known = select(Passkey.id).where(Passkey.credential_id == credential.raw_id)
    if verified is None or session.scalar(known) is not None:
        return None
    row = Passkey(
        account_id=signed_in.account_id,
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        transports=[one.value for one in credential.response.transports or ()],
        name=name,
    )
    session.add(row)
    session.flush()
    log_factor(session, signed_in, "add", "passkey")
    return row


def options_to_use(session: Session, browser: str, at: datetime) -> str:
    """Return what a browser needs to use a passkey, as JSON (`PublicKeyCredentialRequestOptions`).

    It names no passkey: the browser knows which it has of ours, and the page tells nobody who has any.
    """
    installation = installation_of(session)
    options = generate_authentication_options(
        rp_id=_host(installation),
        challenge=make_challenge(installation, browser, at),
        timeout=_MILLISECONDS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def use_passkey(session: Session, answer: str, *, browser: str, at: datetime) -> UsedPasskey | None:
    """Return whose passkey answered; None where the answer proves nothing.

    Side effects: the challenge is used up, whatever the answer is worth; the passkey's count and last use are kept.
    """
    credential = _read(parse_authentication_credential_json, answer)
    challenge = _challenge(credential.response.client_data_json) if credential else None
    if credential is None or challenge is None or not use_challenge(session, challenge, browser, at):
        return None
    query = select(Passkey, Account.public_id).join(Account, Account.id == Passkey.account_id)
    found = session.execute(query.where(Passkey.credential_id == credential.raw_id).with_for_update(of=Passkey)).first()
    if found is None:
        return None
    row, owner = found
    if credential.response.user_handle not in {None, b"", owner.bytes}:
        return None
    installation = installation_of(session)
    verified = _read(
        lambda one: verify_authentication_response(
            credential=one,
            expected_challenge=challenge,
            expected_rp_id=_host(installation),
            expected_origin=_origin(installation),
            credential_public_key=row.public_key,
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        ),
        credential,
    )
    if verified is None:
        return None
    row.sign_count, row.used_at = verified.new_sign_count % _SIGN_COUNT_MOST, at
    session.flush()
    return UsedPasskey(row.account_id, row.id)


def get_passkey(session: Session, signed_in: SignedIn, public_id: UUID) -> PasskeyRow | None:
    """Return one of the account's passkeys; None where it has no such one."""
    return next((one for one in list_passkeys(session, signed_in) if one.public_id == public_id), None)


def remove_passkey(session: Session, signed_in: SignedIn, public_id: UUID) -> bool:
    """Remove one of the account's passkeys; return whether there was one.

    Raises:
        ForbiddenError: this session was not proved by a second factor.

    Side effects: an entry in the log of each organization; codes that then stand for nothing are over.
    """
    require_factor(signed_in)
    row = delete(Passkey).where(Passkey.account_id == signed_in.account_id, Passkey.public_id == public_id)
    if session.scalar(row.returning(Passkey.id)) is None:
        return False
    forget_codes_of_nothing(session, signed_in.account_id)
    log_factor(session, signed_in, "remove", "passkey")
    return True


def _origin(installation: Installation) -> str:
    parts = urlsplit(installation.settings.public_url)
    return f"{parts.scheme}://{parts.netloc}"


def _host(installation: Installation) -> str:
    return urlsplit(installation.settings.public_url).hostname or ""


def _read(read: Callable[..., T], answer: object) -> T | None:
    """Return what is read from what a browser sent; None where it is not as it should be.

    Whatever is raised means that: the readers of CBOR, of keys and of certificates raise what they like over bytes
    that somebody made up, and none of it is a fault of ours.
    """
    if isinstance(answer, str) and len(answer) > _ANSWER_LENGTH:
        return None
    try:
        return read(answer)
    except Exception:  # noqa: BLE001 - as said above
        return None


def _challenge(client_data: bytes) -> bytes | None:
    """Return the challenge that was answered; None where a page within another site's page asked for it."""
    data = _read(parse_client_data_json, client_data)
    return None if data is None or data.cross_origin else data.challenge
