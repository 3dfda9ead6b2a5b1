"""From the page to the outbox: preview what goes, one letter an executive, sent once the writer is known."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from campaign.kernel.actors import OPERATOR
from campaign.outbox.queries import count_letters_by_state
from tests.actions.visitor import OPEN

LETTERS = "SELECT state, count(*) FROM outbox_messages WHERE lane = 'letters' GROUP BY state ORDER BY state"


def executives_of(visitor):
    page = visitor.client.get(f"/campaigns/{OPEN}/letter").text
    return re.findall(r'name="executives"[^>]*value="([0-9a-f-]{36})"', page)


def letters(visitor):
    return {row.state: row.count for row in visitor.all(LETTERS)}


def told(visitor):
    """The states that are told of letters: what is due under a hold is held."""
    with visitor.sessions() as session:
        return set(count_letters_by_state(session))


def test_nobody_chosen_means_everybody_and_each_gets_a_letter_of_their_own(visitor):
    everybody = executives_of(visitor)
    assert len(everybody) > 2
    visitor.write()
    assert letters(visitor) == {"waiting": len(everybody)}
    rows = visitor.all(
        "SELECT l.body, e.office, c.name FROM letters l JOIN executives e ON e.id = executive_id JOIN companies c ON c.id = company_id"
    )
    for row in rows:
        assert row.office in row.body or row.name in row.body
        assert "Please sign." in row.body
        assert not re.search(r"\{[a-z_]+\}", row.body)


def test_who_is_chosen_gets_one_and_nobody_else(visitor):
    everybody = executives_of(visitor)
    visitor.write(executives=everybody[:2])
    assert letters(visitor) == {"waiting": 2}


@pytest.mark.parametrize("executives", ["01890000-0000-7000-8000-000000000000", "1", "", "x' OR 1=1"])
def test_an_executive_of_another_campaign_is_refused(visitor, executives):
    assert visitor.write(executives=executives, personal="Kept words").status_code == 422
    assert "Kept words" in visitor.write(executives=executives, personal="Kept words").text
    assert letters(visitor) == {}


def test_the_preview_shows_exactly_what_goes(visitor):
    values = {"personal": "My <own> words {town}", "subject": "About {company}", "postal_code": "34142"}
    page = visitor.write(step="preview", **values)
    assert page.status_code == 200
    assert letters(visitor) == {}
    shown = [html.unescape(text) for text in re.findall(r'<p class="typed" dir="auto">(.*?)</p>', page.text, re.DOTALL)]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)"[^>]* value="([^"]*)"', page.text))
    sent = visitor.client.post(
        f"/campaigns/{OPEN}/letter", data={**{k: html.unescape(v) for k, v in fields.items()}, "step": "send"}
    )
    assert sent.status_code == 303
    stored = [row.body for row in visitor.all("SELECT body FROM letters ORDER BY id")]
    assert sorted(stored) == sorted(shown)
    visitor.confirm(visitor.last_link("confirm"))
    mails = visitor.mails("letters")
    assert sorted(mail.text for mail in mails) == sorted(shown)
    assert all("<own>" in mail.text and mail.html == "" for mail in mails)


def test_going_back_to_change_something_keeps_every_word(visitor):
    page = visitor.write(step="change", personal="Mine\n\nand more", subject="S & T", body="Dear {executive}")
    assert page.status_code == 200
    assert "Mine\n\nand more" in html.unescape(page.text)
    assert 'value="S &amp; T"' in page.text
    assert "Dear {executive}" in page.text


def test_letters_wait_for_a_writer_nobody_knows_and_go_once_confirmed(visitor):
    visitor.write()
    count = letters(visitor)["waiting"]
    link = visitor.last_link("confirm")
    page = visitor.client.get(link).text
    assert "Please sign." in page, "what is confirmed is shown"
    visitor.confirm(link)
    assert letters(visitor) == {"due": count}
    visitor.confirm(link)
    assert letters(visitor) == {"due": count}
    assert visitor.tally() == (0, 0), "a letter is no pledge"


def pledge_and_take_the_token(visitor, **values):
    visitor.sign(**values)
    return token_in(visitor.confirm(visitor.last_link("confirm")))


def token_in(answer):
    return parse_qs(urlsplit(answer.headers["Location"]).query)["t"][0]


def test_a_writer_confirmed_on_this_very_visit_needs_no_second_confirmation(visitor):
    token = pledge_and_take_the_token(visitor)
    page = visitor.client.get(f"/campaigns/{OPEN}/letter?t={token}").text
    assert "Continue as Ana R., a…@example.org" in page
    assert visitor.write(t=token).status_code == 303
    assert "waiting" not in letters(visitor)
    assert visitor.mails() == []


def test_a_voucher_is_good_once_and_the_second_letter_waits(visitor):
    token = pledge_and_take_the_token(visitor)
    visitor.write(t=token)
    first = letters(visitor)["due"]
    assert visitor.write(t=token).status_code == 303, "the same again is the same letter"
    assert letters(visitor) == {"due": first}
    assert visitor.write(t=token, personal="Something else").status_code == 303
    assert letters(visitor) == {"due": first, "waiting": first}
    assert [mail.topic for mail in visitor.mails()] == ["actions.confirm"]


@pytest.mark.parametrize("changed", [{"email": "eva@example.org"}, {"fax_number": "x"}])
def test_a_voucher_is_good_for_its_own_address_and_no_machine(visitor, changed):
    token = pledge_and_take_the_token(visitor)
    visitor.write(t=token, **changed)
    assert set(letters(visitor)) == {"waiting"}


def test_the_token_of_the_page_after_posting_vouches_for_nobody(visitor):
    token = token_in(visitor.sign())
    visitor.write(t=token)
    assert set(letters(visitor)) == {"waiting"}


def test_a_voucher_of_one_campaign_writes_one_letter_in_any(visitor):
    token = pledge_and_take_the_token(visitor)
    for slug in (OPEN, "milk-with-dignity"):
        visitor.write(slug, t=token)
    assert set(letters(visitor)) == {"due", "waiting"}


@pytest.mark.parametrize("token", ["", "x", "gAAAAA", "é", "\0", "A" * 4000])
def test_a_foreign_token_is_as_good_as_none(visitor, token):
    assert visitor.client.get(f"/campaigns/{OPEN}/letter", query_string={"t": token}).status_code == 200
    assert visitor.write(t=token).status_code in (303, 422)
    assert set(letters(visitor)) <= {"waiting"}


def test_a_withdrawn_letter_is_not_sent(visitor):
    visitor.write()
    visitor.confirm(visitor.last_link("confirm"))
    page = visitor.my_page()
    public_id = visitor.one("SELECT public_id FROM actions")
    visitor.client.post(f"{page}/withdraw/{public_id}")
    assert set(letters(visitor)) == {"withdrawn"}
    assert visitor.mails("letters") == []


def test_an_erased_writers_letters_stay_counted_without_words(visitor):
    visitor.write(personal="SECRETWORDS")
    visitor.confirm(visitor.last_link("confirm"))
    visitor.do("UPDATE outbox_messages SET state = 'delivered', settled_at = now() WHERE lane = 'letters'")
    visitor.client.post(f"{visitor.my_page()}/erase", data={"sure": "yes"})
    assert "SECRETWORDS" not in str(visitor.dump())
    assert set(letters(visitor)) == {"delivered"}
    assert visitor.one("SELECT count(*) FROM letters") == 0, "what was sent stays counted where it was sent"


@pytest.mark.parametrize("status", ["paused", "won", "closed"])
def test_letters_confirmed_after_the_campaign_rests_are_held(visitor, status):
    from campaign.campaigns.service import change_status

    visitor.write()
    link = visitor.last_link("confirm")
    with visitor.sessions() as session, session.begin():
        change_status(session, OPERATOR, OPEN, status)
    visitor.confirm(link)
    assert told(visitor) == {"held"}
    with visitor.sessions() as session, session.begin():
        change_status(session, OPERATOR, OPEN, "open")
    assert told(visitor) == {"due"}


def test_the_page_of_a_campaign_without_letter_texts_is_404(visitor):
    for ask in (visitor.client.get, visitor.client.post):
        assert ask("/campaigns/lesotho-agreements/letter").status_code == 404


def test_the_same_letters_posted_anew_after_confirming_do_not_go_twice(visitor):
    visitor.write(personal="Once", subject="The same")
    count = letters(visitor)["waiting"]
    first = visitor.last_link("confirm")
    visitor.confirm(first)
    # The answer was lost on its way, so the phone posts the form again; and its owner confirms that mail, too.
    visitor.write(personal="Once", subject="The same")
    again = visitor.last_link("confirm")
    assert again != first
    assert visitor.confirm(again).status_code == 303
    assert letters(visitor) == {"due": count, "withdrawn": count}
    visitor.write(personal="Other words", subject="The same")
    visitor.confirm(visitor.last_link("confirm"))
    assert letters(visitor) == {"due": 2 * count, "withdrawn": count}


def test_the_same_letters_sent_again_by_a_second_voucher_do_not_go_twice(visitor):
    token = pledge_and_take_the_token(visitor)
    visitor.write(t=token)
    count = letters(visitor)["due"]
    again = pledge_and_take_the_token(visitor, comment="Once more")
    assert visitor.write(t=again).status_code == 303
    assert letters(visitor) == {"due": count, "withdrawn": count}
    assert visitor.one("SELECT count(*) FROM letters WHERE body IS NOT NULL") == count


def test_a_letter_taken_back_keeps_no_word(visitor):
    visitor.write(personal="SECRETWORDS")
    visitor.confirm(visitor.last_link("confirm"))
    page = visitor.my_page()
    visitor.client.post(f"{page}/withdraw/{visitor.one('SELECT public_id FROM actions')}")
    assert "SECRETWORDS" not in str(visitor.dump())
    assert visitor.client.get(page).status_code == 200


def test_a_company_nobody_can_write_to_is_not_said_to_wait_for_letters(visitor):
    assert "Letters from supporters" in visitor.client.get("/companies/kroger").text
    assert "Letters from supporters" not in visitor.client.get("/companies/adidas").text
