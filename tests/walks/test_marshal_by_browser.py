"""A marshal at dawn with 390 pixels: the network goes and comes back, the page is reloaded, a second marshal agrees."""

import itertools
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import yaml

from campaign.console import Console
from campaign.events.marshals.links import read_link, sign_link
from campaign.kernel.installation import Installation as Secrets
from tests.walks.curl import get, post
from tests.walks.stand_in import link_in, until
from tests.walks.steps import ANA
from tests.walks.traveller import PHONE

pytestmark = pytest.mark.browser

PARTIES = ("Ana", "Beatriz", "Çağla", "Delfina")
"""Who comes: the first alone, each other with one guest more than the one before. Ten people."""

MARCH = {
    "campaign": "fair-food",
    "kind": "march",
    "timezone": "America/New_York",
    "title": {"en": "To the lake", "es": "Al lago"},
    "summary": {"en": "Walk with us."},
    "bring": {"en": "Shoes."},
}


class Watch:
    """A marshal's phone, whose console and requests may complain of the network only while there is none."""

    def __init__(self, browser, link, *, has_script=True, language="en"):
        self.context = browser.new_context(viewport=PHONE, java_script_enabled=has_script, locale=language)
        self.context.set_default_timeout(30_000)
        self.page = self.context.new_page()
        self.link, self.posts, self.faults, self.is_cut = link, [], [], False
        self.context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        self.context.on("console", lambda said: self.is_cut or self.faults.append(f"console: {said.text}"))
        self.context.on("request", lambda asked: asked.method == "POST" and self.posts.append(asked.url))
        self.page.goto(link)

    def cut(self):
        self.is_cut = True
        self.context.set_offline(True)

    def mend(self):
        self.context.set_offline(False)

    def row(self, name):
        return self.page.locator(".party:visible", has=self.page.locator(".party__name", has_text=name))

    def tick(self, name):
        self.row(name).locator(".party__all").click()

    def counts(self):
        return self.page.locator(".marshal__counts").inner_text()

    def says(self, words):
        self.page.wait_for_function(
            "words => document.querySelector('[data-state]').textContent.includes(words)", arg=words
        )

    def sees(self, words):
        self.page.wait_for_function(
            "words => document.querySelector('.marshal__counts').innerText.includes(words)", arg=words
        )

    def width(self):
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def end(self):
        self.context.close()
        assert not self.faults, "\n".join(self.faults)


@pytest.fixture
def watch(browser):
    """Open a marshal's phone; all are closed at the end, and must have seen nothing wrong."""
    opened = []

    def start(link, **more):
        opened.append(Watch(browser, link, **more))
        return opened[-1]

    yield start
    for phone in opened:
        phone.end()


@pytest.fixture(scope="module")
def slug(running, mailbox, tmp_path_factory):
    """A march of these tests' own: four parties have their places on every leg, and each test has a leg."""
    slug = f"dawn-{uuid4().hex[:8]}"
    starts = (datetime.now(UTC) + timedelta(days=2)).date()
    leg = {"title": {"en": "To the lake"}, "miles": 5, "starts": "06:00", "ends": "12:00", "capacity": 12}
    legs = [{**leg, "day": day} for day in range(1, 10)]
    file = tmp_path_factory.mktemp("dawn") / "march.yml"
    file.write_text(yaml.safe_dump({"events": [{**MARCH, "slug": slug, "starts": str(starts), "legs": legs}]}))
    running.campaign("load", str(file))
    for guests, name in enumerate(PARTIES):
        address = f"{guests}.{slug}@journeys.example"
        page = get(f"{running.url}/events/{slug}/rsvp")
        form = page.form("rsvp")
        typed = {**ANA, "given_name": name, "email": address, "guests": str(guests), "part": "all"}
        post(page, form, form.filled(**typed))
        page = get(link_in(mailbox.wait_for(address)[0], "confirm"))
        post(page, page.form(), [])
    return slug


@pytest.fixture(scope="module")
def legs():
    return itertools.count(1)


@pytest.fixture
def leg(legs):
    """The number of a leg that no other test looks at."""
    return str(next(legs))


