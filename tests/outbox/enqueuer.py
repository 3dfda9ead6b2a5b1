"""Enqueues everybody there is, in a process of its own that may be killed: `python -m tests.outbox.enqueuer URL CHUNK`."""

import sys

from sqlalchemy import create_engine, select
from sqlalchemy.orm import sessionmaker

from campaign.outbox.commands import NewMessage
from campaign.outbox.enqueuing import enqueue_from
from campaign.people.models import Person

NAME = "broadcast:7"
EVERYBODY = select(Person.id)


def news(row):
    """The broadcast's message to one person."""
    return NewMessage("bulk", "t.t", organization_id=1, broadcast_id=7, person_id=row.id)


def run(sessions, chunk):
    """Enqueue, or go on with it."""
    return enqueue_from(sessions, NAME, EVERYBODY, Person.id, news, most=chunk)


if __name__ == "__main__":
    run(sessionmaker(create_engine(sys.argv[1])), int(sys.argv[2]))
