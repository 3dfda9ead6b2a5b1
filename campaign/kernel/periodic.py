"""Periodic work, in batches that are committed one by one: what a feature brings, and where it is run.

A job touches what is due and nothing else, so that it costs the same however much is stored: it finds its rows by an
index that holds only those, or goes round a table a slice at a time (ADR 0022).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy.orm import Session


class Batch(NamedTuple):
    """What one batch of mailing came to: how many rows are dealt with, and how many messages that made."""

    passed: int
    appended: int


@dataclass(frozen=True)
class PeriodicJob:
    """Work to be done again and again, `every_seconds` after it was last done to its end.

    `run` does one batch in the session it gets, whose transaction is committed after it, and returns how many rows it
    dealt with. Until it returns 0 there may be more, and it is called again: at once, or after the other jobs where its
    time is over. It must leave nothing that it counted to be found, and counted, again.

    `is_urgent`: one short batch, whatever it returns, run by the ticker itself. All else is run by the housekeeping
    workers, so that nothing urgent waits behind it.
    """

    name: str
    every_seconds: int
    run: Callable[[Session], int]
    is_urgent: bool = False
