"""What stops the start, what is only warned of, and what is neither."""

import secrets

import pytest

from campaign.kernel.settings import SettingsError, read_settings
from campaign.kernel.soundness import find_doubtful, find_refused, read_sound_settings

# Drawn by lot once; the processes of a run must name their tests alike.
KEYS = ["9f2b7c41d05e83a6b1c4f7e2908d3a5c", "xQ3vT9-wLr_2mZk8Yb7Hc1NfPj5sGd0aEuIo4VtRzWqKyXnBhMlCgDeSiF6UpJ"]
SOUND = {
    "DATABASE_URL": "postgres://u:p@127.0.0.1/d",
    "REDIS_URL": "redis://localhost/0",
    "SECRET_KEY": KEYS[0],
    "PRIVACY_KEY": KEYS[1],
    "PUBLIC_URL": "https://campaigns.example",
    "MAIL_FROM": "Campaign <mail@example.org>",
    "SENDGRID_API_KEY": "SG.secret",
    "SENDGRID_WEBHOOK_PUBLIC_KEY": "aGVsbG8=",
    "TRUSTED_PROXIES": "127.0.0.1/32",
}


def refused(**changed):
    return find_refused(read_settings({**SOUND, **changed}))


def doubtful(**changed):
    return [name for name, _ in find_doubtful(read_settings({**SOUND, **changed}))]


def test_sound_settings_are_neither_refused_nor_doubted():
    assert read_sound_settings(SOUND).public_url == "https://campaigns.example"
    assert (refused(), doubtful()) == ([], [])


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", KEYS[1], "PRIVACY_KEY is the same as SECRET_KEY"),
        ("SECRET_KEY", f"{KEYS[0]} {KEYS[0]}", "SECRET_KEY holds one key twice"),
        ("METRICS_TOKEN", KEYS[0], "METRICS_TOKEN is the same as SECRET_KEY"),
        ("SENDGRID_API_KEY", KEYS[1], "SENDGRID_API_KEY is the same as PRIVACY_KEY"),
        ("SECRET_KEY", "a" * 64, "SECRET_KEY is easily guessed"),
        ("SECRET_KEY", f"{KEYS[0]} {'ab' * 20}", "SECRET_KEY is easily guessed"),
        ("PRIVACY_KEY", "correct-horse-battery-" * 2, "PRIVACY_KEY is easily guessed"),
        ("PRIVACY_KEY", "1234567" + "7654321" * 5, "PRIVACY_KEY is easily guessed"),
        ("METRICS_TOKEN", "m0nitoring-here", "METRICS_TOKEN must be at least 16"),
        ("PUBLIC_URL", "http://campaigns.example", "PUBLIC_URL must start with https://"),
        ("PUBLIC_URL", "http://127.0.0.1.campaigns.example", "PUBLIC_URL must start with https://"),
        ("SENDGRID_BASE_URL", "http://api.sendgrid.com", "SENDGRID_BASE_URL must start with https://"),
        ("SENDGRID_BASE_URL", "http://localhost@api.example", "SENDGRID_BASE_URL must start with https://"),
        ("TRUSTED_PROXIES", "0.0.0.0/0", "TRUSTED_PROXIES: 0.0.0.0/0"),
        ("TRUSTED_PROXIES", "::/0", "TRUSTED_PROXIES: ::/0"),
        ("TRUSTED_PROXIES", "0.0.0.0/1 128.0.0.0/1", "TRUSTED_PROXIES: 0.0.0.0/0"),
        ("TRUSTED_PROXIES", "2000::/3", "TRUSTED_PROXIES: 2000::/3"),
    ],
)
def test_what_is_never_meant_stops_the_start(name, value, words):
    found = refused(**{name: value})
    assert len(found) == 1
    assert words in found[0]
    assert not any(key in found[0] for key in KEYS)


def test_all_of_it_is_told_in_one_list_with_what_cannot_be_read():
    with pytest.raises(SettingsError) as caught:
        read_sound_settings({**SOUND, "PUBLIC_URL": "http://x.example/y", "PRIVACY_KEY": KEYS[0], "MAIL_FROM": "me"})
    assert sorted(problem.split()[0] for problem in caught.value.problems) == [
        "MAIL_FROM", "PRIVACY_KEY", "PUBLIC_URL", "PUBLIC_URL",
    ]  # fmt: skip


def test_keys_drawn_by_lot_are_never_refused():
    for _ in range(200):
        keys = [secrets.token_hex(16), secrets.token_urlsafe(48)]
        assert refused(SECRET_KEY=keys[0], PRIVACY_KEY=keys[1]) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"PUBLIC_URL": "http://localhost:8000"},
        {"PUBLIC_URL": "http://[::1]:8000"},
        {"PUBLIC_URL": "http://duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion"},
        {"PUBLIC_URL": "http://campaigns.example", "CAMPAIGN_DEMO": "1"},
        {"SENDGRID_BASE_URL": "http://127.0.0.1:8025"},
        {"METRICS_TOKEN": "m0nitoring-here-"},
        {"TRUSTED_PROXIES": "10.0.0.0/8 fd00::/8"},
    ],
)
def test_what_may_be_meant_does_not(changed):
    assert refused(**changed) == []


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"TRUSTED_PROXIES": ""}, ["TRUSTED_PROXIES"]),
        ({"TRUSTED_PROXIES": "", "PUBLIC_URL": "http://localhost"}, []),
        ({"TRUSTED_PROXIES": "104.16.0.0/13"}, ["TRUSTED_PROXIES"]),
        ({"TRUSTED_PROXIES": "10.0.0.0/8"}, []),
        ({"LIMITS": "off"}, ["LIMITS"]),
        ({"DATABASE_URL": "postgres://u:p@db.example/d"}, ["DATABASE_URL"]),
        ({"DATABASE_URL": "postgres://u:p@db.example/d?sslmode=verify-full"}, []),
        ({"REDIS_URL": "redis://queue.example/0"}, ["REDIS_URL", "REDIS_URL"]),
        ({"REDIS_URL": "rediss://:pass@queue.example/0"}, []),
    ],
)
def test_what_is_mostly_a_mistake_is_warned_of(changed, names):
    assert doubtful(**changed) == names
