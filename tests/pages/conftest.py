"""Walks past every page and state, seen once for each language and judged by many tests."""

import os
from collections.abc import Callable

import pytest

from tests.pages.evidence import Evidence, gather


@pytest.fixture(scope="session")
def seen(browser, running, tmp_path_factory) -> Callable[..., Evidence]:
    """Return what a walk saw: `seen("ur", has_script=False)`."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent

    def walk(language: str, *, has_script: bool = True) -> Evidence:
        return gather(browser, running, language, shared, has_script=has_script)

    return walk
