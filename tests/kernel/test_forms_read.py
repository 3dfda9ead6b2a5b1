"""Reading a posted form: strict about bytes, silent about nothing, and never the loser of a word."""

from io import BytesIO
from urllib.parse import urlencode

import pytest
from flask import Flask, Request
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.test import EnvironBuilder

from campaign.kernel.formdata import MAX_BYTES, read_form

CLEAN = st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
APP = Flask("test")


def read(body, content_type="application/x-www-form-urlencoded", **environ):
    builder = EnvironBuilder(
        method="POST", input_stream=BytesIO(body), content_type=content_type, content_length=len(body)
    )
    made = builder.get_environ()
    made.update(environ)
    if environ.get("wsgi.input_terminated"):
        del made["CONTENT_LENGTH"]
    request = Request(made)
    request.max_content_length = MAX_BYTES
    with APP.app_context():
        return read_form(request)


def multipart(pairs):
    return b"".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode() for name, value in pairs
    )


def test_the_first_value_of_a_name_counts_and_lists_hold_them_all():
    form = read(b"legs=a&guests=2&legs=b&legs=a")
    assert form.values == {"legs": "a", "guests": "2"}
    assert form.lists == {"legs": ["a", "b", "a"], "guests": ["2"]}


@given(st.lists(st.tuples(st.from_regex("[a-z_]{1,8}", fullmatch=True), CLEAN), max_size=8))
def test_a_sound_form_comes_as_it_was_typed(pairs):
    form = read(urlencode(pairs).encode())
    assert form.pairs == pairs
    assert form.values == {name: next(value for other, value in pairs if other == name) for name, _ in pairs}
    assert not form.is_damaged


@given(st.binary(max_size=200))
def test_any_bytes_are_read_and_what_is_given_back_can_be_shown(body):
    for content_type in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/plain"):
        form = read(body, content_type)
        for name, value in form.pairs:
            (name + value).encode()
            assert "\0" not in name + value


@pytest.mark.parametrize("bad", [b"\xff", b"%FF", b"%ED%A0%80", b"%00", b"\x00", b"%C3"])
def test_what_cannot_be_kept_is_told_and_the_rest_is_there(bad):
    form = read(b"a=one&b=t" + bad + b"wo&c=three")
    assert form.is_damaged
    assert (form.values["a"], form.values["c"]) == ("one", "three")
    assert form.values["b"].startswith("t")
    assert form.values["b"].endswith("wo")
    assert "\ufffd" in form.values["b"]


@pytest.mark.parametrize("place", ["before", "after"])
def test_thousands_of_fields_are_told_and_none_is_lost(place):
    many = urlencode({f"x{n}": n for n in range(3000)})
    form = read((f"a=one&{many}" if place == "before" else f"{many}&a=one").encode())
    assert form.is_damaged
    assert form.values["a"] == "one"


def test_a_multipart_form_cut_off_keeps_what_arrived():
    body = multipart([("a", "one"), ("b", "Zoë"), ("c", "the third")])
    for cut in range(1, 24):
        form = read(body[:-cut], "multipart/form-data; boundary=b")
        assert form.is_damaged
        assert (form.values["a"], form.values["b"]) == ("one", "Zoë")
    whole = read(body + b"--b--\r\n", "multipart/form-data; boundary=b")
    assert not whole.is_damaged
    assert whole.values["c"] == "the third"


def test_a_file_is_no_answer_to_any_field():
    body = b'--b\r\nContent-Disposition: form-data; name="a"; filename="x"\r\n\r\nbytes\r\n--b--\r\n'
    assert read(body, "multipart/form-data; boundary=b").is_damaged


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_a_chunked_body_is_not_cut_at_the_limit_without_a_word(content_type):
    small = read(b"a=one", content_type.split(";")[0], **{"wsgi.input_terminated": True})
    assert small is not None
    with pytest.raises(RequestEntityTooLarge):
        read(b"a=" + b"x" * MAX_BYTES, content_type, **{"wsgi.input_terminated": True})


def test_too_large_is_said_before_it_is_read():
    with pytest.raises(RequestEntityTooLarge):
        read(b"a=" + b"x" * MAX_BYTES)


def test_of_a_form_filled_up_with_fields_the_words_are_given_back_in_their_order():
    words = [("comment", "Every word of it. " * 20), ("given_name", "Ana María"), ("personal", "And these.")]
    alike, different = b"a=b&" * 30_000, "".join(f"{number}=&" for number in range(20_000)).encode()
    for filler, left in ((alike, [("a", "b")]), (different, [])):
        form = read(filler + urlencode(words).encode() + b"&" + filler)
        assert form.is_damaged
        assert form.pairs == left + words
