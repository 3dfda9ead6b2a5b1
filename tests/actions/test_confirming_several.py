"""One press confirms what its page listed, and nothing that came while its reader read."""

import pytest

from tests.actions.visitor import HIGH_SAFETY, OPEN

OTHER = "milk-with-dignity"
STRANGER = {"given_name": "Mallory", "family_name": "Other", "show_name": "yes", "comment": "not mine"}


def let_the_next_day_come(visitor):
    visitor.do("UPDATE outbox_messages SET available_at = now(), created_at = created_at - interval '1 day'")
    visitor.do("UPDATE mailbox_allowances SET hours = ARRAY(SELECT h - 25 FROM unnest(hours) h)")


def late_link(visitor, slug=OPEN):
    """Sign four times with one address; the path of the link that confirms all."""
    for name in ("Ana", "Anna", "Anne", "Annie"):
        assert visitor.sign(slug, given_name=name).status_code == 303
    visitor.mails()
    let_the_next_day_come(visitor)
    return visitor.last_link("confirm/all")


def states(visitor, given_name):
    return [row.state for row in visitor.named(given_name)]


@pytest.mark.parametrize("slug", [OPEN, OTHER])
def test_what_a_stranger_posts_between_the_page_and_the_press_stays_waiting(visitor, slug):
    link = late_link(visitor)
    page = visitor.client.get(link).text
    assert visitor.sign(slug, **STRANGER).status_code == 303
    answer = visitor.press(link, page)
    assert answer.status_code == 303
    assert states(visitor, "Mallory") == ["waiting"]
    assert visitor.all("SELECT given_name, show_name FROM actions WHERE state = 'confirmed'") == [("Annie", False)]
    assert visitor.all("SELECT given_name FROM supporters") == [("Annie",)]
    thanks = visitor.client.get(answer.headers["Location"]).text
    assert "someone signed or wrote something else with your email address" in thanks
    assert f'href="{link}"' in thanks, "a way to look at it"
    assert "Mallory" in visitor.client.get(link).text
    assert visitor.press(link).status_code == 303
    assert states(visitor, "Mallory") != ["waiting"], "seen, it can be confirmed"


def test_where_nothing_came_meanwhile_nothing_is_said_of_it(visitor):
    answer = visitor.press(late_link(visitor))
    assert "something more" not in visitor.client.get(answer.headers["Location"]).text


def test_a_high_safety_page_confirms_what_it_listed_too(visitor):
    link = late_link(visitor, HIGH_SAFETY)
    page = visitor.client.get(link).text
    visitor.sign(HIGH_SAFETY, given_name="Mallory")
    assert visitor.press(link, page).status_code == 303
    assert states(visitor, "Mallory") == ["waiting"]
    assert visitor.tally(HIGH_SAFETY) == (1, 1)


@pytest.mark.parametrize("listed", [{}, {"shown": ""}, {"shown": ["x", "é", "\0"]}, {"shown": "all"}])
def test_a_press_without_the_list_confirms_nothing_and_shows_the_page(visitor, listed):
    link = late_link(visitor)
    answer = visitor.client.post(link, data=listed)
    assert answer.status_code == 200
    assert answer.text == visitor.client.get(link).text
    assert visitor.tally() == (0, 0)


def test_a_list_cannot_name_what_waits_for_another_mailbox(visitor):
    link = late_link(visitor)
    visitor.sign(email="eva@example.org", given_name="Eva")
    (foreign,) = visitor.all("SELECT public_id FROM actions WHERE given_name = 'Eva'")
    assert visitor.client.post(link, data={"shown": str(foreign.public_id)}).status_code == 200
    assert visitor.tally() == (0, 0)


def test_what_was_taken_back_meanwhile_is_not_confirmed(visitor):
    link = late_link(visitor)
    page = visitor.client.get(link).text
    my = visitor.my_page()
    (anna,) = visitor.all("SELECT public_id FROM actions WHERE given_name = 'Annie'")
    assert visitor.client.post(f"{my}/withdraw/{anna.public_id}").status_code == 303
    assert visitor.press(link, page).status_code == 303
    assert visitor.all("SELECT given_name FROM actions WHERE state = 'confirmed'") == [("Anne",)]


def test_the_link_still_finds_its_mailbox_after_its_own_action_was_merged(visitor):
    link = late_link(visitor)
    visitor.press(link)
    visitor.sign(OTHER, **STRANGER)
    assert "Mallory" in visitor.client.get(link).text
