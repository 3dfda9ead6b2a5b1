"""Run the suite on ten dates, one after the other: `python -m tests.dates [DATE…]`, by default all ten.

Left out are the tests that need a browser, which has a clock of its own, those that compare times, and chaos, where
what is judged is who dies when, not the day.
"""

import argparse
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.dates.moving import VARIABLE

# When a run begins, and what is odd about it. A run of minutes goes on past the odd moment where it begins shortly before.
DATES = {
    "2026-12-31T23:57:00Z": "31 December, and over into 1 January",
    "2027-01-01T04:30:00Z": "1 January, still 31 December in America",
    "2027-01-31T12:00:00Z": "a day the next month lacks; a Sunday, no office hours",
    "2027-03-14T06:57:00Z": "the US clocks go forward",
    "2027-03-28T00:57:00Z": "Europe's clocks go forward",
    "2027-04-30T20:57:00Z": "end of a month, and of a Friday's office hours in New York",
    "2027-10-18T15:00:00Z": "a Monday in office hours; in the next 20 days all clocks go back",
    "2027-10-31T00:57:00Z": "Europe's clocks go back; end of a month",
    "2027-11-07T05:57:00Z": "the US clocks go back",
    "2028-02-29T23:57:00Z": "leap day, and over midnight",
}
CHOSEN = "not browser and not timing and not chaos"
_COUNTED = re.compile(r"(\d+) (passed|failed|errors?)\b")


@dataclass(frozen=True)
class Outcome:
    """How the suite went on one date."""

    date: str
    counts: dict[str, int]
    code: int
    seconds: float

    @property
    def is_green(self) -> bool:
        """Whether all passed, and there were any."""
        return self.code == 0 and self.counts.get("passed", 0) > 0

    def __str__(self) -> str:
        failed = sum(count for name, count in self.counts.items() if name != "passed")
        verdict = "green" if self.is_green else f"RED (exit {self.code})"
        passed = self.counts.get("passed", 0)
        return f"{self.date:<22} {passed:>7} {failed:>7} {self.seconds:>7.0f}  {verdict:<13} {DATES.get(self.date, '')}"


def main(argv: Sequence[str] | None = None) -> int:
    """Run on each date, whatever the one before did, and print the table; 1 where any was not green."""
    parser = argparse.ArgumentParser(prog="python -m tests.dates", description=__doc__)
    parser.add_argument("dates", nargs="*", metavar="DATE", help="such as 2028-02-29T23:30:00Z; by default all ten")
    parser.add_argument("--pytest", default="", metavar="OPTIONS", help="for pytest, such as 'tests/events -x'")
    options = parser.parse_args(argv)
    outcomes = [run(date, shlex.split(options.pytest)) for date in options.dates or DATES]
    _say(f"\n{'date':<22} {'passed':>7} {'failed':>7} {'seconds':>7}")
    for outcome in outcomes:
        _say(str(outcome))
    return 0 if all(outcome.is_green for outcome in outcomes) else 1


def run(date: str, more: Sequence[str] = ()) -> Outcome:
    """Run the suite as on a date, its words passed on as they come; return how it went."""
    _say(f"\n== {date}: {DATES.get(date, 'as asked')}")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "-m", CHOSEN, *more]
    began = time.monotonic()
    process = subprocess.Popen(command, env={**os.environ, VARIABLE: date}, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    last = ""
    for line in process.stdout:
        _say(line.rstrip("\n"))
        last = line if _COUNTED.search(line) else last
    code = process.wait()
    counts = {name: int(count) for count, name in _COUNTED.findall(last)}
    return Outcome(date, counts, code, time.monotonic() - began)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
