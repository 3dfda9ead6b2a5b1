"""What is installed is named by version and hash, never by an address: a lock holds for whichever registry is used."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("package-lock.json", "requirements/run.txt", "requirements/test.txt", "requirements/attack.txt")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock):
    assert re.findall(r"[a-z+]+://\S+", (ROOT / lock).read_text()) == []


def test_every_package_of_npm_has_a_hash():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert [name for name, package in packages.items() if name and not package.get("integrity")] == []