@pytest.fixture
def new_link(running, slug, leg):
    """Make a link to the marshal's page of that leg."""
    return lambda: running.campaign("events", "marshal", slug, "--leg", leg).strip()


@pytest.fixture
def link(new_link):
    return new_link()


def test_what_was_tapped_without_a_network_arrives_once_and_a_second_marshal_agrees(watch, link):
    me, other = watch(link), watch(link)
    me.sees("0 of 10 here")
    other.sees("0 of 10 here")
    assert me.width() <= 0
    me.cut()
    me.page.locator("[name=find]").fill("cagla")
    assert me.page.locator(".party:visible").count() == 1
    me.tick("Çağla")
    me.page.locator("[name=find]").fill("")
    me.tick("Beatriz")
    delfina = me.row("Delfina")
    delfina.locator("summary").click()
    delfina.locator(".party__number", has_text="2").click()
    me.page.locator("[data-add] [name=people]").fill("4")
    me.page.locator("[data-add] [name=name]").fill("Rosa")
    me.page.locator("[data-add] button").click()
    me.says("4 saved on this phone")
    me.sees("7 of 10 here")
    me.sees("Walk-ups: 4")
    other.tick("Ana")
    other.tick("Delfina")
    other.row("Delfina").locator(".party__undo").click()
    other.says("All sent")
    other.sees("1 of 10 here")

    me.mend()
    me.says("All sent")
    # Delfina was taken back after two of hers were ticked off: what was said last holds, on both phones.
    me.sees("6 of 10 here")
    other.page.reload()
    other.sees("6 of 10 here")
    other.sees("Walk-ups: 4")
    assert me.row("Rosa").count() == other.row("Rosa").count() == 1
    assert "2 of 4" not in other.row("Delfina").inner_text()
    me.page.reload()
    me.sees("6 of 10 here")
    assert me.page.evaluate("Object.keys(localStorage).filter((key) => key.includes(':entry:'))") == []


def test_a_page_left_open_and_closed_again_loses_nothing(watch, link, running):
    me = watch(link)
    me.sees("0 of 10 here")
    me.cut()
    me.tick("Ana")
    me.says("1 saved on this phone")
    me.page.goto("about:blank")
    me.mend()
    me.page.goto(link)
    me.says("All sent")
    assert "1 of 10 here" in get(link).html


_KEPT_AT = """async () => {
  const copy = navigator.serviceWorker.controller && await caches.match(history.state.private);
  return copy ? /data-now=.(\\d+)/.exec(await copy.text())[1] : "";
}"""
"""When the copy that a phone keeps was made; nothing while there is none."""


def test_it_is_reloaded_without_a_network(watch, link):
    me = watch(link)
    me.sees("0 of 10 here")
    kept = until(lambda: me.page.evaluate(_KEPT_AT), "a copy of the page on the phone")
    me.cut()
    me.tick("Beatriz")
    me.page.reload()
    me.sees("2 of 10 here")
    assert me.page.locator("[data-marshal]").get_attribute("data-now") == kept
    me.tick("Ana")
    me.says("2 saved on this phone")
    me.mend()
    me.says("All sent")
    assert "3 of 10 here" in get(link).html


def test_names_of_links_that_are_over_go_whichever_is_opened_next(watch, link):
    me = watch(link)
    me.sees("0 of 10 here")
    me.page.wait_for_function(
        "async () => navigator.serviceWorker.controller && (await (await caches.open('marshal-pages')).keys()).length"
    )
    me.page.evaluate("""async () => {
        const pages = await caches.open("marshal-pages");
        await pages.put("/marshal/yesterdays", new Response(`<p data-ends="${Date.now() - 1000}">Rosa</p>`));
        await pages.put("/marshal/tomorrows", new Response(`<p data-ends="${Date.now() + 1000000}">Rosa</p>`));
        localStorage.setItem("marshal:yesterdays:roll", JSON.stringify({ ends: Date.now() - 1000, parties: "Rosa" }));
        localStorage.setItem("marshal:tomorrows:roll", JSON.stringify({ ends: Date.now() + 1000000, parties: "Rosa" }));
        localStorage.setItem("marshal:yesterdays:entry:1", JSON.stringify({ id: "1", at: 1, label: "Rosa" }));
    }""")
    me.page.reload()
    me.page.wait_for_function(
        "async () => (await (await caches.open('marshal-pages')).keys()).every(({ url }) => !url.endsWith('yesterdays'))"
    )
    urls = me.page.evaluate("async () => (await (await caches.open('marshal-pages')).keys()).map(({ url }) => url)")
    assert sorted(url.rpartition("/")[2] for url in urls) == sorted(["here", "tomorrows", link.rpartition("/")[2]])
    kept = me.page.evaluate("Object.keys(localStorage).filter((key) => !key.startsWith(`marshal:${document.querySelector('[data-marshal]').dataset.marshal}:`))")  # fmt: skip
    assert sorted(kept) == ["marshal:tomorrows:roll", "marshal:yesterdays:entry:1"], "what was tapped is never dropped"


