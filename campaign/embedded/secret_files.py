"""Secrets that are made once and kept in the data directory, readable by their owner alone."""

import os
import secrets
from pathlib import Path

from campaign.embedded.accounts import Account, hand_over


def kept_secret(file: Path, account: Account | None = None) -> str:
    """Return the secret kept in a file, made at the first call (256 bits, hexadecimal).

    Side effects: the file, mode 0600, owned by `account` when given.
    """
    if not file.exists():
        write_private(file, secrets.token_hex(32), account)
    return file.read_text().strip()


def write_private(file: Path, text: str, account: Account | None = None) -> None:
    """Write a file that only its owner reads. It appears whole or not at all, also when we are killed meanwhile."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(text)
        out.flush()
        os.fsync(descriptor)
    hand_over(draft, account)
    draft.replace(file)
