"""Run chaos from the command line: in full, or `--small`."""

import argparse
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.chaos import plan
from tests.chaos.run import run


def main(argv: Sequence[str] | None = None) -> int:
    """Run, print the table; 1 where a promise was broken."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="Kill processes of an installation.")
    parser.add_argument("--seed", type=int, help="of deaths, victims and the sink's faults [drawn, and printed]")
    parser.add_argument("--small", action="store_true", help="what the test suite runs")
    parser.add_argument("--log", type=Path, metavar="FILE", help="where to keep what the installation said")
    options = parser.parse_args(argv)
    seed = secrets.randbelow(10_000) if options.seed is None else options.seed
    _say(f"seed {seed}")
    verdict = run((plan.small if options.small else plan.full)(seed), _say)
    _say(f"\n{verdict}")
    if options.log is not None:
        options.log.write_text(verdict.said)
    return 1 if verdict.broken else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
