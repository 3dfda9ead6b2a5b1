"""Tries what an operator in a hurry sets: would a process begin to serve people with it?"""

import secrets

import pytest
from click.testing import CliRunner

from campaign import background
from campaign.cli import main

KEYS = [secrets.token_urlsafe(48) for _ in range(2)]
SOUND = {
    "DATABASE_URL": "postgresql://u:p@127.0.0.1:9/d",
    "REDIS_URL": "redis://127.0.0.1:9/0",
    "SECRET_KEY": KEYS[0],
    "PRIVACY_KEY": KEYS[1],
    "PUBLIC_URL": "https://act.example",
    "MAIL_FROM": "Campaign <campaign@campaign.example>",
    "SENDGRID_API_KEY": "SG.key",
    "SENDGRID_WEBHOOK_PUBLIC_KEY": "aGVsbG8=",
}
DOORS = [
    {"PRIVACY_KEY": KEYS[0]},
    {"SECRET_KEY": f"{KEYS[0]} {KEYS[0]}"},
    {"SECRET_KEY": "a" * 40},
    {"PRIVACY_KEY": "campaign" * 5},
    {"METRICS_TOKEN": "letmein"},
    {"METRICS_TOKEN": KEYS[0]},
    {"PUBLIC_URL": "http://act.example"},
    {"PUBLIC_URL": "https://act.example@evil.example"},
    {"PUBLIC_URL": "https://act.example/?next="},
    {"TRUSTED_PROXIES": "0.0.0.0/0"},
    {"TRUSTED_PROXIES": "::/1, 8000::/1"},
    {"TRUSTED_PROXIES": "::ffff:0:0/96"},
    {"SENDGRID_BASE_URL": "http://api.sendgrid.com"},
]


@pytest.fixture
def begin(monkeypatch, tmp_path):
    """Begin a process with settings; tells whether it would serve."""
    monkeypatch.setattr(background, "run_worker", lambda *_arguments: 0)

    def begin(**changed):
        environ = {"METRICS_TOKEN": "", "TRUSTED_PROXIES": "", "SENDGRID_BASE_URL": "", "CAMPAIGN_DEMO": ""}
        environ |= {**SOUND, "CAMPAIGN_DATA": str(tmp_path), **changed}
        return CliRunner().invoke(main, ["worker", "critical"], env=environ)

    return begin


def test_no_process_serves_with_a_door_open(begin, tell):
    assert begin().exit_code == 0
    opened = [door for door in DOORS if begin(**door).exit_code == 0]
    tell("settings that open a door and stop nothing", f"{len(opened)} of {len(DOORS)}")
    assert opened == []


@pytest.mark.parametrize("door", DOORS, ids=lambda door: next(iter(door)))
def test_the_refusal_names_the_setting(begin, door):
    result = begin(**door)
    assert result.exit_code == 2
    assert next(iter(door)) in result.output
