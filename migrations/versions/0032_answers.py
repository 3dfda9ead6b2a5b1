"""What an event asks beside places is answered in one column, by question.

The six columns before it stay until the next release (`campaign.tables.RETIRED`), because the one before this reads and
writes them while both run. Until then a trigger keeps both alike in the row that is written, whoever writes: so what
empties the answers empties the columns, and no phone number stays behind where nobody looks any more.

What is stored already is carried by 0033, in batches; here nothing waits but for the blink of a new column.

Revision: 0032
After: 0031
"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_TEXTS = ("phone", "ride", "ride_from")
_LISTS = ("needs", "speaks", "helps_as")
_KEYS = ", ".join(f"'{name}'" for name in (*_TEXTS, *_LISTS))
_PAIRS = ", ".join([*(f"'{n}', NEW.{n}" for n in _TEXTS), *(f"'{n}', nullif(NEW.{n}, '[]')" for n in _LISTS)])
_INTO_COLUMNS = "\n".join(
    [
        *(f"        NEW.{name} := NEW.answers ->> '{name}';" for name in _TEXTS),
        *(f"        NEW.{name} := coalesce(NEW.answers -> '{name}', '[]');" for name in _LISTS),
    ]
)
_KEEP = f"""
CREATE FUNCTION rsvps_keep_answers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP = 'INSERT' AND NEW.answers = '{{}}') OR (TG_OP = 'UPDATE' AND NEW.answers = OLD.answers) THEN
        NEW.answers := (NEW.answers - ARRAY[{_KEYS}]) || jsonb_strip_nulls(jsonb_build_object({_PAIRS}));
    ELSE
{_INTO_COLUMNS}
    END IF;
    RETURN NEW;
END $$
"""
_SAYS = ", ".join(f"{{0}}.{name}" for name in ("answers", *_TEXTS, *_LISTS))
_NAMES = ", ".join(("answers", *_TEXTS, *_LISTS))
_SAYS_SOMETHING = " OR ".join(
    ["NEW.answers <> '{}'", *(f"NEW.{n} IS NOT NULL" for n in _TEXTS), *(f"NEW.{n} <> '[]'" for n in _LISTS)]
)
_WATCH = (
    f"""
CREATE TRIGGER answers_of_new BEFORE INSERT ON rsvps
FOR EACH ROW WHEN ({_SAYS_SOMETHING}) EXECUTE FUNCTION rsvps_keep_answers()
""",
    f"""
CREATE TRIGGER answers_of_changed BEFORE UPDATE OF {_NAMES} ON rsvps
FOR EACH ROW WHEN (({_SAYS.format("OLD")}) IS DISTINCT FROM ({_SAYS.format("NEW")}))
EXECUTE FUNCTION rsvps_keep_answers()
""",
)


def upgrade() -> None:
    # A migration that has to wait for a lock makes everybody behind it wait too: give up soon, and try again.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("ALTER TABLE rsvps ADD COLUMN answers jsonb NOT NULL DEFAULT '{}'")
    for name in _LISTS:
        op.execute(f"ALTER TABLE rsvps ALTER COLUMN {name} SET DEFAULT '[]'")
    op.execute(_KEEP)
    for trigger in _WATCH:
        op.execute(trigger)


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    # Nothing is moved back: the columns hold the same. Answers that no column can hold go.
    op.execute("DROP TRIGGER answers_of_new ON rsvps")
    op.execute("DROP TRIGGER answers_of_changed ON rsvps")
    op.execute("DROP FUNCTION rsvps_keep_answers()")
    op.drop_column("rsvps", "answers")
    for name in _LISTS:
        op.execute(f"ALTER TABLE rsvps ALTER COLUMN {name} DROP DEFAULT")
