"""Each documented limit of SendGrid's send call, on both sides of the line."""

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sendgrid.helpers.mail import Mail

from campaign.mail_stand_in.validate import MAX_CALL_BYTES, decode, validate
from tests.mail_stand_in.bodies import body, personalization

NOW = 1_800_000_000.0
PDF = base64.b64encode(b"%PDF").decode()


def fields(call, size=1000):
    return [problem.field for problem in validate(call, size, now=NOW)]


def one(**more):
    return body(personalizations=[personalization(**more)])


def attached(**more):
    return body(attachments=[{"content": PDF, "filename": "letter.pdf", **more}])


ACCEPTED = {
    "smallest": body(),
    "thousand personalizations": body(personalizations=[personalization(f"p{n}@example.org") for n in range(1000)]),
    "thousand recipients in one": body(personalizations=[{"to": [{"email": f"p{n}@a.example"} for n in range(1000)]}]),
    "cc and bcc": one(cc=[{"email": "b@example.org"}], bcc=[{"email": "c@example.org"}]),
    "subject in every personalization": body(subject=None, personalizations=[personalization(subject="Hello")]),
    "ten categories": body(categories=[f"c{n}" for n in range(10)]),
    "a category of 255": body(categories=["c" * 255]),
    "custom args": one(custom_args={"mail": "0190"}),
    "global custom args": body(custom_args={"installation": "a"}),
    "in 72 hours": body(send_at=int(NOW) + 72 * 3600),
    "in the past": one(send_at=1),
    "reply to": body(reply_to={"email": "maria@example.org", "name": "María; G, the 2nd"}),
    "reply to list": body(reply_to_list=[{"email": "a@example.org"}, {"email": "b@example.org"}]),
    "own header": body(headers={"List-Unsubscribe": "<https://example.org/u>"}),
    "attachment": attached(type="application/pdf", disposition="inline", content_id="a1"),
    "sandbox": body(mail_settings={"sandbox_mode": {"enable": True}}),
    "no tracking": body(tracking_settings={"open_tracking": {"enable": False}}),
    "name in Bengali": body(personalizations=[{"to": [{"email": "n@example.org", "name": "নাজমা"}]}]),
    "html only": body(content=[{"type": "text/html", "value": "<p>x</p>"}]),
}

