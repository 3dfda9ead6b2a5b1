"""What one can do after signing: take it back, be forgotten, say it was somebody else; and what links say later."""

from tests.walks.content import slug_of
from tests.walks.curl import get, post
from tests.walks.stand_in import link_in, until
from tests.walks.steps import assert_no_mail, confirm, count, my_link, sign, signed, wait_count


def test_taking_a_name_back_lowers_the_count(running, mailbox):
    slug, address = slug_of("withdraw"), "withdraw@journeys.example"
    signed(running, mailbox, slug, address)
    wait_count(running, slug, 1)
    link = my_link(running, mailbox, address)
    page = get(link)
    page = get(page.link("/withdraw/"))
    assert page.heading == "Withdraw your signature?"
    page = post(page, page.form(), [])
    assert "Withdrawn on" in page.html
    assert "/withdraw/" not in page.html
    wait_count(running, slug, 0)
    old = next(mail for mail in mailbox.to(address) if "/confirm/" in mail["text"])
    page = get(link_in(old, "confirm"))
    assert (page.status, page.heading) == (200, "You withdrew this")


def test_a_receipt_comes_within_seconds_of_confirming(running, mailbox):
    slug, address = slug_of("receipt"), "receipt@journeys.example"
    signed(running, mailbox, slug, address)
    (receipt,) = until(lambda: mailbox.receipts_to(address), "the receipt")
    assert f"/campaigns/{slug}?via=" in receipt["text"]
    assert "You’re supporter number 1." in receipt["text"]


def test_erasing_asks_first_and_takes_the_name_out_of_the_count(running, mailbox):
    slug, address = slug_of("erase"), "erase@journeys.example"
    signed(running, mailbox, slug, address)
    wait_count(running, slug, 1)
    link = my_link(running, mailbox, address)
    page = get(get(link).link("/erase"))
    assert page.heading == "Delete everything?"
    assert get(link).heading == "My actions", "asking erased already"
    page = post(page, page.form(), page.form().filled(press="yes"))
    assert page.heading == "Your data is deleted"
    gone = get(link)
    assert (gone.status, gone.heading) == (410, "This link doesn’t work anymore")
    wait_count(running, slug, 0)
    sent = len(mailbox.to(address))
    sign(running, slug, address)
    mailbox.wait_for(address, sent + 1)
    confirm(mailbox, address)
    wait_count(running, slug, 1)


def test_somebody_elses_address_is_left_alone_after_this_was_not_me(running, mailbox):
    slug, address = slug_of("not-me"), "not-me@journeys.example"
    signed(running, mailbox, slug, "witness@journeys.example")
    sign(running, slug, address)
    (mail,) = mailbox.wait_for(address)
    get(link_in(mail, "not-me"))
    page = get(link_in(mail, "not-me"))
    assert (page.status, page.heading) == (200, "Did someone else use your email?")
    assert get(link_in(mail, "confirm")).status == 200, "looking at the page deleted something"
    page = post(page, page.form(), [])
    assert page.heading == "Deleted. We’re sorry for the trouble."
    page = get(link_in(mail, "confirm"))
    assert (page.status, page.heading) == (410, "There’s nothing left to confirm")
    assert get(page.link(f"/campaigns/{slug}")).status == 200
    assert sign(running, slug, address).heading == "Check your email"
    (told, _) = mailbox.wait_for(address, 2)
    assert told["subject"].startswith("Was this you after all?")
    sign(running, slug, address, given_name="Another")
    assert_no_mail(running, mailbox, address, 2, "witness@journeys.example")
    assert count(running, slug) == 1
    assert confirm(mailbox, address).status == 200
    wait_count(running, slug, 2)


def test_a_link_used_twice_and_a_link_that_is_not_ours(running, mailbox):
    slug, address = slug_of("links"), "links@journeys.example"
    sign(running, slug, address)
    link = link_in(mailbox.wait_for(address)[0], "confirm")
    opened = get(link)
    assert post(opened, opened.form(), []).heading == "You’re supporter number 1"
    again = post(opened, opened.form(), [])
    assert (again.status, again.heading) == (200, "Already confirmed")
    page = get(link)
    assert (page.status, page.heading) == (200, "Already confirmed")
    assert "You’re supporter number 1. Thank you." in page.html
    wait_count(running, slug, 1)
    for room in ("confirm", "not-me", "my"):
        assert get(f"{running.url}/{room}/forged.link.x").status == 404
    # Not the last character: of its six bits the signature has four, so that another may say the same.
    assert get(f"{link[:-9]}{'A' if link[-9] != 'A' else 'B'}{link[-8:]}").status == 404


def test_high_safety_knows_a_pseudonym_and_forgets_the_address(running, mailbox):
    slug, address = "justice-for-shahidul", "unseen@journeys.example"
    page = get(f"{running.url}/campaigns/{slug}")
    form = page.form("pledge")
    asked = {name for name, _ in form.fields} - {"stamp", "language", "source", "fax_number"}
    assert asked == {"given_name", "email"}
    before = count(running, slug)
    page = post(page, form, form.filled(given_name="Shapla", email=address))
    assert page.heading == "Check your email"
    assert address not in page.html
    (mail,) = mailbox.wait_for(address)
    assert "Shapla" not in mail["text"] + mail["html"]
    undo = link_in(mail, "my")
    page = confirm(mailbox, address)
    assert page.heading == "Thank you", "a number would tell when"
    assert "/letter" not in page.html
    assert get(f"{running.url}/campaigns/{slug}/letter").status == 404
    page = get(undo)
    assert "supporter number" not in page.html
    assert address not in page.html
    page = get(page.link("/withdraw/"))
    page = post(page, page.form(), [])
    assert "Withdrawn on" in page.html
    assert count(running, slug) == before, "it is told once a day"
    signed(running, mailbox, slug_of("links"), "witness-unseen@journeys.example")
    post(page := get(f"{running.url}/my"), page.form(), page.form().filled(email=address))
    assert_no_mail(running, mailbox, address, 1, "witness-unseen@journeys.example")
