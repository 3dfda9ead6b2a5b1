"""Whether a signer lets their words be shown, and what an operator said of these very words.

The trigger deletes what was said with the words it was about, whichever statement changes or empties them, of this
release or the one before.

Revision: 0045
After: 0044
"""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.add_column("actions", sa.Column("show_comment", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.create_table(
        "comment_reviews",
        sa.Column("action_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("campaign_id", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("is_released", sa.Boolean(), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["action_id"], ["actions.id"], name=op.f("fk_comment_reviews_action_id_actions"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_comment_reviews_campaign_id_campaigns")
        ),
        sa.PrimaryKeyConstraint("action_id", name=op.f("pk_comment_reviews")),
    )
    op.create_index(
        "ix_comment_reviews_released",
        "comment_reviews",
        ["campaign_id", "reviewed_at"],
        postgresql_where=sa.text("is_released"),
    )
    op.execute("""
        CREATE FUNCTION forget_comment_review() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            DELETE FROM comment_reviews WHERE action_id = OLD.id;
            RETURN NULL;
        END $$
    """)
    # Confirming, the hot one, sets no comment, so it does not come by here.
    op.execute("""
        CREATE TRIGGER forget_comment_review AFTER UPDATE OF comment ON actions FOR EACH ROW
        WHEN (OLD.comment IS DISTINCT FROM NEW.comment AND OLD.comment IS NOT NULL)
        EXECUTE FUNCTION forget_comment_review()
    """)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP TRIGGER forget_comment_review ON actions")
    op.execute("DROP FUNCTION forget_comment_review()")
    op.drop_table("comment_reviews")
    op.drop_column("actions", "show_comment")
