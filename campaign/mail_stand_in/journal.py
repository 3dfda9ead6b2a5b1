"""The append-only file that keeps the mail: one JSON object a line, on the disk before anyone is told so.

Writers that arrive while another syncs wait and go together in the next write, so that one fsync serves many calls.

    append ─► waiting ─► (first to get the pen) write all that wait ─► fdatasync ─► each append returns

Killed with -9, the file may end in half a line. Nobody was answered for it: the next start cuts it off.
"""

import fcntl
import json
import os
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Self


class JournalTakenError(Exception):
    """Another process has this journal open."""


class _Ticket:
    """One record's place in the next write."""

    __slots__ = ("error", "line", "settled")

    def __init__(self, line: bytes) -> None:
        self.line = line
        self.settled = False
        self.error: OSError | None = None


class Journal:
    """The file `mail.jsonl` under a directory, open for one process at a time."""

    def __init__(self, path: Path) -> None:
        """Open or make the file and cut off a torn last line.

        Raises:
            JournalTakenError: another process holds it.
        """
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._fd)
            raise JournalTakenError(f"{path} is open in another process") from error
        self._path = path
        self._waiting: list[_Ticket] = []
        self._waiting_lock = threading.Lock()
        self._pen = threading.Lock()
        self._end = _end_of_last_line(path)
        os.ftruncate(self._fd, self._end)
        _sync_directory(path.parent)

    def records(self) -> Iterator[Mapping[str, object]]:
        """Every record stored so far, oldest first."""
        with self._path.open("rb") as file:
            for line in file:
                record = json.loads(line)
                if isinstance(record, dict):
                    yield record

    def append(self, record: Mapping[str, object]) -> None:
        """Store one record; returns when it is on the disk.

        Raises:
            OSError: it could not be written (a full disk); nothing of it stays.
        """
        # ensure_ascii keeps lone surrogates and every line break inside the record's one line.
        ticket = _Ticket(json.dumps(record, separators=(",", ":")).encode("ascii") + b"\n")
        with self._waiting_lock:
            self._waiting.append(ticket)
        with self._pen:
            if not ticket.settled:
                self._write_all_that_wait()
        if ticket.error is not None:
            raise ticket.error

    def _write_all_that_wait(self) -> None:
        with self._waiting_lock:
            batch, self._waiting = self._waiting, []
        failure: OSError | None = None
        try:
            self._write(b"".join(ticket.line for ticket in batch))
        except OSError as error:
            failure = error
            os.ftruncate(self._fd, self._end)
        for ticket in batch:
            ticket.error = failure
            ticket.settled = True

    def _write(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            left = left[os.write(self._fd, left) :]
        os.fdatasync(self._fd)
        self._end += len(data)

    def close(self) -> None:
        """Let go of the file; whatever was appended is on the disk already."""
        with self._pen:
            os.close(self._fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _end_of_last_line(path: Path) -> int:
    """Where the last whole line ends, in bytes; read backwards, for a line may be megabytes long."""
    with path.open("rb") as file:
        position = file.seek(0, os.SEEK_END)
        while position:
            start = max(0, position - 65_536)
            file.seek(start)
            found = file.read(position - start).rfind(b"\n")
            if found >= 0:
                return start + found + 1
            position = start
    return 0


def _sync_directory(directory: Path) -> None:
    """Make the file's name itself durable."""
    fd = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
