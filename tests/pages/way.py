"""The way past every page and state there is, for those that look: at boxes, contrasts, mark-up, or by eye.

A `Way` is walked once for each language. It yields each state's name with the browser standing on it, and the answer
that brought it there; whoever walks looks, and may change the window's size and scheme, but nothing on the page.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.events.manyplaces import SLUG
from tests.pages.crowds import spend_limits
from tests.pages.links import older, unsubscribe_link, unvisited
from tests.walks.curl import get, post
from tests.walks.running import Installation
from tests.walks.stand_in import Mailbox, link_in
from tests.walks.steps import ANA, own_link

OPEN_FORMS = "for (const form of document.forms) form.noValidate = true"
"""The browser's own checks stand before ours; what ours say is what is looked at."""

_WRONG_NUMBER = """() => {
  const form = document.querySelector("[data-add]"), step = document.createElement("input");
  Object.assign(step, {type: "hidden", name: "step", value: "walk-up"});
  form.append(step);
  form.elements.people.value = "0";
  form.submit();
}"""

_LINKS = "() => [...document.querySelectorAll('a[href]')].map((link) => link.href)"
"""Asked without a selector of Playwright's, which brings a script of its own into each page first."""

_FILL = """(values) => {
  for (const [name, value] of Object.entries(values)) {
    const box = [...document.querySelectorAll(`[name=${name}]`)].find((one) => one.checkVisibility());
    if (!box) continue;
    box.focus();
    box.value = value;
    for (const event of ["input", "change"]) box.dispatchEvent(new Event(event, {bubbles: true}));
  }
}"""

_PLEDGE = "form[data-action-kind=pledge]"
_LETTER = "form[data-action-kind=letter]"
_RSVP = "form[data-action-kind=rsvp]"
_CONNECT = "form[data-action-kind=subscription]"
_TOO_LARGE = 300 * 1024

EXPECTED = {
    "letter-mistakes": 422,
    "letter-to-closed": 409,
    "mistakes": 422,
    "rsvp-mistakes": 422,
    "rsvp-place-mistakes": 422,
    "mistakes-high-safety": 422,
    "my-mistakes": 422,
    "stay-connected-mistakes": 422,
    "link-expired": 410,
    "marshal-mistakes": 422,
    "marshal-revoked": 410,
    "link-gone": 410,
    "error-404": 404,
    "error-409": 409,
    "error-413": 413,
    "error-429": 429,
}
"""Statuses of states that are not answered by 200."""

State = tuple[str, Any]
"""A state's name, and the answer (a Playwright response) that the page came with."""


@dataclass(frozen=True)
class Places:
    """Slugs of what is visited: a campaign to sign, one without art, one of high safety, resting ones, a company,
    an organization.
    """

    campaign: str
    bare: str
    company: str
    resting: dict[str, str]
    safe: str = "justice-for-shahidul"
    march: str = "build-a-new-world"
    action_day: str = "hannaford-day-of-action"
    many: str = SLUG
    organization: str = "ciw"


