"""Tries to find what processes had in memory: in cores of those that crash, in Valkey's list of slow commands."""

import resource
import tempfile
from pathlib import Path

import pytest
import redis
from click.testing import CliRunner

from campaign.cli import main
from campaign.embedded.children import spawn
from campaign.embedded.homes import make_data_dir, prepare_home
from campaign.embedded.postgres import Postgres
from campaign.embedded.valkey import Valkey
from tests.other_servers import uses_others

SECRET = "moon.akter@factory.example"
SLOW = "local n = 0 for i = 1, 20000000 do n = n + i end return ARGV[1]"


@pytest.fixture
def data():
    with tempfile.TemporaryDirectory(prefix="campaign-services-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o711)
        yield make_data_dir(Path(name) / "data")


def most_core(pid):
    """The largest core a process may leave, in bytes, as a program that collects cores is asked: 1 asks for none."""
    line = next(line for line in Path(f"/proc/{pid}/limits").read_text().splitlines() if line.startswith("Max core"))
    return [None if value == "unlimited" else int(value) for value in line.split()[4:6]]


def is_none(limits):
    return all(limit is not None and limit <= 1 for limit in limits)


@pytest.mark.parametrize("kind", [Postgres, Valkey])
def test_no_embedded_server_leaves_a_core(data, kind, tell):
    server = kind(prepare_home(data), data / "logs")
    try:
        server.start()
        tell(f"most bytes of a core of {kind.name}", most_core(server.process.pid)[0])
        assert is_none(most_core(server.process.pid))
    finally:
        server.stop()


def test_no_program_of_ours_leaves_a_core(tmp_path):
    child = spawn(["/bin/sleep", "20"], environ={}, folder=tmp_path)
    try:
        assert is_none(most_core(child.pid))
    finally:
        child.kill()
        child.wait()
    CliRunner().invoke(main, ["--version"])
    assert is_none(resource.getrlimit(resource.RLIMIT_CORE))


def test_valkey_remembers_no_slow_command(data, tell):
    server = Valkey(prepare_home(data), data / "logs")
    try:
        client = redis.from_url(server.start(), socket_timeout=20)
        client.eval(SLOW, 0, SECRET)
        remembered = [entry for entry in client.slowlog_get(100) if SECRET.encode() in entry["command"]]
        tell("slow commands that Valkey remembers with their arguments", len(remembered))
        assert remembered == []
    finally:
        server.stop()


@pytest.mark.skipif(uses_others(), reason="it asks for a setting of Valkey 8 and newer")
def test_valkey_writes_no_data_into_its_log(data):
    server = Valkey(prepare_home(data), data / "logs")
    try:
        client = redis.from_url(server.start())
        assert client.config_get("hide-user-data-from-log") == {"hide-user-data-from-log": "yes"}
    finally:
        server.stop()
