"""Taking back: withdraw, erase, and what time takes back."""

import re

import pytest

from campaign.actions.jobs import JOBS
from campaign.actions.service.links import purge_links
from campaign.actions.service.restoring import empty_withdrawn
from campaign.actions.service.taking_back import forget_erased, purge_unconfirmed
from campaign.features import KINDS
from tests.actions.visitor import HIGH_SAFETY, OPEN

BY_NAME = {kind.name: kind for kind in KINDS}
TRACES = ("ana", "ruiz", "example.org", "34142")


def withdraw_first(visitor, page):
    address = re.search(rf'href="({page}/withdraw/[^"]+)"', visitor.client.get(page).text)[1]
    return visitor.client.post(address)


def traces_of(visitor, *words):
    content = (
        "campaigns",
        "letter_templates",
        "campaign_updates",
        "companies",
        "executives",
        "organizations",
        "agreements",
        "signatories",
    )
    kept = visitor.dump(
        *content,
        "stances",
        "consent_wordings",
        "outbox_turns",
        "pace_slots",
        "events",
        "event_legs",
        "leg_resources",
        "revisions",
    )
    return [f"{table}: {row}" for table, rows in kept.items() for row in rows for word in words if word in row.lower()]


def test_withdrawing_moves_the_tally_and_signing_again_gets_a_new_number(visitor):
    visitor.pledge()
    visitor.pledge(email="eva@example.org")
    assert visitor.tally() == (2, 2)
    page = visitor.my_page()
    assert withdraw_first(visitor, page).status_code == 303
    assert visitor.tally() == (1, 2)
    assert visitor.client.get(page).status_code == 200
    visitor.pledge()
    assert visitor.tally() == (2, 3)
    assert visitor.all("SELECT state, number FROM actions ORDER BY id") == [
        ("withdrawn", 1),
        ("confirmed", 2),
        ("confirmed", 3),
    ]


def test_a_withdrawn_pledge_cannot_be_confirmed_by_its_old_link(visitor):
    visitor.sign()
    link = visitor.last_link("confirm")
    withdraw_first(visitor, visitor.my_page())
    before = visitor.dump()
    for answer in (visitor.client.get(link), visitor.client.post(link)):
        assert answer.status_code == 200
    assert visitor.dump() == before
    assert visitor.tally() == (0, 0)


def test_withdrawing_twice_at_once_takes_one_off(visitor):
    visitor.pledge()
    visitor.pledge(email="eva@example.org")
    page = visitor.my_page()
    public_id = visitor.one("SELECT public_id FROM actions ORDER BY id LIMIT 1")
    for _ in range(3):
        visitor.client.post(f"{page}/withdraw/{public_id}")
    assert visitor.tally() == (1, 2)


def test_nobody_withdraws_anothers_action(visitor):
    visitor.pledge(email="eva@example.org")
    visitor.pledge()
    page = visitor.my_page()
    foreign = visitor.one("SELECT public_id FROM actions ORDER BY id LIMIT 1")
    assert visitor.client.post(f"{page}/withdraw/{foreign}").status_code == 404
    assert visitor.client.post(f"{page}/withdraw/not-a-uuid").status_code in (404, 405)
    assert visitor.tally() == (2, 2)


