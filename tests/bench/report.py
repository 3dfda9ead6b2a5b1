"""The table, and bench.json in the contract's shape."""

import json
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from tests.bench.rounds import Measured


@dataclass(frozen=True)
class Row:
    """One line. `spread` is the highest less the lowest ratio of single rounds; `target` is a ratio."""

    name: str
    per_second: float
    denominator: str
    denominator_per_second: float
    ratio: float
    target: float
    spread: float


def row(measured: Measured, name: str, denominator: str, target: float) -> Row:
    """Compare the medians of two series of rates measured in the same rounds."""
    mine, theirs = measured.rates[name], measured.rates[denominator]
    ratios = [a / b for a, b in zip(mine, theirs, strict=True)]
    ratio = median(mine) / median(theirs)
    figures = (ratio, target, max(ratios) - min(ratios))
    shown = [round(figure, 3) for figure in figures]
    return Row(name, round(median(mine), 1), denominator, round(median(theirs), 1), shown[0], shown[1], shown[2])


def machine() -> str:
    """What we ran on, in a line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} before"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def table(rows: Sequence[Row]) -> str:
    """The rows in columns."""
    head = f"{'what':<34}{'per second':>11}  {'against':<34}{'per second':>11}{'ratio':>7}{'target':>8}{'spread':>8}"
    lines = [
        f"{r.name:<34}{r.per_second:>11,.0f}  {r.denominator:<34}{r.denominator_per_second:>11,.0f}{r.ratio:>7.2f}"
        f"{r.target:>8.2f}{r.spread:>8.2f}{'' if r.ratio >= r.target else '  below'}"
        for r in rows
    ]
    return "\n".join([head, *lines])


def say(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def write(file: Path, machine_line: str, rows: Sequence[Row]) -> None:
    """Write bench.json."""
    content = {"machine": machine_line, "rows": [asdict(one) for one in rows]}
    file.write_text(json.dumps(content, indent=2) + "\n")
