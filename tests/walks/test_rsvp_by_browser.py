"""A march by a phone's browser, from the form to a place that somebody gave back; with and without JavaScript, once in each language."""

import pytest

from tests.walks.march_steps import FORM, Marcher
from tests.walks.marches import FULL_DAY, march_of
from tests.walks.stand_in import link_in

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("language", "has_script"),
    [("en", True), ("es", False), ("ur", True)],
    ids=["en-script", "es-plain", "ur-script"],
)
def test_two_of_five_days_are_taken_changed_given_back_and_pass_to_who_waits(travel, language, has_script):
    journey = f"{'script' if has_script else 'plain'}-{language}"
    slug = march_of(journey)
    people = ("Ana", "Zúñiga"), ("Eva", "Ruiz")
    ana, eva = (
        Marcher(travel(language, has_script=has_script), slug, *name, f"{name[0].lower()}.{journey}@marches.example")
        for name in people
    )
    come(ana)
    put_into_calendar(ana)
    change(ana)
    wait(eva, ana.days)
    give_back(ana)
    be_offered_and_accept(eva)


def come(ana: Marcher) -> None:
    """Days 2 and 5 with three guests: asked for, told what there is, confirmed once."""
    ana.go(f"/events/{ana.slug}")
    prefix = "" if ana.me.language == "en" else f"/{ana.me.language}"
    assert ana.me.page.url == f"{ana.me.running.url}{prefix}/events/{ana.slug}", "sent to one's own language"
    ana.read_days()
    assert ana.me.page.locator(f"{FORM} [name=legs]:checked").count() == 0
    assert not ana.me.page.locator(f"{FORM} [name=consent]").is_checked()
    ana.ask(2, 5, guests=3)
    ana.open_confirmation()
    assert set(ana.states()) == {2, 5}
    assert ana.say("party", n=4) in ana.text
    ana.confirm()
    assert ana.me.heading() == ana.say("coming")
    assert ana.states() == dict.fromkeys((2, 5), f"{ana.say('going')} · {ana.say('party', n=4)}")
    (mail,) = [mail for mail in ana.me.mailbox.to(ana.address) if "/confirm/" in mail["text"]]
    ana.go(link_in(mail, "confirm"))
    assert ana.me.heading() == ana.say("already")
    assert ana.states()[2].startswith(ana.say("going")), "who presses twice is told the same"


def put_into_calendar(ana: Marcher) -> None:
    """Exactly the two days, in the march's zone, each with the way to the march's page."""
    ana.open_receipt()
    entries = ana.calendar()
    assert sorted(entries) == [2, 5]
    assert {str(entry["STATUS"]) for entry in entries.values()} == {"CONFIRMED"}
    assert (entries[2]["DTSTART"].dt.hour, entries[2]["DTSTART"].dt.minute) == (7, 30)
    assert (entries[5]["DTSTART"].dt.hour, entries[5]["DTEND"].dt.hour) == (10, 14)


def change(ana: Marcher) -> None:
    """Day 5 goes, day 3 comes, each with another number; the calendar follows, and going back harms nothing."""
    ana.open_own()
    ana.change(drop=5, add=FULL_DAY, guests={2: 1, FULL_DAY: 2})
    assert ana.say("changed") in ana.text
    expected = {
        2: f"{ana.say('going')} · {ana.say('party', n=2)}",
        FULL_DAY: f"{ana.say('going')} · {ana.say('party', n=3)}",
        5: ana.say("gone"),
    }
    assert ana.states() == expected
    ana.me.page.go_back()
    ana.me.look()
    ana.open_own()
    assert ana.states() == expected
    entries = ana.calendar()
    assert {day: str(entry["STATUS"]) for day, entry in entries.items()} == {
        2: "CONFIRMED",
        FULL_DAY: "CONFIRMED",
        5: "CANCELLED",
    }


def wait(eva: Marcher, days: list[str]) -> None:
    """The day is full now: one is told so before, at, and after confirming, and keeps the other day."""
    eva.days = days
    prefix = "" if eva.me.language == "en" else f"/{eva.me.language}"
    eva.go(f"{prefix}/events/{eva.slug}/rsvp")
    assert eva.say("would_wait") in eva.me.page.locator(f"#field-legs-{FULL_DAY}-more").inner_text()
    eva.ask(FULL_DAY, 4, guests=1)
    eva.open_confirmation()
    assert eva.states()[FULL_DAY].startswith(eva.say("would_wait"))
    assert not eva.states()[4].startswith(eva.say("would_wait"))
    eva.confirm()
    expected = {
        FULL_DAY: f"{eva.say('waits')} · {eva.say('party', n=2)}",
        4: f"{eva.say('going')} · {eva.say('party', n=2)}",
    }
    assert eva.states() == expected
    eva.open_own()
    assert eva.states() == expected
    assert sorted(eva.calendar()) == [4], "who only waits has nothing to put into a calendar"


def give_back(ana: Marcher) -> None:
    """All of it, asked about on a page of its own; a second press says the same."""
    ana.open_own()
    ana.me.page.locator("main a[href*='ask=cancel']").click()
    ana.look()
    assert ana.me.heading() == ana.say("asks_cancel")
    ana.press("main button[name=sure]")
    assert ana.say("all_gone") in ana.text
    assert set(ana.states().values()) == {ana.say("gone")}
    assert ana.me.page.locator("main form").count() == 1, "all that is left to do here is to undo it"
    assert {str(entry["STATUS"]) for entry in ana.calendar().values()} == {"CANCELLED"}


def be_offered_and_accept(eva: Marcher) -> None:
    """What Ana gave back is offered by mail; looking takes nothing, the button does."""
    link = link_in(eva.mail(eva.say("is_free")), "rsvp")
    for _ in range(2):
        eva.go(link)
        assert eva.states()[FULL_DAY].startswith(eva.say("offered"))
        assert eva.me.page.locator("button[value=accept]").count() == 1
    eva.press("button[value=accept]")
    assert eva.say("taken") in eva.text
    assert eva.states() == dict.fromkeys((FULL_DAY, 4), f"{eva.say('going')} · {eva.say('party', n=2)}")
    eva.own_url = link
    entries = eva.calendar()
    assert {day: str(entry["STATUS"]) for day, entry in entries.items()} == {FULL_DAY: "CONFIRMED", 4: "CONFIRMED"}
