"""What a machine may have filled in is held, never dropped; an operator lets it count, or empties it."""

import pytest
from click.testing import CliRunner

from campaign.actions.service.unlinking_mails import mix_rows
from campaign.actions.sharecodes import code_for
from campaign.cli import main
from tests.actions.stage import environ_of
from tests.actions.visitor import HIGH_SAFETY
from tests.another import run_into_a_deadlock

NOBODY = "01890000-0000-7000-8000-000000000000"


@pytest.fixture
def run(settings, tmp_path):
    """Run a command line against the stage's database; without secrets but for what makes keyed hashes."""
    url = settings.database_url.replace("postgresql+psycopg", "postgresql")
    bare = {"DATABASE_URL": url, "REDIS_URL": settings.redis_url, "CAMPAIGN_DATA": str(tmp_path)}

    def run(*arguments, **more):
        environ = bare if arguments[0] == "held" else environ_of(url, settings.redis_url) | bare
        return CliRunner().invoke(main, ["actions", *arguments], env=environ, catch_exceptions=False, **more)

    return run


def states(visitor):
    return [row.state for row in visitor.all("SELECT state FROM actions ORDER BY id")]


def test_a_filled_honeypot_is_held_its_mail_goes_and_the_answer_is_the_same(visitor):
    honest, machine = visitor.sign(), visitor.sign(email="bot@example.org", fax_number="http://spam.example")
    assert honest.status_code == machine.status_code == 303
    mails = visitor.mails()
    assert [mail.to for mail in mails] == ["ana@example.org", "bot@example.org"]
    assert visitor.confirm(mails[1].link("confirm")).status_code == 303
    assert states(visitor) == ["waiting", "held"]
    assert visitor.tally() == (0, 0)
    assert visitor.one("SELECT count(*) FROM supporters") == 0


def test_released_it_counts_at_once_or_as_soon_as_it_is_confirmed(visitor, run):
    visitor.pledge(fax_number="x")
    visitor.sign(email="eva@example.org", fax_number="x", source="flyer")
    listed = run("held").stdout.splitlines()
    assert len(listed) == 2
    assert " confirmed " in listed[0]
    assert " unconfirmed " in listed[1]
    assert listed[1].endswith("flyer")
    ids = [line.split()[0] for line in listed]
    assert run("release", ids[0]).stdout == "1 released\n"
    assert visitor.tally() == (1, 1)
    assert visitor.one("SELECT count(*) FROM supporters") == 1
    assert run("release", "--all").stdout == "1 released\n"
    assert states(visitor) == ["confirmed", "waiting"]
    visitor.confirm(visitor.last_link("confirm"))
    assert visitor.tally() == (2, 2)
    assert run("held").stdout == "nothing is held\n"


def test_discarded_it_is_emptied_and_never_counts(visitor, run):
    visitor.pledge(email="eva@example.org")
    eva = visitor.one("SELECT id FROM actions")
    assert visitor.sign(fax_number="x", comment="spam", via=code_for(visitor.installation, eva)).status_code == 303
    visitor.confirm(visitor.last_link("confirm"))
    assert visitor.one("SELECT referred_by_id FROM actions WHERE is_held") == eva
    link = visitor.sign(HIGH_SAFETY, fax_number="x") and visitor.last_link("confirm")
    assert run("discard", "--all", input="n\n").exit_code == 130
    assert states(visitor) == ["confirmed", "held", "waiting"]
    assert run("discard", "--all", "--yes").stdout == "2 discarded\n"
    assert states(visitor) == ["confirmed", "discarded", "discarded"]
    emptied = "given_name, comment, email, person_id, referred_by_id"
    for row in visitor.all(f"SELECT {emptied} FROM actions WHERE state = 'discarded'"):
        assert row == (None, None, None, None, None)
    assert visitor.all("SELECT email FROM people") == [("eva@example.org",)]
    assert visitor.client.get(link).status_code == 200
    assert visitor.client.post(link).status_code == 200
    assert (visitor.tally(), visitor.tally(HIGH_SAFETY)) == ((1, 1), (0, 0))


def test_a_held_letter_goes_only_when_it_is_released(visitor, run):
    visitor.write(fax_number="x")
    visitor.confirm(visitor.last_link("confirm"))
    letters = "SELECT state, count(*) FROM outbox_messages WHERE lane = 'letters' GROUP BY state"
    count = visitor.one("SELECT count(*) FROM letters")
    assert visitor.all(letters) == [("waiting", count)]
    assert run("release", "--all").stdout == "1 released\n"
    assert visitor.all(letters) == [("due", count)]


