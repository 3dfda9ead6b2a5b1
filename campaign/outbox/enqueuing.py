"""Append a message for each row of a query, however many there are: chunk by chunk, and on from where it stopped.

::

    (none) ─first chunk─► up to the last row there is now ─► … ─► done
                             a chunk: lock the row, read on from its mark, append, move the mark ─ one transaction

A chunk's messages and its mark are committed together, so whatever dies in the middle, each row is asked for once: a
chunk that was not committed left nothing, one that was is behind the mark. Who is at it has the row locked; another
finds it locked and leaves it. What joins the query after the first chunk is not in it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from campaign.outbox.commands import NewMessage
from campaign.outbox.models import Enqueuing
from campaign.outbox.service import append

CHUNK = 2000


@dataclass(frozen=True)
class Progress:
    """How far an enqueuing has come: how many messages it appended in all, and whether that was all."""

    appended: int
    is_done: bool


def enqueue_chunk(
    session: Session,
    name: str,
    query: Select[Any],
    key: ColumnElement[int],
    message: Callable[[Row[Any]], NewMessage | None],
    *,
    most: int = CHUNK,
) -> Progress | None:
    """Append the messages of the next rows; the caller commits them together with the mark, and nudges the lane.

    Args:
        session: the transaction.
        name: of the enqueuing, e.g. ``"broadcast:12"``: the same for every chunk of it, and for no other.
        query: its rows, in no order and without a limit; the same for every chunk.
        key: a column of it that is unique in it, above 0, and has an index: rows are read in its order.
        message: makes the message of a row, or None where it gets none; again, where a chunk was not committed.
        most: how many rows are read at most.

    Returns:
        How far it has come; None: somebody else is at it.
    """
    # Looked for first: an insert that meets a row which somebody holds waits for them.
    if session.scalar(select(Enqueuing.name).where(Enqueuing.name == name)) is None:
        session.execute(insert(Enqueuing).values(name=name).on_conflict_do_nothing())
    mine = session.scalar(select(Enqueuing).where(Enqueuing.name == name).with_for_update(skip_locked=True))
    if mine is None:
        return None
    if mine.upto is None:
        mine.upto = session.scalar(query.with_only_columns(func.max(key)).order_by(None)) or 0
    if not mine.is_done:
        marked = query.add_columns(key.label("enqueuing_key")).where(key > mine.last_id, key <= mine.upto)
        rows = session.execute(marked.order_by(None).order_by(key).limit(most)).all()
        messages = [made for row in rows if (made := message(row)) is not None]
        append(session, messages)
        mine.appended += len(messages)
        mine.last_id = rows[-1].enqueuing_key if rows else mine.upto
        mine.is_done = len(rows) < most
    session.flush()
    return Progress(mine.appended, mine.is_done)


def enqueue_from(
    sessions: Callable[[], Session],
    name: str,
    query: Select[Any],
    key: ColumnElement[int],
    message: Callable[[Row[Any]], NewMessage | None],
    *,
    most: int = CHUNK,
) -> Progress | None:
    """Append a message for each row of `query`, each chunk in a transaction of its own; see `enqueue_chunk`.

    To be called again, with the same name, by whoever finds that it did not come to its end.
    """
    while True:
        with sessions() as session:
            progress = enqueue_chunk(session, name, query, key, message, most=most)
            session.commit()
        if progress is None or progress.is_done:
            return progress
