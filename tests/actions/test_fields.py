"""The shared fields as plain values, for whatever door: typed or told by code, with no application anywhere."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.actions.commands import Origin
from campaign.actions.fields import language_of, read_fields, to_command
from campaign.actions.sharecodes import code_for
from campaign.people.towns import town_of
from tests.actions.given import DOORSTEP, HIGH_SAFETY_DOORSTEP, NOWHERE, told, values

FORM = Origin("form")
NAMES = (*values(), "comment", "consent", "show_name", "source", "via")
ANY = st.text(alphabet=st.characters(), max_size=40)  # lone surrogates and NUL too: no door has looked at it before


def read(doorstep=DOORSTEP, **changed):
    return read_fields(values(**changed), doorstep, NOWHERE)


def command(fields, doorstep=DOORSTEP, origin=FORM, **changed):
    asked = {"kind": "pledge", "is_counted": True, "wording_id": None, **changed}
    return to_command(fields, doorstep, NOWHERE, origin, **asked)


def test_what_is_right_comes_back_typed_and_without_the_space_around_it():
    fields = read(
        given_name=" Ana ", postal_code=" sw1a 1aa", country="GB", consent="yes", show_name="no", comment=" x "
    )
    assert told(fields.problems) == []
    assert (fields.given_name, fields.postal_code, fields.country) == ("Ana", "SW1A 1AA", "GB")
    assert (fields.consent, fields.show_name, fields.comment) == (True, False, " x "), (
        "a comment is kept as it was typed"
    )
    assert fields.address.canonical == "ana@example.org"


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"given_name": None, "family_name": " "}, ("given_name", "missing")),
        ({"given_name": "\u200f", "family_name": "\u061c"}, ("given_name", "missing")),
        ({"given_name": "\u200b", "family_name": ""}, ("given_name", "holds_unseen")),
        ({"given_name": "\u3164"}, ("given_name", "holds_unseen")),
        ({"given_name": "\u2800"}, ("given_name", "holds_unseen")),
        ({"given_name": "\u00ad"}, ("given_name", "holds_unseen")),
        ({"given_name": "a" * 81}, ("given_name", "too_long", {"most": 80})),
        ({"family_name": "a\0b"}, ("family_name", "holds_unseen")),
        ({"family_name": "Ru\u202eiz"}, ("family_name", "holds_unseen")),
        ({"family_name": "Ru\ud800iz"}, ("family_name", "holds_unseen")),
        ({"family_name": "e" + "\u0301" * 5}, ("family_name", "holds_marks")),
        ({"family_name": "www.spam.example"}, ("family_name", "holds_link")),
        ({"family_name": "call 239 555 0100"}, ("family_name", "holds_number")),
        ({"email": None}, ("email", "missing")),
        ({"email": "ana@"}, ("email", "malformed")),
        ({"email": "a\ud800@example.org"}, ("email", "malformed")),
        ({"email": "ana@example.org; eva@example.org"}, ("email", "two_addresses")),
        ({"email": "an a@example.org"}, ("email", "space_inside")),
        ({"email": "zoë@example.org"}, ("email", "foreign_letters")),
        ({"email": "a" * 250 + "@example.org"}, ("email", "too_long", {"most": 254})),
        ({"country": "XX"}, ("country", "not_a_choice")),
        ({"country": "us"}, ("country", "not_a_choice")),
        ({"postal_code": ""}, ("postal_code", "missing")),
        ({"postal_code": "!"}, ("postal_code", "malformed")),
        ({"postal_code": "2139"}, ("postal_code", "zip_short", {"code": "02139"})),
        ({"postal_code": "۲۱۳۹"}, ("postal_code", "zip_short", {"code": "02139"})),
        ({"postal_code": "2139-1234"}, ("postal_code", "zip_short", {"code": "02139-1234"})),
        ({"postal_code": "901", "country": "PR"}, ("postal_code", "zip_short", {"code": "00901"})),
        ({"postal_code": "21391"}, None),
        ({"postal_code": "0000"}, ("postal_code", "zip_malformed")),
        ({"postal_code": "123456"}, ("postal_code", "zip_malformed")),
        ({"postal_code": "SW1A 1AA"}, ("postal_code", "zip_malformed")),
        ({"postal_code": "00000"}, ("postal_code", "zip_unknown", {"code": "00000"})),
        ({"postal_code": "00000-0000"}, ("postal_code", "zip_unknown", {"code": "00000-0000"})),
        ({"postal_code": "00500"}, ("postal_code", "zip_unknown", {"code": "00500"})),
        ({"postal_code": "2139", "country": "LS"}, None),
        ({"comment": "a" * 2001}, ("comment", "too_long", {"most": 2000})),
        ({"comment": "a\0b"}, ("comment", "holds_unseen")),
        ({"comment": "a\udfffb"}, ("comment", "holds_unseen")),
        ({"language": "e" * 17}, ("language", "malformed")),
    ],
)
def test_what_is_wrong_is_told_by_field_and_code(changed, problem):
    assert told(read(**changed).problems) == ([problem] if problem else [])


def test_everything_that_is_wrong_is_told_at_once():
    fields = read(given_name="", family_name="", email="", country="XX", postal_code="?")
    assert [problem.field for problem in fields.problems] == [
        ("given_name",), ("country",), ("postal_code",), ("email",),
    ]  # fmt: skip


@pytest.mark.parametrize("names", [("Sukarno", ""), ("", "Aung"), ("Shahidul", None), (None, "Md.Rahim")])
def test_one_name_is_enough(names):
    fields = read(given_name=names[0], family_name=names[1])
    assert told(fields.problems) == []
    assert (fields.given_name, fields.family_name) == (names[0] or "", names[1] or "")


@pytest.mark.parametrize(
    "name", ["Md.Rahim", "S.M.Islam", "Ma.Elena", "J.P.Morgan", "Dr.King", "St.Clair", "\u200fعلی\u200f"]
)
def test_a_dot_is_no_web_address_and_marks_around_a_name_go(name):
    fields = read(given_name=name, family_name=name)
    assert told(fields.problems) == []
    assert fields.given_name == name.strip("\u200f")


@pytest.mark.parametrize("country", ["ZW", "CW", "SX", "BQ", "PA", "GH", "SS", "PS", "TT"])
def test_a_country_without_postal_codes_needs_none(country):
    assert told(read(country=country, postal_code=None).problems) == []


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("02139 1234", "02139 1234"), ("021391234", "021391234"), ("۰۲۱۳۹", "02139"), ("０２１３９－１２３４", "02139-1234"),
        ("\u200e02139\u200f", "02139"), ("02139–1234", "02139-1234"), ("02139\u00a01234", "02139 1234"),
    ],
)  # fmt: skip
def test_a_zip_code_is_read_however_it_is_written_and_its_town_is_known(typed, stored):
    fields = read(postal_code=typed)
    assert told(fields.problems) == []
    assert fields.postal_code == stored
    assert town_of("US", fields.postal_code) == "Cambridge, MA"


def test_a_text_is_as_long_as_its_box_has_it():
    assert told(read(comment="a\r\n" * 1000).problems) == []
    assert told(read(comment="a\r\n" * 1000 + "a").problems) == [("comment", "too_long", {"most": 2000})]


def test_marks_of_direction_may_stand_in_running_text():
    assert told(read(comment="سلام\u200f، \u061cabc\u200e!").problems) == []
    assert told(read(comment="a\u202eb").problems) == [("comment", "holds_unseen")]


def test_a_pasted_address_is_that_address():
    fields = read(email="Ana Ruiz <Ana@Example.org>;")
    assert told(fields.problems) == []
    assert (fields.address.canonical, fields.address.display) == ("ana@example.org", "Ana@example.org")
    assert command(fields).digest == command(read(email="Ana@example.org")).digest


def test_high_safety_asks_a_pseudonym_and_an_address_and_looks_at_nothing_else():
    asked = {"family_name": "\0", "country": "XX", "postal_code": "?", "comment": "\0", "given_name": "Sparrow"}
    assert told(read(HIGH_SAFETY_DOORSTEP, **asked).problems) == []
    assert told(read(HIGH_SAFETY_DOORSTEP, **{**asked, "given_name": ""}).problems) == [
        ("given_name", "pseudonym_missing")
    ]


@pytest.mark.parametrize("value", ["no", "false", "0", "off", "", " ", "null"])
def test_only_a_yes_ticks_a_box(value):
    assert not read(consent=value).consent
    assert all(read(consent=yes).consent for yes in ("y", "YES", " on", "true", "1"))


@pytest.mark.parametrize(
    ("given", "language"), [("en", "en"), ("xx", "es"), ("", "es"), (None, "es"), ("e" * 99, "es")]
)
def test_an_action_is_answered_in_the_language_it_names_else_in_the_campaigns(given, language):
    assert language_of(values(language=given), DOORSTEP) == language


def test_who_shared_is_read_and_a_code_of_nobodys_is_no_mistake():
    assert read(via=code_for(NOWHERE, 42)).referred_by == 42
    assert read(via="A" * 14).referred_by is None
    assert told(read(via="\0\ud800").problems) == []


@given(st.dictionaries(st.sampled_from(NAMES), ANY), st.booleans())
def test_whatever_is_given_is_either_told_or_can_be_stored(given_values, is_high_safety):
    doorstep = HIGH_SAFETY_DOORSTEP if is_high_safety else DOORSTEP
    fields = read_fields({**values(), **given_values}, doorstep, NOWHERE)
    if fields.problems:
        assert all(problem.field[0] in NAMES and problem.code.islower() for problem in fields.problems)
        return
    made = command(fields, doorstep)
    for text in (
        made.given_name,
        made.family_name,
        made.email,
        made.postal_code,
        made.country,
        made.comment,
        made.source,
    ):
        assert "\0" not in text
        text.encode()


# The command


@pytest.mark.parametrize("door", ["form", "widget", "api", "import"])
def test_a_command_says_by_which_door_it_came(door):
    made = command(read(), origin=Origin(door, "192.0.2.1"))
    assert (made.door, made.ip, made.is_held) == (door, "192.0.2.1", False)


def test_the_same_request_by_another_door_is_recognised():
    assert command(read(), origin=Origin("api")).digest == command(read(), origin=Origin("form", "192.0.2.1")).digest
    assert command(read(comment="More")).digest != command(read()).digest
    assert command(read(), more=("x",)).digest != command(read()).digest


def test_what_is_suspect_is_held_and_vouched_for_by_nobody():
    voucher = UUID("0189abcd-0000-7000-8000-000000000000")
    made = command(read(), origin=Origin("form", is_suspect=True), vouched_by=voucher)
    assert (made.is_held, made.vouched_by) == (True, None)
    assert command(read(), vouched_by=voucher).vouched_by == voucher
    assert made.digest != command(read()).digest


def test_a_high_safety_command_holds_a_pseudonym_and_an_address_alone():
    fields = read(HIGH_SAFETY_DOORSTEP, comment="Words", via=code_for(NOWHERE, 42))
    made = command(fields, HIGH_SAFETY_DOORSTEP)
    assert (made.family_name, made.postal_code, made.country, made.comment) == ("", "", "", "")
    assert made.referred_by is None
    assert made.recipient_key == made.signer_key


def test_what_was_not_found_right_makes_no_command():
    with pytest.raises(ValueError, match="checked"):
        command(read(email="x"))
