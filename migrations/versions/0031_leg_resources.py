"""What a leg has besides its places moves from columns of its own into rows.

The seven columns it comes from stay until the next release (`campaign.tables.RETIRED`), because the one before this reads
and writes them while both run. Until then two triggers keep both alike, whoever writes: exact capacities need it.

A claim may be of whatever code declares: a new resource is no migration (ADR 0040).

Revision: 0031
After: 0030
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_COLUMNS = "has_meal, meal_capacity, meal_about, has_lodging, bed_capacity, lodging_about, lodging_place"
_OF_LEG = """
    SELECT {leg}.id, u.resource, u.is_there, u.capacity, u.about, u.place FROM (VALUES
        ('meal', {leg}.has_meal, {leg}.meal_capacity, {leg}.meal_about, CAST('{{}}' AS jsonb)),
        ('bed', {leg}.has_lodging, {leg}.bed_capacity, {leg}.lodging_about, {leg}.lodging_place)
    ) AS u(resource, is_there, capacity, about, place)
"""
_SAYS_SOMETHING = "u.is_there OR u.capacity IS NOT NULL OR u.about <> '{}' OR u.place <> '{}'"

_CARRY = f"""
INSERT INTO leg_resources (leg_id, resource, is_there, capacity, about, place)
SELECT o.* FROM event_legs l CROSS JOIN LATERAL ({_OF_LEG.format(leg="l")} WHERE {_SAYS_SOMETHING}) o ORDER BY 1, 2
"""

# Of what the release before this writes; what a leg never had gets no row.
_FROM_COLUMNS = f"""
CREATE FUNCTION leg_resources_from_columns() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO leg_resources (leg_id, resource, is_there, capacity, about, place)
    {_OF_LEG.format(leg="NEW")}
    WHERE {_SAYS_SOMETHING} OR EXISTS (
        SELECT FROM leg_resources r WHERE r.leg_id = NEW.id AND r.resource = u.resource)
    ON CONFLICT (leg_id, resource) DO UPDATE SET is_there = excluded.is_there, capacity = excluded.capacity,
        about = excluded.about, place = excluded.place;
    RETURN NULL;
END $$
"""
_INTO_COLUMNS = """
CREATE FUNCTION leg_resources_into_columns() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found record;
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT OLD.leg_id, OLD.resource, false AS is_there, CAST(NULL AS int) AS capacity,
            CAST('{}' AS jsonb) AS about, CAST('{}' AS jsonb) AS place INTO found;
    ELSE
        found := NEW;
    END IF;
    IF found.resource = 'meal' THEN
        UPDATE event_legs SET has_meal = found.is_there, meal_capacity = found.capacity, meal_about = found.about
        WHERE id = found.leg_id;
    ELSIF found.resource = 'bed' THEN
        UPDATE event_legs SET has_lodging = found.is_there, bed_capacity = found.capacity,
            lodging_about = found.about, lodging_place = found.place
        WHERE id = found.leg_id;
    END IF;
    RETURN NULL;
END $$
"""
# Only of what somebody writes, not of what the other of the two does.
_WATCH = (
    f"""
CREATE TRIGGER resources_from_columns AFTER INSERT OR UPDATE OF {_COLUMNS} ON event_legs
FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION leg_resources_from_columns()
""",
    """
CREATE TRIGGER resources_into_columns AFTER INSERT OR UPDATE OR DELETE ON leg_resources
FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION leg_resources_into_columns()
""",
)


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    op.create_table(
        "leg_resources",
        sa.Column("leg_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("resource", sa.Text(), nullable=False),
        sa.Column("is_there", sa.Boolean(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("about", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.Column("place", postgresql.JSONB(), server_default=sa.text("'{}'::jsonb"), nullable=False),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_leg_resources_capacity")),
        sa.ForeignKeyConstraint(
            ["leg_id"], ["event_legs.id"], name=op.f("fk_leg_resources_leg_id_event_legs"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("leg_id", "resource", name=op.f("pk_leg_resources")),
    )
    op.execute("ALTER TABLE rsvp_claims DROP CONSTRAINT ck_rsvp_claims_resource")
    _check_capacity("capacity >= 0")  # without the columns that go, so that it does not go with them
    op.execute(_FROM_COLUMNS)
    op.execute(_INTO_COLUMNS)
    op.execute(_WATCH[0])
    op.execute(_CARRY)
    op.execute(_WATCH[1])


def _check_capacity(condition: str) -> None:
    name = "ck_event_legs_capacity"
    op.execute(f"ALTER TABLE event_legs DROP CONSTRAINT {name}, ADD CONSTRAINT {name} CHECK ({condition})")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("SET LOCAL statement_timeout = '15min'")
    # Nothing is moved back: the columns hold the same. What no column can hold goes.
    op.execute("DELETE FROM rsvp_claims WHERE resource NOT IN ('place', 'meal', 'bed')")
    op.execute(
        "ALTER TABLE rsvp_claims ADD CONSTRAINT ck_rsvp_claims_resource CHECK (resource IN ('place', 'meal', 'bed'))"
    )
    _check_capacity("capacity >= 0 AND meal_capacity >= 0 AND bed_capacity >= 0")
    op.execute("DROP TRIGGER resources_from_columns ON event_legs")
    op.drop_table("leg_resources")
    op.execute("DROP FUNCTION leg_resources_from_columns(), leg_resources_into_columns()")
