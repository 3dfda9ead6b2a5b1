import re
import threading
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import text

from campaign.actions.commands import ConfirmAction
from campaign.actions.doorstep import read_doorstep
from campaign.actions.service.confirming import confirm
from campaign.actions.service.reminding import remind
from campaign.actions.visits import known_of
from campaign.actions.vouchers import open_visit_state
from campaign.features import KINDS
from campaign.kernel.limits import Poster
from tests.actions.visitor import HIGH_SAFETY, OPEN


def test_looking_a_hundred_times_changes_nothing_and_one_press_counts_one(visitor):
    visitor.sign(consent="yes")
    link = visitor.last_link("confirm")
    before = visitor.dump()
    for _ in range(50):
        assert visitor.client.get(link).status_code == 200
        assert visitor.client.head(link).status_code == 200
    assert visitor.dump() == before
    assert visitor.confirm(link).status_code == 303
    assert visitor.tally() == (1, 1)
    after = visitor.dump()
    for look in (visitor.client.get, visitor.client.head):
        answer = look(link)
        assert answer.status_code == 200
    assert "Already confirmed" in visitor.client.get(link).text
    assert visitor.confirm(link).status_code == 200
    assert visitor.dump() == after


def test_ten_presses_at_once_count_one(app, visitor):
    visitor.sign(consent="yes")
    link = visitor.last_link("confirm")
    answers, gate = [], threading.Barrier(10)

    def press():
        client = app.test_client(use_cookies=False)
        gate.wait()
        answers.append(client.post(link).status_code)

    threads = [threading.Thread(target=press) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Those who share a batch are thanked alike; the others hear that it is confirmed already.
    assert set(answers) <= {200, 303}
    assert 303 in answers
    assert visitor.tally() == (1, 1)
    assert visitor.one("SELECT count(*) FROM consents") == 1
    assert visitor.one("SELECT count(*) FROM supporters") == 1


def test_the_page_shows_what_would_apply(visitor):
    visitor.sign(comment="For the <b>pickers</b>", show_name="yes", consent="no")
    page = visitor.client.get(visitor.last_link("confirm")).text
    assert "Ana Ruiz" in page
    assert "For the &lt;b&gt;pickers&lt;/b&gt;" in page
    assert "Yes" in page
    assert "<dd>No</dd>" in page


@pytest.mark.parametrize("room", ["confirm", "confirm/all", "not-me", "my"])
def test_a_forged_link_is_404(visitor, room):
    visitor.sign()
    good = visitor.last_link("confirm").rpartition("/")[2]
    other = "not-me" if room != "not-me" else "confirm"
    signer = visitor.installation.signer(other, 3600)
    claim = ["01890000-0000-7000-8000-000000000000", OPEN]
    for token in ("x", "é", "..", good[:-2] + "xx", signer.sign(claim), signer.sign("x"), "A" * 5000):
        for ask in (visitor.client.get, visitor.client.post):
            assert ask(f"/{room}/{token}").status_code in (404, 405), token


def test_past_fourteen_days_the_link_is_410_with_a_form_that_mails_a_new_one(visitor, monkeypatch):
    visitor.sign()
    link = visitor.last_link("confirm")
    _make_links_old(visitor, monkeypatch)
    before = visitor.dump()
    for answer in (visitor.client.get(link), visitor.client.post(link)):
        assert answer.status_code == 410
        assert f'action="{link}/again"' in answer.text
    assert visitor.dump() == before
    assert visitor.client.post(f"{link}/again").status_code == 200
    monkeypatch.undo()
    new = visitor.last_link("confirm")
    assert visitor.confirm(new).status_code == 303
    assert visitor.tally() == (1, 1)


def test_an_old_link_of_a_confirmed_action_says_so(visitor, monkeypatch):
    link = visitor.pledge()
    _make_links_old(visitor, monkeypatch)
    answer = visitor.client.get(link)
    assert answer.status_code == 200
    assert "You’re supporter number 1" in answer.text


def _make_links_old(visitor, monkeypatch):
    """Let links be made fifteen days ago, as far as their signers can tell."""
    import itsdangerous.timed

    real = itsdangerous.timed.time.time
    monkeypatch.setattr(itsdangerous.timed.time, "time", lambda: real() + 15 * 86400)


def test_asking_anew_is_limited_and_says_the_same_to_everyone(visitor):
    visitor.sign()
    link = visitor.last_link("confirm")
    answers = {visitor.client.post(f"{link}/again").get_data() for _ in range(6)}
    assert visitor.one("SELECT count(*) FROM outbox_messages") == 3
    visitor.confirm(link)
    answers.add(visitor.client.post(f"{link}/again").get_data())
    visitor.do("DELETE FROM actions")
    answers.add(visitor.client.post(f"{link}/again").get_data())
    assert len(answers) == 1


@pytest.mark.parametrize("slug", [OPEN, HIGH_SAFETY])
def test_what_was_deleted_meanwhile_is_410_and_leads_to_the_form(visitor, slug):
    visitor.sign(slug)
    link = visitor.last_link("confirm")
    visitor.do("DELETE FROM actions")
    for answer in (visitor.client.get(link), visitor.client.post(link)):
        assert answer.status_code == 410
        assert f"/campaigns/{slug}" in answer.text


def test_this_wasnt_me_deletes_what_waits_and_stops_this_campaigns_mail(visitor):
    visitor.sign()
    visitor.sign(given_name="Anna")
    link = visitor.last_link("not-me")
    before = visitor.dump()
    for _ in range(20):
        assert visitor.client.get(link).status_code == 200
        assert visitor.client.head(link).status_code == 200
    assert visitor.dump() == before
    assert visitor.client.post(link).status_code == 200
    for table in ("actions", "people", "outbox_messages"):
        assert visitor.one(f"SELECT count(*) FROM {table}") == 0
    assert visitor.all("SELECT kind, campaign_id FROM suppressions")[0].kind == "not_me"
    assert visitor.client.post(link).status_code == 200
    assert visitor.client.get(link).status_code == 200


def test_this_wasnt_me_leaves_what_was_confirmed_before(visitor):
    visitor.pledge()
    visitor.sign(given_name="Somebody")
    visitor.client.post(visitor.last_link("not-me"))
    assert visitor.tally() == (1, 1)
    assert visitor.all("SELECT state, given_name FROM actions") == [("confirmed", "Ana")]


def test_a_pledge_made_before_closing_counts_when_it_is_confirmed_in_time(visitor):
    visitor.sign()
    link = visitor.last_link("confirm")
    visitor.do("UPDATE campaigns SET status = 'closed' WHERE slug = :slug", slug=OPEN)
    assert visitor.confirm(link).status_code == 303
    assert visitor.tally() == (1, 1)


def test_private_pages_are_not_stored_and_tell_nobody_their_address(visitor):
    visitor.sign()
    mail = visitor.mails()[0]
    for room in ("confirm", "not-me"):
        for answer in (visitor.client.get(mail.link(room)), visitor.client.post(mail.link(room))):
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_numbers_are_the_order_of_confirmation_and_thanks_shows_them(visitor):
    for name in ("one", "two", "three"):
        visitor.sign(email=f"{name}@example.org")
    links = [mail.link("confirm") for mail in visitor.mails()]
    for number, link in enumerate(reversed(links), start=1):
        page = visitor.client.get(visitor.confirm(link).headers["Location"]).text
        assert f"You’re supporter number {number}" in page
    with visitor.sessions() as session:
        assert session.scalars(text("SELECT number FROM actions ORDER BY id")).all() == [3, 2, 1]


def several(visitor, days=1):
    """The one link of the next day that confirms all that waits."""
    visitor.mails()
    visitor.do(
        "UPDATE actions SET created_at = created_at - :age, asked_at = asked_at - :age", age=timedelta(days=days)
    )
    with visitor.sessions() as session, session.begin():
        assert remind(session, visitor.installation.hashes).appended == 1
    return visitor.last_link("confirm/all")


def test_of_two_names_confirmed_by_one_press_the_last_typed_holds(visitor):
    visitor.sign(given_name="Ana", show_name="yes", comment="first")
    visitor.sign(given_name="Anna", comment="second")
    answer = visitor.press(several(visitor, days=2))
    assert "Thank you for standing with the workers." in visitor.client.get(answer.headers["Location"]).text
    row = visitor.all("SELECT given_name, show_name, comment FROM actions WHERE state = 'confirmed'")
    assert row == [("Anna", False, "second")]
    assert visitor.tally() == (1, 1)


def test_of_many_names_in_one_batch_the_last_typed_holds(visitor):
    for name in ("Ana", "Anna", "Anne"):
        visitor.sign(given_name=name)
    ids = [row.public_id for row in visitor.all("SELECT public_id FROM actions ORDER BY id DESC")]
    with visitor.sessions() as session, session.begin():
        confirm(session, [ConfirmAction(public_id) for public_id in ids], {kind.name: kind for kind in KINDS})
    assert visitor.all("SELECT given_name FROM actions WHERE state = 'confirmed'") == [("Anne",)]


def test_one_that_is_held_does_not_hide_that_the_others_count(visitor):
    visitor.sign()
    visitor.sign("milk-with-dignity")
    link = several(visitor)
    visitor.do("UPDATE actions SET is_held = true WHERE id = (SELECT max(id) FROM actions)")
    answer = visitor.press(link)
    assert "You’re supporter number 1" in visitor.client.get(answer.headers["Location"]).text


def test_who_signed_before_is_thanked_in_their_language_and_writes_without_confirming_anew(visitor):
    visitor.pledge()
    visitor.sign(language="es", given_name="Anita")
    answer = visitor.confirm(visitor.last_link("confirm"))
    page = visitor.client.get(answer.headers["Location"])
    assert '<html lang="es"' in page.text
    visit_state = open_visit_state(visitor.installation, parse_qs(urlsplit(answer.headers["Location"]).query)["t"][0])
    assert (visit_state.outcome, visit_state.given_name, visit_state.email) == ("merged", "", "")
    with visitor.sessions() as session:
        assert known_of(session, visit_state, read_doorstep(session, OPEN, ())).name == "Anita R."


def test_an_old_link_for_several_is_410_with_a_form_that_mails_a_new_one(visitor, monkeypatch):
    visitor.sign()
    visitor.sign("milk-with-dignity")
    link = several(visitor)
    visitor.do("UPDATE outbox_messages SET created_at = created_at - interval '15 days'")
    visitor.do("DELETE FROM mailbox_allowances")
    _make_links_old(visitor, monkeypatch)
    for answer in (visitor.client.get(link), visitor.client.post(link)):
        assert answer.status_code == 410
        assert f'action="{link}/again"' in answer.text
    assert visitor.client.post(f"{link}/again").status_code == 200
    monkeypatch.undo()
    assert visitor.press(visitor.last_link("confirm/all")).status_code == 303
    assert visitor.one("SELECT count(*) FROM actions WHERE state = 'confirmed'") == 2


def test_asking_anew_counts_by_where_one_comes_from_not_by_address(app, visitor, monkeypatch):
    safe = app.extensions["campaign.intake"].doorsteps.find(HIGH_SAFETY).limit_scope
    counted = []
    for slug in (OPEN, HIGH_SAFETY):
        visitor.sign(slug)
        link = visitor.last_link("confirm")
        with monkeypatch.context() as patched:
            patched.setattr(app.extensions["campaign.intake"], "check_limits", counted.append)
            visitor.client.post(link + "/again")
    visitor.do("DELETE FROM actions")
    with monkeypatch.context() as patched:
        patched.setattr(app.extensions["campaign.intake"], "check_limits", counted.append)
        assert visitor.client.post(link + "/again").status_code == 200
    assert safe
    assert counted == [Poster("127.0.0.1"), Poster("127.0.0.1", safe), Poster("127.0.0.1")]


def test_this_wasnt_me_of_what_was_merged_stops_this_campaigns_mail(visitor):
    visitor.pledge()
    visitor.sign(given_name="Anna")
    mail = visitor.mails()[0]
    visitor.confirm(mail.link("confirm"))
    assert "won’t ask you to confirm anything" in visitor.client.post(mail.link("not-me")).text
    assert visitor.one("SELECT count(*) FROM suppressions") == 1


def test_a_campaign_without_words_in_ones_language_shows_its_own_and_says_which(visitor):
    visitor.do(
        'UPDATE campaigns SET title = \'{"en": "Only English"}\', languages = \'["en"]\' WHERE slug = :slug', slug=OPEN
    )
    visitor.sign(language="es")
    visitor.sign("milk-with-dignity", language="es")
    for page in (visitor.client.get(several(visitor)).text, visitor.client.get(visitor.my_page()).text):
        assert re.search(r'<h2 [^>]*>(<a )?[^>]*lang="en"[^>]*>Only English|<h2[^>]* lang="en"[^>]*>Only English', page)
        assert f">{OPEN}<" not in page