REFUSED = {
    "no personalizations": (body(personalizations=None), "personalizations"),
    "empty personalizations": (body(personalizations=[]), "personalizations"),
    "1,001 personalizations": (
        body(personalizations=[personalization(f"p{n}@example.org") for n in range(1001)]),
        "personalizations",
    ),
    "1,001 recipients": (
        body(personalizations=[{"to": [{"email": f"p{n}@a.example"} for n in range(1001)]}]),
        "personalizations",
    ),
    "a text for a personalization": (body(personalizations=["a"]), "personalizations.0"),
    "no to": (body(personalizations=[{"cc": [{"email": "a@example.org"}]}]), "personalizations.0.to"),
    "same address in to and cc": (one(cc=[{"email": "ANA@example.org"}]), "personalizations.0.cc"),
    "same address in two": (body(personalizations=[personalization(), personalization()]), "personalizations.1.to"),
    "comma in a recipient's name": (
        body(personalizations=[{"to": [{"email": "a@example.org", "name": "a, b"}]}]),
        "personalizations.0.to.0.name",
    ),
    "line break in a name": (body(**{"from": {"email": "a@example.org", "name": "a\r\nBcc: b"}}), "from.name"),
    "321 characters": (one(email="a" * 309 + "@example.org"), "personalizations.0.to.0.email"),
    "no address": (one(email="ana"), "personalizations.0.to.0.email"),
    "two addresses in one": (one(email="a@example.org,b@example.org"), "personalizations.0.to.0.email"),
    "address not in ASCII": (one(email="josé@example.org"), "personalizations.0.to.0.email"),
    "no from": (body(**{"from": None}), "from"),
    "from without address": (body(**{"from": {"name": "x"}}), "from"),
    "reply to nothing": (body(reply_to={}), "reply_to"),
    "both reply to": (
        body(reply_to={"email": "a@example.org"}, reply_to_list=[{"email": "b@example.org"}]),
        "reply_to_list",
    ),
    "no subject": (body(subject=None), "subject"),
    "empty subject": (body(subject=""), "subject"),
    "line break in the subject": (body(subject="a\nBcc: x@example.org"), "subject"),
    "subject in one of two": (
        body(subject=None, personalizations=[personalization(subject="x"), personalization("b@example.org")]),
        "subject",
    ),
    "no content": (body(content=None), "content"),
    "empty content": (body(content=[{"type": "text/plain", "value": ""}]), "content.0.value"),
    "html before text": (
        body(content=[{"type": "text/html", "value": "a"}, {"type": "text/plain", "value": "b"}]),
        "content",
    ),
    "eleven categories": (body(categories=[f"c{n}" for n in range(11)]), "categories"),
    "a category of 256": (body(categories=["c" * 256]), "categories"),
    "a category twice": (body(categories=["a", "a"]), "categories"),
    "category not in ASCII": (body(categories=["é"]), "categories"),
    "number as custom arg": (one(custom_args={"mail": 5}), "personalizations.0.custom_args"),
    "empty custom args": (one(custom_args={}), "personalizations.0.custom_args"),
    "custom args too long": (one(custom_args={"a": "x" * 10_000}), "personalizations.0.custom_args"),
    "custom args too long together": (
        body(custom_args={"a": "x" * 6000}, personalizations=[personalization(custom_args={"b": "x" * 6000})]),
        "personalizations.0.custom_args",
    ),
    "substitutions too long": (one(substitutions={"-a-": "é" * 5000}), "personalizations.0.substitutions"),
    "number as substitution": (one(substitutions={"-a-": 5}), "personalizations.0.substitutions"),
    "later than 72 hours": (body(send_at=int(NOW) + 72 * 3600 + 1), "send_at"),
    "a time as text": (one(send_at="tomorrow"), "personalizations.0.send_at"),
    "reserved header": (body(headers={"reply-TO": "x"}), "headers"),
    "line break in a header": (one(headers={"X-A": "a\r\nBcc: b"}), "personalizations.0.headers"),
    "space in a header's name": (body(headers={"X A": "a"}), "headers"),
    "header not in ASCII": (body(headers={"X-A": "é"}), "headers"),
    "header twice": (body(headers={"X-A": "a", "x-a": "b"}), "headers"),
    "attachment not base64": (attached(content="§"), "attachments.0.content"),
    "attachment without name": (attached(filename=""), "attachments.0.filename"),
    "line break in a file's name": (attached(filename="a\nb"), "attachments.0.filename"),
    "odd disposition": (attached(disposition="hidden"), "attachments.0.disposition"),
    "a template": (body(template_id="d-123"), "template_id"),
    "setting as text": (body(mail_settings={"footer": {"enable": "yes"}}), "mail_settings.footer.enable"),
    "group as text": (body(asm={"group_id": "1"}), "asm.group_id"),
    "unknown key": (body(colour="red"), "colour"),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_accepts_what_the_documentation_allows(name):
    assert validate(ACCEPTED[name], 1000, now=NOW) == []


@pytest.mark.parametrize("name", REFUSED)
def test_refuses_what_the_documentation_forbids(name):
    call, where = REFUSED[name]
    assert where in fields(call)


def test_accepts_what_the_official_client_builds():
    mail = Mail("hello@campaign.example", "ana@example.org", "Confirm", "Hello", "<p>Hello</p>")
    assert validate(mail.get(), 1000) == []


def test_counts_bytes_not_characters():
    fits = {"-a-": "é" * 4995}  # with quotes, colon and braces exactly 10,000 bytes
    assert fields(one(substitutions=fits)) == []
    assert fields(one(substitutions={"-a-": "é" * 4996})) == ["personalizations.0.substitutions"]


def test_a_call_over_30_megabytes_is_too_large_whatever_it_holds():
    assert [problem.status for problem in validate(body(), MAX_CALL_BYTES + 1)] == [413]
    assert validate(body(), MAX_CALL_BYTES) == []


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"[" * 100_000, 400),
        (b'{"subject": "\xff"}', 415),
        (json.dumps(body(subject="\ud800")).encode(), 415),
    ],
)
def test_bytes_that_are_no_call_are_refused_in_words(raw, status):
    _, problems = decode(raw)
    assert problems[0].status == status


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=8,
)
known = st.sampled_from(sorted({*body(), "reply_to", "headers", "categories", "attachments", "send_at", "asm"}))
inner_known = st.sampled_from(["to", "cc", "subject", "headers", "substitutions", "custom_args", "send_at", "from"])


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(known, json_values, max_size=6), st.dictionaries(inner_known, json_values, max_size=4))
def test_no_shape_of_json_makes_it_fail(changes, inner):
    for call in (changes, {**body(), **changes}, body(personalizations=[{**personalization(), **inner}])):
        for problem in validate(call, 1000):
            assert problem.message
            assert problem.as_json().keys() == {"message", "field", "help"}
