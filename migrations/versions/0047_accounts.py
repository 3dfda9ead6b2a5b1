"""Who organizes: accounts, memberships with their powers, invitations, sessions, links, passkeys, codes.

Revision: 0047
After: 0046
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB, UUID

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

_NOW = sa.text("now()")
_NO = sa.text("false")


def _id():
    return sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True)


def _public_id():
    return sa.Column("public_id", UUID(as_uuid=True), nullable=False, unique=True, server_default=sa.text("uuidv7()"))


def _moment(name, **more):
    return sa.Column(name, sa.DateTime(timezone=True), **more)


def _of(name, table, **more):
    key = sa.ForeignKey(f"{table}.id", ondelete="CASCADE")
    return sa.Column(name, sa.BigInteger, key, **{"nullable": False, **more})


def _text(name, **more):
    return sa.Column(name, sa.Text, **{"nullable": False, **more})


def _bytes(name, **more):
    return sa.Column(name, sa.LargeBinary, **{"nullable": False, **more})


_ROLES = "role IN ('owner', 'organizer', 'editor', 'viewer')"
_POWERS = "power IN ('publish', 'read', 'export', 'send', 'moderate', 'administer')"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.add_column("audit_entries", sa.Column("account", UUID(as_uuid=True)))
    op.add_column("organizations", sa.Column("demands_factor", sa.Boolean, nullable=False, server_default=_NO))
    op.create_table(
        "accounts",
        _id(),
        _public_id(),
        _text("email", unique=True),
        _text("email_display"),
        _text("name"),
        _text("language", server_default="en"),
        _text("totp_secret", nullable=True),
        sa.Column("totp_used", sa.BigInteger),
        sa.Column("is_demo", sa.Boolean, nullable=False, server_default=_NO),
        _moment("last_seen_at"),
        _moment("created_at", nullable=False, server_default=_NOW),
    )
    op.create_table(
        "memberships",
        _id(),
        _public_id(),
        _of("organization_id", "organizations"),
        _of("account_id", "accounts", index=True),
        _text("role"),
        _moment("ends_at"),
        _moment("used_at"),
        _moment("warned_at"),
        _moment("created_at", nullable=False, server_default=_NOW),
        sa.UniqueConstraint("organization_id", "account_id"),
        sa.CheckConstraint(_ROLES, name="role"),
    )
    op.create_table(
        "membership_powers",
        _of("membership_id", "memberships", primary_key=True, autoincrement=False),
        _text("power", primary_key=True),
        _moment("ends_at"),
        sa.CheckConstraint(_POWERS, name="power"),
    )
    op.create_table(
        "invitations",
        _id(),
        _public_id(),
        _of("organization_id", "organizations"),
        _text("email"),
        _text("email_display"),
        _text("language"),
        _text("role"),
        sa.Column("powers", JSONB, nullable=False),
        _moment("ends_at"),
        _text("invited_by"),
        _moment("expires_at", nullable=False, index=True),
        _moment("accepted_at"),
        _moment("revoked_at"),
        _moment("created_at", nullable=False, server_default=_NOW),
        sa.CheckConstraint(_ROLES, name="role"),
    )
    op.create_index(op.f("ix_invitations_organization_id_created_at"), "invitations", ["organization_id", "created_at"])
    op.create_table(
        "account_sessions",
        _id(),
        _public_id(),
        _bytes("token_hash", unique=True),
        _of("account_id", "accounts", index=True),
        _text("device"),
        sa.Column("has_factor", sa.Boolean, nullable=False, server_default=_NO),
        sa.Column("lacks_factor", sa.Boolean, nullable=False, server_default=_NO),
        sa.Column("factor_tries", sa.Integer, nullable=False, server_default="0"),
        _moment("confirmed_at", nullable=False),
        _moment("used_at", nullable=False),
        _moment("expires_at", nullable=False, index=True),
        _moment("created_at", nullable=False, server_default=_NOW),
    )
    op.create_table(
        "sign_in_links",
        _id(),
        _public_id(),
        _text("kind"),
        _of("account_id", "accounts", nullable=True, index=True),
        _of("invitation_id", "invitations", nullable=True, index=True),
        _bytes("browser_hash", nullable=True, index=True),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
        _moment("expires_at", nullable=False, index=True),
        _moment("used_at"),
        _moment("created_at", nullable=False, server_default=_NOW),
        sa.CheckConstraint("kind IN ('mailed', 'printed', 'invited')", name="kind"),
        sa.CheckConstraint("(kind = 'invited') = (invitation_id IS NOT NULL)", name="invitation_id"),
        sa.CheckConstraint("(kind = 'invited') = (account_id IS NULL)", name="account_id"),
    )
    op.create_table(
        "passkeys",
        _id(),
        _public_id(),
        _of("account_id", "accounts", index=True),
        _bytes("credential_id", unique=True),
        _bytes("public_key"),
        sa.Column("sign_count", sa.BigInteger, nullable=False),
        sa.Column("transports", JSONB, nullable=False),
        _text("name"),
        _moment("used_at"),
        _moment("created_at", nullable=False, server_default=_NOW),
    )
    op.create_table(
        "passkey_challenges",
        _bytes("challenge_hash", primary_key=True),
        _bytes("browser_hash"),
        _moment("expires_at", nullable=False, index=True),
    )
    op.create_table(
        "recovery_codes",
        _id(),
        _of("account_id", "accounts", index=True),
        _bytes("code_hash"),
        _moment("used_at"),
        sa.UniqueConstraint("account_id", "code_hash"),
    )
    op.create_table(
        "failed_tries",
        _id(),
        _bytes("key"),
        _moment("at", nullable=False, server_default=_NOW, index=True),
    )
    op.create_index(op.f("ix_failed_tries_key_at"), "failed_tries", ["key", "at"])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in (
        "failed_tries",
        "recovery_codes",
        "passkey_challenges",
        "passkeys",
        "sign_in_links",
        "account_sessions",
        "invitations",
        "membership_powers",
        "memberships",
        "accounts",
    ):
        op.drop_table(table)
    op.drop_column("organizations", "demands_factor")
    op.drop_column("audit_entries", "account")
