"""The command that makes a marshal's link and takes links back; a phone whose link was taken back."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from campaign.cli import main
from campaign.kernel.clock import now
from tests.actions.visitor import PUBLIC_URL
from tests.events.coming import MARCH, legs_of
from tests.events.test_marshal_page import ana, entry, leaks, said, send

__all__ = ["ana"]


@pytest.fixture
def run(settings, tmp_path):
    """Run a command line against the stage's database, with the stage's keys."""
    environ = {
        "DATABASE_URL": settings.database_url.replace("postgresql+psycopg", "postgresql"),
        "REDIS_URL": settings.redis_url,
        "CAMPAIGN_DATA": str(tmp_path),
        "SECRET_KEY": " ".join(settings.secret_keys),
        "PRIVACY_KEY": settings.privacy_key,
        "PUBLIC_URL": PUBLIC_URL,
        "MAIL_FROM": "Campaign <campaign@mail.example>",
        "SENDGRID_API_KEY": "SG.test",
        "SENDGRID_WEBHOOK_PUBLIC_KEY": settings.sendgrid_webhook_public_key,
    }
    return lambda *arguments: CliRunner().invoke(main, ["events", "marshal", *arguments], env=environ)


def link_from(answer):
    assert answer.exit_code == 0, answer.output
    address = answer.stdout.strip()
    assert address.startswith(f"{PUBLIC_URL}/marshal/")
    return address.removeprefix(PUBLIC_URL)


def test_it_prints_a_link_and_until_when_in_the_events_zone(visitor, run, ana):
    answer = run(MARCH, "--leg", "1")
    assert "Ana Ruiz" in visitor.client.get(link_from(answer)).text
    ends_at = visitor.one("SELECT ends_at FROM event_legs WHERE public_id = :id", id=legs_of(visitor)[0])
    until = (ends_at + timedelta(hours=12)).astimezone(ZoneInfo("America/New_York"))
    assert f"works until {until:%Y-%m-%d %H:%M} America/New_York" in answer.stderr
    later = run(MARCH, "--leg", "1", "--hours", "36").stderr
    assert f"{until + timedelta(hours=24):%Y-%m-%d}" in later


def test_the_link_holds_until_the_moment_that_was_said(visitor, run, ana):
    visitor.do("UPDATE event_legs SET starts_at = now() - interval '9 hours', ends_at = now() - interval '2 hours' WHERE public_id = :id", id=legs_of(visitor)[0])  # fmt: skip
    link = link_from(run(MARCH, "--leg", "1", "--hours", "3"))
    ends = int(re.search(r'data-ends="(\d+)"', visitor.client.get(link).text)[1])
    assert abs(datetime.fromtimestamp(ends / 1000, UTC) - now() - timedelta(hours=1)) < timedelta(minutes=1)
    late = run(MARCH, "--leg", "1", "--hours", "2")
    assert late.exit_code != 0
    assert "give more --hours" in late.output


def test_taking_back_makes_every_earlier_link_of_that_leg_useless_at_once(visitor, run, ana):
    first, second, other = (link_from(run(MARCH, "--leg", leg)) for leg in ("1", "1", "2"))
    assert "every earlier link" in run(MARCH, "--leg", "1", "--revoke").output
    for link in (first, second):
        page = visitor.client.get(link)
        assert page.status_code == 410
        assert "turned off" in page.text
        assert leaks(page) == []
        assert visitor.client.get(f"{link}.json").json == {"error": "gone", "reason": "revoked"}
        assert visitor.client.post(link, data={"seen": f"{ana} 3"}).status_code == 410
        answer = send(visitor, link, entry(visitor, ana, 3, at=now() - timedelta(hours=1)))
        assert (answer.status_code, answer.json["reason"]) == (410, "revoked")
    assert said(visitor) == {}
    assert visitor.client.get(other).status_code == 200
    fresh = link_from(run(MARCH, "--leg", "1"))
    assert send(visitor, fresh, entry(visitor, ana, 3)).json["answers"] == [None]


def test_what_is_not_there_or_off_is_said(visitor, run, ana):
    assert "no-such" in run("no-such", "--leg", "1").output
    for arguments in (("--leg", "9"), ("--leg", "9", "--revoke")):
        answer = run(MARCH, *arguments)
        assert answer.exit_code != 0
        assert "no leg 9" in answer.output
    for arguments in ((), ("--leg", "0"), ("--leg", "1", "--hours", "-1"), ("--leg", "1", "--hours", "241")):
        assert run(MARCH, *arguments).exit_code == 2
    visitor.do("UPDATE event_legs SET status = 'cancelled' WHERE public_id = :id", id=legs_of(visitor)[0])
    assert "leg 1 is cancelled" in run(MARCH, "--leg", "1").output
    visitor.do("UPDATE events SET status = 'draft' WHERE slug = :slug", slug=MARCH)
    assert "is a draft" in run(MARCH, "--leg", "2").output


def test_a_cancelled_legs_page_says_so_and_works(visitor, run, ana):
    link = link_from(run(MARCH, "--leg", "1"))
    visitor.do("UPDATE event_legs SET status = 'cancelled' WHERE public_id = :id", id=legs_of(visitor)[0])
    assert "This has been canceled." in visitor.client.get(link).text
