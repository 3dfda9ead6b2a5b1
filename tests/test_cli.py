"""The operator's command line: what works says so, what is wrong is one line and exit code 2, never a traceback."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session

from campaign.cli import main
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append
from tests.emptying import empty

DEMO = Path(__file__).parents[1] / "campaign/campaigns/demo.yml"
SECRETS = {
    "SECRET_KEY": "s" * 40,
    "PRIVACY_KEY": "p" * 40,
    "PUBLIC_URL": "http://localhost:8000",
    "MAIL_FROM": "Campaign <campaign@demonstration.example>",
    "SENDGRID_API_KEY": "SG.test",
    "SENDGRID_BASE_URL": "http://127.0.0.1:9",
    "SENDGRID_WEBHOOK_PUBLIC_KEY": "aGVsbG8=",
}
NOTHING = dict.fromkeys(("DATABASE_URL", "REDIS_URL", "CAMPAIGN_DATA", *SECRETS), None)


@pytest.fixture(scope="module")
def database(clone_database):
    """A database of its own, because commands commit."""
    engine = create_engine(clone_database("cli"))
    yield engine
    engine.dispose()


@pytest.fixture
def run(database, redis_url, tmp_path):
    """Run a command against the database; every table is empty at first."""
    with database.begin() as connection:
        empty(connection)
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    environ = {**NOTHING, **SECRETS, "DATABASE_URL": url, "REDIS_URL": redis_url, "CAMPAIGN_DATA": str(tmp_path)}

    def run(*arguments, says=None, **changed):
        return CliRunner().invoke(main, arguments, says, env={**environ, **changed}, catch_exceptions=False)

    return run


def count(database, table, condition="true"):
    with database.connect() as connection:
        return connection.scalar(text(f"SELECT count(*) FROM {table} WHERE {condition}"))


def refused(result, *words):
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    for word in words:
        assert word in result.stderr
    assert "Traceback" not in result.stderr
    return result.stderr.splitlines()


def test_adds_an_organization(run, database):
    result = run("organization", "add", "ciw", "Coalition of Immokalee Workers")
    assert (result.exit_code, result.stdout) == (0, "organization ciw: added\n")
    assert count(database, "organizations") == 1
    assert len(refused(run("organization", "add", "ciw", "Again"), "already an organization 'ciw'")) == 1
    assert len(refused(run("organization", "add", "C I W", "Again"), "cannot be a slug")) == 1


def test_mail_is_stopped_by_hand_and_goes_on(run, database):
    run("organization", "add", "ciw", "Coalition of Immokalee Workers")
    which = ("--organization", "ciw", "--lane", "receipts")
    assert run("pause", *which, "--why", "a wrong text").stdout == "lane receipts, organization ciw: paused\n"
    assert count(database, "outbox_switches", "lane = 'receipts' AND reason = 'a wrong text'") == 1
    assert run("pause", *which, "--why", "a wrong text").stdout == "lane receipts, organization ciw: already paused\n"
    refused(run("resume", "--organization", "ciw"), "organization ciw: is not paused")
    assert run("resume", *which).stdout == "lane receipts, organization ciw: resumed\n"
    assert count(database, "outbox_switches") == 0
    for wrong in (("pause", "--why", "w"), ("pause", "--all", "--lane", "bulk", "--why", "w"), ("resume",)):
        refused(run(*wrong), "say which mail")
    refused(run("pause", "--campaign", "nobodys", "--why", "w"), "there is no campaign 'nobodys'")


def test_needs_no_secrets_for_what_makes_no_link(run):
    missing = dict.fromkeys(SECRETS)
    assert run("organization", "add", "ciw", "Coalition", **missing).exit_code == 0
    assert run("load", str(DEMO), **missing).exit_code == 0
    assert run("status", "fair-food", "paused", **missing).exit_code == 0


def test_tells_all_that_is_missing_in_the_environment_as_one_list(run):
    lines = refused(run("demo", "load", **dict.fromkeys(SECRETS)), "SECRET_KEY is missing", "MAIL_FROM is missing")
    assert len(lines) >= 6


def test_loads_a_file_and_again(run, database):
    first = run("load", str(DEMO))
    assert first.exit_code == 0
    assert "campaign fair-food: added, open" in first.stdout
    assert "event build-a-new-world: added, published" in first.stdout
    assert "groups: 3 left out" in first.stdout
    again = run("load", str(DEMO))
    assert "added" not in again.stdout
    assert "changed" not in again.stdout
    assert count(database, "campaigns", "is_demo") == 0


def test_a_broken_file_is_refused_with_its_line_and_nothing_is_loaded(run, database, tmp_path):
    file = tmp_path / "broken.yml"
    file.write_text(DEMO.read_text().replace("organization: bgiwf", "organization: nobody"))
    lines = refused(run("load", str(file)), f"{file}:", "no organization 'nobody'")
    assert len(lines) == 1
    assert count(database, "organizations") == 0
    file.write_text("campaigns: [\n")
    assert len(refused(run("load", str(file)), f"{file}:1: this is not YAML")) == 1
    refused(run("load", str(tmp_path / "nowhere.yml")), "does not exist")
    refused(run("load", str(tmp_path)), "is a directory")


def test_changes_a_status(run):
    run("load", str(DEMO))
    assert run("status", "fair-food", "paused").stdout == "campaign fair-food: open → paused\n"
    assert run("status", "fair-food", "paused").stdout == "campaign fair-food: already paused\n"
    assert len(refused(run("status", "fair-feud", "paused"), "no campaign 'fair-feud'")) == 1
    assert len(refused(run("status", "fair-food", "pasued"), "pasued")) == 1


def test_the_demonstration_is_marked_and_loaded_once(run, database):
    result = run("demo", "load")
    assert result.exit_code == 0, result.output
    assert "campaigns: 9 added" in result.stdout
    assert count(database, "campaigns") == count(database, "campaigns", "is_demo") == 9
    made_up = count(database, "actions", "is_made_up")
    assert made_up > 300
    assert count(database, "actions a JOIN campaigns c ON c.id = a.campaign_id", "c.is_high_safety") == 0
    assert run("demo", "load").stdout == "nothing was missing\n"
    assert count(database, "actions") == made_up


def test_demonstration_companies_accept_letters_at_all_hours(run, database):
    run("demo", "load")
    assert count(database, "pace_slots", "key LIKE 'mailbox:%' AND per_hour = 3600 AND is_always_open") == 14


def test_loading_the_demonstration_again_keeps_what_an_operator_changed(run, database):
    run("demo", "load")
    run("status", "fair-food", "paused")
    with database.begin() as connection:
        connection.execute(text("UPDATE organizations SET name = 'Ours' WHERE slug = 'ciw'"))
    run("demo", "load")
    assert count(database, "campaigns", "slug = 'fair-food' AND status = 'paused'") == 1
    assert count(database, "organizations", "name = 'Ours'") == 1


def test_clearing_takes_back_all_it_loaded_and_nothing_else(run, database):
    run("organization", "add", "ours", "Our own")
    run("demo", "load")
    result = run("demo", "clear")
    assert result.exit_code == 0, result.output
    assert "stays" not in result.stdout
    for table in (
        "campaigns",
        "companies",
        "executives",
        "agreements",
        "stances",
        "actions",
        "people",
        "outbox_switches",
    ):
        assert count(database, table) == 0, table
    assert count(database, "organizations", "slug = 'ours'") == count(database, "organizations") == 1
    assert run("demo", "clear").stdout == "there was no demonstration\n"


def test_a_demonstration_campaign_in_which_somebody_real_acted_stays(run, database):
    run("demo", "load")
    with database.begin() as connection:
        connection.execute(
            text("""
            INSERT INTO actions (kind, campaign_id, signer_key, digest, state, is_counted, door)
            SELECT 'pledge', id, 'k', 'd', 'confirmed', true, 'form' FROM campaigns WHERE slug = 'fair-food'
            """)
        )
        connection.execute(text("UPDATE campaign_tallies SET confirmed = confirmed + 1, last_number = last_number + 1"))
    result = run("demo", "clear")
    assert "campaign fair-food: stays, because supporters acted in it" in result.stdout
    assert count(database, "campaigns") == 1
    assert count(database, "companies") == 3
    assert count(database, "executives") == 6
    assert count(database, "organizations", "slug = 'ciw'") == count(database, "organizations") == 1
    assert count(database, "actions") == 1
    assert count(database, "campaign_tallies", "confirmed = 1") == 1


def test_the_demonstration_never_addresses_a_company_that_is_not_its_own(run, database, tmp_path):
    file = tmp_path / "real.yml"
    file.write_text(
        "companies:\n  - {slug: kroger, name: Kroger, country: US, timezone: America/New_York, "
        "executives: [{office: Chief Executive Officer, address: ceo@real.org}]}\n"
    )
    assert run("load", str(file)).exit_code == 0
    result = run("demo", "load")
    assert "campaign fair-food: left out, because the company kroger is not of the demonstration" in result.stdout
    assert count(database, "campaigns", "slug = 'fair-food'") == 0
    run("demo", "clear")
    assert count(database, "companies") == count(database, "executives") == 1


@pytest.mark.parametrize(
    "arguments",
    [("--data", "DIR", "organization", "add", "a", "A"), ("organization", "add", "a", "A", "--data", "DIR")],
)
def test_takes_the_data_directory_before_or_after_the_command(run, tmp_path, arguments):
    place = tmp_path / "elsewhere"
    result = run(*(str(place) if word == "DIR" else word for word in arguments), CAMPAIGN_DATA=None)
    assert result.exit_code == 0, result.output


def test_an_unknown_command_or_option_is_one_line(run):
    assert len(refused(run("statsu"), "no command `campaign statsu`", "Did you mean `campaign status`?")) == 1
    assert len(refused(run("status", "--fast"), "--fast")) == 1


@pytest.mark.parametrize("arguments", [(), ("letters",)])
def test_a_group_alone_is_its_help(run, arguments):
    result = run(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "Commands:" in result.stdout
    assert "..." not in result.stdout.partition("Commands:")[2], "no summary is cut"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lettres", "campaign letters"),
        ("letters lits", "campaign letters list"),
        ("lettres requeue", "campaign letters requeue"),
        ("letters-held", "campaign letters"),
        ("exprot fair-food", "campaign export"),
        ("requeue", "campaign letters requeue"),
        ("companies care giv kroger ciw", "campaign companies care give"),
    ],
)
def test_a_near_miss_names_what_was_meant(run, typed, meant):
    (line,) = refused(run(*typed.split()), "There is no command")
    assert f"`{meant}`" in line


def test_what_is_near_nothing_leads_to_the_list(run):
    refused(run("zzzz"), "`campaign --help` lists all commands")


@pytest.mark.parametrize(
    "arguments",
    [
        ("migrate",),
        ("doctor",),
        ("letters", "list"),
        ("load", str(DEMO)),
        ("demo", "clear"),
        ("organization", "add", "a", "A"),
        ("worker", "critical"),
        ("web",),
        ("shell", "true"),
    ],
)
def test_a_mistyped_data_directory_makes_no_installation(run, tmp_path, arguments):
    for name in ("run", "secrets", "logs"):
        (tmp_path / "campaign" / name).mkdir(parents=True)
    elsewhere = tmp_path / "campaing"
    result = run(*arguments, "--data", str(elsewhere), DATABASE_URL=None, REDIS_URL=None)
    said = result.stdout + result.stderr
    assert result.exit_code == (1 if arguments == ("doctor",) else 2), said
    assert f"there is no installation in {elsewhere}. Did you mean {tmp_path / 'campaign'}?" in said
    assert f"campaign up --data {elsewhere}" in said
    assert not elsewhere.exists()


def test_a_database_that_is_away_is_one_line(run):
    result = run("status", "a", "open", DATABASE_URL="postgresql://nobody@127.0.0.1:9/none")
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert "Traceback" not in result.stderr


def test_a_database_without_tables_is_told_what_to_do(run, server_url):
    url = make_url(server_url).set(database="template1").render_as_string(hide_password=False)
    result = run("organization", "add", "a", "A", DATABASE_URL=url)
    assert result.exit_code == 1
    assert "campaign migrate" in result.stderr


@pytest.fixture
def mails(database):
    """Mails in the ledger: `mails(state, count, lane)` adds some."""

    def add(state, count=1, lane="critical"):
        with Session(database) as session:
            letter = {"mailbox": "ceo@kroger.example"} if lane == "letters" else {}
            append(session, [NewMessage(lane, "a.confirm", campaign_id=1, **letter)] * count)
            session.execute(text("UPDATE outbox_messages SET state = :state WHERE state = 'due'"), {"state": state})
            session.commit()

    return add


def test_lists_what_became_of_mails(run, mails):
    assert run("mails", "list").stdout == "no mails\n"
    mails("unknown", 2)
    mails("sent", lane="bulk")
    mails("unknown", lane="letters")
    lines = run("mails", "list").stdout.splitlines()
    assert len(lines) == 3, "letters have a list of their own"
    assert "begun 0, blind 0" in lines[0]
    assert len(run("mails", "list", "--state", "unknown").stdout.splitlines()) == 2
    assert len(run("mails", "list", "--lane", "bulk").stdout.splitlines()) == 1


@pytest.mark.parametrize(("command", "lane"), [("mails", "critical"), ("letters", "letters")])
def test_sends_unknown_ones_again_only_after_saying_how_many(run, database, mails, command, lane):
    mails("unknown", 1203, lane)
    refusal = run(command, "requeue", "--state", "unknown", says="n\n")
    assert refusal.exit_code == 130
    assert f"1203 {command} may have arrived already" in refusal.output
    assert count(database, "outbox_messages", "state = 'due'") == 0
    result = run(command, "requeue", "--state", "unknown", says="y\n")
    assert result.stdout.endswith(f"1203 {command} queued again\n")
    assert count(database, "outbox_messages", "state = 'due'") == 1203, "all of them, not the first thousand"


def test_sends_again_only_what_was_named(run, database, mails):
    mails("unknown", 2)
    mails("unknown", 3, "bulk")
    mails("dead", 4)
    assert run("mails", "requeue", "--lane", "bulk", "--yes").stdout == "3 mails queued again\n"
    assert run("mails", "requeue", "--state", "dead", "--yes").stdout == "4 mails queued again\n"
    assert count(database, "outbox_messages", "state = 'unknown'") == 2


def test_a_shell_finds_the_database_and_hides_its_password(run, database, capfd) -> None:
    done = run("shell", "psql", "-Atc", "SELECT current_database()")
    assert done.exit_code == 0
    assert capfd.readouterr().out.strip() == database.url.database
    done = run("shell", "sh", "-c", 'echo "$PGUSER $PUBLIC_URL"; exit 3')
    assert done.exit_code == 3
    assert capfd.readouterr().out.strip() == f"{database.url.username} {SECRETS['PUBLIC_URL']}"


def test_a_shell_says_what_it_cannot_run(run) -> None:
    refused(run("shell", "no-such-program"), "no-such-program: No such file or directory")
