"""Steps of a journey by `curl`, for tests that begin after them."""

import json

from tests.walks.curl import Page, get, post
from tests.walks.running import Installation
from tests.walks.stand_in import Mailbox, link_in, until

ANA = {"given_name": "Ana", "family_name": "Zúñiga", "postal_code": "34142"}


def count(running: Installation, slug: str) -> int:
    """Return how many confirmed, as told to the web; at most two seconds old."""
    return int(json.loads(get(f"{running.url}/campaigns/{slug}/count.json").html)["confirmed"])


def sign(running: Installation, slug: str, address: str, **more: str) -> Page:
    """Sign; return the page after."""
    page = get(f"{running.url}/campaigns/{slug}")
    form = page.form("pledge")
    return post(page, form, form.filled(**{**ANA, "email": address, **more}))


def own_link(link: str) -> str:
    """Return the address of somebody's own RSVP, by the mailed link that they pressed already."""
    return get(link).link("/rsvp/")


def confirm(mailbox: Mailbox, address: str) -> Page:
    """Confirm what the newest mail asks; return the page after."""
    page = get(link_in(mailbox.to(address)[0], "confirm"))
    return post(page, page.form(), [])


def signed(running: Installation, mailbox: Mailbox, slug: str, address: str) -> Page:
    """Sign and confirm; return the page with the number."""
    sign(running, slug, address)
    mailbox.wait_for(address)
    page = confirm(mailbox, address)
    assert page.heading.startswith("You’re supporter number ")
    return page


def my_link(running: Installation, mailbox: Mailbox, address: str) -> str:
    """Ask for one's link; return it from the mail."""
    before = len(mailbox.to(address))
    ask(running, address)
    return link_in(mailbox.wait_for(address, before + 1)[0], "my")


def ask(running: Installation, address: str) -> None:
    """Ask for one's link; everybody is answered the same."""
    page = get(f"{running.url}/my")
    page = post(page, page.form(), page.form().filled(email=address))
    assert (page.status, page.heading) == (200, "Check your email")


def assert_no_mail(running: Installation, mailbox: Mailbox, address: str, count: int, witness: str) -> None:
    """See that no mail beyond `count` goes to an address: a mail asked for later, to `witness`, is there already."""
    my_link(running, mailbox, witness)
    assert len(mailbox.to(address)) == count


def wait_count(running: Installation, slug: str, expected: int) -> None:
    """Wait until the count is told as it must be."""
    until(lambda: count(running, slug) == expected, f"{expected} names on {slug}")
