"""Nobody gets into a kept page what the next reader did not ask for: by a cookie, or by something appended.

`make attack` tries that, and every header, on every shared page of an installation; here it is two pages, in this process.
"""

import random

import pytest

from tests.actions.visitor import OPEN
from tests.attacks.asking import in_process
from tests.attacks.checks import shared_pages


@pytest.mark.parametrize("page", [f"/campaigns/{OPEN}", "/events"])
def test_no_copy_holds_what_somebody_appended(app, fresh, tell, monkeypatch, page):
    monkeypatch.setattr(shared_pages, "QUERIES", ())
    monkeypatch.setattr(shared_pages, "HEADERS", [pair for pair in shared_pages.HEADERS if pair[0] == "Cookie"])
    outcome = shared_pages.probe(in_process(app), [page], random.Random(3))
    tell(f"requests to {page}", outcome.requests)
    assert outcome.requests > 80
    assert outcome.findings == []
