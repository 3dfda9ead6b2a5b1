"""Reads Valkey's append-only files: the commands, in the order in which they were carried out.

Source: the RESP protocol; a file's parts are `*.base.rdb` (a snapshot) and `*.incr.aof` (commands since).
"""

from collections.abc import Iterable, Iterator
from pathlib import Path


def read_commands(files: Iterable[Path]) -> list[list[bytes]]:
    """Return the commands of the append-only files among `files`, each a list of words."""
    commands: list[list[bytes]] = []
    for path in sorted(path for path in files if path.suffix == ".aof"):
        commands += _commands(path.read_bytes())
    return commands


def _commands(held: bytes) -> Iterator[list[bytes]]:
    at = held.find(b"*")
    while 0 <= at < len(held) and held[at : at + 1] == b"*":
        end = held.index(b"\r\n", at)
        count, at = int(held[at + 1 : end]), end + 2
        words = []
        for _ in range(count):
            end = held.index(b"\r\n", at)
            length, at = int(held[at + 1 : end]), end + 2
            words.append(held[at : at + length])
            at += length + 2
        yield words
