"""Tries to keep a process busy with a form, or a query, of nothing but fields."""

import time
from urllib.parse import urlencode

import pytest

from campaign.kernel import formdata
from campaign.kernel.formdata import MAX_BYTES
from tests.actions.visitor import OPEN, PERSON

LETTER = "Every word of it. " * 200
FILLERS = {"empty": "a&", "short": "a=b&", "escaped": "%61=%62&", "names alone": "&&&"}
MOST_FIELDS_GIVEN_BACK = 4100


def _filled(filler, form):
    room = MAX_BYTES - len(form) - 2
    half = filler * (room // len(filler) // 2)
    return f"{half}{form}&{half}"[: MAX_BYTES - 1]


@pytest.mark.parametrize("filler", FILLERS)
def test_a_form_of_nothing_but_fields_costs_little_and_loses_no_letter(client, visitor, monkeypatch, tell, filler):
    parsed, cleaned = [], formdata._cleaned
    monkeypatch.setattr(formdata, "_cleaned", lambda pairs: parsed.append(len(pairs)) or cleaned(pairs))
    visitor.sign(email="nobody")  # the page's first time costs more than the form's
    form = urlencode({"stamp": visitor.installation.stamp.make(), **PERSON, "email": "nobody", "comment": LETTER})
    body = _filled(FILLERS[filler], form)
    started = time.perf_counter()
    answer = client.post(f"/campaigns/{OPEN}/pledge", data=body, content_type="application/x-www-form-urlencoded")
    seconds = time.perf_counter() - started
    assert answer.status_code == 422
    assert LETTER.strip() in answer.text
    assert max(parsed, default=0) <= MOST_FIELDS_GIVEN_BACK
    tell(f"{len(body):,} bytes of {FILLERS[filler]!r}, milliseconds", round(seconds * 1000))


@pytest.mark.parametrize(
    "query", ["a&" * 30_000, "a=b&" * 15_000, "lang=en&" + "x" * 60_000], ids=["a&", "a=b&", "long"]
)
def test_a_query_without_end_is_not_read(client, fresh, tell, query):
    started = time.perf_counter()
    answer = client.get(f"/events?{query}")
    tell(f"{len(query):,} bytes of query, milliseconds", round((time.perf_counter() - started) * 1000))
    assert answer.status_code == 414
    assert "We couldn’t read that" in answer.text


def test_long_links_of_other_peoples_making_still_open(client, fresh):
    tracked = urlencode({f"utm_{n}": "x" * 60 for n in range(40)})
    assert client.get(f"/events?lang=en&{tracked}").status_code == 200
