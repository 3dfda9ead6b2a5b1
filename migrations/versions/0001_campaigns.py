"""Campaigns, and whom they ask.

Revision: 0001
After: None
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# What PostgreSQL 18 brings, for those before it, in the schema of our tables: alike in form (RFC 9562, section 6.2, method
# 3: milliseconds, then twelve bits of the fraction). One expression, so that it is inlined, and of pg_catalog alone, so
# that it works whatever the search path is, as in a restored dump. Where the server has its own, nothing is made; one that
# is brought from 15 to 18 has both: names without a schema mean PostgreSQL's, and the columns' defaults go on using ours.
_UUIDV7 = """
DO $$ BEGIN
  IF to_regprocedure('uuidv7()') IS NULL THEN
    CREATE FUNCTION uuidv7() RETURNS uuid LANGUAGE sql VOLATILE PARALLEL SAFE AS $sql$
      SELECT (overlay(lpad(to_hex(floor(extract(epoch FROM clock_timestamp()) * 4096000)::bigint), 15, '0') PLACING '7' FROM 13 FOR 0)
              || substr(gen_random_uuid()::text, 20))::uuid
    $sql$;
  END IF;
END $$
"""


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.execute(_UUIDV7)
    op.create_table(
        "agreements",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=True),
        sa.Column("signatories_count", sa.Integer(), nullable=True),
        sa.Column("signatories_as_of", sa.Date(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 63", name=op.f("ck_agreements_slug")),
        sa.CheckConstraint("signatories_count >= 0", name=op.f("ck_agreements_signatories_count")),
        sa.CheckConstraint("since BETWEEN 1800 AND 2200", name=op.f("ck_agreements_since")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreements")),
        sa.UniqueConstraint("slug", name=op.f("uq_agreements_slug")),
    )
    op.create_table(
        "companies",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sector", sa.Text(), server_default="", nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f("ck_companies_country")),
        sa.CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 63", name=op.f("ck_companies_slug")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_companies")),
        sa.UniqueConstraint("public_id", name=op.f("uq_companies_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_companies_slug")),
    )
    op.create_table(
        "organizations",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("donate_url", sa.Text(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 63", name=op.f("ck_organizations_slug")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
        sa.UniqueConstraint("public_id", name=op.f("uq_organizations_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_organizations_slug")),
    )
    op.create_table(
        "campaigns",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("agreement_id", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.Text(), server_default="draft", nullable=False),
        sa.Column("is_high_safety", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("goal", sa.Integer(), nullable=False),
        sa.Column("art", sa.Text(), server_default="", nullable=False),
        sa.Column("palette", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("languages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("demand", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "story", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column(
            "won_text", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column(
            "letter_subjects",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "letter_body",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column(
            "talking_points",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'::jsonb"),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("won_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "jsonb_typeof(languages) = 'array' AND languages <> '[]'::jsonb", name=op.f("ck_campaigns_languages")
        ),
        sa.CheckConstraint("slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(slug) <= 63", name=op.f("ck_campaigns_slug")),
        sa.CheckConstraint("status <> 'won' OR won_at IS NOT NULL", name=op.f("ck_campaigns_won_at")),
        sa.CheckConstraint("status IN ('draft', 'open', 'paused', 'won', 'closed')", name=op.f("ck_campaigns_status")),
        sa.CheckConstraint("goal > 0", name=op.f("ck_campaigns_goal")),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreements.id"], name=op.f("fk_campaigns_agreement_id_agreements")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_campaigns_organization_id_organizations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaigns")),
        sa.UniqueConstraint("public_id", name=op.f("uq_campaigns_public_id")),
        sa.UniqueConstraint("slug", name=op.f("uq_campaigns_slug")),
    )
    op.create_index(op.f("ix_campaigns_agreement_id"), "campaigns", ["agreement_id"], unique=False)
    op.create_index(op.f("ix_campaigns_organization_id"), "campaigns", ["organization_id"], unique=False)
    op.create_index(op.f("ix_campaigns_status_created_at"), "campaigns", ["status", "created_at"], unique=False)
    op.create_table(
        "executives",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_executives_company_id_companies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_executives")),
        sa.UniqueConstraint("company_id", "office", name=op.f("uq_executives_company_id_office")),
        sa.UniqueConstraint("public_id", name=op.f("uq_executives_public_id")),
    )
    op.create_index(op.f("ix_executives_address"), "executives", ["address"], unique=False)
    op.create_table(
        "signatories",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("agreement_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("since", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name=op.f("fk_signatories_agreement_id_agreements"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signatories")),
        sa.UniqueConstraint("agreement_id", "name", name=op.f("uq_signatories_agreement_id_name")),
    )
    op.create_table(
        "campaign_tallies",
        sa.Column("campaign_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("confirmed", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("last_number", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("confirmed >= 0 AND confirmed <= last_number", name=op.f("ck_campaign_tallies_confirmed")),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaigns.id"],
            name=op.f("fk_campaign_tallies_campaign_id_campaigns"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_campaign_tallies")),
    )
    op.create_table(
        "campaign_targets",
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaigns.id"],
            name=op.f("fk_campaign_targets_campaign_id_campaigns"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["companies.id"], name=op.f("fk_campaign_targets_company_id_companies")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "company_id", name=op.f("pk_campaign_targets")),
    )
    op.create_index(op.f("ix_campaign_targets_company_id"), "campaign_targets", ["company_id"], unique=False)
    op.create_table(
        "campaign_updates",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("body", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"],
            ["campaigns.id"],
            name=op.f("fk_campaign_updates_campaign_id_campaigns"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_updates")),
        sa.UniqueConstraint("public_id", name=op.f("uq_campaign_updates_public_id")),
    )
    op.create_index(
        op.f("ix_campaign_updates_campaign_id_published_at"),
        "campaign_updates",
        ["campaign_id", "published_at"],
        unique=False,
    )
    op.create_table(
        "stances",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("stance", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column(
            "evidence", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("stance IN ('holdout', 'in_talks', 'met')", name=op.f("ck_stances_stance")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_stances_campaign_id_campaigns"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["company_id"], ["companies.id"], name=op.f("fk_stances_company_id_companies")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stances")),
    )
    op.create_index(
        op.f("ix_stances_campaign_id_company_id_as_of_id"),
        "stances",
        ["campaign_id", "company_id", "as_of", "id"],
        unique=False,
    )
    op.create_index(op.f("ix_stances_company_id"), "stances", ["company_id"], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("ix_stances_company_id"), table_name="stances")
    op.drop_index(op.f("ix_stances_campaign_id_company_id_as_of_id"), table_name="stances")
    op.drop_table("stances")
    op.drop_index(op.f("ix_campaign_updates_campaign_id_published_at"), table_name="campaign_updates")
    op.drop_table("campaign_updates")
    op.drop_index(op.f("ix_campaign_targets_company_id"), table_name="campaign_targets")
    op.drop_table("campaign_targets")
    op.drop_table("campaign_tallies")
    op.drop_table("signatories")
    op.drop_index(op.f("ix_executives_address"), table_name="executives")
    op.drop_table("executives")
    op.drop_index(op.f("ix_campaigns_status_created_at"), table_name="campaigns")
    op.drop_index(op.f("ix_campaigns_organization_id"), table_name="campaigns")
    op.drop_index(op.f("ix_campaigns_agreement_id"), table_name="campaigns")
    op.drop_table("campaigns")
    op.drop_table("organizations")
    op.drop_table("companies")
    op.drop_table("agreements")
    op.execute("DO $$ BEGIN EXECUTE format('DROP FUNCTION IF EXISTS %I.uuidv7()', current_schema()); END $$")
