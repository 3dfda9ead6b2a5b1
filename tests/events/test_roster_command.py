"""`campaign events roster`: numbers, lists, files; one line and exit code 2 for what cannot be done."""

import csv
import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from campaign.cli import main
from tests.actions.visitor import HIGH_SAFETY
from tests.events.coming import MARCH, come
from tests.events.stage import make_event

ROOT = Path(__file__).parents[2]


@pytest.fixture
def environ(settings, tmp_path):
    url = settings.database_url.replace("postgresql+psycopg", "postgresql")
    return {"DATABASE_URL": url, "REDIS_URL": settings.redis_url, "CAMPAIGN_DATA": str(tmp_path)}


@pytest.fixture
def run(environ):
    """Run `campaign events roster …` against the stage's database, without secrets."""
    return lambda *arguments: CliRunner().invoke(main, ["events", "roster", *map(str, arguments)], env=environ)


def rows(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def refused(result, *words):
    assert result.exit_code == 2
    assert result.stdout_bytes == b""
    lines = result.stderr.strip().splitlines()
    assert len(lines) == 1
    assert all(word in lines[0] for word in words), lines


def test_numbers_by_leg_where_no_list_is_asked_for(visitor, run):
    come(visitor, part="all", guests="2")
    told = run(MARCH)
    assert told.exit_code == 0
    assert told.output.count("people: 3") == 5
    assert "Ana" not in told.output
    assert run(MARCH, "--leg", 2).output.count("people: 3") == 1


def test_a_file_for_a_spreadsheet_to_standard_output_and_to_a_file_of_ones_own(visitor, run, tmp_path):
    come(visitor, part="all", given_name="=Ana", family_name="Zúñiga")
    answer = run(MARCH, "--csv", "--leg", 5)
    assert [(row["Leg"], row["Name"]) for row in rows(answer.stdout_bytes)] == [("5", "'=Ana Zúñiga")]
    path = tmp_path / "list.csv"
    path.write_text("old")
    path.chmod(0o644)
    assert run(MARCH, "--csv", "--output", path, "--language", "es").exit_code == 0
    assert len(rows(path.read_bytes())) == 5
    assert "Nombre" in rows(path.read_bytes())[0]
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in tmp_path.glob("*roster*")] == []


def test_needs_are_in_a_file_of_their_own(visitor, run):
    visitor.do("UPDATE events SET asks = '[\"needs\"]' WHERE slug = :s", s=MARCH)
    come(visitor, part="finale", needs="diet")
    come(visitor, part="finale", email="eva@example.org", given_name="Eva")
    (only,) = rows(run(MARCH, "--csv", "--needs").stdout_bytes)
    assert (only["Name"], only["Vegetarian meals"]) == ("Ana Ruiz", "yes")
    listed = run(MARCH, "--csv").stdout_bytes
    assert b"egetarian" not in listed
    assert len(rows(listed)) == 2


def test_a_pdf_to_a_pipe_or_a_file_and_never_to_a_terminal(visitor, run, environ, tmp_path):
    come(visitor, part="finale")
    assert run(MARCH, "--pdf").stdout_bytes.startswith(b"%PDF-")
    path = tmp_path / "list.pdf"
    assert run(MARCH, "--pdf", "--paper", "a4", "--output", path).exit_code == 0
    assert path.read_bytes().startswith(b"%PDF-")
    ours, theirs = pty.openpty()
    try:
        command = [sys.executable, "-m", "campaign.cli", "events", "roster", MARCH, "--pdf"]
        told = subprocess.run(
            command, stdout=theirs, stderr=subprocess.PIPE, text=True, timeout=60, cwd=ROOT, env={**os.environ, **environ},
            check=False,
        )  # fmt: skip
    finally:
        os.close(ours)
        os.close(theirs)
    assert told.returncode == 2
    assert told.stderr == "campaign: a PDF is nothing for a terminal: name a file by --output\n"


def test_what_cannot_be_done_is_said_in_one_line(visitor, run, tmp_path):
    for form in ((), ("--csv",), ("--pdf",)):
        refused(run("no-such", *form), "there is no event 'no-such'")
        refused(run(MARCH, "--leg", 9, *form), f"event {MARCH!r} has no leg 9")
    refused(run(MARCH, "--output", tmp_path / "x"), "--csv or --pdf")
    refused(run(MARCH, "--needs"), "--csv or --pdf")
    refused(run(MARCH, "--csv", "--output", tmp_path / "none" / "x.csv"), "cannot be written: No such file")


def test_a_high_safety_event_has_numbers_and_no_list(visitor, run, sessions, tmp_path):
    with sessions() as session, session.begin():
        event, _ = make_event(session, "unsaid", legs=1)
        event.campaign_id = (
            session.connection().exec_driver_sql(f"SELECT id FROM campaigns WHERE slug = '{HIGH_SAFETY}'").scalar_one()
        )
    path = tmp_path / "list"
    for form in ("--csv", "--pdf"):
        refused(run("unsaid", form), "high-safety", "no list of who comes")
        refused(run("unsaid", form, "--output", path), "high-safety")
    assert not path.exists()
    assert "people: 0 of 20 going" in run("unsaid").output


def test_an_earlier_file_stays_where_a_new_one_cannot_be_made(visitor, run, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("yesterday's")
    visitor.do("UPDATE events SET purged_at = now() WHERE slug = :s", s=MARCH)
    refused(run(MARCH, "--csv", "--output", path), "forgotten")
    assert path.read_text() == "yesterday's"
