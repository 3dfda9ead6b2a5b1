"""Tries to read in logs what supporters typed: PostgreSQL's slow statements and errors, and tracebacks of ours."""

import logging
import sys
import tempfile
import threading
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from campaign.embedded.homes import make_data_dir, prepare_home
from campaign.embedded.postgres import Postgres
from campaign.kernel import log
from campaign.kernel.db import make_engine
from tests.actions.visitor import HIGH_SAFETY
from tests.events.coming import come

SECRET = "moon.akter@factory.example"


@pytest.fixture
def server():
    with tempfile.TemporaryDirectory(prefix="campaign-services-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        data = make_data_dir(Path(name) / "data")
        made = Postgres(prepare_home(data), data / "logs", throwaway=True)
        yield made
        made.stop()


def test_no_log_of_the_embedded_server_holds_what_a_statement_was_given(server):
    with psycopg.connect(server.start(), autocommit=True) as connection:
        connection.execute("CREATE TABLE people (email text PRIMARY KEY, name text NOT NULL)")
        connection.execute("SELECT pg_sleep(2.1), %s", [SECRET])
        connection.execute("INSERT INTO people VALUES (%s, 'Moon')", [SECRET])
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("INSERT INTO people VALUES (%s, 'Moon')", [SECRET])
        with pytest.raises(psycopg.errors.NotNullViolation):
            connection.execute("INSERT INTO people VALUES (%s, NULL)", ["other." + SECRET])
    server.stop()
    log = server.log.read_text(errors="replace")
    assert "duration:" in log, "the slow statement was logged"
    assert "duplicate key" in log, "so were the errors"
    assert "null value" in log
    assert SECRET not in log


def test_no_statement_of_the_set_up_holds_the_password(server):
    server._settings["log_statement"] = "all"
    password = psycopg.conninfo.conninfo_to_dict(server.start())["password"]
    server.stop()
    log = server.log.read_text(errors="replace")
    assert "CREATE ROLE" in log
    assert password not in log


TYPED = ["Moon", "Moon Akter", 'Moon\'s "union" card', "Moon\nDETAIL: Akter", "Moon\nTEL: 5550100", "মুন আক্তার"]
PIECES = ("Moon", "Akter", "union", "5550100", "মুন")


def raised_by(session, typed, way):
    """Let something fail over what was typed, as it would in a view, a job or a query."""
    match way:
        case "a number":
            int(typed)
        case "a key":
            {}[typed]
        case "a type":
            session.execute(text("SELECT CAST(CAST(:typed AS text) AS uuid)"), {"typed": typed})
        case "a document":
            session.execute(text("SELECT CAST(CAST(:typed AS text) AS jsonb)"), {"typed": typed})
        case "a constraint":
            session.execute(text("CREATE TEMPORARY TABLE t (name text PRIMARY KEY, n int NOT NULL) ON COMMIT DROP"))
            session.execute(text("INSERT INTO t VALUES (:typed, 1), (:typed, 2)"), {"typed": typed})
        case "a row":
            session.execute(text("CREATE TEMPORARY TABLE t (name text PRIMARY KEY, n int NOT NULL) ON COMMIT DROP"))
            session.execute(text("INSERT INTO t VALUES (:typed, NULL)"), {"typed": typed})
        case "one because of another":
            try:
                int(typed)
            except ValueError as error:
                raise RuntimeError("it cannot be composed") from error
        case "many":
            raise ExceptionGroup("of a batch", [ValueError(f"{typed!r} is none"), KeyError(typed)])


WAYS = ("a number", "a key", "a type", "a document", "a constraint", "a row", "one because of another", "many")


@pytest.fixture(params=["text", "json"])
def write_logs(request, capsys):
    """Sets this process up as ours are, once; returns what it wrote since."""
    hooks, root = (sys.excepthook, threading.excepthook), logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def begin():
        log.configure(request.param)
        return lambda: capsys.readouterr().err

    yield begin
    sys.excepthook, threading.excepthook = hooks
    root.handlers[:], root.level = handlers, level
    logging.raiseExceptions = True


@pytest.mark.parametrize("way", WAYS)
def test_no_traceback_of_ours_holds_what_was_typed(session, write_logs, tell, way):
    told, logged = 0, write_logs()
    for typed in TYPED:
        with pytest.raises((ValueError, KeyError, DBAPIError, RuntimeError, ExceptionGroup)) as caught:
            raised_by(session, typed, way)
        session.rollback()
        logging.getLogger("campaign.test").error("a job failed", exc_info=caught.value)
        logging.getLogger("_granian").error("the application raised", exc_info=caught.value)
        sys.excepthook(type(caught.value), caught.value, caught.tb)
        written = logged()
        assert written.count("raised_by") >= 3, "where it was raised is told"
        told += any(piece in written for piece in PIECES)
    tell(f"tracebacks over {way} that told it", f"{told} of {len(TYPED)}")
    assert told == 0


def test_an_error_in_a_thread_is_logged_like_any_other(write_logs):
    logged = write_logs()
    thread = threading.Thread(target=int, args=TYPED[1:2])
    thread.start()
    thread.join()
    written = logged()
    assert "nobody caught this" in written
    assert "Moon" not in written


def test_names_of_ours_stay_in_what_is_logged(session, write_logs):
    logged = write_logs()
    with pytest.raises(DBAPIError) as caught:
        session.execute(text("INSERT INTO campaigns (slug) VALUES ('no such slug')"))
    session.rollback()
    logging.getLogger("campaign.test").error("it failed", exc_info=caught.value)
    assert "organization_id" in logged()


def test_statements_hold_no_value_that_pg_stat_activity_or_a_log_could_show(visitor, settings):
    """Values go beside the statement, always: neither `log_statement` nor the list of what runs shows them."""
    seen = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    typed = {"given_name": "Unmistakable", "email": "unmistakable@example.org", "comment": "unmistakable words"}
    event.listen(Engine, "before_cursor_execute", note)
    try:
        visitor.pledge(**typed)
        visitor.write(personal="unmistakable words", **typed)
        come(visitor, part="all", **typed)
        visitor.client.get(visitor.my_page(typed["email"]))
        visitor.sign(HIGH_SAFETY, **typed)
        mail = visitor.mails()[0]
        visitor.confirm(mail.link("confirm"))
        visitor.client.post(f"{mail.link('my')}/erase", data={"sure": "yes"})
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(seen) > 50
    assert [statement for statement in seen if "nmistakable" in statement] == []
    with make_engine(settings).connect() as connection:
        assert type(connection.connection.driver_connection.cursor()) is psycopg.Cursor, "binds at the server"
