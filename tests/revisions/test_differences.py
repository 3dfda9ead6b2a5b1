"""What of a row differs: old and new as plain values, without what is never said."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from campaign.campaigns.models import Organization
from campaign.revisions.differences import Difference, added, bring, differing, names_of, plain, take_columns
from campaign.revisions.wording import cut, moment, shown, tell_briefly, tell_difference, tell_values

UTC_ZONE = ZoneInfo("UTC")
ZONES = (UTC_ZONE, ZoneInfo("America/New_York"))


def organization(**values):
    return Organization(id=1, slug="ciw", name="Coalition", place="", is_demo=False, **values)


def test_bringing_sets_what_differs_and_tells_old_and_new():
    row = organization()
    assert bring(row, {"name": "CIW", "place": "", "donate_url": "https://x.example"}) == {
        "name": ("Coalition", "CIW"),
        "donate_url": (None, "https://x.example"),
    }
    assert (row.name, row.donate_url) == ("CIW", "https://x.example")
    assert bring(row, {"name": "CIW"}) == {}


def test_columns_of_nothing_to_tell_are_left_out():
    assert take_columns(organization()) == {
        "name": "Coalition",
        "place": "",
        "donate_url": None,
        "contact_url": None,
        "postal_address": None,
        "about": None,
        "demands_factor": None,
    }
    assert "name" not in take_columns(organization(), {"name"})


def test_what_differs_between_two_moments():
    assert differing({"a": 1, "b": [1]}, {"a": 1, "b": [2], "c": None, "d": 0}) == {"b": ([1], [2]), "d": (None, 0)}
    assert added({"a": 0, "b": None, "c": "", "d": {}, "e": False}) == {"a": (None, 0), "e": (None, False)}


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (datetime(2027, 3, 13, 7, 30, tzinfo=timezone(timedelta(hours=-5))), "2027-03-13T12:30:00+00:00"),
        (date(2027, 3, 13), "2027-03-13"),
        ({"en": "a"}, {"en": "a"}),
        (None, None),
    ],
)
def test_values_are_those_of_json(value, stored):
    assert plain(value) == stored


def test_the_log_names_columns_and_sorts_of_parts():
    whole = Difference(is_new=True, values={"name": (None, "x")})
    parts = [Difference("offices", "CEO", is_new=True), Difference("offices", "Buyer", values={"address": None})]
    assert names_of([whole, *parts]) == {"offices"}
    assert names_of([Difference(values={"name": ("a", "b"), "goal": (1, 2)}), *parts]) == {"name", "goal", "offices"}
    assert names_of([]) == set()


def test_the_history_keeps_nothing_that_says_nothing_and_reads_it_again():
    one = Difference("offices", "CEO", values={"address": None})
    assert one.kept() == {"part": "offices", "name": "CEO", "values": {"address": None}}
    assert Difference(**one.kept()) == one


# In words


def test_old_and_new_are_told_texts_by_language_and_instants_by_the_clocks():
    at = datetime(2027, 3, 13, 12, 30, tzinfo=UTC)
    values = {
        "goal": (10, 20),
        "is_high_safety": (False, True),
        "story": ({"en": "One\ntwo"}, {"en": "One", "es": "Uno"}),
        "subjects": ({"en": ["a", "b"]}, {"en": ["a"]}),
        "opened_at": (None, plain(at)),
        "starts_at": (plain(at), plain(at)),
        "languages": (["en", "es"], []),
        "address": None,
    }
    assert list(tell_values(values, ZONES, {"goal": "aim"})) == [
        "aim 10 → 20",
        "is high safety no → yes",
        "story (en) “One two” → “One”",
        "story (es) nothing → “Uno”",
        "subjects (en) “a, b” → “a”",
        "opened at nothing → Sat 13 Mar 2027 07:30 EST",
        "starts at Sat 13 Mar 2027 12:30 UTC → Sat 13 Mar 2027 07:30 EST",
        "languages en, es → nothing",
        "address changed",
    ]


def test_briefly_they_are_told_as_they_are_stored():
    at = plain(datetime(2027, 3, 13, 12, 30, tzinfo=UTC))
    values = {
        "is_high_safety": (False, True),
        "story": ({"en": "One", "es": "Uno"}, {"en": "Two", "es": "Uno"}),
        "published_at": (None, at),
        "address": None,
    }
    assert list(tell_briefly(values)) == [
        "is high safety False → True",
        "story (en) changed",
        "published at nothing → 2027-03-13 12:30:00+00:00",
        "address changed",
    ]


def test_parts_are_told_by_their_names():
    told = [
        Difference(is_new=True, values={"name": (None, "x")}),
        Difference("companies", "kroger", is_gone=True),
        Difference("letter", values={"body": ({"en": "a"}, {"en": "b"})}),
    ]
    assert [line for one in told for line in tell_difference(one, UTC_ZONE)] == [
        "added",
        "companies, kroger: taken away",
        "letter: body (en) “a” → “b”",
    ]


def test_what_is_long_is_cut():
    assert cut("x" * 60) == "x" * 60
    assert shown("x" * 61) == "x" * 60 + "…"
    assert [shown(value) for value in (None, "", [], 0, ["a", "b"])] == ["nothing", "nothing", "nothing", "0", "a, b"]
    assert moment("2027-03-14T12:00:00+00:00", ZONES[1]) == "Sun 14 Mar 2027 08:00 EDT"
