"""Who has one name signs, writes and comes like anybody: at the doors, in mails, on pages and in letters."""

import re
from email.utils import parseaddr

import pytest

from tests.actions.visitor import OPEN

ONE = [("Sukarno", ""), ("", "Sukarno"), ("Sukarno", None), (None, "Sukarno")]


@pytest.mark.parametrize(("given_name", "family_name"), ONE)
def test_a_pledge_and_its_mail_page_and_receipt_read_well(visitor, given_name, family_name):
    names = {"given_name": given_name, "family_name": family_name}
    assert visitor.sign(**names, show_name="yes").status_code == 303
    (mail,) = visitor.mails()
    assert mail.text.startswith("Hello Sukarno,")
    page = visitor.client.get(mail.link("confirm")).text
    assert "<bdi>Sukarno</bdi>" in page
    visitor.confirm(mail.link("confirm"))
    row = visitor.all("SELECT given_name, family_name, sort_key FROM supporters")[0]
    assert (row.given_name, row.family_name, row.sort_key) == (given_name or "", family_name or "", "sukarno")
    visitor.client.application.wsgi_app.clear()
    shown = re.findall(
        r'lately__signer"><strong><bdi>([^<]*)</bdi></strong>', visitor.client.get(f"/campaigns/{OPEN}").text
    )
    assert shown == (["Sukarno"] if given_name else []), "who agreed to show a first name, and gave none, is not shown"
    assert ("<dd>Yes</dd>" in page) == bool(given_name)


@pytest.mark.parametrize(("given_name", "family_name"), ONE)
def test_a_letter_is_signed_previewed_and_sent_in_that_name(visitor, given_name, family_name):
    names = {"given_name": given_name, "family_name": family_name}
    body = "I am {given_name}.\n\n{personal}\n\n{given_name} {family_name}, {town}"
    preview = visitor.write(**names, body=body, subject="From {given_name} {family_name}", step="preview").text
    assert "From <bdi>Sukarno</bdi>. Replies go to you" in preview
    visitor.write(**names, body=body, subject="From {given_name} {family_name}")
    visitor.confirm(visitor.last_link("confirm"))
    mail = visitor.mails("letters")[0]
    assert (mail.subject, mail.text) == ("From Sukarno", "I am Sukarno.\n\nPlease sign.\n\nSukarno, Immokalee, FL")
    assert parseaddr(mail.mail.content.sender)[0] == "Sukarno via Campaign letters"
    assert parseaddr(mail.mail.content.reply_to) == ("Sukarno", "ana@example.org")


def test_no_name_at_all_is_said_once_beside_the_first_box(visitor):
    answer = visitor.sign(given_name=" ", family_name="\u200e")
    assert answer.status_code == 422
    assert answer.text.count("Enter your name. One name is enough.") == 2, "in the summary and beside the box"
    assert 'id="field-given_name-error"' in answer.text
    assert 'id="field-family_name-error"' not in answer.text


def test_a_company_s_name_in_either_box_is_looked_at_first(visitor):
    for names in ({"given_name": "Kroger", "family_name": ""}, {"given_name": "", "family_name": "Kroger"}):
        assert "Your name sounds like an office or a company" in visitor.write(**names, step="preview").text


@pytest.mark.parametrize(("given_name", "short"), [("Sukarno", "Sukarno"), ("", "S.")])
def test_a_visit_that_knows_its_visitor_says_so_in_short(visitor, given_name, short):
    visitor.sign(given_name=given_name, family_name="" if given_name else "Sukarno")
    thanks = visitor.confirm(visitor.last_link("confirm")).headers["Location"]
    token = re.search(r"[?&]t=([^&\"]+)", visitor.client.get(thanks).text)[1]
    page = visitor.client.get(f"/campaigns/{OPEN}/letter?t={token}").text
    assert f"Continue as {short}, a…@example.org, or change" in page
    answer = visitor.write(t=token, given_name="", family_name="", email="", postal_code="")
    assert answer.status_code == 303, "what is left blank is filled in, with one name as with two"
    assert visitor.mails("letters")[0].text.endswith("Sukarno\nImmokalee, FL")
