"""No two files of tests bear the same name: without packages, the second of one run is not read at all."""

from collections import Counter
from pathlib import Path

TESTS = Path(__file__).parents[1]


def test_each_file_of_tests_has_a_name_of_its_own() -> None:
    loose = (path for path in TESTS.rglob("test_*.py") if not (path.parent / "__init__.py").exists())
    assert not [name for name, count in Counter(path.name for path in loose).items() if count > 1]
