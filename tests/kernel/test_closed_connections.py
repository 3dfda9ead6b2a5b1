"""The pool hands out no connection that the server has closed, and keeps those that only have something to say."""

import pytest
from sqlalchemy import create_engine, text

from campaign.kernel.closed_connections import hand_out_open_ones

_PID = text("SELECT pg_backend_pid()")


@pytest.fixture
def pool(database_url):
    made = create_engine(database_url, pool_size=1, max_overflow=0)
    hand_out_open_ones(made)
    yield made
    made.dispose()


@pytest.fixture
def other(database_url):
    made = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with made.connect() as connection:
        yield connection
    made.dispose()


def pid_of(pool):
    with pool.connect() as connection:
        return connection.scalar(_PID)


def test_a_connection_that_was_closed_meanwhile_is_another(pool, other):
    pid = pid_of(pool)
    assert other.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
    assert pid_of(pool) != pid


def test_one_that_only_has_something_to_say_stays(pool, other):
    with pool.connect() as connection:
        pid = connection.scalar(_PID)
        connection.execute(text("LISTEN told"))
        connection.commit()
    for _ in range(3):
        other.execute(text("NOTIFY told, 'something'"))
        assert pid_of(pool) == pid


def test_one_that_nobody_closed_stays(pool):
    assert pid_of(pool) == pid_of(pool)
