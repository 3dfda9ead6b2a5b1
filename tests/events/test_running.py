"""What the operator does to events by command, and the demonstration's made-up attendance."""

import pytest
from click.testing import CliRunner

from campaign.cli import main
from campaign.events.demo import clear_demo, load_demo
from tests.events.coming import MARCH, come, legs_of
from tests.events.stage import OVER

# What the demonstration's pledges leave, which attendance is made of.
PLEDGES = """
WITH made AS (
    INSERT INTO people (email, email_display, language, is_made_up)
    SELECT 'p' || n || '@demo.example', 'p' || n || '@demo.example', 'en', true FROM generate_series(1, 400) n
    RETURNING id
)
INSERT INTO actions (kind, campaign_id, person_id, signer_key, digest, state, is_counted, given_name, family_name,
    language, postal_code, country, door, is_made_up)
SELECT 'pledge', c.id, made.id, decode(md5(made.id::text), 'hex'), decode(md5(made.id::text), 'hex'), 'confirmed', true,
    'Luis', 'Cruz', 'en', '34142', 'US', 'demo', true
FROM made, campaigns c WHERE c.slug = 'fair-food'
"""


@pytest.fixture
def run(settings, tmp_path):
    """Run a command line against the stage's database, without secrets."""
    url = settings.database_url.replace("postgresql+psycopg", "postgresql")
    environ = {"DATABASE_URL": url, "REDIS_URL": settings.redis_url, "CAMPAIGN_DATA": str(tmp_path)}
    return lambda *arguments, **more: CliRunner().invoke(main, ["events", *arguments], env=environ, **more)


def test_cancelling_asks_first_tells_everybody_and_ends_what_they_had(visitor, run):
    come(visitor, part="all")
    asked = run("cancel", MARCH, input="n\n")
    assert asked.exit_code != 0
    assert "email 1 people?" in asked.output
    assert visitor.one("SELECT status FROM events WHERE slug = :s", s=MARCH) == "published"
    assert visitor.mails() == []
    done = run("cancel", MARCH, "--yes")
    assert done.output == f"{MARCH} canceled; emails on their way: 1\n"
    assert visitor.one("SELECT count(*) FROM rsvp_claims WHERE state <> 'gone'") == 0
    assert [mail.subject for mail in visitor.mails()] == ["March to Build a New World: canceled"]
    assert run("cancel", MARCH).output == "already canceled\n"
    assert visitor.mails() == []


def test_nobody_waits_while_the_operator_is_asked(visitor, run, monkeypatch):
    come(visitor, legs=legs_of(visitor)[0])
    asked = []

    def answer(words, **_options):
        asked.append(words)
        visitor.all("SELECT id FROM events FOR UPDATE NOWAIT")
        visitor.all("SELECT id FROM event_legs FOR UPDATE NOWAIT")

    monkeypatch.setattr("click.confirm", answer)
    assert run("cancel", MARCH).output == f"{MARCH} canceled; emails on their way: 1\n"
    assert asked == [f"Cancel {MARCH} and email 1 people?"]
    assert len(visitor.mails()) == 1


def test_more_places_move_the_wait_list_and_fewer_take_none_away(visitor, run):
    leg = legs_of(visitor)[0]
    assert run("leg", MARCH, "1", "--capacity", "2").output == "leg 1: open, 0 of 2 taken, 0 waiting\n"
    come(visitor, legs=leg, guests="1", email="eva@example.org")
    come(visitor, legs=leg, guests="2")
    assert run("leg", MARCH, "1").output == "leg 1: open, 2 of 2 taken, 3 waiting\n"
    assert run("leg", MARCH, "1", "--capacity", "1").output == "leg 1: open, 2 of 1 taken, 3 waiting\n"
    assert run("leg", MARCH, "1", "--capacity", "5").output == "leg 1: open, 5 of 5 taken, 0 waiting\n"
    assert [mail.topic for mail in visitor.mails()] == ["events.offer"]


def test_a_closed_leg_offers_nothing_until_it_is_open(visitor, run):
    leg = legs_of(visitor)[0]
    visitor.do("UPDATE event_legs SET capacity = 1 WHERE public_id = :id", id=leg)
    come(visitor, legs=leg, email="eva@example.org")
    come(visitor, legs=leg)
    visitor.mails()
    assert run("leg", MARCH, "1", "--close", "--capacity", "9").output == "leg 1: closed, 1 of 9 taken, 1 waiting\n"
    assert visitor.mails() == []
    assert run("leg", MARCH, "1", "--open").output == "leg 1: open, 2 of 9 taken, 0 waiting\n"
    assert len(visitor.mails()) == 1


def test_what_is_not_there_is_said(visitor, run):
    for arguments in (("cancel", "no-such"), ("leg", "no-such", "1"), ("leg", MARCH, "9")):
        answer = run(*arguments)
        assert answer.exit_code != 0
        assert "no-such" in answer.output or "no leg 9" in answer.output
    visitor.do("UPDATE event_legs SET status = 'cancelled' WHERE public_id = :id", id=legs_of(visitor)[0])
    assert "leg 1 is cancelled" in run("leg", MARCH, "1", "--open").output


def test_made_up_attendance_fills_a_third_of_each_leg_once_and_is_taken_back(visitor):
    visitor.do(PLEDGES)
    come(visitor, part="finale")
    with visitor.sessions() as session, session.begin():
        assert load_demo(session) > 100
        assert load_demo(session) == 0
        assert session.execute(OVER).all() == []
    taken = visitor.all(
        "SELECT l.position, l.capacity, sum(k.amount) AS amount FROM rsvp_claims k JOIN event_legs l ON l.id = k.leg_id "
        "JOIN events e ON e.id = l.event_id WHERE e.slug = :s AND resource = 'place' GROUP BY l.id ORDER BY l.position",
        s=MARCH,
    )
    assert len(taken) == 5
    assert all(row.capacity / 4 < row.amount <= row.capacity / 3 + 1 for row in taken)
    assert (
        visitor.one("SELECT count(*) FROM outbox_messages WHERE topic LIKE 'events.%' AND topic <> 'events.receipt'")
        == 0
    )
    with visitor.sessions() as session:
        clear_demo(session)
        assert [
            row.kind for row in session.connection().exec_driver_sql("SELECT kind FROM actions WHERE NOT is_made_up")
        ] == ["rsvp"]
        assert session.connection().exec_driver_sql("SELECT slug FROM events").scalar_one() == MARCH
        assert session.connection().exec_driver_sql("SELECT count(*) FROM rsvps").scalar_one() == 1
        session.rollback()
