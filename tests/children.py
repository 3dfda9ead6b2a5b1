"""Child processes of tests: asked to end, and killed where they do not, also when the test fails."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

Child = subprocess.Popen[Any]


@contextmanager
def ended(child: Child, seconds: float = 30) -> Iterator[Child]:
    """Give `child`; end it afterwards, waiting for it up to `seconds` before it is killed."""
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
