"""sqlmap over every field of every form, every query and every token in a path; first over a hole it must find.

sqlmap is in an environment of its own (`requirements/attack.txt`, `.setup/attack`), which `make attack` makes. Each form
is one run, bounded in time; what a bound cut short is said. Values that sqlmap must keep (the stamp) are sent as they are.
"""

import os
import random
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.attacks.forms import Form
from tests.attacks.holes import SERVED_PATH, serve_hole
from tests.attacks.outcomes import Outcome
from tests.attacks.target import PERSON, Target

CHECK = "sqlmap"
PROGRAM = Path(os.environ.get("SQLMAP", ".setup/attack/bin/sqlmap"))
_AT_ONCE = 2
_NOT_TRIED = {"stamp", "fax_number", "language"}
_REQUEST = re.compile(rb"^HTTP request \[#(\d+)\]", re.MULTILINE)


@dataclass(frozen=True)
class _Scan:
    name: str
    arguments: Sequence[str]
    fields: int


def run(target: Target, rng: random.Random, *, is_quick: bool) -> Outcome:
    """Let sqlmap try all that the site's pages lead to."""
    outcome = Outcome(CHECK)
    if not PROGRAM.is_file():
        outcome.find(f"{PROGRAM} is not there: run by `make attack`, which installs it")
        return outcome
    site_map = target.map
    base = f"http://{target.site.host}:{target.site.port}"
    scans = [_scan(base, form) for form in [*site_map.forms, *site_map.queries] if form.names or form.method == "POST"]
    rng.shuffle(scans)  # where time is short, another seed tries other doors
    deadline = time.monotonic() + (70 if is_quick else 480)
    cut: list[str] = []
    lock = threading.Lock()

    def carry_out(scan: _Scan) -> None:
        left = deadline - time.monotonic()
        found, requests, is_whole = (
            _sqlmap(scan.arguments, min(left, 30 if is_quick else 60)) if left > 1 else ("", 0, False)
        )
        with lock:
            outcome.requests += requests
            outcome.payloads += max(requests - 1, 0)
            if found:
                outcome.find(f"{scan.name}: {found}")
            if not is_whole:
                cut.append(scan.name)

    _look_at_hole(outcome)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(carry_out, scans))
    fields = sum(scan.fields for scan in scans)
    outcome.note = f"{len(scans)} doors, {fields} fields" + (f"; out of time at {len(cut)} doors" if cut else "")
    return outcome


def _look_at_hole(outcome: Outcome) -> None:
    with serve_hole() as port:
        found, requests, _ = _sqlmap(
            ["-u", f"http://127.0.0.1:{port}{SERVED_PATH}?name=ana", "-p", "name"], 60, "SQLite"
        )
    outcome.requests += requests
    if not found:
        outcome.find("it does not find the hole that is there to be found, so that it finds nothing here tells nothing")


def _scan(base: str, form: Form) -> _Scan:
    names = [name for name in form.names if name not in _NOT_TRIED]
    path = form.action.partition("?")[0]
    filled = {name: PERSON.get(name, form.fields[name]) or "1" for name in form.names if name != "fax_number"}
    url = base + path + ("*" if len(path.rpartition("/")[2]) > 40 else "")
    arguments = ["-u", url, "--method", form.method]
    if form.method == "POST":
        arguments += ["--data", urlencode(filled) or "a=1"]
    elif filled:
        arguments[1] = f"{base}{path}?{urlencode(filled)}"
    if names and not url.endswith("*"):
        arguments += ["-p", ",".join(names)]
    return _Scan(f"{form.method} {form.shape[1]}", arguments, max(len(names), 1))


def _sqlmap(arguments: Sequence[str], most_seconds: float, dbms: str = "PostgreSQL") -> tuple[str, int, bool]:
    """Return what it found, how many requests it sent, and whether it came to its end."""
    with tempfile.TemporaryDirectory(prefix="campaign-tests-sqlmap-") as folder:
        traffic = Path(folder) / "traffic"
        command = [
            str(PROGRAM.absolute()), *arguments, "--batch", "--level", "1", "--risk", "1", "--flush-session",
            "--output-dir", folder, "-t", str(traffic), "--timeout", "10", "--retries", "0", "--time-sec", "2",
            "--ignore-code", "*", "--dbms", dbms, "--threads", "2", "--disable-coloring",
        ]  # fmt: skip
        environ = {"PATH": os.environ["PATH"], "HOME": folder, "PYTHONPATH": "", "LC_ALL": "C.UTF-8"}
        is_whole = True
        with (Path(folder) / "said").open("wb") as said:
            child = subprocess.Popen(
                command, cwd=folder, env=environ, stdout=said, stderr=said, stdin=subprocess.DEVNULL
            )
            try:
                child.wait(max(most_seconds, 1))
            except subprocess.TimeoutExpired:
                is_whole = False
                child.kill()
                child.wait()
        told = (Path(folder) / "said").read_text(errors="replace")
        numbers = _REQUEST.findall(traffic.read_bytes()) if traffic.exists() else []
        found = re.findall(r"^Parameter: (.*)$|is vulnerable\b.*", told, re.MULTILINE)
        if "identified the following injection point" in told or found:
            return f"sqlmap says: {'; '.join(filter(None, found)) or 'an injection point'}", len(numbers), is_whole
        return "", len(numbers), is_whole
