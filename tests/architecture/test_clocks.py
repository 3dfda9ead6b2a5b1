"""No test is judged by the time at which its file was read."""

import pytest

from tests.architecture.rules import clocks_read_at_import


def test_no_module_of_tests_reads_the_clock_as_it_is_imported():
    assert clocks_read_at_import() == []


@pytest.mark.parametrize(
    "source",
    [
        "NOW = datetime.now(UTC)",
        "TOMORROW = now() + timedelta(days=1)",
        "import time\n\nCASES = [{'at': time.time() - 60}]",
        "@pytest.mark.parametrize('day', [date.today()])\ndef test_it(day):\n    assert day",
        "def load(content, now=datetime.now(UTC)):\n    pass",
        "def load(content, *, at=now()):\n    pass",
        "load = lambda at=now(): at",
        "class Case:\n    made_at = datetime.utcnow()",
        "if datetime.now(UTC).month == 2:\n    DAYS = 28",
    ],
)
def test_a_planted_clock_is_found(tmp_path, source):
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_x.py").write_text(source)
    assert len(clocks_read_at_import(tmp_path / "tests")) == 1


def test_a_clock_read_while_a_test_runs_is_none(tmp_path):
    (tmp_path / "tests").mkdir()
    source = (
        "NOON = time(12)\n\ndef test_it(later=None):\n    at = later or now()\n    assert (lambda: now())() >= at\n"
    )
    (tmp_path / "tests/test_x.py").write_text(source)
    assert clocks_read_at_import(tmp_path / "tests") == []
