"""How long tests take, as recorded on a quiet machine.

    CAMPAIGN_WRITE_DURATIONS=1 make tests

writes the file anew. What it does not know is taken for short; what it knows too much is never looked at. So it may be
old without harm: only the balance between processes suffers.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

FILE = Path(__file__).with_name("durations.json")
UNKNOWN_SECONDS = 0.1
LONG_SECONDS = 0.5
"""From here on a test is written down by its name; what is shorter, as one sum for its file."""

_REST = "the rest"


class Durations:
    """Seconds, by file and test."""

    def __init__(self, recorded: Mapping[str, Mapping[str, float]]) -> None:
        self._recorded = recorded

    def of_test(self, nodeid: str) -> float:
        """Return the seconds of a test, set-up and end included; short ones are all taken for equally short."""
        file, _, name = nodeid.partition("::")
        return self._recorded.get(file, {}).get(name, UNKNOWN_SECONDS)

    def of_file(self, file: str) -> float:
        """Return the seconds of all tests of a file; none where it is not known."""
        return sum(self._recorded.get(file, {}).values())


def read(path: Path = FILE) -> Durations:
    """Return what was recorded; nothing, where nothing was."""
    return Durations(json.loads(path.read_text()) if path.exists() else {})


def write(seconds: Iterable[tuple[str, float]], path: Path = FILE) -> None:
    """Record `(test, seconds)` in place of all that was recorded before: a line a file, so that changes can be read."""
    files: dict[str, dict[str, float]] = defaultdict(dict)
    for nodeid, took in seconds:
        file, _, name = nodeid.partition("::")
        at = name if took >= LONG_SECONDS else _REST
        files[file][at] = round(files[file].get(at, 0.0) + took, 1)
    lines = (f"{json.dumps(file)}: {json.dumps(files[file], sort_keys=True)}" for file in sorted(files))
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
