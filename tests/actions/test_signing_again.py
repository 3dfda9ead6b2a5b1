"""Who signs again is told behind the mailed link that the address counts already, and what would change; nobody else."""

import re

import pytest
from sqlalchemy import text
from sqlalchemy.event import listen

from campaign.actions.signing_again import find_again
from tests.actions.visitor import HIGH_SAFETY, OPEN

COUNTS_ONCE = "Each email address counts once. To add a signature, sign with another email address."


def words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def sign_and_confirm(visitor, **values):
    visitor.sign(**values)
    return visitor.confirm(visitor.last_link("confirm"))


def sign_again(visitor, **values):
    """Sign; return the mail and the page behind its link."""
    visitor.sign(**values)
    (mail,) = visitor.mails()
    return mail, visitor.client.get(mail.link("confirm")).text


@pytest.fixture
def signed(visitor):
    sign_and_confirm(visitor, comment="My first words")
    return visitor


def test_mail_page_and_button_tell_that_the_address_counts_and_what_would_change(signed):
    mail, page = sign_again(signed, given_name="Bo", postal_code="33935", comment="", show_name="yes")
    assert mail.subject.startswith("You’ve already signed: ")
    for part in (mail.text, words(mail.html)):
        assert "This address has already signed, and it counts once." in part
        assert "If you confirm, this changes:" in part
        assert COUNTS_ONCE in part
        for thing in (
            "your name",
            "your ZIP or postal code",
            "why you’re signing",
            "whether the page shows your first",
        ):
            assert thing in part
        assert "See what would change" in part
        assert not any(typed in part for typed in ("Ruiz", "33935", "34142", "My first words"))
    said = words(page)
    assert "This email address has already signed. It counts once." in said
    assert "Bo Ruiz Before: Ana Ruiz" in said
    assert "33935 United States Before: 34142 United States" in said
    assert "None Before: My first words" in said
    assert "Yes Before: No" in said
    assert COUNTS_ONCE in said
    assert f'href="/campaigns/{OPEN}' in page.partition("Sign with another email address")[0].rpartition("<a ")[2]
    assert "Change my signature" in said
    signed.confirm(mail.link("confirm"))
    assert signed.tally() == (1, 1)
    assert signed.one("SELECT given_name FROM actions WHERE state = 'confirmed'") == "Bo"


def test_only_what_would_change_is_told(signed):
    mail, page = sign_again(signed, comment="Other words")
    assert re.findall(r"^- (.+)$", mail.text, re.MULTILINE) == ["why you’re signing"]
    assert words(page).count("Before:") == 1
    assert COUNTS_ONCE not in words(page), "the page knows that it is the same name"


def test_the_same_again_changes_nothing_and_says_so(signed):
    mail, page = sign_again(signed, comment="My first words")
    assert "If you confirm, nothing changes." in mail.text
    assert "If you confirm, nothing changes." in words(page)
    assert "Before:" not in page
    assert "Keep my signature as it is" in page


def test_what_was_typed_before_what_counts_changes_nothing(visitor):
    visitor.sign(given_name="Bo")
    (older,) = visitor.mails()
    visitor.sign(given_name="Cy")
    visitor.confirm(visitor.last_link("confirm"))
    page = words(visitor.client.get(older.link("confirm")).text)
    assert "If you confirm, nothing changes." in page
    assert "Before:" not in page


def test_who_is_new_is_told_what_who_is_new_is_told(visitor):
    mail, page = sign_again(visitor)
    assert mail.subject.startswith("Confirm your signature")
    for part in (mail.text, mail.html, page):
        assert "already signed" not in part
        assert "counts once" not in part
        assert "Before: " not in part


def test_the_form_answers_both_alike(signed):
    def answer(email):
        thanks = signed.sign(email=email).headers["Location"]
        page = signed.client.get(thanks).text.replace(email, "EMAIL")
        return re.sub(r'(name="(?:mends|stamp)" value="|[?&]t=)[^"&]+', r"\1…", page)

    assert answer("ana@example.org") == answer("eva@example.org")


def test_a_letter_after_a_pledge_is_no_signing_again(signed):
    signed.write()
    assert "already signed" not in signed.mails()[-1].text


def test_who_took_it_back_signs_anew(signed):
    signed.do("UPDATE actions SET state = 'withdrawn', withdrawn_at = now()")
    assert "already signed" not in sign_again(signed, given_name="Bo")[1]


def test_of_who_was_erased_nothing_is_left_to_tell(signed):
    path = signed.my_page()
    signed.client.post(f"{path}/erase", data={"stamp": signed.installation.stamp.make(), "sure": "yes"})
    mail, page = sign_again(signed, given_name="Bo")
    for part in (mail.text if hasattr(mail, "text") else mail, words(page)):
        assert "already signed" not in part
    assert "Before:" not in page


def test_high_safety_tells_nothing_by_mail_or_page(visitor):
    sign_and_confirm(visitor, slug=HIGH_SAFETY)
    mail, page = sign_again(visitor, slug=HIGH_SAFETY, given_name="Sparrow")
    for part in (mail.subject, mail.text, mail.html, page):
        assert "already signed" not in part
        assert "counts once" not in part


def test_the_lists_of_what_waits_tell_it_too(signed):
    for name in ("Bo", "Cy", "Di"):
        signed.sign(given_name=name)
    signed.write()
    signed.do("UPDATE outbox_messages SET available_at = now() WHERE topic = 'actions.confirm_all'")
    mail = next(mail for mail in signed.mails() if mail.topic == "actions.confirm_all")
    assert mail.text.count("(this address has already signed and counts once)") == 3
    page = words(signed.client.get(mail.link("confirm/all")).text)
    assert page.count("This email address has already signed") == 3
    assert "Yes, confirm" in page, "where a letter waits, too, the button says what is true of both"


@pytest.mark.parametrize("language", ["en", "es", "ur"])
def test_hostile_words_are_words_there_too(visitor, language):
    sign_and_confirm(visitor, given_name="<b>A", comment="</dd><script>1</script>", language=language)
    mail, page = sign_again(visitor, given_name="<i>B", comment="&amp;<u>", language=language)
    assert "<b>A" not in page
    assert "<i>B" not in page
    assert "<script>1" not in page
    assert "&lt;b&gt;A" in page
    assert "&lt;script&gt;1" in page
    assert "&lt;i" not in mail.html


def test_what_counts_is_looked_up_by_its_index(signed):
    """Also by a plan made for whatever values come: there are millions of actions."""
    with signed.sessions() as session:
        statements = []
        listen(session.connection(), "before_cursor_execute", lambda *told: statements.append(told[2:4]))
        find_again(session, [1, 2])
        statement, values = next(told for told in statements if "signer_key" in told[0])
        session.execute(text("SET LOCAL plan_cache_mode = force_generic_plan"))
        session.execute(text("SET LOCAL enable_seqscan = off"))
        numbered = re.sub(
            r"%\((\w+)\)s(::\w+)?", lambda found: f"${list(values).index(found[1]) + 1}{found[2] or ''}", statement
        )
        session.execute(text("PREPARE looked AS " + numbered.replace(":", r"\:")))
        given = ", ".join("NULL" for _ in values)
        plan = "\n".join(session.scalars(text(f"EXPLAIN EXECUTE looked({given})")))
        session.execute(text("DEALLOCATE looked"))
    assert "Seq Scan" not in plan, plan
