"""All clocks of a run agree, wherever it was moved to; and moving it moves them all."""

import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from campaign.embedded.children import spawn
from campaign.kernel.clock import now
from tests.dates.moving import VARIABLE, move_clock, seconds_until

ROOT = Path(__file__).parents[2]
LEAP_DAY = "2028-02-29T23:30:00Z"
# Between the first clock read and the last; a run has gone on for less than MOST.
SLACK, MOST = timedelta(seconds=10), timedelta(hours=2)


def read_by_child(tmp_path, command, environ):
    with (tmp_path / "said").open("wb") as log:
        child = spawn(command, environ=environ, folder=tmp_path, log=log)
    assert child.wait(30) == 0
    return datetime.fromisoformat((tmp_path / "said").read_text().strip())


def test_all_clocks_agree(session, valkey, tmp_path):
    code = "from datetime import *; print(datetime.now(UTC))"
    readings = [
        now(),
        session.scalar(text("SELECT clock_timestamp()")),
        datetime.fromtimestamp(valkey.time()[0], now().tzinfo),
        # With no other variable than those the launcher adds, as the embedded servers are started.
        read_by_child(tmp_path, [sys.executable, "-c", code], {}),
        datetime.fromtimestamp(int(subprocess.check_output(["date", "+%s"])), now().tzinfo),
    ]
    assert max(readings) - min(readings) < SLACK
    if wanted := os.environ.get(VARIABLE):
        began = datetime.fromisoformat(wanted)
        assert began - SLACK < min(readings) < began + MOST


def test_a_run_on_another_day_has_that_day_everywhere():
    this = f"{Path(__file__).relative_to(ROOT)}::{test_all_clocks_agree.__name__}"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", this],
        cwd=ROOT, env={**_without_clock(), VARIABLE: LEAP_DAY}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout


def _without_clock():
    """The environment of a run on the true day, with servers of its own."""
    ours = ("LD_PRELOAD", "CAMPAIGN_TEST_", "PYTEST_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@pytest.mark.parametrize("wanted", ["tomorrow", "2028-02-30T00:00:00Z", "2028-02-29T23:30:00", "2028-02-29"])
def test_refuses_what_is_no_instant(wanted):
    with pytest.raises(pytest.UsageError, match=f"{VARIABLE}={wanted}: "):
        seconds_until(wanted)


def test_the_offset_leads_to_the_instant():
    later = (now() + timedelta(days=400)).isoformat()
    assert abs(seconds_until(later) - 400 * 86400) <= 2


def test_no_date_moves_nothing(monkeypatch, pytestconfig):
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr(os, "execve", lambda *_: pytest.fail("started again"))
    move_clock(pytestconfig)
