"""Under whose name the embedded servers run.

PostgreSQL refuses to run as root, and Valkey has no business doing so. As root both run under an unprivileged account
that already exists; as anybody else they run as ourselves. No account is ever made.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from campaign.services.errors import ServicesError

# Accounts that every Linux or macOS has, in the order we would rather use them.
_UNPRIVILEGED = ("nobody", "daemon", "bin")


@dataclass(frozen=True)
class Account:
    """An unprivileged account with an entry in the password file (PostgreSQL insists on one)."""

    name: str
    uid: int
    gid: int


def server_account(existing: Path) -> Account | None:
    """Choose the account for the embedded servers.

    Args:
        existing: The servers' folder; where it exists, its owner stays the owner.

    Returns:
        None when we are not root and the servers run as ourselves.

    Raises:
        ServicesError: Root, and no unprivileged account exists.
    """
    if os.geteuid() != 0:
        return None
    entry = _entry_of_owner(existing) or _first_known()
    if entry is None:
        raise ServicesError(f"PostgreSQL needs an unprivileged account; none of {', '.join(_UNPRIVILEGED)} exists")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def passes(check: str, path: Path, account: Account | None) -> bool:
    """Ask the system itself whether an account may use a path: mode bits alone do not tell (ACLs, mounts).

    Args:
        check: One of test(1)'s: "-x" enter or run, "-r" read.
        path: What it would use.
        account: Who; None asks for ourselves.
    """
    asked = subprocess.run(
        ["/bin/sh", "-c", 'test "$1" "$2"', "sh", check, str(path)],
        cwd="/",
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return asked.returncode == 0


def hand_over(path: Path, account: Account | None) -> None:
    """Give a file or folder to the account, when there is one."""
    if account is not None:
        os.chown(path, account.uid, account.gid)


def _entry_of_owner(existing: Path) -> pwd.struct_passwd | None:
    try:
        uid = existing.stat().st_uid
        return pwd.getpwuid(uid) if uid else None
    except (OSError, KeyError):
        return None


def _first_known() -> pwd.struct_passwd | None:
    for name in _UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return None