@dataclass
class Way:
    """One walk with one page of a browser. `unreached` says what could not be shown, and why."""

    page: Any
    running: Installation
    language: str
    places: Places
    unreached: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.mailbox = Mailbox(self.running.mailbox)
        self.address = f"ana.{self.language}.{time.time_ns()}@pages.example"
        self._links: set[str] = set()

    def states(self) -> Iterator[State]:
        """Go past all states; where one cannot be reached, its part of the way is left and the next begun."""
        parts = (self._public, self.signing, self._letters, self._mine, self._connected, self._events, self._marshals)
        for part in (*parts, self._mistakes, self._old_links, self._errors, self._the_rest):
            try:
                for name, answer in part():
                    self._note_links()
                    yield name, answer
            except Exception as error:  # noqa: BLE001 - whatever it was, it is told
                self.unreached.append(f"{part.__name__.strip('_')} at {self.page.url}: {str(error)[:600]}")

    def _public(self) -> Iterator[State]:
        yield "home", self.go("/")
        yield "campaign", self.go(f"/campaigns/{self.places.campaign}")
        for status, slug in self.places.resting.items():
            yield f"campaign-{status}", self.go(f"/campaigns/{slug}")
        yield "campaign-without-art", self.go(f"/campaigns/{self.places.bare}")
        yield "campaign-high-safety", self.go(f"/campaigns/{self.places.safe}")
        yield "company", self.go(f"/companies/{self.places.company}")
        yield "campaigns", self.go("/campaigns")
        yield "organization", self.go(f"/organizations/{self.places.organization}")
        yield "about", self.go("/about")
        for paper in ("flyer", "petition-sheet"):
            yield paper, self.go(f"/campaigns/{self.places.campaign}/{paper}")

    def signing(self) -> Iterator[State]:
        """From the form to the steps after one's number."""
        self.go(f"/campaigns/{self.places.campaign}")
        self.fill(**ANA, email=self.address)
        yield "check-your-mail", self.press(f"{_PLEDGE} button:not([type=button])")
        (mail,) = self.mailbox.wait_for(self.address)
        yield "mail", self.page.goto(f"{self.mailbox.url}/messages/{mail['id']}/html")
        yield "confirm", self.page.goto(link_in(mail, "confirm"))
        yield "confirmed", self.press("main form[action*='/confirm/'] button")
        arrived = self.page.url
        for number in range(2, 7):
            onward = self.page.locator("main a[href*='step=']").last
            if not onward.count():
                break
            href = onward.get_attribute("href")
            yield f"confirmed-step-{number}", self.page.goto(self._whole(href))
        self.page.goto(arrived)

    def _letters(self) -> Iterator[State]:
        letter = f"/campaigns/{self.places.campaign}/letter"
        yield "letter", self.go(letter)
        self.page.evaluate(OPEN_FORMS)
        yield "letter-mistakes", self.press(f"{_LETTER} [name=step][value=preview]")
        self.fill(
            **ANA, email=self.address, personal="I have shopped with you for eleven years.\nMy mother picked tomatoes."
        )
        yield "preview", self.press(f"{_LETTER} [name=step][value=preview]")
        yield "letters-sent", self.press(f"{_LETTER} [name=step][value=send]")
        self.mailbox.wait_for(self.address, 2)  # it may be on its way still, and would be taken for a later one
        yield "letter-to-closed", self.go(f"/campaigns/{self.places.resting['closed']}/letter")

    def _mine(self) -> Iterator[State]:
        yield "my-ask", self.go("/my")
        self.page.locator("main [name=email]").fill(self.address)
        before = len(self.mailbox.to(self.address))
        yield "my-sent", self.press("main form button")
        mail = self.mailbox.wait_for(self.address, before + 1)[0]
        yield "my", self.page.goto(link_in(mail, "my"))
        yield "my-withdraw", self.press("main a[href*='/withdraw/']")
        yield "my-withdrawn", self.press(".ask-first form button")
        yield "my-erase", self.press("main a[href*='/erase']")
        yield "my-erased", self.go("/my/erased")  # by itself: the walk's own address is asked for again
        yield "unsubscribe", self.page.goto(unsubscribe_link(self.running, self.address))
        yield "unsubscribed", self.press("main form button")

    def _connected(self) -> Iterator[State]:
        """Subscribing: to one of all organizations, with none chosen first; and the form of a single one."""
        yield "stay-connected", self.go("/stay-connected")
        self.page.evaluate(OPEN_FORMS)
        yield "stay-connected-mistakes", self.press(f"{_CONNECT} button")
        address = f"connected.{self.address}"
        self.fill(email=address)
        self.page.locator(f"{_CONNECT} [name=organization]").first.check()
        yield "stay-connected-check-your-mail", self.press(f"{_CONNECT} button")
        (mail,) = self.mailbox.wait_for(address)
        yield "stay-connected-confirm", self.page.goto(link_in(mail, "confirm"))
        yield "stay-connected-confirmed", self.press("main form[action*='/confirm/'] button")
        yield "stay-connected-with-one", self.go(f"/stay-connected?organization={self.places.organization}")

    def _events(self) -> Iterator[State]:
        """The list, a day of action, a march; from the march's form to one's own place on it."""
        yield "events", self.go("/events")
        yield "events-past", self.go("/events?past=yes")
        yield from self._day_of_action()
        yield "event", self.go(f"/events/{self.places.march}")
        self.page.evaluate(OPEN_FORMS)
        yield "rsvp-mistakes", self.press(f"{_RSVP} button:not([type=button])")
        address = f"march.{self.address}"
        self.page.locator(f"{_RSVP} [name=part][value=all]").check()
        self.fill(**ANA, email=address, guests="2")
        yield "rsvp-check-your-mail", self.press(f"{_RSVP} button:not([type=button])")
        (mail,) = self.mailbox.wait_for(address)
        yield "rsvp-mail", self.page.goto(f"{self.mailbox.url}/messages/{mail['id']}/html")
        yield "rsvp-confirm", self.page.goto(link_in(mail, "confirm"))
        yield "rsvp-confirmed", self.press("main form[action*='/confirm/'] button")
        link = link_in(mail, "confirm")
        yield "rsvp-mine", self._own_place(link)
        yield "rsvp-asks-for-a-day", self.press("main a[href*='ask=drop']")
        self._own_place(link)
        self.page.locator("main form [name=legs]:checked").first.uncheck()
        yield "rsvp-asks-for-a-change", self.press("main button[value=change]")
        yield "rsvp-asks-first", self.page.goto(f"{own_link(link)}?ask=cancel")
        yield "rsvp-canceled", self.press("main button[name=sure]")

    def _day_of_action(self) -> Iterator[State]:
        """Its places near a postal code; then four hundred of them, and the form of the nearest."""
        yield "event-places", self.go(f"/events/{self.places.action_day}")
        self.fill(near="05401")
        yield "event-places-near", self.press(".finder button")
        yield "event-places-unknown", self.go(f"/events/{self.places.action_day}?near=99999")
        yield "event-many-places", self.go(f"/events/{self.places.many}")
        self.fill(near="34142")
        yield "event-many-places-near", self.press(".finder button")
        yield "rsvp-place", self.press(".place a[href*='place=']")
        self.page.evaluate(OPEN_FORMS)
        yield "rsvp-place-mistakes", self.press(f"{_RSVP} button:not([type=button])")

        address = f"place.{self.address}"
        self.page.locator(f"{_RSVP} [name=legs]").first.check()
        self.fill(**ANA, email=address)
        self.press(f"{_RSVP} button:not([type=button])")
        link = link_in(self.mailbox.wait_for(address)[0], "confirm")
        self.page.goto(link)
        self.press("main form[action*='/confirm/'] button")
        answer = self._own_place(link)
        self.page.locator("#others > summary").click()
        yield "rsvp-mine-of-many-places", answer
        self.fill(near="10001")
        yield "rsvp-mine-other-places", self.press(".finder button")

    def _own_place(self, link: str) -> Any:
        """Open the page where somebody's own RSVP is changed: by the mailed link, pressed already."""
        return self.page.goto(own_link(link))

    def _marshals(self) -> Iterator[State]:
        """A leg's marshal: the names, somebody ticked off, a wrong number; and a link that was taken back."""
        link = self._marshals_link("1")
        yield "marshal", self.page.goto(link)
        here = self.page.locator(".party--here").count()
        self.page.locator(".party__all:visible").first.click()
        self.page.locator(".party--here").nth(here).wait_for()  # without a script: on the page that answers
        yield "marshal-here", self.page.goto(link)
        with self.page.expect_navigation() as answer:
            self.page.evaluate(_WRONG_NUMBER)  # pressed, it would not leave the page
        yield "marshal-mistakes", answer.value
        link = self._marshals_link("5")
        self.running.campaign("events", "marshal", self.places.march, "--leg", "5", "--revoke")
        yield "marshal-revoked", self.page.goto(link)

    def _marshals_link(self, leg: str) -> str:
        return self.running.campaign("events", "marshal", self.places.march, "--leg", leg).strip()

    def _mistakes(self) -> Iterator[State]:
        for name, slug in (("mistakes", self.places.campaign), ("mistakes-high-safety", self.places.safe)):
            self.go(f"/campaigns/{slug}")
            self.page.evaluate(OPEN_FORMS)
            self.page.locator("[name=email]:visible").first.fill("ana@nowhere")
            yield name, self.press(f"{_PLEDGE} button:not([type=button])")
        self.go("/my")
        self.page.evaluate(OPEN_FORMS)
        yield "my-mistakes", self.press("main form button")

    def _old_links(self) -> Iterator[State]:
        address = f"old.{self.address}"
        self.sign(address)
        (mail,) = self.mailbox.wait_for(address)
        yield "link-expired", self.page.goto(older(self.running, link_in(mail, "confirm")))
        yield "not-me", self.page.goto(link_in(mail, "not-me"))
        yield "not-me-done", self.press("main form button")
        yield "link-gone", self.page.goto(link_in(mail, "confirm"))

    def _errors(self) -> Iterator[State]:
        campaign = f"/campaigns/{self.places.campaign}"
        yield "error-404", self.go("/campaigns/none")
        self.go(campaign)
        self.fill(**ANA, email=self.address)
        self._lead_form_to(f"/campaigns/{self.places.resting['paused']}/pledge")
        yield "error-409", self.press(f"{_PLEDGE} button:not([type=button])")
        self.go(campaign)
        self.fill(**ANA, email=self.address)
        self.page.evaluate(f"document.querySelector('{_PLEDGE} [name=given_name]').value = 'x'.repeat({_TOO_LARGE})")
        self.page.evaluate(OPEN_FORMS)
        yield "error-413", self.press(f"{_PLEDGE} button:not([type=button])")
        yield "error-429", self._refused(campaign)

    def _refused(self, campaign: str) -> Any:
        """Sign as one of too many of one network, which nobody else here belongs to."""
        ip = f"2001:db8:{time.time_ns() >> 32 & 0xFFFF:x}:{time.time_ns() >> 16 & 0xFFFF:x}::1"
        spend_limits(self.running, ip)
        self.go(campaign)
        self.fill(**ANA, email=self.address)
        self.page.set_extra_http_headers({"X-Forwarded-For": ip})
        try:
            return self.press(f"{_PLEDGE} button:not([type=button])")
        finally:
            self.page.set_extra_http_headers({})

    def _the_rest(self) -> Iterator[State]:
        """Whatever else the pages lead to: small print, styleguide."""
        visited = {"/", "/my", "/events", f"/events/{self.places.march}"}
        visited |= {f"/campaigns/{self.places.campaign}", f"/companies/{self.places.company}", "/campaigns", "/about"}
        visited |= {f"/campaigns/{self.places.campaign}/{paper}" for paper in ("flyer", "petition-sheet")}
        visited |= {"/stay-connected", f"/organizations/{self.places.organization}"}
        for path in unvisited(self._links, visited):
            yield path.strip("/").replace("/", "-"), self.go(path)
        answer = self.page.goto(f"{self.running.url}/styleguide")
        if answer.status == 200:
            yield "styleguide", answer

    def go(self, path: str) -> Any:
        """Open a page in the walk's language."""
        prefix = "" if self.language == "en" else f"/{self.language}"
        return self.page.goto(f"{self.running.url}{prefix}{path}")

    def press(self, selector: str) -> Any:
        """Press what leads to another page; return that page's answer."""
        with self.page.expect_response(self._is_page) as answer:
            self.page.locator(selector).first.click()
        self.page.wait_for_load_state("load")
        return answer.value

    def fill(self, **values: str) -> None:
        """Fill boxes by their names, where they are seen. All by one question: how one types, people's walks show."""
        self.page.evaluate(_FILL, values)

    def sign(self, address: str) -> None:
        """Sign without the browser."""
        page = get(f"{self.running.url}/campaigns/{self.places.campaign}", self.language)
        form = page.form("pledge")
        post(page, form, form.filled(**ANA, email=address, comment="", language=self.language))

    def _is_page(self, answer: Any) -> bool:
        request = answer.request
        is_main = request.is_navigation_request() and request.frame == self.page.main_frame
        return is_main and answer.status not in (301, 302, 303)

    def _lead_form_to(self, path: str) -> None:
        self.page.evaluate(f"document.querySelector('{_PLEDGE}').action = '{path}'")

    def _whole(self, href: str | None) -> str:
        return href if href and "://" in href else f"{self.running.url}{href}"

    def _note_links(self) -> None:
        """Keep what our own pages lead to, as far as it is ours."""
        ours = self.running.url + "/"
        if self.page.url.startswith(ours):
            links = self.page.evaluate(_LINKS)
            self._links.update(link for link in links if link.startswith(ours))
