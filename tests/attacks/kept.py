"""Looks for a word in everything that an installation keeps: each byte of each file, and the database as text.

Files hold the tables with their dead rows, the write-ahead log, indexes, Valkey's file, logs. The dump is what a backup
holds, and what is compressed on the disk.
"""

import base64
import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.engine import make_url

from campaign.embedded.wheels import postgres_programs


def pg_dump(database_url: str) -> bytes:
    """Return the whole database as text: every table by COPY, and the definitions."""
    url = make_url(database_url)
    program = postgres_programs(None, Path("/nowhere")) / "pg_dump"
    command = [str(program), "-h", str(url.host), "-p", str(url.port), "-U", str(url.username), str(url.database)]
    environ = {**os.environ, "PGPASSWORD": url.password or ""}
    dumped = subprocess.run(command, env=environ, capture_output=True, check=True, timeout=60).stdout
    assert b"COPY public.actions" in dumped
    return dumped


class Kept:
    """What stood in files at one moment, and in texts beside them."""

    def __init__(self, files: Iterable[Path], texts: Mapping[str, bytes]) -> None:
        self._held = {str(path): held for path in files if (held := _read(path))} | dict(texts)

    def __len__(self) -> int:
        return len(self._held)

    def find(self, word: str | bytes) -> list[str]:
        """Return where `word` stands, in any of the ways in which bytes are written down: names of files and texts."""
        ways = _ways(word)
        return [name for name, held in self._held.items() if any(way in held for way in ways)]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes().replace(bytes(64), b"")  # most of the log of writes is empty room
    except FileNotFoundError:  # a server's file, gone between listing and reading
        return b""


def _ways(word: str | bytes) -> set[bytes]:
    """Return `word` as it is, hexadecimal, in UTF-16, in an address, and in base64, wherever it begins there."""
    raw = word.encode() if isinstance(word, str) else word
    ways = {raw, raw.hex().encode()}
    if isinstance(word, str):
        ways |= {raw.lower(), raw.upper(), word.encode("utf-16-le"), quote(word, safe="").encode()}
    for before in range(3):  # without the characters that it shares with its neighbours
        encoded = base64.b64encode(bytes(before) + raw).rstrip(b"=")
        inner = encoded[(0, 2, 3)[before] : len(encoded) - (1 if (len(raw) + before) % 3 else 0)]
        ways |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return ways
