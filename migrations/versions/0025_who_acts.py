"""Who acts: the audit log, and which companies an organization has the care of.

Both tables are new, so that nothing waits. The log's triggers refuse to change or empty it, and to delete what is
younger than two years.

Revision: 0025
After: 0024
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_KEEP = """
CREATE FUNCTION keep_audit_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.at < now() - interval '730 days' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit_entries is append-only: % refused', TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("thing_id", sa.Text(), server_default="", nullable=False),
        sa.Column("count", sa.Integer(), server_default="1", nullable=False),
        sa.Column(
            "changed", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
        sa.CheckConstraint("verb ~ '^[a-z_]{1,40}$'", name=op.f("ck_audit_entries_verb")),
        sa.CheckConstraint("thing ~ '^[a-z_]{1,40}$'", name=op.f("ck_audit_entries_thing")),
        sa.CheckConstraint("thing_id ~ '^[A-Za-z0-9._-]{0,255}$'", name=op.f("ck_audit_entries_thing_id")),
        sa.CheckConstraint(
            r"""CAST(changed AS text) ~ '^\[("[a-z0-9_.]{1,80}"(, )?)*\]$'""", name=op.f("ck_audit_entries_changed")
        ),
        sa.CheckConstraint("count > 0", name=op.f("ck_audit_entries_count")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index(op.f("ix_audit_entries_at"), "audit_entries", ["at"])
    op.create_index(op.f("ix_audit_entries_organization_id_at"), "audit_entries", ["organization_id", "at"])
    op.execute(_KEEP)
    op.execute(
        "CREATE TRIGGER keep_rows BEFORE UPDATE OR DELETE ON audit_entries"
        " FOR EACH ROW EXECUTE FUNCTION keep_audit_entries()"
    )
    op.execute(
        "CREATE TRIGGER keep_all BEFORE TRUNCATE ON audit_entries"
        " FOR EACH STATEMENT EXECUTE FUNCTION keep_audit_entries()"
    )
    op.create_table(
        "company_care",
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_company_care_organization_id_organizations"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_company_care_company_id_companies"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organization_id", "company_id", name=op.f("pk_company_care")),
    )
    op.create_index(op.f("ix_company_care_company_id"), "company_care", ["company_id"])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("company_care")
    op.drop_table("audit_entries")
    op.execute("DROP FUNCTION keep_audit_entries()")
