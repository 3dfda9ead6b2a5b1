"""Letters held for what they say: an operator sees what to judge, lets them go or empties them; time ends it, too."""

import pytest
from click.testing import CliRunner

from campaign.cli import main
from campaign.features import JOBS
from tests.actions.stage import environ_of

END = next(job for job in JOBS if job.name == "actions.end_reviews")
STATES = "SELECT DISTINCT state FROM outbox_messages WHERE lane = 'letters'"


@pytest.fixture
def run(settings, tmp_path):
    """Run a command line against the stage's database."""
    url = settings.database_url.replace("postgresql+psycopg", "postgresql")
    environ = environ_of(url, settings.redis_url) | {"CAMPAIGN_DATA": str(tmp_path)}

    def run(*arguments, **more):
        return CliRunner().invoke(main, arguments, env=environ, catch_exceptions=False, **more)

    return run


@pytest.fixture
def held(visitor):
    """A confirmed letter with a link in it, and another that a machine seems to have typed; returns their public ids."""
    visitor.write(personal="Read http://evil.example/win", given_name="FBI", family_name="Atlanta")
    answer = visitor.confirm(visitor.last_link("confirm"))
    assert "We’ll read this letter before it goes out" in visitor.client.get(answer.headers["Location"]).text
    visitor.write(email="bot@example.org", fax_number="x", personal="Honest words")
    visitor.confirm(visitor.last_link("confirm"))
    return [str(row.public_id) for row in visitor.all("SELECT public_id FROM actions ORDER BY id")]


def test_the_list_shows_what_is_to_be_judged(run, held):
    listed = run("letters", "held").stdout
    assert held[0] in listed
    assert held[1] not in listed
    for trace in ("6 letters", "link, name", "FBI Atlanta", "http://evil.example/win"):
        assert trace in listed
    assert "| Read http://evil.example/win" in run("letters", "held", "--text").stdout
    assert held[0] not in run("actions", "held").stdout


def test_letting_go_what_a_machine_typed_lets_no_letter_go_for_what_it_says(visitor, run, held):
    assert run("actions", "release", "--all").stdout == "1 released\n"
    assert visitor.one("SELECT state FROM actions WHERE public_id = :id", id=held[0]) == "held"
    assert run("actions", "release", held[0]).exit_code == 2


def test_released_they_go_and_take_their_turn(visitor, run, held):
    assert run("letters", "release", held[1]).exit_code == 2
    assert run("letters", "release", held[0]).stdout == "1 released\n"
    assert visitor.one("SELECT count(*) FROM outbox_messages WHERE lane = 'letters' AND state = 'due'") == 6
    assert visitor.one("SELECT count(*) FROM letter_turns") == 6
    assert run("letters", "held").stdout == "nothing is held\n"
    assert visitor.one("SELECT count(*) FROM reviews") == 1


def test_discarded_they_are_emptied_and_the_question_tells_how_many(visitor, run, held):
    assert run("letters", "discard", "--all", input="n\n").exit_code == 130
    assert "Discard 1 held letters for good?" in run("letters", "discard", "--all", input="n\n").output
    assert run("letters", "discard", "--all", "--yes").stdout == "1 discarded\n"
    assert visitor.all("SELECT kind FROM actions WHERE state = 'discarded'") == [("letter",)]
    assert visitor.one("SELECT count(*) FROM actions WHERE public_id = :id", id=held[0]) == 0
    assert "evil.example" not in str(visitor.dump())


def test_unconfirmed_letters_are_nobodys_to_judge(visitor, run):
    visitor.write(personal="Read http://evil.example")
    link = visitor.last_link("confirm")
    assert run("letters", "held").stdout == "nothing is held\n"
    assert "within 30 days" in visitor.client.get(link).text


def end_reviews(visitor):
    with visitor.sessions() as session, session.begin():
        return END.run(session)


def test_a_review_ends_on_the_day_that_the_page_names(visitor, held):
    day = visitor.one(
        "SELECT to_char(ends_at AT TIME ZONE 'UTC', 'FMMonth FMDD, YYYY') FROM reviews WHERE reasons <> '[]'"
    )
    assert day in visitor.client.get(visitor.my_page()).text
    assert end_reviews(visitor) == 0
    visitor.do("UPDATE reviews SET ends_at = now() - interval '1 minute'")
    assert end_reviews(visitor) == 2
    assert end_reviews(visitor) == 0
    assert visitor.all("SELECT DISTINCT state FROM actions WHERE kind = 'letter'") == [("discarded",)]
    assert visitor.all(STATES) == [("withdrawn",)]
    assert visitor.one("SELECT count(*) FROM reviews") == 0
    for trace in ("evil.example", "Honest words", "bot@example.org"):
        assert trace not in str(visitor.dump())


def test_the_end_touches_nothing_that_was_let_go_or_taken_back(visitor, run, held):
    run("letters", "release", held[0])
    visitor.do("UPDATE reviews SET ends_at = now() - interval '1 minute'")
    visitor.do("UPDATE actions SET state = 'withdrawn' WHERE public_id = :id", id=held[1])
    end_reviews(visitor)
    assert visitor.one("SELECT state FROM actions WHERE public_id = :id", id=held[0]) == "confirmed"
    assert visitor.one("SELECT state FROM actions WHERE public_id = :id", id=held[1]) == "withdrawn"
    assert visitor.one("SELECT count(*) FROM reviews") == 0
