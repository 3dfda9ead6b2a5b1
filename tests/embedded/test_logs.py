"""The servers' logs have a bound in size and one in age, and lose nothing that is within both."""

import stat

import pytest

from campaign.embedded.logs import KEPT_SECONDS, LIMIT_BYTES, before, turn, turn_all

NOW = 1_800_000_000.0


@pytest.fixture
def log(tmp_path):
    made = tmp_path / "postgres.log"
    made.write_text("first\n")
    return made


def test_a_short_young_log_is_left_alone(log):
    assert not turn(log, NOW)
    assert not turn(log, NOW + KEPT_SECONDS - 1)
    assert log.read_text() == "first\n"


def test_a_long_one_begins_anew_in_its_place_while_it_is_written(log):
    with log.open("ab") as server:
        server.write(b"x" * LIMIT_BYTES)
        server.flush()
        assert turn(log, NOW)
        server.write(b"after\n")
    assert log.read_text() == "after\n"
    assert before(log).stat().st_size == LIMIT_BYTES + len("first\n")
    assert stat.S_IMODE(before(log).stat().st_mode) == 0o600
    assert not turn(log, NOW + 1)


def test_nothing_is_older_than_two_weeks(log):
    assert not turn(log, NOW)
    assert turn(log, NOW + KEPT_SECONDS)
    assert (log.read_text(), before(log).read_text()) == ("", "first\n")
    log.write_text("second\n")
    assert turn(log, NOW + 2 * KEPT_SECONDS)
    assert before(log).read_text() == "second\n"


def test_all_of_a_folder_are_turned(tmp_path, log):
    other = tmp_path / "valkey.log"
    other.write_bytes(b"x" * (LIMIT_BYTES + 1))
    turn_all(tmp_path)
    assert (log.stat().st_size, other.stat().st_size) == (6, 0)


def test_one_that_is_not_there_is_no_error(tmp_path):
    assert not turn(tmp_path / "none.log")
