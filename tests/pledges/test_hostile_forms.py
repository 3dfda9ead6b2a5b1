"""Whatever is posted at a form: never a 500, never a lost word; the text comes back, escaped."""

import html
import re
from urllib.parse import quote_from_bytes, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.actions.visitor import HIGH_SAFETY, OPEN, PERSON

DOORS = (f"/campaigns/{OPEN}/pledge", f"/campaigns/{HIGH_SAFETY}/pledge", f"/campaigns/{OPEN}/letter", "/my")
FIELDS = (
    "stamp", "language", "source", "given_name", "family_name", "email", "country", "postal_code", "comment", "consent",
    "show_name", "fax_number", "t", "executives", "subject", "personal", "body", "step", "group", "phone",
)  # fmt: skip
SHOWN = {  # the fields a page gives back, by door
    DOORS[0]: ("given_name", "family_name", "email", "postal_code", "comment"),
    DOORS[1]: ("given_name", "email"),
    DOORS[2]: ("given_name", "family_name", "email", "postal_code", "subject", "personal", "body"),
    "/my": ("email",),
}
NASTY = st.sampled_from(
    [
        "", " ", "\0", "a\0b", "\ud800", "\udfff", "\u202eevil", "\u2066x\u2069", "\x1b[31m", "\x7f", "\u2028", "\ufeff",
        "no", "false", "0", "off", "null", "-1", "'; DROP TABLE actions;--", "<script>alert(1)</script>", "{{7*7}}",
        "%00", "%ff", "../../etc/passwd", "a@b", "a@@b.c", "a@b.c\r\nBcc: x@y.z", "\r\nSet-Cookie: x=1", "x" * 5000,
        "a" * 5000 + "@example.org", "a@" + "b" * 5000 + ".org", "a@xn--.org", "a@[127.0.0.1]", '"a b"@example.org',
        "{executive}{personal}{town}", "{{personal}}", "9" * 400, "١٢٣", "𝕏" * 30, "e\u0301" * 40, "http://x.y/z",
    ]
)  # fmt: skip
VALUES = st.one_of(NASTY, st.text(max_size=60), st.text(alphabet=st.characters(), min_size=1, max_size=20))
SLOW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
CONTENT_TYPES = (
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=frontier",
    "multipart/form-data",
    "application/json",
    "text/plain; charset=utf-16",
    "",
)
FINE = {200, 303, 413, 422, 429}


def form_for(visitor, door, **changed):
    mine = {} if door == "/my" else {"personal": "Please.", "subject": "Sign"}
    values = {"stamp": visitor.installation.stamp.make(), **PERSON, **mine, **changed}
    return {name: value for name, value in values.items() if value is not None}


def encode(form):
    """Percent-encode as a careless program would: lone surrogates too."""
    return "&".join(
        f"{quote_from_bytes(name.encode('utf-8', 'surrogatepass'))}={quote_from_bytes(value.encode('utf-8', 'surrogatepass'))}"
        for name, value in form.items()
    )


def post(visitor, door, body, content_type="application/x-www-form-urlencoded"):
    return visitor.client.post(door, data=body, content_type=content_type)


def given_back(page):
    """The values of fields on a page, by name, as a browser would show them."""
    fields = {}
    for tag in re.findall(r"<input [^>]*>", page):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and value:
            fields.setdefault(html.unescape(name[1]), html.unescape(value[1]))
    for name, value in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        fields[html.unescape(name)] = html.unescape(value.removeprefix("\n"))
    return fields


