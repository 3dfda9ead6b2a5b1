"""Addresses as people paste them: mended where they can mean one thing, else told exactly what is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.people.addresses import BadAddressError, parse_address
from campaign.people.pasted import find_fault, mend

PASTED = [
    "mailto:ana@example.org", "MAILTO:ana@example.org?subject=Hi&cc=eva@example.org", "mailto:ana%40example.org",
    "Ana <ana@example.org>", "<ana@example.org>", '"Ruiz, Ana" <ana@example.org>;', "Ana <mailto:ana@example.org>",
    "ana@example.org<mailto:ana@example.org>", "ana@example.org <ana@example.org>", "ana@example.org, Ana@example.org",
    "ana@example.org.", "ana@example.org,", "ana@example.org;", "ana@example.org:", "(ana@example.org)",
    "'ana@example.org'", "'ana@example.org,'", "“ana@example.org”", "ana@example.org\u200b", "\ufeffana@example.org", "a\u00adna@example.org",
    "\u202aana@example.org\u202c", "\u202dana@example.org\u202c", "ana@\u200eexample.org", "\u2068ana\u2069@example.org", "ana\u200d@example.org",
    "\u00a0ana@example.org\u00a0", "ana\u00a0@\u202fexample.org", "ana＠example.org", "ana﹫example.org",
    "ａｎａ＠ｅｘａｍｐｌｅ．ｏｒｇ", "ana@example。org", "ana@example.org、", "ana@example.org؛", "\n\tana@example.org\r\n",
]  # fmt: skip


@pytest.mark.parametrize("typed", PASTED)
def test_what_can_only_mean_one_address_is_that_address(typed):
    assert parse_address(typed) == parse_address("ana@example.org")


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("ana\u2011maria@example.org", "ana-maria@example.org"),
        ("ana–maria@example.org", "ana-maria@example.org"),
        ("ana۱۲@example.org", "ana12@example.org"),
        ("o’neil@example.org", "o'neil@example.org"),
        ("Nora <nora@grønt.example>", "nora@xn--grnt-hra.example"),
        ("nora@コーヒー.example", "nora@xn--tck2c4fb.example"),
    ],
)
def test_signs_and_digits_of_other_keyboards_are_read(typed, canonical):
    assert parse_address(typed).canonical == canonical


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("ana@example.org, eva@example.org", "two_addresses"),
        ("ana@example.org eva@example.org", "two_addresses"),
        ("ana@example.org/eva@example.org", "two_addresses"),
        ("Ana <ana@example.org>; Eva <eva@example.org>", "two_addresses"),
        ("eva@example.org <ana@example.org>", "two_addresses"),
        ("ana@example.org\r\nBcc: eva@example.org", "two_addresses"),
        ("an a@example.org", "space_inside"),
        ("ana @example.org", "space_inside"),
        ("ana@exam ple.org", "space_inside"),
        ("Ana ana@example.org", "space_inside"),
        ("ana@example.org\r\nBcc:", "space_inside"),
        ("zoë@example.org", "foreign_letters"),
        ("анна@example.org", "foreign_letters"),
        ("ana", "malformed"),
        ("ana@", "malformed"),
        ("ana@@example.org", "malformed"),
        ("ana@example,org", "malformed"),
        ("ana@example", "malformed"),
        ("mailto:", "malformed"),
        ("Ana <>", "malformed"),
        ("ana@نامه\u200cای.example..", "malformed"),
        ("a" * 250 + "@example.org", "too_long"),
        ("a" * 5000, "too_long"),
    ],
)
def test_what_is_wrong_with_any_other_is_said_exactly(typed, fault):
    with pytest.raises(BadAddressError) as error:
        parse_address(typed)
    assert error.value.fault == fault
    assert str(error.value)


@given(st.from_regex(r"[!#-\'*+/-9=?A-Z^-~-]{1,20}@[a-z]{1,10}\.[a-z]{2,5}", fullmatch=True))
def test_what_is_an_address_already_is_not_altered(typed):
    if not (typed.startswith("'") and typed.endswith("'")) and not typed.lower().startswith("mailto:"):
        assert mend(typed) == typed


@given(st.text(max_size=60) | st.text(alphabet="ab@<>.,; '\u200d\u00a0＠", max_size=30))
def test_nothing_breaks_it_and_mending_twice_is_mending_once(typed):
    mended = mend(typed)
    assert find_fault(mended) in (None, "malformed", "two_addresses", "space_inside", "foreign_letters")
    if find_fault(mended) is None:
        assert mend(mended) == mended
