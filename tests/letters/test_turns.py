"""One letter a week from a writer to an office: whose turn it is, what waits, and what gives its turn back."""

from campaign.actions.commands import ConfirmAction
from campaign.actions.service.confirming import confirm
from campaign.features import JOBS, KINDS
from campaign.kernel.actors import OPERATOR
from campaign.letters.turns import take_turns
from tests.actions.visitor import OPEN
from tests.another import Other

PURGE = next(job for job in JOBS if job.name == "letters.purge_turns")
NOW = "SELECT count(*) FROM outbox_messages WHERE lane = 'letters' AND state = 'due' AND available_at <= now()"
LATER = "SELECT count(*) FROM outbox_messages WHERE lane = 'letters' AND state = 'due' AND available_at > now()"


def write(visitor, words, **values):
    """Write and confirm; return the page that thanks."""
    visitor.write(personal=words, **values)
    answer = visitor.confirm(visitor.last_link("confirm"))
    return visitor.client.get(answer.headers["Location"]).text


def counts(visitor):
    return visitor.one(NOW), visitor.one(LATER)


def weeks_ago(visitor, days):
    visitor.do("UPDATE letter_turns SET goes_at = goes_at - make_interval(days => :days)", days=days)


def withdraw(visitor, words):
    page = visitor.my_page()
    public_id = visitor.one(
        "SELECT DISTINCT a.public_id FROM actions a JOIN letters l ON l.action_id = a.id WHERE body LIKE :words",
        words=f"%{words}%",
    )
    visitor.client.post(f"{page}/withdraw/{public_id}")


def test_the_second_of_a_week_waits_and_its_writer_is_told(visitor):
    assert "one letter a week" not in write(visitor, "The first.")
    told = write(visitor, "The second.")
    assert "already written to these offices this week" in told
    assert told.count("<li>") >= 6
    assert counts(visitor) == (6, 6)
    assert visitor.client.get(visitor.my_page()).text.count("one letter a week to each office") == 6


def test_a_week_later_it_goes_at_once(visitor):
    write(visitor, "The first.")
    weeks_ago(visitor, 8)
    write(visitor, "The second.")
    assert counts(visitor) == (12, 0)


def test_another_office_is_another_turn(visitor):
    offices = visitor.all(
        "SELECT e.public_id FROM executives e JOIN companies c ON c.id = company_id WHERE slug = 'kroger'"
    )
    write(visitor, "To one.", executives=str(offices[0].public_id))
    write(visitor, "To all.")
    assert counts(visitor) == (6, 1)


def test_what_is_taken_back_before_it_went_gives_its_turn_back(visitor):
    write(visitor, "With a slip.")
    withdraw(visitor, "With a slip.")
    write(visitor, "Without.")
    assert counts(visitor) == (6, 0)


def test_taking_back_what_waits_leaves_the_turn_of_what_went(visitor):
    write(visitor, "It went.")
    visitor.do("UPDATE outbox_messages SET state = 'sent' WHERE lane = 'letters'")
    write(visitor, "It waits.")
    withdraw(visitor, "It waits.")
    write(visitor, "The third.")
    assert counts(visitor) == (0, 6)


def test_two_that_are_confirmed_in_one_batch_see_each_other(visitor):
    visitor.write(personal="One")
    visitor.write(personal="Two")
    ids = [row.public_id for row in visitor.all("SELECT public_id FROM actions ORDER BY id")]
    with visitor.sessions() as session, session.begin():
        confirm(session, [ConfirmAction(public_id) for public_id in ids], {kind.name: kind for kind in KINDS})
    assert counts(visitor) == (6, 6)
    assert visitor.one("SELECT count(*) FROM letters WHERE body LIKE '%Two%'") == 6


def test_two_that_are_confirmed_at_the_same_moment_see_each_other(visitor):
    visitor.write(personal="One")
    visitor.write(personal="Two")
    first, second = (row.id for row in visitor.all("SELECT id FROM actions ORDER BY id"))
    with visitor.sessions() as session, session.begin():
        take_turns(session, [first])
        other = Other(visitor.sessions, lambda theirs: take_turns(theirs, [second]))
        other.wait_until_it_waits("%letter_turns%")
    assert other.result() is None
    assert visitor.one("SELECT count(*) FROM letter_turns WHERE action_id = :id AND goes_at > now()", id=second) == 6
    assert visitor.one("SELECT count(*) FROM letters WHERE action_id = :id AND body LIKE '%One%'", id=first) == 6


def test_a_third_takes_the_place_of_one_that_waits(visitor):
    for words in ("One", "Two", "Three"):
        write(visitor, words)
    assert counts(visitor) == (6, 6)
    kept = {row.body for row in visitor.all("SELECT body FROM letters WHERE body IS NOT NULL")}
    assert not any("Two" in body for body in kept)
    assert sum("Three" in body for body in kept) == 6


def test_a_letter_that_waits_is_held_with_its_campaign_and_keeps_its_day(visitor):
    from campaign.campaigns.service import change_status

    write(visitor, "The first.")
    write(visitor, "The second.")
    for status in ("paused", "open"):
        with visitor.sessions() as session, session.begin():
            change_status(session, OPERATOR, OPEN, status)
    assert counts(visitor) == (6, 6)


def test_what_is_over_is_forgotten(visitor):
    write(visitor, "The first.")
    with visitor.sessions() as session, session.begin():
        assert PURGE.run(session) == 0
    weeks_ago(visitor, 8)
    with visitor.sessions() as session, session.begin():
        assert PURGE.run(session) == 6
    assert visitor.one("SELECT count(*) FROM letter_turns") == 0
