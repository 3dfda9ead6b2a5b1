"""The operator puts all queued again that failed, and pauses a campaign, whoever is in the way at that moment."""

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from campaign.cli import main
from campaign.outbox.queries import count_letters_by_state
from tests.actions.visitor import OPEN
from tests.another import run_into_a_deadlock

MANY = 1050


@pytest.fixture
def run(settings, tmp_path):
    """Run a command line against the stage's database."""
    url = settings.database_url.replace("postgresql+psycopg", "postgresql")
    environ = {"DATABASE_URL": url, "REDIS_URL": settings.redis_url, "CAMPAIGN_DATA": str(tmp_path)}

    def run(*arguments, **more):
        return CliRunner().invoke(main, arguments, env=environ, catch_exceptions=False, **more)

    return run


def fail_letters(visitor, state, count=MANY):
    visitor.do(
        "INSERT INTO outbox_messages (lane, stream, topic, state, mailbox, domain, payload, attempts, settled_at) "
        "SELECT 'letters', 'letters:0:0:a@b.example', 'letters.letter', :state, 'a@b.example', 'b.example', '{}', 1, "
        "now() FROM generate_series(1, :count)",
        state=state,
        count=count,
    )


def states(visitor):
    rows = visitor.all("SELECT state, count(*) FROM outbox_messages WHERE lane = 'letters' GROUP BY state")
    return {row.state: row.count for row in rows}


def told(visitor):
    with visitor.sessions() as session:
        return count_letters_by_state(session)


def test_all_that_are_dead_are_put_in_line_in_transactions_of_their_own(visitor, run):
    fail_letters(visitor, "dead")
    fail_letters(visitor, "unknown", 2)
    result = run("letters", "requeue")
    assert result.stdout == f"{MANY} letters queued again\n"
    assert f"{MANY} dead" in result.stderr
    assert states(visitor) == {"due": MANY, "unknown": 2}
    assert visitor.one("SELECT count(DISTINCT xmin::text) FROM outbox_messages WHERE state = 'due'") >= 3


def test_what_may_have_arrived_is_asked_for_by_its_number(visitor, run):
    fail_letters(visitor, "unknown")
    assert (
        f"{MANY} letters may have arrived already"
        in run("letters", "requeue", "--state", "unknown", input="n\n").output
    )
    assert states(visitor) == {"unknown": MANY}
    assert run("letters", "requeue", "--state", "unknown", "--yes").stdout == f"{MANY} letters queued again\n"
    assert states(visitor) == {"due": MANY}


def test_pausing_waits_for_nobody_who_has_the_letters(visitor, run):
    visitor.write()
    visitor.confirm(visitor.last_link("confirm"))
    with visitor.sessions() as neighbour:
        neighbour.execute(text("SELECT FROM outbox_messages WHERE lane = 'letters' FOR UPDATE"))
        assert run("status", OPEN, "paused").exit_code == 0
    assert set(told(visitor)) == {"held"}


def test_opening_runs_again_what_lost_a_deadlock(visitor, run, caplog):
    visitor.write()
    visitor.confirm(visitor.last_link("confirm"))
    assert run("status", OPEN, "paused").exit_code == 0
    result = run_into_a_deadlock(
        visitor.sessions,
        lambda: run("status", OPEN, "open"),
        holds="SELECT FROM outbox_switches FOR UPDATE",
        wants=f"SELECT FROM campaigns WHERE slug = '{OPEN}' FOR UPDATE",
        waits_in="%DELETE FROM outbox_switches%",
    )
    assert result.exit_code == 0, result.output
    assert "runs again: DeadlockDetected" in caplog.text
    assert set(told(visitor)) == {"due"}