def test_a_link_taken_back_shows_nothing_and_what_waits_goes_by_the_next_one(watch, running, slug, leg, new_link):
    me = watch(new_link())
    me.sees("0 of 10 here")
    me.cut()
    me.tick("Delfina")
    running.campaign("events", "marshal", slug, "--leg", leg, "--revoke")
    me.mend()
    me.page.wait_for_selector("text=This link was turned off")
    assert "Delfina" in me.page.locator("[data-kept]").inner_text()
    assert me.page.locator(".party").count() == 0
    assert "Beatriz" not in me.page.content()
    me.page.goto(new_link())
    me.says("All sent")
    me.sees("4 of 10 here")


def test_what_was_tapped_before_the_links_end_goes_when_it_is_opened_after(watch, running, link):
    me = watch(link)
    me.sees("0 of 10 here")
    me.cut()
    me.tick("Beatriz")
    me.page.goto("about:blank")
    over = _ending(running, link, datetime.now(UTC) + timedelta(seconds=2))
    until(lambda: get(over).status == 410, "the link's end")
    me.mend()
    me.page.goto(over)
    assert "has expired" in me.page.locator("h1").inner_text()
    assert "Beatriz" not in me.page.locator("main").inner_text()
    until(lambda: "2 of 10 here" in get(link).html, "what was tapped")


def test_a_page_left_open_past_its_links_end_hides_the_names_and_sends_what_was_tapped_before(watch, running, link):
    ends = datetime.now(UTC) + timedelta(seconds=12)
    me = watch(_ending(running, link, ends))
    me.sees("0 of 10 here")
    me.cut()
    me.tick("Beatriz")
    me.says("1 saved on this phone")
    me.says("has expired")
    assert me.page.locator(".party").count() == 0
    me.mend()
    me.page.wait_for_selector("h1:has-text('has expired')")
    until(lambda: "2 of 10 here" in get(link).html, "what was tapped")


@pytest.mark.parametrize("language", ["en", "ur"])
def test_without_javascript_by_plain_forms(watch, link, language):
    me = watch(f"{link}?lang={language}", has_script=False)
    assert me.page.locator("html").get_attribute("lang") == language
    me.page.locator("[name=find]").fill("delf")
    me.page.locator(".marshal__find button").click()
    assert me.page.locator(".party").count() == 1
    assert "delf" not in me.page.url
    delfina = me.row("Delfina")
    delfina.locator("summary").click()
    delfina.locator(".party__number", has_text="3").click()
    me.page.wait_for_url("**#party-*")
    assert me.page.locator(".party--here").count() == 1
    me.page.locator("[data-add] [name=people]").fill("2")
    me.page.locator("[data-add] button").click()
    me.page.wait_for_url("**#walk-ups")
    assert me.page.locator(".party--here").count() == 2
    me.row("Delfina").locator(".party__undo").click()
    until(lambda: me.page.locator(".party--here").count() == 1, "the mark to be taken back")
    assert me.width() <= 0


def _ending(running, link, at):
    """The same link, as it would be had it been made to end at another moment."""
    with Console(running.data, {"PATH": os.environ["PATH"]}).settings() as settings:
        installation = Secrets(settings)
        found = read_link(installation, link.rpartition("/")[2])
        return running.url + sign_link(installation, replace(found, ends_at=at))
