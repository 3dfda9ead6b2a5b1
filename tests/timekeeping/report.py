"""Where the time of a run went: by folder, by process, and which tests took longest."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

_SLOWEST = 12


def render(seconds: Mapping[str, Counter[str]], ends: Mapping[str, float]) -> str:
    """Return it in words.

    Args:
        seconds: test → phase (`setup`, `call`, `teardown`) → seconds.
        ends: process → when, in seconds from the beginning, it ended its last test.
    """
    return "\n".join(_lines(seconds, ends))


def _lines(seconds: Mapping[str, Counter[str]], ends: Mapping[str, float]) -> Iterator[str]:
    folders: dict[str, Counter[str]] = defaultdict(Counter)
    for nodeid, phases in seconds.items():
        folders[_folder(nodeid)].update({**phases, "tests": 1})
    yield f"{'':<22}{'tests':>7}{'set-up':>9}{'call':>9}{'end':>9}   seconds of all processes together"
    for folder, of in sorted(folders.items(), key=lambda item: -_total(item[1])):
        yield f"{folder:<22}{of['tests']:>7.0f}{of['setup']:>9.1f}{of['call']:>9.1f}{of['teardown']:>9.1f}"
    yield "processes were done after " + ", ".join(f"{at:.0f} s ({name})" for name, at in sorted(ends.items()))
    longest = sorted(seconds.items(), key=lambda item: -item[1].total())[:_SLOWEST]
    yield from (f"{phases.total():7.1f} s  {nodeid}" for nodeid, phases in longest)


def _folder(nodeid: str) -> str:
    parts = nodeid.partition("::")[0].split("/")
    return "/".join(parts[:2]) if len(parts) > 2 else parts[0]


def _total(of: Counter[str]) -> float:
    return of["setup"] + of["call"] + of["teardown"]
