"""A march with `curl` alone: what one gives back goes from hand to hand, and whoever says no passes it on."""

from icalendar import Calendar

from tests.walks.curl import Form, Page, get, post
from tests.walks.marches import FULL_DAY, FULL_PLACES, march_of
from tests.walks.stand_in import link_in, until
from tests.walks.steps import ANA, own_link

MARCH = march_of("curl-en")
GOING, WAITS = "<strong>Confirmed</strong>", "<strong>You’re on the wait list</strong>"


def test_what_one_gives_back_is_offered_to_the_next_and_refused_to_the_one_after(running, mailbox):
    ana = come(running, mailbox, "ana", day=2, guests=3)
    assert ana.heading == "You’re coming!"
    assert "/rsvp/" not in ana.html, "its address can be copied"
    (asking,) = [mail for mail in mailbox.to(address_of("ana")) if "/confirm/" in mail["text"]]
    own = get(own_link(link_in(asking, "confirm")))
    days = legs_of(form_to(own, "change"))
    own = act(own, "change", legs=[days[1], days[FULL_DAY - 1]], **{f"guests-{days[FULL_DAY - 1]}": FULL_PLACES - 1})
    assert own.heading == "My RSVP", "who asks for more is not asked whether they mean it"
    assert own.html.count(GOING) == 2
    entries = Calendar.from_ical(get(own.link(".ics")).html).walk("VEVENT")
    assert [str(entry["STATUS"]) for entry in entries] == ["CONFIRMED"] * 2

    for name in ("eva", "tom"):
        page = come(running, mailbox, name, day=FULL_DAY, guests=FULL_PLACES - 1)
        assert page.heading == "You’re on the wait list"
        assert WAITS in page.html
    own = give_up(own, "cancel")
    assert "Your RSVP is canceled." in own.html
    eva = offered(mailbox, "eva")
    assert not offers(mailbox, "tom"), "nobody is offered what another is asked about"
    eva = give_up(eva, "decline")
    assert "The place goes to the next" in eva.html
    tom = act(offered(mailbox, "tom"), "accept")
    assert "The place is yours." in tom.html
    assert tom.html.count(GOING) == 1
    assert len(offers(mailbox, "eva")) == 1


def come(running, mailbox, name: str, *, day: int, guests: int) -> Page:
    """RSVP to a day and confirm it; return the page after."""
    page = get(f"{running.url}/events/{MARCH}/rsvp")
    form, address = page.form("rsvp"), address_of(name)
    legs = [legs_of(form)[day - 1]]
    page = post(page, form, form.filled(**{**ANA, "email": address}, part="days", legs=legs, guests=str(guests)))
    assert page.heading == "Check your email"
    page = get(link_in(mailbox.wait_for(address)[0], "confirm"))
    return post(page, page.form(), [])


def address_of(name: str) -> str:
    return f"{name}.curl@marches.example"


def legs_of(form: Form) -> list[str]:
    """Return what stands for each day of the march."""
    return [value for name, value in form.choices if name == "legs"]


def form_to(page: Page, step: str) -> Form:
    """Return the form with the button for a step."""
    return next(form for form in page.forms if ("step", step) in form.buttons)


def act(page: Page, step: str, **values: object) -> Page:
    """Press a button of one's own page; return what it leads to."""
    form = form_to(page, step)
    typed = {name: value if isinstance(value, list) else str(value) for name, value in values.items()}
    page = post(page, form, form.filled(press=step, **typed))
    assert page.status == 200
    return page


def give_up(page: Page, step: str) -> Page:
    """Go to the page that asks whether one means it, and say yes."""
    asks = get(page.link(f"ask={step}"))
    assert asks.status == 200
    form = asks.form()
    page = post(asks, form, form.filled(press="yes"))
    assert page.status == 200
    return page


def offers(mailbox, name: str) -> list[dict]:
    return [mail for mail in mailbox.to(address_of(name)) if mail["subject"].endswith(": a place opened up")]


def offered(mailbox, name: str) -> Page:
    """Wait for the mail that offers a place; return the page that it leads to."""
    (mail,) = until(lambda: offers(mailbox, name), f"an offer to {name}")
    return get(link_in(mail, "rsvp"))
