"""Each date is run, whatever the one before did, and the table tells which was not green."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.dates import __main__ as dates

INSTANTS = [datetime.fromisoformat(date) for date in dates.DATES]
WITHIN = timedelta(minutes=5)


@pytest.fixture
def suite(tmp_path):
    """A suite in one file, with no servers of its own: `suite(source)` returns what makes it the one that is run."""

    def use(source):
        (tmp_path / "test_it.py").write_text(source)
        return f"{tmp_path} -c /dev/null -p no:cacheprovider -n 0"

    return use


def test_goes_on_after_a_date_that_fails_and_says_which(suite, capsys):
    source = "import os\n\ndef test_day():\n    assert 'T12' in os.environ['CAMPAIGN_TEST_DATE']\n"
    wanted = ["2027-01-31T12:00:00Z", "2027-01-31T13:00:00Z", "2027-02-28T12:00:00Z"]
    assert dates.main([*wanted, "--pytest", suite(source)]) == 1
    table = capsys.readouterr().out.split("date   ")[1].splitlines()[1:]
    assert [re.split(r" {2,}", row)[0].split() for row in table] == [
        ["2027-01-31T12:00:00Z"],
        ["2027-01-31T13:00:00Z"],
        ["2027-02-28T12:00:00Z"],
    ]
    assert [row.split()[1:3] for row in table] == [["1", "0"], ["0", "1"], ["1", "0"]]
    assert ["RED (exit 1)" in row for row in table] == [False, True, False]


def test_is_content_where_all_are_green(suite):
    assert dates.main(["2027-01-31T12:00:00Z", "--pytest", suite("def test_it(): pass\n")]) == 0


def test_a_run_that_ran_nothing_is_not_green(suite):
    assert dates.main(["2027-01-31T12:00:00Z", "--pytest", suite("")]) == 1


def test_there_are_ten_dates_of_the_kinds_that_go_wrong():
    assert len(INSTANTS) == 10
    begun = {(date.month, date.day) for date in INSTANTS}
    assert {(12, 31), (1, 1), (2, 29)} <= begun
    assert sum((date + timedelta(days=1)).day == 1 for date in INSTANTS) >= 4
    for zone in ("America/New_York", "Europe/Berlin"):
        changes = [_offset(date + WITHIN, zone) - _offset(date - WITHIN, zone) for date in INSTANTS]
        assert {timedelta(hours=1), timedelta(hours=-1)} <= set(changes), zone
    assert any(date.astimezone(ZoneInfo("America/New_York")).date() < date.date() for date in INSTANTS)
    assert any(date.isoweekday() > 5 for date in INSTANTS)


def _offset(instant, zone):
    return instant.astimezone(UTC).astimezone(ZoneInfo(zone)).utcoffset()
