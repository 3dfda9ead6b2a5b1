"""Tries to read passwords and keys where an operator's words go: the doctor's, the start's refusal, an error's."""

import pytest
from click.testing import CliRunner
from sqlalchemy.engine import make_url

from campaign import background
from campaign.cli import main

PASSWORD = "hunter2-of-the-database"
SECRETS = {
    "SECRET_KEY": "secret-key-nobody-signs-with-it-0123456789",
    "PRIVACY_KEY": "privacy-key-nobody-hashes-with-it-0123456789",
    "SENDGRID_API_KEY": "SG.key-of-the-provider",
    "METRICS_TOKEN": "token-of-the-metrics",
}
SETTINGS = {
    "PUBLIC_URL": "https://act.example",
    "MAIL_FROM": "Campaign <campaign@campaign.example>",
    "SENDGRID_BASE_URL": "http://127.0.0.1:9",
    "SENDGRID_WEBHOOK_PUBLIC_KEY": "aGVsbG8=",
    "CAMPAIGN_DATA": "",
    "TRUSTED_PROXIES": "0.0.0.0/0",
}


@pytest.fixture(autouse=True)
def _never_works(monkeypatch):
    """A worker that is not refused ends at once: it would wait for its database for ever."""
    monkeypatch.setattr(background, "run_worker", lambda *_arguments: 0)


def run(tmp_path, database_url, redis_url, *arguments, **changed):
    environ = {**SETTINGS, **SECRETS, "DATABASE_URL": database_url, "REDIS_URL": redis_url, **changed}
    environ["CAMPAIGN_DATA"] = str(tmp_path)
    return CliRunner().invoke(main, arguments, env=environ)


def told(result, *more):
    words = result.output + (result.stderr or "") + (str(result.exception) if result.exception else "")
    return [secret for secret in (*SECRETS.values(), PASSWORD, *more) if secret in words]


def test_the_doctor_tells_no_password_and_no_key(tmp_path, database_url, redis_url):
    url = make_url(database_url)
    result = run(tmp_path, url.set(drivername="postgresql").render_as_string(hide_password=False), redis_url, "doctor")
    assert "OK    database:" in result.output
    assert "FIX   settings: TRUSTED_PROXIES" in result.output
    assert told(result, url.password, make_url(redis_url).password) == []


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://campaign:{PASSWORD}@127.0.0.1:9/campaign",
        f"postgresql://campaign:{PASSWORD}@nowhere.invalid/campaign",
        f"postgresql://campaign:{PASSWORD}@127.0.0.1:9/campaign?sslmode=verify-full",
    ],
)
@pytest.mark.parametrize("command", [("doctor",), ("actions", "held"), ("worker", "critical")])
def test_no_error_tells_the_databases_password(tmp_path, url, command):
    assert told(run(tmp_path, url, f"redis://:{PASSWORD}@127.0.0.1:9/0", *command)) == []


def test_the_refusal_of_a_start_tells_no_key(tmp_path):
    url = f"postgresql://campaign:{PASSWORD}@127.0.0.1:9/campaign"
    result = run(
        tmp_path, url, f"redis://:{PASSWORD}@127.0.0.1:9/0", "worker", "critical", METRICS_TOKEN="short-token-it"
    )
    assert result.exit_code == 2
    assert "TRUSTED_PROXIES" in result.output
    assert told(result, "short-token-it") == []
