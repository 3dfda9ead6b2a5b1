"""Of all that is said of a party the same word holds, whatever the order; and until when what was said is taken."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.events.marshals.latest_word import Entry, Subject, Word, latest, refusal
from campaign.events.marshals.taps import MOST_ENTRIES, BadBatchError, read_batch

DAWN = datetime(2027, 3, 14, 10, tzinfo=UTC)
KEY = UUID(int=1)

words = st.builds(
    Word,
    st.integers(0, 5).map(lambda n: DAWN + timedelta(milliseconds=n)),
    st.integers(0, 3).map(lambda n: UUID(int=n)),
    st.integers(0, 3),
    st.sampled_from(["", "Rosa"]),
)


@given(st.lists(words, min_size=1, max_size=8), st.data())
def test_any_order_any_batches_and_any_repeats_end_alike(said, data):
    """Two phones send overlapping batches, and some again: the register takes the latest of what it has and each batch."""
    arriving = data.draw(st.permutations([*said, *data.draw(st.lists(st.sampled_from(said), max_size=5))]))
    held = arriving[0]
    rest = arriving[1:]
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        held, rest = latest([held, latest(rest[:size])]), rest[size:]
    assert held == latest(said)


def test_later_wins_then_the_greater_id():
    check_in, undo = Word(DAWN, UUID(int=9), 3, ""), Word(DAWN + timedelta(milliseconds=1), UUID(int=1), 0, "")
    assert latest([undo, check_in]) == undo
    assert latest([Word(DAWN, UUID(int=1), 3, ""), Word(DAWN, UUID(int=2), 0, "")]).came == 0


def entry(at):
    return Entry(Subject(KEY, is_walk_up=False), Word(at, KEY, 1, ""))


@pytest.mark.parametrize(
    ("said", "posted", "expected"),
    [
        (timedelta(0), timedelta(0), None),
        (timedelta(0), timedelta(hours=24), None),
        (timedelta(0), timedelta(hours=24, seconds=1), "late"),
        (timedelta(milliseconds=1), timedelta(hours=1), "late"),
        (timedelta(minutes=-5), timedelta(minutes=-6), "ahead"),
        (timedelta(seconds=-51), timedelta(minutes=-1), None),
        (timedelta(hours=2), timedelta(hours=1), "ahead"),
        (timedelta(days=-400), timedelta(0), None),
    ],
)
def test_made_before_the_end_and_sent_within_a_day(said, posted, expected):
    assert refusal(entry(DAWN + said), DAWN, DAWN + posted) == expected


GOOD = f'{{"id": "{UUID(int=5)}", "party": "{UUID(int=6)}", "came": 3, "at": 1774000000000}}'


def batch(*entries):
    return f'{{"entries": [{", ".join(entries)}]}}'.encode()


def test_a_good_entry_is_read_to_the_millisecond():
    (read,) = read_batch(batch(GOOD.replace("000}", "123}")))
    assert read.subject == Subject(UUID(int=6), is_walk_up=False)
    assert read.word == Word(datetime(2026, 3, 20, 9, 46, 40, 123000, tzinfo=UTC), UUID(int=5), 3, "")


@pytest.mark.parametrize(
    "bad",
    [
        "1",
        "{}",
        GOOD.replace("3,", "-1,"),
        GOOD.replace("3,", "11,"),
        GOOD.replace("3,", "3.0,"),
        GOOD.replace("3,", "true,"),
        GOOD.replace("3,", '"3",'),
        GOOD.replace("1774000000000", "1e99"),
        GOOD.replace("1774000000000", "-1"),
        GOOD.replace("1774000000000", "99999999999999999999"),
        GOOD.replace("1774000000000", "NaN"),
        GOOD.replace(str(UUID(int=6)), "1"),
        GOOD.replace(str(UUID(int=5)), "{00000000000000000000000000000005}"),
        GOOD.replace('"came"', '"name": 5, "came"'),
        GOOD.replace('"came"', f'"walk_up": "{UUID(int=7)}", "came"'),
        GOOD.replace("party", "walk_up").replace("3,", "100,"),
        GOOD.replace("party", "walk_up").replace('"came"', '"name": "\\u0000", "came"'),
        GOOD.replace("party", "walk_up").replace('"came"', '"name": "\\ud800", "came"'),
        GOOD.replace("party", "walk_up").replace('"came"', '"name": "a\\nb", "came"'),
        GOOD.replace("party", "walk_up").replace('"came"', f'"name": "{"x" * 81}", "came"'),
    ],
)
def test_a_bad_entry_is_told_and_its_neighbours_are_read(bad):
    read = read_batch(batch(GOOD, bad, GOOD))
    assert [found is None for found in read] == [False, True, False]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"{}", b'{"entries": {}}', b"\xff", b"[" * 200_000, b'{"entries": null}', b"1" * 9_000,
     batch(*[GOOD] * (MOST_ENTRIES + 1))],
)  # fmt: skip
def test_what_is_no_batch_is_refused_whole(body):
    with pytest.raises(BadBatchError):
        read_batch(body)