def test_a_discarded_letter_is_withdrawn_and_emptied(visitor, run):
    visitor.write(fax_number="x", personal="SPAM")
    assert run("discard", "--all", "--yes").exit_code == 0
    assert visitor.one("SELECT count(*) FROM letters WHERE body IS NOT NULL OR subject IS NOT NULL") == 0
    assert visitor.all("SELECT DISTINCT state FROM outbox_messages WHERE lane = 'letters'") == [("withdrawn",)]


def test_a_slip_of_the_hand_is_one_line_and_changes_nothing(visitor, run):
    visitor.pledge(fax_number="x")
    held = run("held").stdout.split()[0]
    for command in ("release", "discard"):
        for arguments, words in (
            ((held, NOBODY), f"not held: {NOBODY}"),
            (("fair-food",), "not a valid UUID"),
            ((), "public ids"),
            ((held, "--all"), "public ids"),
        ):
            result = run(command, *arguments)
            assert result.exit_code == 2, (command, arguments)
            assert words in result.stderr
            assert "Traceback" not in result.stderr
    assert states(visitor) == ["held"]


def test_the_list_names_nobody(visitor, run):
    visitor.sign(fax_number="x")
    for trace in ("ana", "ruiz", "example.org"):
        assert trace not in run("held").stdout.lower()


MANY = 1050


def hold_many(visitor, count=MANY):
    """As many held and confirmed pledges as a night of machines leaves behind."""
    visitor.do(
        "INSERT INTO actions (kind, campaign_id, signer_key, digest, state, is_counted, is_held, given_name, door, "
        "confirmed_at) SELECT 'pledge', c.id, decode(lpad(to_hex(n), 32, '0'), 'hex'), '\\x00', 'held', true, true, "
        "'x', 'form', now() FROM campaigns c, generate_series(1, :count) AS n WHERE c.slug = 'fair-food'",
        count=count,
    )


@pytest.mark.parametrize("command", ["release", "discard"])
def test_all_means_all_in_transactions_of_their_own_and_tells_how_many(visitor, run, command):
    hold_many(visitor)
    result = run(command, "--all", *(["--yes"] if command == "discard" else []))
    assert result.stdout == f"{MANY} {command}{'d' if command.endswith('e') else 'ed'}\n"
    assert f"{MANY} held" in result.stderr
    assert run("held").stdout == "nothing is held\n"
    assert visitor.tally() == ((MANY, MANY) if command == "release" else (0, 0))
    assert visitor.one("SELECT count(DISTINCT xmin::text) FROM actions") >= 5, "no lock is held for all of them"


def test_what_comes_after_the_number_was_told_is_left(visitor, run, monkeypatch):
    hold_many(visitor, 3)

    def meanwhile(question, **_options):
        assert question == "Discard 3 held actions for good?"
        visitor.sign(fax_number="x")
        return True

    monkeypatch.setattr("click.confirm", meanwhile)
    assert run("discard", "--all").stdout == "3 discarded\n"
    assert states(visitor) == ["discarded"] * 3 + ["waiting"]


def test_the_list_says_that_there_is_more(visitor, run):
    hold_many(visitor, 3)
    result = run("held", "--limit", "2")
    assert len(result.stdout.splitlines()) == 2
    assert "1 more are held" in result.stderr
    assert "more" not in run("held", "--limit", "3").stderr


def test_releasing_runs_again_what_lost_a_deadlock(visitor, run, caplog):
    visitor.pledge(fax_number="x")
    tally = "SELECT FROM campaign_tallies FOR UPDATE"
    result = run_into_a_deadlock(
        visitor.sessions,
        lambda: run("release", "--all"),
        holds=tally,
        wants="SELECT FROM actions FOR UPDATE",
        waits_in="%campaign_tallies%",
    )
    assert result.stdout == "1 released\n"
    assert "runs again: DeadlockDetected" in caplog.text
    assert visitor.tally() == (1, 1)


def test_rows_are_put_back_in_no_order_only_when_nobody_looks_at_them_any_more(visitor, run):
    visitor.sign(HIGH_SAFETY, fax_number="x")
    visitor.confirm(visitor.last_link("confirm"))
    visitor.do("UPDATE unmixed_actions SET day = day - interval '1 day'")
    with visitor.sessions() as session, session.begin():
        assert mix_rows(session) == 0
    assert visitor.one("SELECT count(*) FROM reviews WHERE ends_at IS NOT NULL") == 1
    assert run("release", "--all").stdout == "1 released\n"
    visitor.do("UPDATE unmixed_actions SET day = day - interval '1 day'")
    with visitor.sessions() as session, session.begin():
        assert mix_rows(session) == 1
    assert states(visitor) == ["confirmed"]
