"""Durable work, mail out, and the ticker.

Revision: 0002
After: 0001
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.create_table(
        "delivery_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("sg_event_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_events")),
        sa.UniqueConstraint("sg_event_id", "at", name=op.f("uq_delivery_events_sg_event_id_at")),
    )
    op.create_index("ix_delivery_events_message", "delivery_events", ["message_id"], unique=False)
    op.create_index("ix_delivery_events_received", "delivery_events", ["received_at"], unique=False)
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("public_id", sa.Uuid(), server_default=sa.text("uuidv7()"), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("held_reason", sa.Text(), nullable=True),
        sa.Column("campaign_id", sa.BigInteger(), nullable=True),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("executive_id", sa.BigInteger(), nullable=True),
        sa.Column("action_id", sa.BigInteger(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("recipient_key", sa.LargeBinary(), nullable=True),
        sa.Column("mailbox", sa.Text(), nullable=True),
        sa.Column("domain", sa.Text(), nullable=True),
        sa.Column("payload", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("available_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("lease_token", sa.Uuid(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("provider_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'held') = (held_reason IS NOT NULL)", name=op.f("ck_outbox_messages_held_says_why")
        ),
        sa.CheckConstraint(
            "lane <> 'letters' OR (mailbox IS NOT NULL AND domain IS NOT NULL)",
            name=op.f("ck_outbox_messages_letter_has_mailbox"),
        ),
        sa.CheckConstraint(
            "lane IN ('critical', 'letters', 'bulk', 'housekeeping')", name=op.f("ck_outbox_messages_lane")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'held', 'due', 'sending', 'sent', 'delivered', 'bounced', 'dropped', 'complained', 'unknown', 'dead', 'suppressed', 'withdrawn')",
            name=op.f("ck_outbox_messages_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
        sa.UniqueConstraint("public_id", name=op.f("uq_outbox_messages_public_id")),
        postgresql_with={"fillfactor": 70, "autovacuum_vacuum_scale_factor": 0.02},
    )
    op.create_index(
        "ix_outbox_messages_action",
        "outbox_messages",
        ["action_id"],
        unique=False,
        postgresql_where=sa.text("action_id IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_messages_due",
        "outbox_messages",
        ["stream", "available_at", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'due'"),
    )
    op.create_index(
        "ix_outbox_messages_letters",
        "outbox_messages",
        ["campaign_id", "company_id", "state"],
        unique=False,
        postgresql_where=sa.text("lane = 'letters'"),
    )
    op.create_index(
        "ix_outbox_messages_provider",
        "outbox_messages",
        ["provider_id"],
        unique=False,
        postgresql_where=sa.text("lane = 'letters' AND provider_id IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_messages_recipient",
        "outbox_messages",
        ["recipient_key", "created_at"],
        unique=False,
        postgresql_where=sa.text("recipient_key IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_messages_sending",
        "outbox_messages",
        ["id"],
        unique=False,
        postgresql_where=sa.text("state = 'sending'"),
    )
    op.create_index(
        "ix_outbox_messages_settled",
        "outbox_messages",
        ["settled_at"],
        unique=False,
        postgresql_where=sa.text("settled_at IS NOT NULL"),
    )
    op.create_index(
        "ix_outbox_messages_unknown",
        "outbox_messages",
        ["lane", "id"],
        unique=False,
        postgresql_where=sa.text("state = 'unknown'"),
    )
    op.create_table(
        "outbox_switches",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("lane", sa.Text(), nullable=True),
        sa.Column("campaign_id", sa.BigInteger(), nullable=True),
        sa.Column("company_id", sa.BigInteger(), nullable=True),
        sa.Column("mailbox", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("is_hold", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("by_whom", sa.Text(), server_default=sa.text("'system'"), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_switches")),
        sa.UniqueConstraint(
            "lane",
            "campaign_id",
            "company_id",
            "mailbox",
            "reason",
            name="uq_outbox_switches_scope",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "outbox_turns",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("served_at", sa.DateTime(timezone=True), server_default=sa.text("'-infinity'"), nullable=False),
        sa.PrimaryKeyConstraint("stream", name=op.f("pk_outbox_turns")),
    )
    op.create_table(
        "pace_slots",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("per_hour", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), server_default=sa.text("'-infinity'"), nullable=False),
        sa.Column("timezone", sa.Text(), server_default=sa.text("'UTC'"), nullable=False),
        sa.Column("opens", sa.Time(), server_default=sa.text("'09:00'"), nullable=False),
        sa.Column("closes", sa.Time(), server_default=sa.text("'17:00'"), nullable=False),
        sa.Column("is_always_open", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.CheckConstraint("per_hour > 0", name=op.f("ck_pace_slots_per_hour")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pace_slots")),
    )
    op.create_table(
        "suppressions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("address_hash", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=True),
        sa.Column("organization_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "(kind = 'not_me') = (campaign_id IS NOT NULL)", name=op.f("ck_suppressions_not_me_names_campaign")
        ),
        sa.CheckConstraint(
            "(kind = 'unsubscribe') = (organization_id IS NOT NULL)",
            name=op.f("ck_suppressions_unsubscribe_names_organization"),
        ),
        sa.CheckConstraint(
            "kind IN ('bounce', 'complaint', 'not_me', 'unsubscribe')", name=op.f("ck_suppressions_kind")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suppressions")),
        sa.UniqueConstraint(
            "address_hash",
            "kind",
            "campaign_id",
            "organization_id",
            name="uq_suppressions_scope",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "ticker_leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_ticker_leases")),
    )
    op.create_table(
        "ticker_runs",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("last_run_at", sa.DateTime(timezone=True), server_default=sa.text("'-infinity'"), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_ticker_runs")),
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("ticker_runs")
    op.drop_table("ticker_leases")
    op.drop_table("suppressions")
    op.drop_table("pace_slots")
    op.drop_table("outbox_turns")
    op.drop_table("outbox_switches")
    op.drop_index(
        "ix_outbox_messages_unknown", table_name="outbox_messages", postgresql_where=sa.text("state = 'unknown'")
    )
    op.drop_index(
        "ix_outbox_messages_settled", table_name="outbox_messages", postgresql_where=sa.text("settled_at IS NOT NULL")
    )
    op.drop_index(
        "ix_outbox_messages_sending", table_name="outbox_messages", postgresql_where=sa.text("state = 'sending'")
    )
    op.drop_index(
        "ix_outbox_messages_recipient",
        table_name="outbox_messages",
        postgresql_where=sa.text("recipient_key IS NOT NULL"),
    )
    op.drop_index(
        "ix_outbox_messages_provider",
        table_name="outbox_messages",
        postgresql_where=sa.text("lane = 'letters' AND provider_id IS NOT NULL"),
    )
    op.drop_index(
        "ix_outbox_messages_letters", table_name="outbox_messages", postgresql_where=sa.text("lane = 'letters'")
    )
    op.drop_index("ix_outbox_messages_due", table_name="outbox_messages", postgresql_where=sa.text("state = 'due'"))
    op.drop_index(
        "ix_outbox_messages_action", table_name="outbox_messages", postgresql_where=sa.text("action_id IS NOT NULL")
    )
    op.drop_table("outbox_messages")
    op.drop_index("ix_delivery_events_received", table_name="delivery_events")
    op.drop_index("ix_delivery_events_message", table_name="delivery_events")
    op.drop_table("delivery_events")
