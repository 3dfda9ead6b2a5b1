"""The doctor tells where limits are counted, and when everybody seems to come from one address."""

import subprocess
import sys
from dataclasses import replace

import pytest

from campaign.embedded.counters import VARIABLE, fresh_counters
from campaign.limit_checks import check_crowding, check_keeping, check_limits

SIGN = """
from campaign.kernel.crowding import Crowd
import sys
crowd = Crowd()
crowd.weigh([sys.argv[1].format(n % 90) for n in range(400)])
"""


def test_a_server_that_writes_to_no_disk_is_fine(limits_url):
    assert {finding.what: finding.state for finding in check_keeping(limits_url)} == {
        "limits version": "ok",
        "limits": "ok",
    }


def test_one_that_does_is_to_be_mended(redis_url):
    (found,) = (finding for finding in check_keeping(redis_url) if finding.what == "limits")
    assert found.state == "fix"
    assert "disk" in found.words


def test_one_that_is_away_is_told():
    assert [finding.state for finding in check_keeping("redis://127.0.0.1:9")] == ["fix"]


def test_none_at_all_is_said_and_is_no_fault(settings):
    found = list(check_limits(replace(settings, limits_url=None)))
    assert [(finding.what, finding.state) for finding in found] == [("limits", "skipped"), ("addresses", "skipped")]


def test_visitors_of_a_demonstration_may_all_be_on_one_machine(settings):
    found = list(check_limits(replace(settings, limits_url=None, is_demo=True)))
    assert [finding.what for finding in found] == ["limits"]


@pytest.mark.parametrize(("address", "state"), [("10.0.0.1", "fix"), ("203.0.113.{}", "ok")])
def test_all_from_one_address_are_seen_from_another_process(tmp_path, address, state):
    environ = fresh_counters(tmp_path)
    assert VARIABLE in environ
    subprocess.run([sys.executable, "-c", SIGN, address], env=environ, check=True)
    found = check_crowding(tmp_path)
    assert found.state == state
    assert ("TRUSTED_PROXIES" in found.words) == (state == "fix")
