"""What `campaign doctor` finds, one thing at a time: how it stands, in which words, and the line that fixes it."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "fix", "warn", "skipped"]

LABELS: dict[State, str] = {"ok": "OK", "fix": "FIX", "warn": "WARN", "skipped": "SKIP"}


@dataclass(frozen=True)
class Finding:
    """One thing looked at.

    Attributes:
        state: `fix`: it will not do as it is; `warn`: mostly a mistake, but may be meant; `skipped`: not looked at.
        what: what was looked at, in two or three words.
        words: what was found; where it is to be fixed, how.
        line: what to type, or to write into a file, to fix it; empty where no line can.
    """

    state: State
    what: str
    words: str
    line: str = ""
