"""What a campaign's supporters can write moves into a table of the letter's own.

The three columns it comes from stay until the next release: the one before this reads them while both run
(`campaign.tables.RETIRED`). A letter loaded by that one meanwhile is not seen here: load it again.

Revision: 0029
After: 0028
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_HAS_LETTER = "letter_subjects <> '{}' AND letter_body <> '{}'"


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.create_table(
        "letter_templates",
        sa.Column("campaign_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subjects", postgresql.JSONB(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("talking_points", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaigns.id"], name=op.f("fk_letter_templates_campaign_id_campaigns"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("campaign_id", name=op.f("pk_letter_templates")),
    )
    op.execute(f"""
        INSERT INTO letter_templates (campaign_id, subjects, body, talking_points)
        SELECT id, letter_subjects, letter_body, talking_points FROM campaigns WHERE {_HAS_LETTER} ORDER BY id
    """)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # Also what was taken away meanwhile goes; what never was a whole letter has stayed where it is.
    op.execute(f"""
        UPDATE campaigns c SET letter_subjects = coalesce(t.subjects, '{{}}'), letter_body = coalesce(t.body, '{{}}'),
            talking_points = coalesce(t.talking_points, '{{}}')
        FROM campaigns k LEFT JOIN letter_templates t ON t.campaign_id = k.id
        WHERE c.id = k.id AND (t.campaign_id IS NOT NULL OR c.{_HAS_LETTER.replace(" AND ", " AND c.")})
    """)
    op.drop_table("letter_templates")
