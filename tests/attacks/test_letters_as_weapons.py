"""Tries to have an honest campaign's letters carry threats: many at once, with links, in the name of an office."""

import pytest

from tests.actions.visitor import OPEN

GOING = "SELECT count(*) FROM outbox_messages WHERE lane = 'letters' AND state = 'due' AND available_at <= now()"
WAITING_A_WEEK = """
SELECT count(*) FROM outbox_messages WHERE lane = 'letters' AND state = 'due' AND available_at > now() + interval '6 days'
"""
ATTEMPTS = 6


def confirm_all(visitor):
    for mail in visitor.mails():
        if mail.topic == "actions.confirm":
            assert visitor.confirm(mail.link("confirm")).status_code == 303


def offices(visitor):
    return visitor.one("SELECT count(DISTINCT executive_id) FROM letters")


def write_differently(visitor, spelling, **values):
    """Write six letters to six offices each, a day apart for the three mails a day, and press every link."""
    for number in range(ATTEMPTS):
        email, personal = spelling.replace("N", str(number)), f"Different words, number {number}."
        assert visitor.write(email=email, personal=personal, **values).status_code == 303
        confirm_all(visitor)
        visitor.do("UPDATE outbox_messages SET created_at = created_at - interval '2 days' WHERE lane = 'critical'")
        visitor.do("UPDATE mailbox_allowances SET hours = ARRAY(SELECT h - 49 FROM unnest(hours) h)")


def test_an_office_made_up_with_links_reaches_nobody(visitor, tell):
    words = {
        "given_name": "FBI Field Office",
        "family_name": "Atlanta",
        "body": "Pay at http://evil.example or else. {personal}",
    }
    write_differently(visitor, "vic@example.org", **words)
    assert visitor.one("SELECT count(*) FROM letters") == ATTEMPTS * offices(visitor) == 36
    tell("letters in line at once", visitor.one(GOING))
    assert visitor.one(GOING) == 0
    assert visitor.one("SELECT count(*) FROM actions WHERE state = 'held'") == ATTEMPTS


@pytest.mark.parametrize(
    "spelling", ["vic@example.org", "vic+N@example.org", "vic.tim+N@gmail.com"], ids=["one", "tags", "dots and tags"]
)
def test_one_mailbox_has_one_letter_a_week_for_each_office_and_one_that_waits(visitor, tell, spelling):
    write_differently(visitor, spelling)
    tell("letters in line at once", visitor.one(GOING))
    tell("letters that wait for their week", visitor.one(WAITING_A_WEEK))
    assert visitor.one(GOING) == offices(visitor) == 6
    assert visitor.one(WAITING_A_WEEK) == offices(visitor)
    last = visitor.all("SELECT DISTINCT action_id FROM letters WHERE body LIKE '%number 5%'")
    assert len(last) == 1, "what was written last is what waits"
    assert visitor.one("SELECT count(*) FROM letters WHERE body IS NOT NULL") == 2 * offices(visitor)


@pytest.mark.parametrize(
    "words",
    [
        {"personal": "Read www.evil.example now"},
        {"personal": "Read evil․com"},
        {"personal": "Read evil．com/x"},
        {"personal": "Read пример.рф"},
        {"personal": "Go to 93.184.216.34/win"},
        {"personal": "Write to boss@evil.example"},
        {"personal": "Read evil.c\u200bom"},
        {"subject": "See http://evil.example"},
        {"personal": "x", "body": "Dear {executive}, see evil.example. {given_name}"},
        {"personal": "x", "body": "evil.{given_name}", "given_name": "Com"},
    ],
)
def test_a_link_in_ones_own_words_is_looked_at_first(visitor, words):
    visitor.write(**words)
    confirm_all(visitor)
    assert visitor.one(GOING) == 0
    assert visitor.all("SELECT reasons, ends_at IS NOT NULL AS is_open FROM reviews") == [(["link"], True)]


@pytest.mark.parametrize(
    "words",
    [
        {"personal": "I shop at your store in St.Louis.Please sign. It costs 3.50 a lb., i.e. nothing…"},
        {"personal": "Read http://campaign.example/campaigns/fair-food"},
    ],
)
def test_honest_words_go_at_once(visitor, words):
    visitor.write(**words)
    confirm_all(visitor)
    assert visitor.one(GOING) == offices(visitor)


def test_what_is_under_review_is_counted_nowhere_and_goes_with_its_writer(visitor):
    visitor.write(personal="SECRETWORDS http://evil.example")
    confirm_all(visitor)
    assert "No letters have been sent yet." in visitor.client.get("/companies/kroger").text
    page = visitor.client.get(visitor.my_page()).text
    assert "We’ll review it before it counts." in page
    assert "We read letters before they go out" in page
    visitor.do("UPDATE outbox_messages SET created_at = created_at - interval '2 days' WHERE lane = 'critical'")
    visitor.client.post(f"{visitor.my_page()}/erase", data={"sure": "yes"})
    assert "SECRETWORDS" not in str(visitor.dump())
    assert visitor.one(GOING) == 0


def test_a_link_makes_a_voucher_no_use(visitor):
    visitor.sign()
    token = visitor.confirm(visitor.last_link("confirm")).headers["Location"].partition("?t=")[2]
    visitor.write(t=token, personal="See http://evil.example")
    assert visitor.one("SELECT count(*) FROM actions WHERE kind = 'letter' AND state = 'waiting' AND is_held") == 1


def test_erasing_oneself_is_no_way_around_the_week(visitor):
    visitor.write(email="vic@example.org")
    confirm_all(visitor)
    visitor.do("UPDATE outbox_messages SET state = 'delivered', settled_at = now() WHERE lane = 'letters'")
    visitor.client.post(f"{visitor.my_page('vic@example.org')}/erase", data={"sure": "yes"})
    visitor.write(email="vic@example.org", personal="Again")
    confirm_all(visitor)
    assert visitor.one(GOING) == 0
    assert visitor.one(WAITING_A_WEEK) == 6


def test_nobody_learns_from_the_form_whether_an_address_wrote(visitor):
    visitor.write(email="known@example.org")
    confirm_all(visitor)

    def answers(email):
        values = {"email": email, "personal": "Words of a stranger"}
        preview = visitor.write(step="preview", **values).text
        sent = visitor.write(**values)
        thanks = visitor.client.get(sent.headers["Location"]).text.replace(
            sent.headers["Location"].partition("t=")[2], "T"
        )
        return [page.replace(email, "E") for page in (preview, thanks)]

    known, strange = answers("known@example.org"), answers("nobody@example.org")
    assert known == strange


def test_another_campaigns_offices_are_another_turn(visitor):
    visitor.write(OPEN)
    visitor.write("milk-with-dignity")
    confirm_all(visitor)
    assert visitor.one(WAITING_A_WEEK) == 0
