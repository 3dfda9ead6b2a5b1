"""Tries to keep us busy for nothing: forms that are refused, and previews, count as much as those that are taken."""

import pytest

from tests.actions.visitor import OPEN, Visitor
from tests.events.coming import post as come

MOST = 5


@pytest.fixture
def flood(fresh, make_app, sessions, installation, valkey):
    """A visitor whose network may post five times."""
    return Visitor(make_app(LIMITS=f"ip={MOST}/10m").test_client(use_cookies=False), sessions, installation)


ATTEMPTS = {
    "pledge": (422, lambda visitor: visitor.sign(email="nobody", comment="kept <words>")),
    "letter": (422, lambda visitor: visitor.write(email="nobody", personal="kept <words>")),
    "rsvp": (422, lambda visitor: come(visitor, email="nobody", comment="kept <words>")),
    "preview": (200, lambda visitor: visitor.write(step="preview", personal="kept <words>")),
    "change": (200, lambda visitor: visitor.write(step="change", personal="kept <words>")),
}


@pytest.mark.parametrize("name", ATTEMPTS)
def test_what_stores_nothing_counts_and_keeps_its_words(flood, name):
    status, attempt = ATTEMPTS[name]
    assert [attempt(flood).status_code for _ in range(MOST)] == [status] * MOST
    refused = attempt(flood)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "kept &lt;words&gt;" in refused.text


def test_they_count_together_with_what_is_stored(flood):
    for name in ("pledge", "letter", "preview"):
        ATTEMPTS[name][1](flood)
    assert flood.sign(OPEN, email="ana@example.org").status_code == 303
    assert flood.sign(OPEN, email="eva@example.org").status_code == 303
    assert flood.sign(OPEN, email="ida@example.org").status_code == 429
