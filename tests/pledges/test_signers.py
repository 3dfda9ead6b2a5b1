"""Who signed, as a file: who is in it, with which words and consents; who is not; and how it comes into being."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from campaign.actions.service import taking_back
from campaign.cli import main
from campaign.delivery.suppression import address_key, suppress
from campaign.features import KINDS
from campaign.kernel.actors import ALL_POWERS, OPERATOR, UPKEEP, Actor
from campaign.kernel.errors import ConflictError, ForbiddenError, NotFoundError
from campaign.kernel.spreadsheets import BOM
from campaign.people.stopping import stop
from campaign.pledges import signers as rooms
from campaign.pledges.signers import COLUMNS, begin_export, write_signers
from tests.actions.stage import environ_of
from tests.actions.visitor import HIGH_SAFETY, OPEN

ROOT = Path(__file__).parents[2]
BY_NAME = {kind.name: kind for kind in KINDS}
WORDS = "I picked tomatoes for years.\n=My mother, too"


@pytest.fixture
def exported(sessions):
    """Give the rows of an export by column, and what was told of it."""

    def export(**options):
        out = io.StringIO(newline="")
        with sessions() as session:
            signers = begin_export(session, OPERATOR, OPEN)
            session.commit()
            told = write_signers(session, OPERATOR, signers, out, **options)
        return list(csv.DictReader(io.StringIO(out.getvalue(), newline=""))), told

    return export


@pytest.fixture
def environ(settings, tmp_path):
    url = settings.database_url.replace("postgresql+psycopg", "postgresql")
    return environ_of(url, settings.redis_url) | {"CAMPAIGN_DATA": str(tmp_path)}


@pytest.fixture
def run(environ):
    return lambda *arguments: CliRunner().invoke(main, ["export", *map(str, arguments)], env=environ)


@pytest.fixture
def logged(visitor):
    """Give what the audit log got of exports since the test began."""
    statement = "SELECT id, who, thing FROM audit_entries WHERE verb = 'export' AND id > :after ORDER BY id"
    after = visitor.one("SELECT coalesce(max(id), 0) FROM audit_entries")
    return lambda: [(row.who, row.thing) for row in visitor.all(statement, after=after)]


def test_who_stands_with_their_words_and_what_they_agreed_to(visitor, exported):
    visitor.pledge(postal_code="02139", comment=WORDS, consent="yes", show_name="yes")
    visitor.pledge(email="Eva@example.org", given_name="Eva", family_name="")
    (ana, eva), told = exported()
    assert tuple(ana) == COLUMNS
    assert (told.signers, told.made_up) == (2, 0)
    assert {name: ana[name] for name in ("number", "given_name", "postal_code", "comment", "show_name")} == {
        "number": "1", "given_name": "Ana", "postal_code": "02139", "show_name": "yes",
        "comment": "I picked tomatoes for years.\n'=My mother, too",
    }  # fmt: skip
    assert (ana["consent"], ana["consent_language"], ana["consent_by"], ana["may_be_mailed"]) == (
        "agreed", "en", "form", "yes",
    )  # fmt: skip
    assert "Coalition of Immokalee Workers" in ana["consent_words"]
    assert ana["confirmed_at"].endswith("Z")
    assert eva["number"] == "2"
    assert not any(eva[name] for name in ("consent", "consent_words", "consent_at", "may_be_mailed", "show_name"))


def test_who_took_it_back_or_cannot_be_reached_is_not_to_be_mailed(visitor, exported, sessions, installation):
    for name in ("ana", "eva", "lou"):
        visitor.pledge(email=f"{name}@example.org", consent="yes")
    with sessions() as session, session.begin():
        people = dict(session.execute(text("SELECT email, id FROM people")).all())
        organization = session.scalar(text("SELECT organization_id FROM campaigns WHERE slug = :s"), {"s": OPEN})
        stop(session, people["ana@example.org"], [organization], "my")
        suppress(session, [address_key(installation.hashes, "eva@example.org")], "bounce")
    rows, _ = exported()
    assert [(row["consent"], row["consent_by"], row["may_be_mailed"]) for row in rows] == [
        ("taken back", "my", ""), ("agreed", "form", ""), ("agreed", "form", "yes"),
    ]  # fmt: skip


def test_who_did_not_confirm_withdrew_or_erased_themselves_is_not_in_it(visitor, exported, sessions):
    visitor.sign(email="waits@example.org")
    visitor.pledge(email="stands@example.org")
    visitor.pledge(email="withdrew@example.org")
    visitor.pledge(email="erased@example.org")
    ids = dict(visitor.all("SELECT p.email, a.id FROM actions a JOIN people p ON p.id = a.person_id"))
    people = dict(visitor.all("SELECT email, id FROM people"))
    with sessions() as session, session.begin():
        taking_back.withdraw(session, [ids["withdrew@example.org"]], BY_NAME)
        taking_back.erase_person(session, people["erased@example.org"], BY_NAME)
    rows, told = exported()
    assert [row["email"] for row in rows] == ["stands@example.org"]
    assert told.signers == 1


def test_the_made_up_are_left_out_unless_asked_for(visitor, exported):
    visitor.pledge()
    visitor.do("UPDATE actions SET is_made_up = true")
    rows, told = exported()
    assert (rows, told.made_up) == ([], 1)
    rows, told = exported(with_made_up=True)
    assert (len(rows), told.signers) == (1, 1)


def test_all_are_written_however_they_fall_into_chunks(visitor, exported, monkeypatch):
    monkeypatch.setattr(rooms, "_CHUNK", 2)
    for n in range(5):
        visitor.pledge(email=f"{n}@example.org", consent="yes" if n % 2 else None)
    counts = []
    rows, _ = exported(on_rows=counts.append)
    assert [(row["number"], row["may_be_mailed"]) for row in rows] == [
        ("1", ""), ("2", "yes"), ("3", ""), ("4", "yes"), ("5", ""),
    ]  # fmt: skip
    assert counts == [2, 2, 1]


def test_nothing_leaves_a_high_safety_campaign(visitor, run, session, tmp_path):
    visitor.pledge(HIGH_SAFETY)
    with pytest.raises(ConflictError, match="no pseudonym leaves it"):
        begin_export(session, OPERATOR, HIGH_SAFETY)
    told = run(HIGH_SAFETY, "--output", tmp_path / "x.csv")
    assert (told.exit_code, told.stdout_bytes, list(tmp_path.glob("*.csv"))) == (2, b"", [])
    assert "high-safety" in told.stderr


def test_only_who_may_gets_them(session):
    with pytest.raises(ForbiddenError):
        begin_export(session, UPKEEP, OPEN)
    with pytest.raises(NotFoundError):
        begin_export(session, Actor("somebody", ALL_POWERS, frozenset({0})), OPEN)
    signers = begin_export(session, OPERATOR, OPEN)
    with pytest.raises(NotFoundError):
        write_signers(session, Actor("somebody", ALL_POWERS, frozenset({0})), signers, io.StringIO())


def test_a_file_is_its_owners_and_whole_and_the_log_says_so(visitor, run, logged, tmp_path):
    visitor.pledge(postal_code="02139")
    path = tmp_path / "signers.csv"
    path.write_text("old")
    path.chmod(0o644)
    told = run(OPEN, "--output", path, "--bom")
    assert (told.exit_code, told.stdout, told.stderr) == (0, "", "1 signature\n")
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text(encoding="utf-8").startswith(BOM + '"number","email"')
    assert '"\'02139"' in path.read_text(encoding="utf-8")
    assert [entry.name for entry in tmp_path.iterdir()] == ["signers.csv"]
    assert logged() == [("operator", "campaign")]


def test_what_fails_in_the_middle_leaves_the_file_as_it_was_and_the_log_knows(
    visitor, run, logged, tmp_path, monkeypatch
):
    visitor.pledge(consent="yes")
    path = tmp_path / "signers.csv"
    path.write_text("old")

    def fail(*_):
        raise ConflictError("the lights went out")

    monkeypatch.setattr(rooms, "find_stops", fail)
    assert run(OPEN, "--output", path).exit_code == 2
    assert [(entry.name, entry.read_text()) for entry in tmp_path.iterdir()] == [("signers.csv", "old")]
    assert len(logged()) == 1


def test_a_reader_who_leaves_is_no_error_to_talk_about(visitor, environ, logged):
    visitor.pledge()
    visitor.do("""
        INSERT INTO actions (kind, campaign_id, person_id, signer_key, digest, state, is_counted, number, door, comment)
        SELECT 'pledge', campaign_id, person_id, sha256(n::text::bytea), sha256(n::text::bytea), 'confirmed', true, n,
            'form', repeat('long ', 300) FROM actions, generate_series(2, 600) n""")
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "campaign.cli", "export", OPEN]
    with subprocess.Popen(
        command, stdout=writing, stderr=subprocess.PIPE, cwd=ROOT, env={**os.environ, **environ}, text=True
    ) as process:
        os.close(writing)
        os.read(reading, 10)
        os.close(reading)
        _, told = process.communicate(timeout=60)
    assert (process.returncode, told) == (1, "")
    assert len(logged()) == 1, "names left, whoever stopped reading"
