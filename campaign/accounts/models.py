"""Tables of who organizes: accounts, memberships, invitations, and what proves who somebody is.

    account ──< membership >── organization        a membership has powers, each with an end or none
       │
       ├──< session        a browser that is signed in; the cookie's hash, never the cookie
       ├──< sign-in link   mailed, printed or invited; its token, signed over its public id, is in nobody's database
       ├──< passkey        a public key; the private one never leaves its device
       └──< recovery code  its hash

Nothing here opens anything by itself: what a browser or a sheet of paper holds is kept as a hash (`proofs`).
No supporter is in these tables; organizers who sign a petition are people like others, and nothing links the two.
"""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, false, func, text
from sqlalchemy.orm import Mapped, mapped_column

from campaign.accounts.roles import ROLES
from campaign.kernel.actors import Power
from campaign.kernel.base import Base, CreatedAt, Id, Instant, PublicId
from campaign.kernel.personal import row_goes

POWER_NAMES = tuple(power.name.lower() for power in Power)

LINK_KINDS = ("mailed", "printed", "invited")

_WITH_THE_ACCOUNT = {"info": row_goes("with the account")}
_IN_TIME = row_goes("when its time is over")


def _account() -> Mapped[int]:
    return mapped_column(BigInteger, ForeignKey("accounts.id", ondelete="CASCADE"), index=True)


class Account(Base):
    """One organizer, by their address. `language`: what the organizers' side and its mail speak to them.

    `totp_secret`: sealed; null where no app is set up. `totp_used`: the time step of the last code, so that none is
    good twice.
    """

    __tablename__ = "accounts"
    __table_args__ = ({"info": row_goes("when its owner or an operator ends it")},)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    email: Mapped[str] = mapped_column(unique=True)  # canonical
    email_display: Mapped[str]
    name: Mapped[str]
    language: Mapped[str] = mapped_column(server_default="en")
    totp_secret: Mapped[str | None]
    totp_used: Mapped[int | None] = mapped_column(BigInteger)
    is_demo: Mapped[bool] = mapped_column(server_default=false())
    last_seen_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class Membership(Base):
    """That an account serves an organization. `ends_at`: when it ends by itself; null where nobody said.

    `used_at`: when it was last used; `warned_at`: when its owner was told that unused access ends.
    """

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("organization_id", "account_id"),
        CheckConstraint(f"role IN {ROLES}", name="role"),
        _WITH_THE_ACCOUNT,
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    organization_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organizations.id", ondelete="CASCADE"))
    account_id: Mapped[int] = _account()
    role: Mapped[str]
    ends_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class MembershipPower(Base):
    """One power of a membership. `ends_at`: when it ends by itself."""

    __tablename__ = "membership_powers"
    __table_args__ = (CheckConstraint(f"power IN {POWER_NAMES}", name="power"), _WITH_THE_ACCOUNT)

    membership_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("memberships.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    power: Mapped[str] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime | None]


class Invitation(Base):
    """An address that was asked to serve an organization. Its link is a `SignInLink` of kind `invited`.

    `invited_by`: the public id of the account that asked, on whose powers the invitation rests until it is accepted;
    empty: the operator. `power_ends`: when a power ends before the membership does (ISO 8601, UTC), by its name.
    """

    __tablename__ = "invitations"
    __table_args__ = (
        Index(None, "organization_id", "created_at"),
        CheckConstraint(f"role IN {ROLES}", name="role"),
        {"info": _IN_TIME},
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    organization_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("organizations.id", ondelete="CASCADE"))
    email: Mapped[str]  # canonical
    email_display: Mapped[str]
    language: Mapped[str]
    role: Mapped[str]
    powers: Mapped[list[str]]
    power_ends: Mapped[dict[str, str]] = mapped_column(server_default=text("'{}'"))
    ends_at: Mapped[datetime | None]  # of the membership it makes
    invited_by: Mapped[str]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class Session(Base):
    """A browser that is signed in, by the hash of what its cookie holds.

    `confirmed_at`: when its owner last proved who they are; what needs a fresh proof asks again. `has_factor`: whether
    that was by two factors. `lacks_factor`: a link was used, and the code of an app is still to come: good for that
    page alone. `device`: browser and system in words.
    """

    __tablename__ = "account_sessions"
    __table_args__ = ({"info": _IN_TIME},)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    account_id: Mapped[int] = _account()
    device: Mapped[str]
    has_factor: Mapped[bool] = mapped_column(server_default=false())
    lacks_factor: Mapped[bool] = mapped_column(server_default=false())
    factor_tries: Mapped[int] = mapped_column(server_default="0")
    confirmed_at: Mapped[Instant]
    used_at: Mapped[Instant]
    expires_at: Mapped[Instant] = mapped_column(index=True)
    created_at: Mapped[CreatedAt]


class SignInLink(Base):
    """A link that signs in once.

    `browser_hash`: of the cookie of the browser that asked, which alone may use it; null: whichever presses the
    button. `tries`: how often a wrong code was typed there, the link having been opened elsewhere.
    """

    __tablename__ = "sign_in_links"
    __table_args__ = (
        CheckConstraint(f"kind IN {LINK_KINDS}", name="kind"),
        CheckConstraint("(kind = 'invited') = (invitation_id IS NOT NULL)", name="invitation_id"),
        CheckConstraint("(kind = 'invited') = (account_id IS NULL)", name="account_id"),
        {"info": _IN_TIME},
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    kind: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    invitation_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("invitations.id", ondelete="CASCADE"), index=True
    )
    browser_hash: Mapped[bytes | None] = mapped_column(LargeBinary, index=True)
    tries: Mapped[int] = mapped_column(server_default="0")
    expires_at: Mapped[Instant] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class Passkey(Base):
    """A passkey of an account: its public key, and how often it says it was used.

    Source: Web Authentication Level 3.
    """

    __tablename__ = "passkeys"
    __table_args__ = (_WITH_THE_ACCOUNT,)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    account_id: Mapped[int] = _account()
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    transports: Mapped[list[str]]
    name: Mapped[str]
    used_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class PasskeyChallenge(Base):
    """A challenge that was used, and is not good again: its hash and the browser's, until its time is over."""

    __tablename__ = "passkey_challenges"
    __table_args__ = ({"info": _IN_TIME},)

    challenge_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[Instant] = mapped_column(index=True)


class RecoveryCode(Base):
    """A code on paper that stands for the second factor, once."""

    __tablename__ = "recovery_codes"
    __table_args__ = (UniqueConstraint("account_id", "code_hash"), _WITH_THE_ACCOUNT)

    id: Mapped[Id]
    account_id: Mapped[int] = _account()
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    used_at: Mapped[datetime | None]


class FailedTry(Base):
    """That somebody failed to prove who they are, for counting; gone within a day.

    `key`: the keyed hash of the account and of the network together, so that a stranger's tries from elsewhere lock
    nobody out.
    """

    __tablename__ = "failed_tries"
    __table_args__ = (Index(None, "key", "at"), {"info": _IN_TIME})

    id: Mapped[Id]
    key: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[Instant] = mapped_column(server_default=func.now(), index=True)
