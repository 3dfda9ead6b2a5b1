"""Tries to read, as another service that runs as `nobody`, what root's embedded servers keep."""

import os
import pwd
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import pytest

from campaign.embedded import accounts, ports
from campaign.embedded.errors import ServicesError
from campaign.embedded.homes import make_data_dir, make_private, prepare_home
from campaign.embedded.postgres import Postgres

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has an account to change to")
pytestmark = needs_root

NOBODY = pwd.getpwnam("nobody")
OTHER = "daemon"  # stands for an account of the servers' own, which a test cannot make


@pytest.fixture
def data(monkeypatch):
    monkeypatch.delenv(accounts.VARIABLE, raising=False)
    monkeypatch.setattr(accounts, "_OWN", "no-such-account")
    with tempfile.TemporaryDirectory(prefix="campaign-services-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        yield make_data_dir(Path(name) / "data")


def readable_by(entry, folder):
    """The files below a folder that an account can read."""
    return [path for path in folder.rglob("*") if path.is_file() and path.stat().st_uid == entry.pw_uid]


def test_a_new_installation_refuses_an_account_that_others_share(data):
    with pytest.raises(ServicesError, match=r"would belong to nobody.*useradd --system campaign"):
        prepare_home(data, may_share=False)
    assert not (data / "servers").exists()


def test_a_demonstration_may_and_whoever_names_it_means_it(data, monkeypatch):
    assert prepare_home(data, may_share=True).account.name == "nobody"
    monkeypatch.setenv(accounts.VARIABLE, "nobody")
    assert not prepare_home(data, may_share=False).account.is_unwanted


def test_one_that_stands_goes_on(data):
    prepare_home(data, may_share=True)
    assert prepare_home(data, may_share=False).account.is_unwanted


@pytest.mark.parametrize("name", ["root", "no-such-account"])
def test_an_account_that_cannot_be_is_refused_in_words(data, monkeypatch, name):
    monkeypatch.setenv(accounts.VARIABLE, name)
    with pytest.raises(ServicesError, match=f"no unprivileged account '{name}'"):
        prepare_home(data)


def test_what_belongs_to_nobody_is_handed_over_whole_and_goes_on_working(data, monkeypatch, tell):
    server = Postgres(prepare_home(data), data / "logs", throwaway=True)
    with psycopg.connect(server.start()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS id")
    server.stop()
    assert len(readable_by(NOBODY, server.folder)) > 100
    monkeypatch.setattr(accounts, "_OWN", OTHER)
    monkeypatch.setattr(accounts, "_SHARED", ("nobody",))
    again = Postgres(prepare_home(data, may_share=False), data / "logs", throwaway=True)
    assert again.home.account.name == OTHER
    try:
        with psycopg.connect(again.start()) as connection:
            assert connection.execute("SELECT id FROM kept").fetchone() == (1,)
        left = readable_by(NOBODY, server.folder)
        tell("files of the servers that nobody can read", len(left))
        assert left == []
    finally:
        again.stop()


def test_handing_over_follows_no_name_that_somebody_planted(data):
    home = prepare_home(data)
    folder = home.folder / "postgres"
    make_private(folder, home.account)
    secret = data / "secret"
    secret.write_text("root's")
    secret.chmod(0o600)
    (folder / "link").symlink_to(secret)
    os.link(secret, folder / "hard")
    os.lchown(folder / "link", NOBODY.pw_uid, NOBODY.pw_gid)
    other = pwd.getpwnam(OTHER)
    make_private(folder, accounts.Account(OTHER, other.pw_uid, other.pw_gid))
    assert secret.stat().st_uid == 0
    assert folder.stat().st_uid == other.pw_uid


def test_up_refuses_it_with_words(data):
    settings = {
        "SECRET_KEY": "secret-key-nobody-signs-with-it-0123456789",
        "PRIVACY_KEY": "privacy-key-nobody-hashes-with-it-0123456789",
        "PUBLIC_URL": "https://campaign.example",
        "MAIL_FROM": "Campaign <campaign@campaign.example>",
        "SENDGRID_API_KEY": "SG.key",
        "SENDGRID_WEBHOOK_PUBLIC_KEY": "aGVsbG8=",
    }
    if any(entry.pw_name == "campaign" for entry in pwd.getpwall()):
        pytest.skip("this machine has the account that is asked for")
    checkout = Path(__file__).parents[2]
    port = ports.next_free(ports.first_choice(data))
    script = [sys.executable, checkout / "tests/embedded/stand_ins/up.py", "--data", data, "--port", str(port)]
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(checkout), **settings}
    ended = subprocess.run(script, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "would belong to nobody" in ended.stderr
