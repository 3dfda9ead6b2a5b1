"""Changes the rows of a large table while people use it: what migrations carry from one column to another.

One UPDATE of a whole table keeps everybody from its rows until it is done. In batches, each committed by itself, nobody
waits long. Such a migration may be run again: it goes on with what is not carried yet.
"""

from alembic import op
from sqlalchemy import text

_AT_ONCE = 5000
_LOCK_TIMEOUT = "60s"


def carry(statement: str, most: int = _AT_ONCE) -> None:
    """Run an UPDATE until it finds nothing, each time for the next `most` rows.

    `statement`: takes rows after `:after`, in the order of a whole number, `:most` of them, and returns that number.

    Side effects: commits what the migration did so far.
    """
    update = text(statement)
    with op.get_context().autocommit_block():
        op.execute(f"SET lock_timeout = '{_LOCK_TIMEOUT}'")
        try:
            after = 0
            while done := op.get_bind().scalars(update, {"after": after, "most": most}).all():
                after = max(done)
        finally:
            op.execute("RESET lock_timeout")
