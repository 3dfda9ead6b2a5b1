"""`campaign suppressions`: an operator sees kinds and scopes, never whose, and lifts by address."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.delivery.suppression import address_key, apart_key, suppress
from campaign.kernel.keyed_hash import KeyedHash
from tests.test_cli import SECRETS, count, database, refused, run

assert all((database, run)), "fixtures"


HASHES = KeyedHash(SECRETS["PRIVACY_KEY"])


@pytest.fixture
def refused_by(run, database):
    """The demonstration, and somebody who refused: `refused_by(address)`, everywhere and on a high-safety campaign."""
    assert run("demo", "load").exit_code == 0

    def refuse(address):
        with Session(database) as session:
            ids = dict(session.execute(text("SELECT slug, id FROM campaigns ORDER BY id")).all())
            suppress(session, [address_key(HASHES, address)], "bounce")
            suppress(session, [address_key(HASHES, address)], "not_me", campaign_id=ids["fair-food"])
            apart, campaign_id = "justice-for-shahidul", ids["justice-for-shahidul"]
            suppress(
                session, [apart_key(HASHES, campaign_id, address)], "not_me", campaign_id=campaign_id, is_apart=True
            )
            session.commit()
        return apart

    return refuse


def test_lists_who_is_not_written_to_without_saying_who(run, refused_by):
    assert run("suppressions", "list").stdout == "no suppressions\n"
    refused_by("ana@example.org")
    refused_by("eva@example.org")
    listed = run("suppressions", "list").stdout
    assert len(listed.splitlines()) == 6
    assert "@" not in listed
    assert "campaign fair-food" in listed
    assert "everywhere" in listed
    assert "until lifted" in listed
    hers = run("suppressions", "list", "--address", "Ana@Example.org").stdout.splitlines()
    assert len(hers) == 3
    assert len(run("suppressions", "list", "--kind", "bounce", "--limit", "1").stdout.splitlines()) == 1
    assert len(run("suppressions", "list", "--campaign", "fair-food").stdout.splitlines()) == 2


def test_lifts_what_is_asked_for_and_no_more(run, refused_by, database):
    safe = refused_by("ana@example.org")
    refused_by("eva@example.org")
    assert run("suppressions", "lift", "ana@example.org", "--campaign", safe).stdout.startswith("lifted: not_me")
    assert count(database, "suppressions") == 5
    assert len(run("suppressions", "lift", "ana@example.org", "--kind", "not_me").stdout.splitlines()) == 1
    assert len(run("suppressions", "lift", "ana@example.org").stdout.splitlines()) == 1
    assert count(database, "suppressions") == 3, "Eva's"
    refused(run("suppressions", "lift", "ana@example.org"), "no such suppression for that address")


def test_what_is_wrong_about_suppressions_is_one_line_and_changes_nothing(run, refused_by, database):
    refused_by("ana@example.org")
    for arguments, words in (
        (("lift",), "ADDRESS"),
        (("lift", "nobody"), "not an address: nobody"),
        (("lift", "ana@example.org", "--campaign", "none"), "there is no campaign 'none'"),
        (("lift", "ana@example.org", "--kind", "annoyed"), "annoyed"),
        (("list", "--campaign", "none"), "there is no campaign 'none'"),
    ):
        refused(run("suppressions", *arguments), words)
    refused(run("suppressions", "list", "--address", "ana@example.org", PRIVACY_KEY=None), "PRIVACY_KEY")
    assert run("suppressions", "list", PRIVACY_KEY=None).exit_code == 0
    assert count(database, "suppressions") == 3
