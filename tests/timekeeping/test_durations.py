"""What is recorded is read again; a line a file."""

from collections import Counter

from tests.timekeeping.durations import FILE, UNKNOWN_SECONDS, Durations, read, write
from tests.timekeeping.report import render


def test_what_was_written_is_read(tmp_path):
    path = tmp_path / "durations.json"
    write([("a.py::test_long[x]", 3.14), ("b.py::test_short", 0.2), ("b.py::test_shorter", 0.1)], path)
    found = read(path)
    assert found.of_test("a.py::test_long[x]") == 3.1
    assert found.of_file("b.py") == 0.3
    assert found.of_test("b.py::test_short") == UNKNOWN_SECONDS
    assert len(path.read_text().splitlines()) == 4


def test_without_a_record_nothing_is_known_and_nothing_fails(tmp_path):
    assert read(tmp_path / "none.json").of_file("a.py") == 0


def test_the_record_of_this_suite_can_be_read():
    assert isinstance(read(FILE), Durations)
    assert FILE.exists()


def test_where_the_time_went_is_told_by_folder_with_the_longest_test():
    seconds = {
        "tests/letters/test_a.py::test_one": Counter(setup=1.0, call=2.5),
        "tests/letters/test_a.py::test_two": Counter(call=0.5),
        "tests/test_top.py::test_three": Counter(call=9.0, teardown=1.0),
    }
    told = render(seconds, {"gw0": 11.2, "gw1": 4.0}).splitlines()
    assert told[1].split() == ["tests", "1", "0.0", "9.0", "1.0"]
    assert told[2].split() == ["tests/letters", "2", "1.0", "3.0", "0.0"]
    assert told[3] == "processes were done after 11 s (gw0), 4 s (gw1)"
    assert told[4].split() == ["10.0", "s", "tests/test_top.py::test_three"]
