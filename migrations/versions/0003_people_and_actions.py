"""People, consents and actions.

Revision: 0003
After: 0002
"""

from alembic import op
import sqlalchemy as sa

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.create_table(
        "people",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_display", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("is_made_up", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("email", name=op.f("uq_people_email")),
        sa.UniqueConstraint("public_id", name=op.f("uq_people_public_id")),
    )
    op.create_table(
        "consent_wordings",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_consent_wordings_organization_id_organizations")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_wordings")),
        sa.UniqueConstraint(
            "organization_id", "language", "text", name=op.f("uq_consent_wordings_organization_id_language_text")
        ),
    )
    op.create_table(
        "my_links",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_my_links_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_my_links")),
        sa.UniqueConstraint("public_id", name=op.f("uq_my_links_public_id")),
    )
    op.create_index(op.f("ix_my_links_person_id"), "my_links", ["person_id"], unique=False)
    op.create_table(
        "supporters",
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("given_name", sa.Text(), nullable=False),
        sa.Column("family_name", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("postal_code", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_supporters_organization_id_organizations")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_supporters_person_id_people")),
        sa.PrimaryKeyConstraint("organization_id", "person_id", name=op.f("pk_supporters")),
    )
    op.create_index(
        op.f("ix_supporters_organization_id_sort_key"), "supporters", ["organization_id", "sort_key"], unique=False
    )
    op.create_index(op.f("ix_supporters_person_id"), "supporters", ["person_id"], unique=False)
    op.create_table(
        "actions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("signer_key", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("is_counted", sa.Boolean(), nullable=False),
        sa.Column("is_held", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("given_name", sa.Text(), nullable=True),
        sa.Column("family_name", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("postal_code", sa.Text(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("show_name", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("wording_id", sa.BigInteger(), nullable=True),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("vouched_by", sa.Uuid(), nullable=True),
        sa.Column("merged_into_id", sa.BigInteger(), nullable=True),
        sa.Column("is_made_up", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'held', 'confirmed', 'merged', 'withdrawn', 'discarded')",
            name=op.f("ck_actions_state"),
        ),
        sa.CheckConstraint("(number IS NULL) OR is_counted", name=op.f("ck_actions_number")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name=op.f("fk_actions_campaign_id_campaigns")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_actions_person_id_people")),
        sa.ForeignKeyConstraint(
            ["wording_id"], ["consent_wordings.id"], name=op.f("fk_actions_wording_id_consent_wordings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actions")),
        sa.UniqueConstraint("public_id", name=op.f("uq_actions_public_id")),
    )
    op.create_index(
        "ix_actions_confirmed",
        "actions",
        ["campaign_id", "number"],
        unique=False,
        postgresql_where=sa.text("state = 'confirmed' AND is_counted"),
    )
    op.create_index("ix_actions_held", "actions", ["id"], unique=False, postgresql_where=sa.text("is_held"))
    op.create_index("ix_actions_made_up", "actions", ["id"], unique=False, postgresql_where=sa.text("is_made_up"))
    op.create_index(op.f("ix_actions_person_id"), "actions", ["person_id"], unique=False)
    op.create_index(
        "ix_actions_twins",
        "actions",
        ["signer_key", "digest"],
        unique=False,
        postgresql_where=sa.text("NOT is_counted"),
    )
    op.create_index(
        "ix_actions_waiting_created_at",
        "actions",
        ["created_at"],
        unique=False,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index(
        "uq_actions_counted",
        "actions",
        ["signer_key"],
        unique=True,
        postgresql_where=sa.text("state = 'confirmed' AND is_counted"),
    )
    op.create_index(
        "uq_actions_vouched_by",
        "actions",
        ["vouched_by"],
        unique=True,
        postgresql_where=sa.text("vouched_by IS NOT NULL"),
    )
    op.create_index(
        "uq_actions_waiting",
        "actions",
        ["signer_key", "digest"],
        unique=True,
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("organization_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("wording_id", sa.BigInteger(), nullable=False),
        sa.Column("is_granted", sa.Boolean(), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_consents_organization_id_organizations")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_consents_person_id_people")),
        sa.ForeignKeyConstraint(
            ["wording_id"], ["consent_wordings.id"], name=op.f("fk_consents_wording_id_consent_wordings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consents")),
    )
    op.create_index(
        op.f("ix_consents_organization_id_person_id_at"),
        "consents",
        ["organization_id", "person_id", "at"],
        unique=False,
    )
    op.create_index(op.f("ix_consents_person_id"), "consents", ["person_id"], unique=False)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_index(op.f("ix_consents_person_id"), table_name="consents")
    op.drop_index(op.f("ix_consents_organization_id_person_id_at"), table_name="consents")
    op.drop_table("consents")
    op.drop_index("uq_actions_waiting", table_name="actions", postgresql_where=sa.text("state = 'waiting'"))
    op.drop_index("uq_actions_vouched_by", table_name="actions", postgresql_where=sa.text("vouched_by IS NOT NULL"))
    op.drop_index(
        "uq_actions_counted", table_name="actions", postgresql_where=sa.text("state = 'confirmed' AND is_counted")
    )
    op.drop_index("ix_actions_waiting_created_at", table_name="actions", postgresql_where=sa.text("state = 'waiting'"))
    op.drop_index("ix_actions_twins", table_name="actions", postgresql_where=sa.text("NOT is_counted"))
    op.drop_index(op.f("ix_actions_person_id"), table_name="actions")
    op.drop_index("ix_actions_made_up", table_name="actions", postgresql_where=sa.text("is_made_up"))
    op.drop_index("ix_actions_held", table_name="actions", postgresql_where=sa.text("is_held"))
    op.drop_index(
        "ix_actions_confirmed", table_name="actions", postgresql_where=sa.text("state = 'confirmed' AND is_counted")
    )
    op.drop_table("actions")
    op.drop_index(op.f("ix_supporters_person_id"), table_name="supporters")
    op.drop_index(op.f("ix_supporters_organization_id_sort_key"), table_name="supporters")
    op.drop_table("supporters")
    op.drop_index(op.f("ix_my_links_person_id"), table_name="my_links")
    op.drop_table("my_links")
    op.drop_table("consent_wordings")
    op.drop_table("people")