def as_shown(text):
    """What a page can show of a text: what no page can is replaced, line breaks are a page's own."""
    text = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").replace("\0", "\ufffd")
    return re.sub(r"\ufffd+", "\ufffd", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def assert_kept(door, answer, form):
    """Every word of a refused form stands in the answer."""
    assert answer.status_code in FINE, answer.status_code
    assert "Traceback" not in answer.text
    assert "<script>alert" not in answer.text
    if answer.status_code != 422:
        return
    back = given_back(answer.text)
    for name in SHOWN[door]:
        if name in form:
            assert as_shown(back.get(name, "")) == as_shown(form[name]), name


@pytest.mark.parametrize("door", DOORS)
@SLOW
@given(data=st.data())
def test_hostile_values_in_every_field_come_back_and_break_nothing(visitor, door, data):
    changed = data.draw(st.dictionaries(st.sampled_from(FIELDS), VALUES, min_size=1, max_size=6))
    form = form_for(visitor, door, **changed)
    answer = post(visitor, door, encode(form))
    assert_kept(door, answer, form)


@pytest.mark.parametrize("door", DOORS)
@SLOW
@given(data=st.data())
def test_hostile_values_sent_as_multipart(visitor, door, data):
    changed = data.draw(st.dictionaries(st.sampled_from(FIELDS), VALUES, min_size=1, max_size=4))
    form = form_for(visitor, door, **changed)
    answer = post(visitor, door, multipart(form), "multipart/form-data; boundary=frontier")
    assert_kept(door, answer, form)


def multipart(form, end="--frontier--\r\n"):
    parts = [
        f'--frontier\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode()
        + value.encode("utf-8", "surrogatepass")
        + b"\r\n"
        for name, value in form.items()
    ]
    return b"".join(parts) + end.encode()


@pytest.mark.parametrize("door", DOORS)
@SLOW
@given(body=st.binary(max_size=300), content_type=st.sampled_from(CONTENT_TYPES))
def test_bytes_that_are_no_form_at_all(visitor, door, body, content_type):
    assert post(visitor, door, body, content_type).status_code in FINE


@pytest.mark.parametrize("door", DOORS[:3])
@pytest.mark.parametrize("bad", [b"\xff", b"%FF", b"%C0%80", b"\xc3", b"%ED%A0%80", b"%00", b"\x00"])
def test_bytes_that_are_not_text_are_422_and_the_rest_comes_back(visitor, door, bad):
    form = form_for(visitor, door, given_name=None)
    answer = post(visitor, door, urlencode(form).encode() + b"&given_name=An" + bad + b"a")
    assert answer.status_code == 422
    back = given_back(answer.text)
    assert back["email"] == form["email"]
    assert re.fullmatch("An\ufffd+a", back["given_name"])
    assert visitor.one("SELECT count(*) FROM actions") == 0


@pytest.mark.parametrize("door", DOORS[:3])
def test_a_multipart_form_cut_off_on_its_way_still_comes_back(visitor, door):
    form = form_for(visitor, door, given_name="Zoë")
    whole = multipart(form)
    for cut in (2, 15, 40):
        answer = post(visitor, door, whole[:-cut], "multipart/form-data; boundary=frontier")
        assert answer.status_code in (303, 422)
        if answer.status_code == 422:
            assert given_back(answer.text)["given_name"] == "Zoë"


@pytest.mark.parametrize("door", DOORS[:3])
def test_thousands_of_fields_lose_no_word(visitor, door):
    form = form_for(visitor, door, comment="First <words>", given_name="Zoë")
    many = urlencode({f"x{n}": "" for n in range(5000)})
    for body in (f"{urlencode(form)}&{many}", f"{many}&{urlencode(form)}"):
        answer = post(visitor, door, body)
        assert answer.status_code == 422
        assert given_back(answer.text)["given_name"] == "Zoë"
    answer = post(
        visitor,
        door,
        multipart({**form, **{f"x{n}": "" for n in range(2000)}}),
        "multipart/form-data; boundary=frontier",
    )
    assert answer.status_code in (413, 422)


@pytest.mark.parametrize("value", ["no", "off", "false", "0", "", " ", "yes please", "None", "nope", "\u202eyes"])
@pytest.mark.parametrize("field", ["consent", "show_name"])
def test_a_checkbox_is_ticked_only_by_yes(visitor, field, value):
    assert visitor.sign(**{field: value}).status_code in (303, 422)
    assert visitor.one("SELECT count(*) FROM actions WHERE wording_id IS NOT NULL OR show_name") == 0


@pytest.mark.parametrize("value", ["y", "yes", "on", "true", "1", "YES", " On "])
def test_each_yes_is_a_yes(visitor, value):
    visitor.sign(consent=value, show_name=value)
    assert visitor.one("SELECT count(*) FROM actions WHERE wording_id IS NOT NULL AND show_name") == 1


@pytest.mark.parametrize("door", DOORS[:3])
@pytest.mark.parametrize("how", ["urlencoded", "multipart", "chunked"])
def test_a_body_over_256_kb_gets_the_worded_413_that_leads_back(visitor, door, how):
    form = form_for(visitor, door, comment="x" * 262_145)
    if how == "urlencoded":
        answer = post(visitor, door, urlencode(form))
    elif how == "multipart":
        answer = post(visitor, door, multipart(form), "multipart/form-data; boundary=frontier")
    else:
        from io import BytesIO

        body = urlencode(form).encode()
        answer = visitor.client.post(
            door,
            input_stream=BytesIO(body),
            content_type="application/x-www-form-urlencoded",
            headers={"Transfer-Encoding": "chunked"},
            environ_overrides={"wsgi.input_terminated": True},
        )
    assert answer.status_code == 413
    assert f'href="{door}' in answer.text or f'href="{door.rpartition("/")[0]}' in answer.text


def test_the_longest_honest_form_passes(visitor):
    assert visitor.sign(given_name="ä" * 80, family_name="é" * 80, comment="ü" * 2000).status_code == 303
    assert visitor.write(personal="ü" * 5000, body="é" * 10000, subject="s" * 150).status_code == 303


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "a" * 5000 + "@example.org"),
        ("email", "ana"),
        ("given_name", "\u3164"),
        ("given_name", "x" * 81),
        ("given_name", "Ana\u202e"),
        ("given_name", "visit example.com/now"),
        ("family_name", "Ruiz\r\nBcc: x@example.org"),
        ("family_name", "a\tb"),
        ("country", "XX"),
        ("country", ""),
        ("postal_code", ""),
        ("postal_code", "<b>"),
        ("comment", "x" * 2001),
        ("comment", "\u2066"),
        ("stamp", "1.abc"),
        ("stamp", ""),
    ],
)
def test_each_mistake_is_told_in_words_and_stores_nothing(visitor, field, value):
    answer = visitor.sign(**{field: value})
    assert answer.status_code == 422
    assert visitor.one("SELECT count(*) FROM actions") == visitor.one("SELECT count(*) FROM people") == 0
    back = given_back(answer.text)
    if field in SHOWN[DOORS[0]]:
        assert as_shown(back.get(field, "")) == as_shown(value)
    assert back["family_name" if field == "email" else "email"]
    assert 'role="alert"' in answer.text or "error" in answer.text


def test_a_fresh_stamp_comes_with_the_refused_form_so_that_it_can_be_sent_again(visitor):
    answer = visitor.sign(stamp="old", comment="kept")
    form = given_back(answer.text)
    assert form["comment"] == "kept"
    assert visitor.client.post(DOORS[0], data={**form, "country": "US"}).status_code == 303
