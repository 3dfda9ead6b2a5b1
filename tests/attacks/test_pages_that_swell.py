"""Tries to make big pages of small posts: the longest letters to the most offices, a thousand to one address."""

import pytest

from campaign.actions.views.several import MOST_LISTED
from campaign.letters.fields import MAX_BODY, MAX_PERSONAL
from campaign.letters.placeholders import MOST_OF_ONE
from tests.actions.visitor import OPEN

OFFICES = 60
LONGEST = {"personal": '"' * MAX_PERSONAL, "body": ("{personal} " * MOST_OF_ONE).ljust(MAX_BODY, '"')}


@pytest.fixture
def many_offices(visitor, engine):
    """A campaign that writes to sixty offices."""
    visitor.do(
        "INSERT INTO executives (company_id, office, address) SELECT c.id, 'Office ' || n, n || '@kroger.example' "
        "FROM companies c, generate_series(1, :count) n WHERE c.slug = 'kroger'",
        count=OFFICES,
    )
    yield
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM letters; DELETE FROM letter_turns")
        connection.exec_driver_sql("DELETE FROM executives WHERE starts_with(office, 'Office ')")


@pytest.mark.usefixtures("many_offices")
def test_the_longest_letter_to_the_most_offices_is_shown_once(visitor, tell):
    preview = visitor.write(step="preview", **LONGEST)
    assert visitor.write(**LONGEST).status_code == 303
    assert visitor.one("SELECT count(*) FROM letters") >= OFFICES
    link = visitor.last_link("confirm")
    sizes = {"preview": len(preview.data), "confirm": len(visitor.client.get(link).data)}
    thanks = visitor.confirm(link)
    sizes["thanks"] = len(visitor.client.get(thanks.headers["Location"]).data)
    sizes["my"] = len(visitor.client.get(visitor.my_page()).data)
    for page, size in sizes.items():
        tell(f"bytes of {page}", size)
    assert "Office 60" in visitor.client.get(visitor.my_page()).text
    assert max(sizes.values()) < 350_000


def test_however_much_was_typed_for_one_address_a_page_lists_ten(visitor, tell):
    for number in range(MOST_LISTED + 3):
        personal = f"{number}".ljust(MAX_PERSONAL, "y")
        visitor.write(personal=personal, body="{personal} " * MOST_OF_ONE)
        visitor.do("UPDATE outbox_messages SET available_at = now() WHERE lane = 'critical'")
    link = next(mail for mail in visitor.mails() if mail.topic == "actions.confirm_all").link("confirm/all")
    page = visitor.client.get(link)
    tell("bytes of the page for several", len(page.data))
    assert page.text.count('name="shown"') == MOST_LISTED
    assert "more to confirm" in page.text
    assert len(page.data) < 400_000
    answer = visitor.press(link, page.text)
    assert "See what’s left to confirm" in visitor.client.get(answer.headers["Location"]).text
    assert visitor.client.get(link).text.count('name="shown"') == 3
    assert visitor.press(link).status_code == 303
    assert visitor.one("SELECT count(*) FROM actions WHERE state = 'waiting'") == 0


def test_what_was_listed_is_confirmed_though_newer_ones_came_in_hundreds(visitor):
    visitor.sign()
    visitor.sign("milk-with-dignity")
    for _ in range(2):
        visitor.write(OPEN)
        visitor.write("milk-with-dignity")
    visitor.do("UPDATE outbox_messages SET available_at = now() WHERE lane = 'critical'")
    link = next(mail for mail in visitor.mails() if mail.topic == "actions.confirm_all").link("confirm/all")
    page = visitor.client.get(link).text
    for number in range(MOST_LISTED + 2):
        visitor.write(personal=f"By a stranger, {number}")
    visitor.press(link, page)
    assert visitor.tally() == (1, 1)


def test_ones_own_page_shows_the_beginning_of_what_is_too_much(visitor, tell):
    for number in range(15):
        personal = f"{number}".ljust(MAX_PERSONAL, "y")
        visitor.write(personal=personal, body=("{personal} " * MOST_OF_ONE).ljust(MAX_BODY, "z"))
    visitor.do("UPDATE outbox_messages SET created_at = created_at - interval '2 days' WHERE lane = 'critical'")
    page = visitor.client.get(visitor.my_page())
    tell("bytes of one's own page, 15 of the longest letters", len(page.data))
    assert page.text.count("deed__kind") == 15
    assert len(page.data) < 450_000
