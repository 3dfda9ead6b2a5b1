"""Attacks a running installation of its own over loopback, and prints what came of it.

    make attack                                  all of it, some ten minutes
    python -m tests.attacks --quick              a part of each attack, two to three minutes
    python -m tests.attacks --only mail_bomb --seed 7

Attacks are the modules of `tests.attacks.checks`. At the end the servers' logs are read: an error that PostgreSQL
tells of a statement, or a stack trace of ours, is a finding whichever attack it came from. Exit code 1: something found.
"""

import argparse
import pkgutil
import random
import re
import sys
import time
from importlib import import_module
from types import ModuleType

from tests.attacks import checks
from tests.attacks.outcomes import Outcome, table
from tests.attacks.target import Target

_LAST = ("sql", "patience")  # what takes all the time there is, and what leaves connections behind
_ERROR = re.compile(r"ERROR: +(.*)")
_EXPECTED = re.compile(r"duplicate key|could not serialize|deadlock detected|canceling statement")


def modules() -> dict[str, ModuleType]:
    """Return the attacks by name, in their order."""
    names = sorted((one.name for one in pkgutil.iter_modules(checks.__path__)), key=lambda n: (n in _LAST, n))
    found = {name: import_module(f"{checks.__name__}.{name}") for name in names}
    return {name: module for name, module in found.items() if hasattr(module, "CHECK")}


def read_logs(logs: dict[str, str]) -> Outcome:
    """Return what the servers said that they should have had no reason to say."""
    outcome = Outcome("what the servers said meanwhile", payloads=len(logs))
    for name, log in logs.items():
        for line in log.splitlines():
            error = _ERROR.search(line) if name == "postgres.log" else None
            if error and not _EXPECTED.search(error[1]):
                outcome.find(f"{name}: {error[0][:160]}")
            if "Traceback (most recent call last)" in line or "panicked at" in line:
                outcome.find(f"{name}: a stack trace")
    return outcome


def main() -> int:
    """Start the installation, carry out each attack, print the table."""
    known = modules()
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__.partition("\n")[0])
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--quick", action="store_true", help="a part of each, two to three minutes")
    parser.add_argument("--only", choices=sorted(known), action="append", help="this attack alone; may be repeated")
    chosen = parser.parse_args()
    outcomes, seconds = [], []
    with Target() as target:
        for name in chosen.only or known:
            begun = time.monotonic()
            sys.stderr.write(f"{known[name].CHECK} …\n")
            outcomes.append(known[name].run(target, random.Random(f"{name} {chosen.seed}"), is_quick=chosen.quick))
            seconds.append(time.monotonic() - begun)
            for what in outcomes[-1].findings:
                sys.stderr.write(f"  FOUND: {what}\n")
        outcomes.append(read_logs(target.logs()))
        seconds.append(0.0)
    sys.stdout.write(f"{table(outcomes, seconds)}\n")
    return 1 if any(one.findings for one in outcomes) else 0


if __name__ == "__main__":
    sys.exit(main())
