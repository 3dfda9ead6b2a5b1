"""What headers a mail may carry, and that they reach the provider for their own recipient."""

import pytest

from campaign.delivery.calls import Addressed, group
from campaign.delivery.headers import UNSUBSCRIBE, UNSUBSCRIBE_POST, check_headers, one_click
from campaign.delivery.sendgrid import body_of
from campaign.delivery.topics import Content, Mail
from campaign.mail_stand_in.validate import validate

CONTENT = Content("Fair Food <a@campaign.example>", "News", "Text")
HERE = "https://act.example/stop/abc"
ONE = {UNSUBSCRIBE: f"<{HERE}>", UNSUBSCRIBE_POST: "List-Unsubscribe=One-Click"}


def test_one_click_is_two_headers():
    assert one_click(HERE) == ONE
    assert one_click(HERE, "stop@act.example")[UNSUBSCRIBE] == f"<{HERE}>, <mailto:stop@act.example>"


@pytest.mark.parametrize(
    "headers",
    [
        {"Bcc": "eve@evil.example"},
        {"list-unsubscribe": f"<{HERE}>"},
        {"X-Mailer": "us"},
        {UNSUBSCRIBE: f"<{HERE}>\r\nBcc: eve@evil.example"},
        {UNSUBSCRIBE: f"<{HERE}>\nX: y"},
        {UNSUBSCRIBE: f"<{HERE}>\n"},
        {UNSUBSCRIBE: HERE},
        {UNSUBSCRIBE: "<ftp://act.example/stop>"},
        {UNSUBSCRIBE: "<javascript:alert(1)>"},
        {UNSUBSCRIBE: "<https://act.example/é>"},
        {UNSUBSCRIBE: "<https://act.example/a b>"},
        {UNSUBSCRIBE: f"<{HERE}>, <{HERE}"},
        {UNSUBSCRIBE: ""},
        {UNSUBSCRIBE: f"<https://act.example/{'x' * 1000}>"},
        {UNSUBSCRIBE_POST: "List-Unsubscribe=One-Click"},
        {UNSUBSCRIBE: "<mailto:stop@act.example>", UNSUBSCRIBE_POST: "List-Unsubscribe=One-Click"},
        {**ONE, UNSUBSCRIBE_POST: "List-Unsubscribe=One-Click\r\nBcc: eve@evil.example"},
    ],
)
def test_what_is_no_way_to_unsubscribe_is_refused(headers):
    with pytest.raises(ValueError, match=r"carry|holds|one click|is List"):
        check_headers(headers)
    with pytest.raises(ValueError, match=r"carry|holds|one click|is List"):
        Mail("ana@example.org", CONTENT, headers=headers)


def test_no_value_of_the_mail_is_put_into_a_header():
    with pytest.raises(ValueError, match="substitution tag"):
        Mail("ana@example.org", CONTENT, substitutions={"abc": "eve"}, headers=ONE)


def test_each_recipient_of_a_call_has_their_own_and_the_provider_takes_them():
    mails = [
        Addressed(n, f"m{n}", Mail(f"p{n}@example.org", CONTENT, headers=one_click(f"https://act.example/stop/{n}")))
        for n in range(3)
    ]
    mails.append(Addressed(3, "m3", Mail("p3@example.org", CONTENT)))
    (post,) = group(mails)
    body = body_of(post.call)
    assert [one.get("headers", {}).get(UNSUBSCRIBE) for one in body["personalizations"]] == [
        *(f"<https://act.example/stop/{n}>" for n in range(3)),
        None,
    ]
    assert "headers" not in body
    assert validate(body, 1000) == []
