"""One history for whatever is edited; that of events moves into it, whole.

Until the next release `event_versions` is a view of what moved, through which the release before this one reads and
writes: what it writes meanwhile is in the new table at once, with the numbers that follow, and it sees what the new
release writes. Nothing is to be carried over afterwards. A migration of the next release drops the view and its
function. The command line alone changed events so far, so each of its changes was the operator's.

Rows of a history go with the row they are about, by a trigger on each table: no foreign key can lead to five.
Going down, the history of events is kept whole, and that of all else is dropped.

Revision: 0030
After: 0029
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_EDITED = {
    "organization": "organizations",
    "agreement": "agreements",
    "company": "companies",
    "campaign": "campaigns",
    "event": "events",
}
_FORGET = """
CREATE FUNCTION forget_revisions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM revisions WHERE thing = TG_ARGV[0] AND thing_id = OLD.id;
    RETURN NULL;
END $$
"""
_MOVE = """
INSERT INTO revisions (thing, thing_id, number, at, door, who, changes, about)
SELECT 'event', event_id, number, at, door, 'operator', changes,
    jsonb_build_object('is_material', is_material, 'told_count', told_count)
FROM event_versions ORDER BY id
"""
_VIEW = """
CREATE VIEW event_versions AS
SELECT id, thing_id AS event_id, number, at, door, CAST(about ->> 'is_material' AS boolean) AS is_material,
    CAST(about ->> 'told_count' AS integer) AS told_count, changes
FROM revisions WHERE thing = 'event'
"""
_WRITE = """
CREATE FUNCTION write_event_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO revisions (thing, thing_id, number, at, door, who, changes, about)
    VALUES ('event', NEW.event_id, NEW.number, NEW.at, NEW.door, 'operator', NEW.changes,
        jsonb_build_object('is_material', NEW.is_material, 'told_count', NEW.told_count))
    RETURNING id INTO NEW.id;
    RETURN NEW;
END $$
"""
_MOVE_BACK = """
INSERT INTO event_versions (event_id, number, at, door, is_material, told_count, changes)
SELECT thing_id, number, at, door, CAST(about ->> 'is_material' AS boolean), CAST(about ->> 'told_count' AS integer),
    changes
FROM revisions r WHERE thing = 'event' ORDER BY id
"""


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.create_table(
        "revisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("thing_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("about", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.CheckConstraint("thing ~ '^[a-z_]{1,40}$'", name=op.f("ck_revisions_thing")),
        sa.CheckConstraint("door ~ '^[a-z_]{1,40}$'", name=op.f("ck_revisions_door")),
        sa.CheckConstraint("number > 0", name=op.f("ck_revisions_number")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sa.UniqueConstraint("thing", "thing_id", "number", name=op.f("uq_revisions_thing_thing_id_number")),
    )
    op.create_index("ix_revisions_named", "revisions", ["at"], postgresql_where=sa.text("who <> ''"))
    op.execute(_FORGET)
    # Events are locked before their history, as by whoever changes one.
    for thing, table in _EDITED.items():
        op.execute(
            f"CREATE TRIGGER forget_revisions AFTER DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION forget_revisions('{thing}')"
        )
    op.execute("LOCK TABLE event_versions IN ACCESS EXCLUSIVE MODE")  # nothing is written between copying and dropping
    op.execute(_MOVE)
    op.drop_table("event_versions")
    op.execute(_VIEW)
    op.execute(_WRITE)
    op.execute(
        "CREATE TRIGGER write_row INSTEAD OF INSERT ON event_versions"
        " FOR EACH ROW EXECUTE FUNCTION write_event_version()"
    )


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    for table in _EDITED.values():
        op.execute(f"DROP TRIGGER forget_revisions ON {table}")
    op.execute("DROP FUNCTION forget_revisions()")
    op.execute("DROP VIEW event_versions")
    op.execute("DROP FUNCTION write_event_version()")
    op.create_table(
        "event_versions",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("event_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("door", sa.Text(), nullable=False),
        sa.Column("is_material", sa.Boolean(), nullable=False),
        sa.Column("told_count", sa.Integer(), nullable=False),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("door IN ('load', 'cancel', 'leg')", name=op.f("ck_event_versions_door")),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_event_versions_event_id_events"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_versions")),
        sa.UniqueConstraint("event_id", "number", name=op.f("uq_event_versions_event_id_number")),
    )
    op.execute(_MOVE_BACK)
    op.drop_table("revisions")
