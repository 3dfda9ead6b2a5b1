"""What an export costs: `python -m tests.bench.export [--stored N] [--rounds N]`.

`campaign export` as an operator runs it, into a file, beside PostgreSQL's own COPY of the same rows into nothing, in
turns; once with ten thousand signers and once with many, for the memory it takes.
"""

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median

from campaign.pledges import signers
from tests.bench.feeds import SLUG
from tests.bench.report import say
from tests.bench.servers import CHECKOUT, Stack, running_stack
from tests.bench.stored import make_stored

_FEW = 10_000


@dataclass(frozen=True)
class Cost:
    """Seconds from the first bytes to the last, and until the first; bytes; the most memory, in MiB."""

    seconds: float
    first: float
    size: int
    peak: float


def main() -> int:
    """Measure and print; ends with 0 however fast or slow."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.export", description="Measure `campaign export`.")
    parser.add_argument("--stored", type=int, default=1_000_000, help="signers")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with running_stack() as stack:
        for database, count in (("few", _FEW), ("many", options.stored)):
            make_stored(stack, database, count)
            measure(stack, database, options.rounds)
    return 0


def measure(stack: Stack, database: str, rounds: int) -> None:
    """Print what exporting a database's signers costs, beside COPY."""
    exports, copies = [], []
    for _ in range(rounds):
        copies.append(_copy(stack, database))
        exports.append(_export(stack, database))
    ours, theirs = median(one.seconds for one in exports), median(one.seconds for one in copies)
    size = exports[0].size
    say(
        f"{database}: {size / 1e6:,.1f} MB in {ours:.1f} s ({size / ours / 1e6:.2f} MB/s), peak {max(one.peak for one in exports):.0f}"
        f" MiB, first bytes after {min(one.first for one in exports):.2f} s"
    )
    say(
        f"{database}: COPY of the same rows {copies[0].size / 1e6:,.1f} MB in {theirs:.1f} s; ratio {theirs / ours:.2f}"
    )


def _export(stack: Stack, database: str) -> Cost:
    command = [sys.executable, "-m", "campaign.cli", "export", SLUG]
    environ = {**stack.environ(database), "CAMPAIGN_DATA": str(stack.folder / "data")}
    started = time.monotonic()
    with (stack.folder / "signers.csv").open("wb") as out:
        process = subprocess.Popen(
            command, cwd=CHECKOUT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert process.stdout is not None
        first, size = 0.0, 0
        while block := os.read(process.stdout.fileno(), 1 << 20):
            first = first or time.monotonic() - started
            size += out.write(block)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode:
        raise RuntimeError(f"campaign export ended with {process.returncode}")
    return Cost(time.monotonic() - started - first, first, size, usage.ru_maxrss / 1024)


def _copy(stack: Stack, database: str) -> Cost:
    with stack.connect(database) as connection:
        row = connection.execute("SELECT id, organization_id FROM campaigns WHERE slug = %s", [SLUG]).fetchone()
        assert row is not None
        statement = signers.statement_of(int(str(row[0])), int(str(row[1])))
        started, first, size = time.monotonic(), 0.0, 0
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            for block in copy:
                first = first or time.monotonic() - started
                size += len(block)
    return Cost(time.monotonic() - started, first, size, 0.0)


if __name__ == "__main__":
    raise SystemExit(main())