def test_erasing_asks_once_more_then_leaves_no_row_no_hash_and_no_word(visitor):
    visitor.pledge(consent="yes", comment="ANA was here", source="ana")
    visitor.write(personal="Dear Ana")
    visitor.sign(given_name="Anabel")
    visitor.pledge(email="eva@example.org")
    page = visitor.my_page()
    before = visitor.dump()
    assert visitor.client.get(f"{page}/erase").status_code == 200
    assert visitor.client.post(f"{page}/erase").status_code == 200
    assert visitor.client.post(f"{page}/erase", data={"sure": "no"}).status_code == 200
    after = visitor.dump()
    assert {**after, "my_links": None} == {**before, "my_links": None}
    answer = visitor.client.post(f"{page}/erase", data={"sure": "yes"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/my/erased")
    assert traces_of(visitor, "ana@", "anabel", "ana was", "dear ana") == []
    assert visitor.tally() == (1, 2)
    assert visitor.one("SELECT count(*) FROM actions") == visitor.one("SELECT count(*) FROM people") == 1
    assert visitor.client.get(page).status_code == 410
    kept = "person_id IS NOT NULL OR recipient_key IS NOT NULL"
    assert visitor.one(f"SELECT count(*) FROM outbox_messages WHERE {kept}") == 1, "Eva's"


def test_an_erased_address_signs_again_with_another_number_and_never_counts_twice(visitor):
    visitor.pledge()
    for number in (2, 3):
        visitor.client.post(f"{visitor.my_page()}/erase", data={"sure": "yes"})
        assert visitor.tally() == (0, number - 1)
        visitor.sign()
        assert visitor.confirm(visitor.last_link("confirm")).status_code == 303
        assert visitor.tally() == (1, number)
    assert visitor.all("SELECT state, number FROM actions") == [("confirmed", 3)]
    visitor.client.post(f"{visitor.my_page()}/erase", data={"sure": "yes"})
    assert traces_of(visitor, *TRACES) == []


def test_what_an_older_release_kept_of_who_erased_is_deleted_and_counts_no_longer(visitor):
    visitor.pledge()
    visitor.pledge(email="eva@example.org")
    visitor.do("UPDATE actions SET person_id = NULL, given_name = NULL, erased_at = now() WHERE number = 1")
    with visitor.sessions() as session, session.begin():
        assert forget_erased(session, BY_NAME) == 1
        assert forget_erased(session, BY_NAME) == 0
    assert visitor.tally() == (1, 2)


def test_what_erasing_left_is_said_on_a_page_that_can_be_read_again(visitor):
    for _ in range(2):
        page = visitor.client.get("/my/erased")
        assert page.status_code == 200
        assert "Your signatures no longer count." in page.text


def test_withdrawing_asks_first_and_changes_nothing_until_it_is_said(visitor):
    visitor.pledge(consent="yes")
    page = visitor.my_page()
    before = visitor.dump("my_links")
    asked = visitor.client.get(re.search(rf'href="({page}/withdraw/[^"]+)"', visitor.client.get(page).text)[1])
    assert asked.status_code == 200
    assert "Withdraw your signature?" in asked.text
    assert "stop email updates" in asked.text
    assert asked.headers["Cache-Control"] == "no-store"
    assert visitor.dump("my_links") == before


def test_a_withdrawing_is_undone_within_the_hour_with_all_that_was_typed(visitor):
    visitor.pledge(comment="Because of the heat", consent="yes")
    visitor.pledge(email="eva@example.org")
    before = visitor.all("SELECT * FROM actions WHERE number = 1")
    page = visitor.my_page()
    withdraw_first(visitor, page)
    assert "You can undo this within an hour." in visitor.client.get(page).text
    restored = undo_first(visitor, page)
    assert restored.status_code == 303
    assert visitor.all("SELECT * FROM actions WHERE number = 1") == before
    assert visitor.tally() == (2, 2)
    assert undo_of(visitor, page) is None
    with visitor.sessions() as session, session.begin():
        assert empty_withdrawn(session) == 0


def test_after_the_hour_nothing_is_left_to_undo(visitor):
    visitor.pledge(comment="Sunstroke")
    page = visitor.my_page()
    withdraw_first(visitor, page)
    address = undo_of(visitor, page)
    visitor.do("UPDATE actions SET undo_until = now() - interval '1 second'")
    assert undo_of(visitor, page) is None
    assert visitor.client.post(address).status_code == 303
    assert visitor.tally() == (0, 1)
    with visitor.sessions() as session, session.begin():
        assert empty_withdrawn(session) == 1
    assert traces_of(visitor, "sunstroke") == []


def test_who_signed_again_meanwhile_undoes_nothing_and_counts_once(visitor):
    visitor.pledge()
    page = visitor.my_page()
    withdraw_first(visitor, page)
    address = undo_of(visitor, page)
    visitor.pledge()
    assert undo_of(visitor, page) is None
    assert visitor.client.post(address).status_code == 303
    assert visitor.tally() == (1, 2)


def test_nobody_undoes_anothers_withdrawing(visitor):
    visitor.pledge(email="eva@example.org")
    page = visitor.my_page("eva@example.org")
    withdraw_first(visitor, page)
    foreign = visitor.one("SELECT public_id FROM actions")
    visitor.pledge()
    assert visitor.client.post(f"{visitor.my_page()}/restore/{foreign}").status_code == 404
    assert visitor.tally() == (1, 2)


def test_withdrawing_letters_says_which_have_gone_and_what_does_not_go(visitor):
    visitor.write()
    visitor.confirm(visitor.last_link("confirm"))
    visitor.do(
        "UPDATE outbox_messages SET state = 'delivered', sent_at = '2027-01-13', settled_at = '2027-01-13' WHERE id = ("
        "SELECT min(id) FROM outbox_messages WHERE lane = 'letters')"
    )
    page = visitor.my_page()
    asked = visitor.client.get(re.search(rf'href="({page}/withdraw/[^"]+)"', visitor.client.get(page).text)[1]).text
    assert "We can’t take back letters that have been sent:" in asked
    assert "sent on January 13, 2027" in asked
    assert re.search(r"\d+ letters haven’t been sent yet", asked)
    assert "You can’t undo this." in asked
    withdraw_first(visitor, page)
    assert undo_of(visitor, page) is None
    assert "We can’t take back letters that have been sent." in visitor.client.get(page).text


def undo_of(visitor, page):
    found = re.search(rf'action="({page}/restore/[^"]+)"', visitor.client.get(page).text)
    return found and found[1]


def undo_first(visitor, page):
    return visitor.client.post(undo_of(visitor, page))


def test_after_thirty_days_what_nobody_confirmed_is_deleted_with_all_that_hangs_on_it(visitor):
    visitor.sign(comment="old")
    visitor.write()
    visitor.sign(HIGH_SAFETY)
    visitor.pledge(email="eva@example.org")
    visitor.sign(email="eva@example.org", comment="old, too")
    visitor.do(
        "UPDATE actions SET created_at = created_at - interval '31 days', asked_at = asked_at - interval '31 days'"
    )
    visitor.sign(email="new@example.org")
    with visitor.sessions() as session, session.begin():
        assert purge_unconfirmed(session) == 4
    assert visitor.all("SELECT email FROM people ORDER BY email") == [("eva@example.org",), ("new@example.org",)]
    assert visitor.one("SELECT count(*) FROM letters") == 0
    assert visitor.all("SELECT state FROM actions ORDER BY id") == [("confirmed",), ("waiting",)]
    assert visitor.one("SELECT count(*) FROM outbox_messages WHERE action_id NOT IN (SELECT id FROM actions)") == 0
    assert visitor.tally() == (1, 1)


def test_twenty_nine_days_are_not_thirty(visitor):
    visitor.sign()
    visitor.do(
        "UPDATE actions SET created_at = created_at - interval '29 days', asked_at = asked_at - interval '29 days'"
    )
    with visitor.sessions() as session, session.begin():
        assert purge_unconfirmed(session) == 0


def test_the_periodic_work_purges(visitor):
    visitor.sign()
    visitor.pledge(email="eva@example.org")
    page = visitor.my_page("eva@example.org")
    visitor.do(
        "UPDATE actions SET created_at = created_at - interval '31 days', asked_at = asked_at - interval '31 days' WHERE state = 'waiting'"
    )
    visitor.do("UPDATE my_links SET expires_at = now() - interval '1 second'")
    for job in JOBS:
        with visitor.sessions() as session, session.begin():
            job.run(session)
    assert visitor.one("SELECT count(*) FROM actions") == 1
    assert visitor.one("SELECT count(*) FROM my_links") == 0
    assert visitor.client.get(page).status_code == 410


@pytest.mark.parametrize("is_reminded", [True, False])
def test_what_nobody_confirmed_is_purged_until_nothing_is_left(visitor, is_reminded):
    for name in ("ana", "eva", "ida", "lea", "mia"):
        visitor.sign(email=f"{name}@example.org", fax_number="1" if name == "mia" else "")
    visitor.sign("milk-with-dignity")
    visitor.do("UPDATE actions SET asked_at = now() - interval '31 days'")
    if is_reminded:
        visitor.do("UPDATE actions SET reminded_at = now()")
    deleted = []
    while not deleted or deleted[-1]:
        with visitor.sessions() as session, session.begin():
            deleted.append(purge_unconfirmed(session, most=4))
    assert deleted == [4, 2, 0]
    assert visitor.one("SELECT count(*) FROM actions") + visitor.one("SELECT count(*) FROM people") == 0


def test_links_whose_time_is_over_are_purged_until_nothing_is_left(visitor):
    visitor.pledge()
    for _ in range(3):
        visitor.my_page()
    visitor.do("UPDATE my_links SET expires_at = now() - interval '1 second'")
    deleted = []
    while not deleted or deleted[-1]:
        with visitor.sessions() as session, session.begin():
            deleted.append(purge_links(session, most=2))
    assert deleted == [2, 1, 0]


def test_the_link_to_ones_page_lives_seven_days_from_its_last_use(visitor):
    visitor.pledge()
    page = visitor.my_page()
    visitor.do("UPDATE my_links SET expires_at = now() + interval '1 minute'")
    assert visitor.client.get(page).status_code == 200
    assert visitor.one("SELECT expires_at > now() + interval '6 days' FROM my_links")
    visitor.do("UPDATE my_links SET expires_at = now() - interval '1 minute'")
    assert visitor.client.get(page).status_code == 410


@pytest.mark.parametrize("email", ["ana@example.org", "nobody@example.org"])
def test_my_mails_at_most_three_links_a_day_to_known_and_unknown_alike(visitor, email):
    visitor.pledge()
    answers = {visitor.ask_for_my_link(email).get_data() for _ in range(5)}
    assert len(answers) == 1
    assert visitor.one("SELECT count(*) FROM outbox_messages WHERE topic = 'actions.my_link'") == 3
    assert len(visitor.mails()) == (3 if email.startswith("ana") else 0)


def test_a_machine_that_asks_for_a_link_gets_the_same_answer_and_no_mail(visitor):
    visitor.pledge()
    assert visitor.ask_for_my_link(fax_number="1").get_data() == visitor.ask_for_my_link("x@example.org").get_data()
    assert visitor.mails() == []


def test_my_page_shows_what_one_did_and_nobody_elses(visitor):
    visitor.pledge(comment="mine")
    visitor.pledge(email="eva@example.org", given_name="Eva")
    visitor.pledge("milk-with-dignity")
    visitor.sign(HIGH_SAFETY, given_name="Moon")
    page = visitor.client.get(visitor.my_page())
    assert page.text.count("/withdraw/") == 2
    for slug in (OPEN, "milk-with-dignity"):
        assert f"/campaigns/{slug}" in page.text
    for foreign in ("eva", "Eva", "Moon", HIGH_SAFETY):
        assert foreign not in page.text


@pytest.mark.parametrize("way", ["posted again", "asked anew"])
def test_what_was_asked_for_again_is_kept_as_long_as_its_new_link_works(visitor, sessions, way):
    visitor.sign()
    link = visitor.last_link("confirm")
    for column in ("created_at", "asked_at"):
        visitor.do(f"UPDATE actions SET {column} = now() - interval '29 days'")
    visitor.do("UPDATE outbox_messages SET created_at = now() - interval '29 days'")
    visitor.sign() if way == "posted again" else visitor.client.post(f"{link}/again")
    visitor.do(
        "UPDATE actions SET created_at = created_at - interval '2 days', asked_at = asked_at - interval '2 days'"
    )
    with sessions() as session, session.begin():
        assert purge_unconfirmed(session) == 0
    assert visitor.confirm(visitor.last_link("confirm")).status_code == 303
