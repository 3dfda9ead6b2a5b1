"""A letter's headers: from our domain in the writer's name, replies to the writer, and no name that breaks a header."""

from email.headerregistry import Address
from email.utils import getaddresses, parseaddr
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaign.delivery.ports import Call, Recipient
from campaign.delivery.sendgrid import body_of
from campaign.kernel.names import looks_like_link, sender_name
from campaign.kernel.text import mailbox
from campaign.letters.mails import _letter


def send(visitor, **values):
    visitor.write(**values)
    visitor.confirm(visitor.last_link("confirm"))
    return visitor.mails("letters")


def test_comes_from_our_domain_and_answers_go_to_the_writer(visitor):
    mail = send(visitor)[0].mail
    assert parseaddr(mail.content.sender) == ("Ana Ruiz via Campaign letters", "letters@letters.example")
    assert parseaddr(mail.content.reply_to) == ("Ana Ruiz", "ana@example.org")
    assert mail.content.html is None
    assert mail.substitutions == {}
    assert mail.suppressible


@pytest.mark.parametrize(
    ("given_name", "family_name"),
    [
        ("Ana, Eva", "Ruiz; Bcc"),
        ('"Ana"', "<Ruiz>"),
        ("Ana\\", "Ruiz@x"),
        ("Robert", "O'Connor-Smith"),
        ("Zoë", "Ñandú"),
        ("আনা", "রুইজ"),
    ],
)
def test_no_name_breaks_a_header(visitor, given_name, family_name):
    mail = send(visitor, given_name=given_name, family_name=family_name)[0].mail
    for header in (mail.content.sender, mail.content.reply_to):
        assert len(getaddresses([header])) == 1
        name, address = parseaddr(header)
        assert not set(name) & set(',;<>"\\@\r\n')
        assert address in ("letters@letters.example", "ana@example.org")
    assert not set(mail.to_name) & set(",;\r\n")


def test_the_reply_goes_to_the_address_as_it_was_typed_and_confirmed(visitor):
    mail = send(visitor, email="Ana.Ruiz@EXAMPLE.org")[0].mail
    assert parseaddr(mail.content.reply_to)[1].lower() == "ana.ruiz@example.org"


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_name_gives_one_mailbox_or_none(given_name, family_name):
    name = sender_name(given_name, family_name)
    assert not set(name) & set(',;<>"\\@\r\n')
    assert not looks_like_link(name)
    header = mailbox(name, "ana@example.org")
    assert len(header.splitlines()) <= 1
    assert [address for _, address in getaddresses([header])] == ["ana@example.org"]
    Address(display_name=name, addr_spec="ana@example.org")


def test_a_sender_of_ours_is_never_judged_and_a_writer_with_dots_keeps_the_name(visitor):
    for given_name, family_name in (("S.M.Islam", "Md.Rahim"), ("J.P.Morgan", ""), ("Dr.King", "St.Clair")):
        name = f"{given_name} {family_name}".strip()
        row = SimpleNamespace(
            given_name=given_name, family_name=family_name, subject="S", body="B", email_display="nora@grønt.example",
            address="ceo@kroger.example", office="CEO", company="Kroger",
        )  # fmt: skip
        content = _letter('"350.org" <letters@letters.example>', row).content
        assert parseaddr(content.sender) == (f"{name} via 350.org", "letters@letters.example")
        assert parseaddr(content.reply_to)[0] == name
        call = Call(content, (Recipient("0190", row.address),))
        assert body_of(call)["reply_to"] == {"email": "nora@xn--grnt-hra.example", "name": name}
