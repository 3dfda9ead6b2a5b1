"""Under whose name the embedded servers run.

PostgreSQL refuses to run as root, and Valkey has no business doing so. As root both run under an unprivileged account
that already exists; as anybody else they run as ourselves. No account is ever made.

    CAMPAIGN_ACCOUNT, else whose the files are, else `campaign`, else one that others share (nobody, daemon, bin)

What belongs to a shared account is open to every service that runs under it: passwords, tables, all. So a shared one is
good enough for a demonstration; else the start of a new installation refuses it, unless it was asked for by name. Files
that belong to a shared one go on working, and are handed over once there is a better.
"""

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path

from campaign.embedded.errors import ServicesError

VARIABLE = "CAMPAIGN_ACCOUNT"
_OWN = "campaign"
# Accounts that every Linux or macOS has, in the order we would rather use them.
_SHARED = ("nobody", "daemon", "bin")


@dataclass(frozen=True)
class Account:
    """An unprivileged account with an entry in the password file (PostgreSQL insists on one)."""

    name: str
    uid: int
    gid: int

    @property
    def is_unwanted(self) -> bool:
        """Whether others share it, and nobody asked for it by name."""
        return self.name in _SHARED and os.environ.get(VARIABLE) != self.name


def server_account(existing: Path) -> Account | None:
    """Choose the account for the embedded servers.

    Args:
        existing: The servers' folder; where it exists, its owner stays the owner, unless others share it.

    Returns:
        None when we are not root and the servers run as ourselves.

    Raises:
        ServicesError: Root, and no unprivileged account exists; or the one that was asked for does not.
    """
    if os.geteuid() != 0:
        return None
    entry = _asked_for() or _chosen(existing)
    if entry is None:
        raise ServicesError(f"PostgreSQL needs an unprivileged account; none of {_OWN}, {', '.join(_SHARED)} exists")
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


def hand_over_tree(folder: Path, account: Account) -> None:
    """Give a folder and all in it that belongs to its owner to another account.

    No link is followed, and what is not the owner's stays whose it is: an account that others share may have put a name
    there for a file that it could not read. The folder itself goes last, so that one cut short is gone on with.
    """
    owner = folder.stat().st_uid
    for _, folders, files, descriptor in os.fwalk(folder, topdown=False):
        for name in (*folders, *files):
            if os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_uid == owner:
                os.chown(name, account.uid, account.gid, dir_fd=descriptor, follow_symlinks=False)
    os.chown(folder, account.uid, account.gid)


def _asked_for() -> pwd.struct_passwd | None:
    name = os.environ.get(VARIABLE)
    if not name:
        return None
    entry = _entry(name)
    if entry is None or entry.pw_uid == 0:
        raise ServicesError(f"{VARIABLE}: there is no unprivileged account {name!r}")
    return entry


def _chosen(existing: Path) -> pwd.struct_passwd | None:
    owner = _entry_of_owner(existing)
    if owner is not None and owner.pw_name not in _SHARED:
        return owner
    own = _entry(_OWN)
    if own is not None and own.pw_uid:
        return own
    return owner or next((entry for name in _SHARED if (entry := _entry(name))), None)


def _entry_of_owner(existing: Path) -> pwd.struct_passwd | None:
    try:
        uid = existing.stat().st_uid
        return pwd.getpwuid(uid) if uid else None
    except (OSError, KeyError):
        return None


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None
