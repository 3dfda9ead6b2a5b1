import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.delivery.suppression import address_key
from campaign.kernel.keyed_hash import KeyedHash
from campaign.kernel.text import is_storable
from campaign.people.addresses import MAX_LENGTH, BadAddressError, fold, parse_address


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("Ana@Example.ORG", "ana@example.org"),
        ("  ana@example.org\n", "ana@example.org"),
        ("ana@exämple.org", "ana@xn--exmple-cua.org"),
        ("ana@XN--EXMPLE-CUA.org", "ana@xn--exmple-cua.org"),
        ("ana+list@example.org", "ana+list@example.org"),
        ("o'brien@example.org", "o'brien@example.org"),
    ],
)
def test_one_person_is_recognised_however_they_type(typed, canonical):
    assert parse_address(typed).canonical == canonical


def test_it_is_written_to_as_it_was_typed():
    assert parse_address("Ana@Example.org").display.startswith("Ana@")


@pytest.mark.parametrize(
    "typed",
    [
        "", " ", "ana", "ana@", "@example.org", "a@b@c.org", "ana@localhost", "ana@example..org", "ana @example.org",
        "ana@example.org\r\nBcc: x@example.org", "ana@example.org, eva@example.org",
        "zoë@example.org", "ana@\u202eexample.org", "ana\0@example.org", "ana@[127.0.0.1]", "a" * 65 + "@example.org",
        "a@" + "b" * 64 + ".org", "a" * 5000 + "@example.org", '"ana"@example.org', "ana@-x.org",
        "\ud800@example.org",
    ],
)  # fmt: skip
def test_what_no_mail_can_reach_is_refused(typed):
    with pytest.raises(BadAddressError):
        parse_address(typed)


@given(st.emails() | st.text(max_size=40) | st.builds("{}@{}".format, st.text(max_size=9), st.text(max_size=12)))
def test_an_address_is_good_in_both_forms_or_refused(typed):
    try:
        address = parse_address(typed)
    except BadAddressError:
        return
    assert parse_address(address.canonical).canonical == address.canonical
    assert parse_address(address.display).canonical == address.canonical
    assert address.canonical.isascii()
    assert address.canonical == address.canonical.lower()
    for form in (address.canonical, address.display):
        assert is_storable(form)
        assert len(form.split()) == 1
        assert form.count("@") == 1
        assert not set(form) & set(',;<>"\\\r\n')
    assert len(address.canonical) <= MAX_LENGTH + 60


@given(st.emails())
def test_the_outbox_and_suppression_recognise_the_same_mailbox(typed):
    """What the three-a-day rule counts and what a bounce suppresses are one key."""
    from campaign.actions.keys import recipient_key

    try:
        address = parse_address(typed)
    except BadAddressError:
        return
    hashes = KeyedHash("p" * 32)
    assert recipient_key(hashes, address.canonical) == address_key(hashes, address.display)


@pytest.mark.parametrize(
    ("spelling", "mailbox"),
    [
        ("v.i.c.tim+1@googlemail.com", "victim@gmail.com"),
        ("ana+x+y@example.org", "ana@example.org"),
        ("a.na@example.org", "a.na@example.org"),
        ("base-tag@yahoo.com", "base@yahoo.com"),
        ("ana-maria@example.org", "ana-maria@example.org"),
        ("a.na_b-c+d@pm.me", "anabc@proton.me"),
        ("an.a@ya.ru", "an-a@yandex.ru"),
        ("tag@ana.fastmail.com", "ana@fastmail.com"),
        ("+@example.org", "+@example.org"),
        ("ana@fastmail.com.example.org", "ana@fastmail.com.example.org"),
    ],
)
def test_all_spellings_of_a_mailbox_fold_to_one(spelling, mailbox):
    assert fold(spelling) == mailbox
    assert fold(mailbox) == mailbox
