"""A preview is the change, made and taken back: so it says what making it says (ADR 0019)."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.orm import Session

Result = TypeVar("Result")


def attempt(session: Session, change: Callable[[], Result], *, is_preview: bool) -> Result:
    """Make a change and return what it returns; of a preview, or where it raises, nothing stays.

    What the change locks stays locked until the transaction ends, so a preview's is to end soon. Rows that were looked
    at meanwhile are read anew by whoever looks at them again.
    """
    with session.begin_nested() as savepoint:
        found = change()
        if is_preview:
            savepoint.rollback()
    return found
