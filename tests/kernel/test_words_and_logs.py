"""What text may enter, be sorted by, stand in a header, and be written to a log."""

import json
import logging
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from campaign.kernel import log
from campaign.kernel.log import redact
from campaign.kernel.mailtext import tags
from campaign.kernel.text import (
    count_characters,
    fault_of,
    full_name,
    has_hidden_controls,
    is_drawn,
    is_storable,
    sort_key,
)


@given(st.text())
def test_what_is_storable_is_what_postgresql_and_utf8_take(text):
    expected = "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
    assert is_storable(text) is expected


@pytest.mark.parametrize("text", ["\u202e", "\u2066", "\x1b", "\x7f", "\x85", "\u2028", "\x07"])
def test_hidden_controls_are_seen(text):
    assert has_hidden_controls(f"a{text}b")


@pytest.mark.parametrize(
    "text", ["ক্\u200dষ", "می\u200cخواهم", "a\nb\tc", "Zoë Ñandú", "山田", "👩\u200d👧", "a\u200fb\u200e", "س\u061cب"]
)
def test_what_real_languages_need_is_no_control(text):
    assert not has_hidden_controls(text)


@pytest.mark.parametrize(
    "text", ["", " ", "\u200b", "\u3164", "\u2800", "\u00ad", "\u00a0\u200f", "\ufe0f", "\x07\x7f", "\u2063\u115f"]
)
def test_what_has_no_ink_is_not_drawn_and_so_no_text(text):
    assert not is_drawn(text)
    assert fault_of(text.strip(), 10, one_line=True) in ("empty", "holds_unseen")


@pytest.mark.parametrize("text", ["a", ".", "\u200bа", "山", "☀", "\u00a0x", "নাম"])
def test_what_a_reader_sees_is_drawn(text):
    assert is_drawn(text)
    assert fault_of(text, 10, one_line=True) is None


def test_a_line_break_is_one_character_however_it_is_posted():
    assert count_characters("a\r\nb\nc\rd") == 7
    assert fault_of("a\r\n" * 5 + "a", 11, one_line=False) is None
    assert fault_of("a\r\n" * 5 + "aa", 11, one_line=False) == "too_long"


def test_one_name_stands_alone():
    assert [full_name(*names) for names in (("Ana", "Ruiz"), ("Aung", ""), ("", "Sukarno"), (None, None))] == [
        "Ana Ruiz", "Aung", "Sukarno", "",
    ]  # fmt: skip


def test_names_sort_as_people_sort_them():
    names = ["Zúñiga", "de la Cruz", "Álvarez", "alvarez", "Ñandú", "Nunez", "Öztürk"]
    assert sorted(names, key=sort_key) == ["Álvarez", "alvarez", "de la Cruz", "Ñandú", "Nunez", "Öztürk", "Zúñiga"]


@given(st.text())
@example("℠")
def test_a_sort_key_is_stable(text):
    assert sort_key(sort_key(text)) == sort_key(text)
    assert sort_key(f"  {text} ") == sort_key(text)


ADDRESSES = st.emails()


@given(ADDRESSES)
def test_no_address_reaches_a_log(address):
    line = redact(f"mail to <{address}>, again '{address}' and {address!r} failed")
    assert address not in line
    assert address.partition("@")[2] not in line


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("GET /confirm/WyJhIl0.x.y-z HTTP/1.1", "WyJhIl0"),
        ("GET /confirm/all/WyJhIl0.x HTTP/1.1", "WyJhIl0"),
        ("POST /not-me/WyJhIl0.x", "WyJhIl0"),
        ("GET /es/my/WyJhIl0.x/erase", "WyJhIl0"),
        ("GET /rsvp/WyJhIl0.x.ics", "WyJhIl0"),
        ("POST /marshal/WyJhIl0.x.json", "WyJhIl0"),
        ("GET /campaigns/a/thanks?t=gAAAAA-x_y%3D&lang=es", "gAAAAA"),
        ("Authorization: Bearer SG.abc.def", "abc"),
        ("key SG.abcdef.ghijkl rejected", "ghijkl"),
        ("postgresql+psycopg://campaign:hunter2@127.0.0.1:5432/x", "hunter2"),
        ("redis://:hunter2@127.0.0.1/0", "hunter2"),
        ("Key (email)=(ana.ruiz+x@example.org) already exists", "ruiz"),
        ("o'brien!x@example.co.uk", "brien"),
        ("ünal@exämple.org", "nal"),
    ],
)
def test_secrets_and_addresses_are_blotted_out(text, secret):
    assert secret not in redact(text)


