"""The doctor tells which Valkey or Redis it is, and when it is too old."""

import pytest
from redis.exceptions import NoPermissionError

from campaign.valkey_checks import check_version


class Told:
    """A server that tells this of itself."""

    def __init__(self, told):
        self.told = told

    def info(self, section):
        assert section == "server"
        if isinstance(self.told, Exception):
            raise self.told
        return self.told


@pytest.mark.parametrize(
    ("told", "state", "words"),
    [
        ({"redis_version": "7.2.4", "server_name": "valkey", "valkey_version": "7.2.5"}, "ok", "Valkey 7.2.5"),
        ({"redis_version": "7.2.4", "server_name": "valkey", "valkey_version": "9.1.0"}, "ok", "Valkey 9.1.0"),
        ({"redis_version": "6.2.14"}, "ok", "Redis 6.2.14"),
        ({"redis_version": "8.0"}, "ok", "Redis 8.0"),
        ({"redis_version": "6.0.16"}, "fix", "Redis 6.0.16 is too old: use Valkey 7.2, Redis 6.2, or newer"),
        ({"redis_version": "5.0.7"}, "fix", "too old"),
        ({"redis_version": "unknown"}, "skipped", "doesn’t say"),
        ({}, "skipped", "doesn’t say"),
        (NoPermissionError("no INFO for you"), "skipped", "doesn’t say"),
    ],
)
def test_says_what_it_is_and_whether_it_is_too_old(told, state, words):
    (found,) = check_version("queue", Told(told))
    assert (found.what, found.state) == ("queue version", state)
    assert words in found.words


def test_the_server_of_this_run_is_new_enough(valkey):
    assert [finding.state for finding in check_version("queue", valkey)] == ["ok"]
