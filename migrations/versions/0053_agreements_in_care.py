"""Organizations may have the care of an agreement.

Revision: 0053
After: 0052
"""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "agreement_care",
        sa.Column("organization_id", sa.BigInteger, nullable=False),
        sa.Column("agreement_id", sa.BigInteger, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name="fk_agreement_care_organization_id_organizations",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreements.id"], name="fk_agreement_care_agreement_id_agreements", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("organization_id", "agreement_id", name="pk_agreement_care"),
    )
    op.create_index("ix_agreement_care_agreement_id", "agreement_care", ["agreement_id"])


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.drop_table("agreement_care")