def test_both_formats_redact_messages_and_traces(capsys):
    for log_format in ("text", "json"):
        log.configure(log_format)
        try:
            int("ana@example.org at /my/SECRETTOKEN")
        except ValueError:
            logging.getLogger("test").exception("mail to %s failed", "ana@example.org")
        written = capsys.readouterr().err
        assert "SECRETTOKEN" not in written
        assert "ana@" not in written
        assert "Traceback" in written
        if log_format == "json":
            assert json.loads(written.splitlines()[0])["level"] == "ERROR"


FORGED = [
    "/x\n2026-11-30 12:00:00,000 CRITICAL campaign: all is lost",
    "/x\r\n2026",
    "/x\x1b[2J\x1b]0;owned\x07",
    "/x\u2028y\u2029z\x85w\x0bv\x0cu\x1ct",
    "/x\u202egnp.exe",
    "/x\ud800",
    "/x\x00",
]


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize("sent", FORGED)
def test_nobody_writes_a_line_of_ours_by_what_they_send(capsys, log_format, sent):
    log.configure(log_format)
    logging.getLogger("campaign.test").warning("answered 500 to GET %s", sent)
    written = capsys.readouterr().err
    assert len(written.splitlines()) == 1
    assert not any(has_hidden_controls(line) for line in written.splitlines())
    assert "/x" in written
    if log_format == "json":
        assert json.loads(written)["message"].startswith("answered 500 to GET /x")


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize("sent", FORGED)
def test_nor_by_what_an_error_says_of_it(capsys, log_format, sent):
    log.configure(log_format)
    logging.getLogger("campaign.test").error("it failed", exc_info=ValueError(sent))
    first, *rest = capsys.readouterr().err.splitlines()
    assert "it failed" in first
    assert not any(has_hidden_controls(line) for line in [first, *rest])
    if log_format == "text":
        assert rest[0] == "Traceback (most recent call last):"
        assert all(line.startswith("  ") for line in rest[1:])


def test_a_token_behind_an_end_of_line_is_blotted_out_too(capsys):
    log.configure("text")
    logging.getLogger("campaign.test").warning("answered 500 to GET %s", "/confirm/WyJhIl0\nSECRETPART.x")
    assert "SECRETPART" not in capsys.readouterr().err


@pytest.mark.parametrize("name", ["rq.worker", "fontTools.subset", "python_http_client", "urllib3", "campaigns"])
@pytest.mark.parametrize("log_format", ["text", "json"])
def test_libraries_speak_from_warning_up_whatever_level_they_give_themselves(capsys, log_format, name):
    log.configure(log_format)
    library = logging.getLogger(name)
    level = library.level
    library.setLevel(logging.DEBUG)
    try:
        library.debug("the key is SG")
        library.info("Job OK")
        library.warning("read this")
    finally:
        library.setLevel(level)
    assert [line for line in capsys.readouterr().err.splitlines() if "read this" not in line] == []


def test_a_terminal_shows_what_a_person_should_read_and_a_collector_gets_all(capsys):
    for log_format, told in (("text", ["went wrong"]), ("json", ["went well", "went wrong"])):
        log.configure(log_format)
        ours = logging.getLogger("campaign.periodic")
        ours.info("went well")
        ours.warning("went wrong")
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == len(told)
        assert all(words in line for words, line in zip(told, lines, strict=True))


@given(st.dictionaries(st.from_regex("[a-z_]{1,8}", fullmatch=True), st.text(max_size=30), max_size=4))
def test_each_value_has_a_tag_for_text_and_an_escaped_one_for_html(values):
    made = tags(**values)
    for name, value in values.items():
        if f"{name.removesuffix('_html')}" == name:
            assert made[f"[[{name}]]"] == value
        assert not set(made[f"[[{name}_html]]"]) & set("<>\"'")


def test_a_database_error_tells_no_name(session):
    """What SQLAlchemy would add to its message: the values of the statement."""
    from sqlalchemy import text
    from sqlalchemy.exc import DBAPIError

    with pytest.raises(DBAPIError) as caught:
        session.execute(text("SELECT CAST(:name AS text) FROM nowhere"), {"name": "Unmistakable Ruiz"})
    assert "Unmistakable" not in str(caught.value)


def test_a_long_line_without_an_address_costs_nothing():
    line = "abc.=/-" * 20_000
    began = time.process_time()
    assert redact(line) == line
    assert time.process_time() - began < 2, "once over the line, not once for each of its characters"
