"""A person with a phone: 390 pixels wide, with or without JavaScript, and watchful.

What must never happen on any page is collected by the way and told at the end: words in the console, a request to
anybody else, a cookie, something inline, a page wider than the phone, an answer above 500.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.walks.running import Installation
from tests.walks.stand_in import PATIENCE_SECONDS, Mailbox

PHONE = {"width": 390, "height": 844}
_INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", re.IGNORECASE)
_DATA = re.compile(r'<script type="application/(?:ld\+)?json">')
"""Data blocks, which no browser runs."""
_SEEN = """() => {
  const root = document.documentElement, over = root.scrollWidth - root.clientWidth;
  return [root.lang, document.querySelectorAll("h1").length, root.outerHTML, over];
}"""
"""All of it by one question: locators bring a script of Playwright's into each page first, and pages are many."""


@dataclass
class Traveller:
    """One browser window. `mailbox` pages are looked at, too, but are not ours to judge."""

    context: Any
    running: Installation
    mailbox: Mailbox
    language: str
    has_script: bool
    faults: list[str] = field(default_factory=list)
    expected: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(PATIENCE_SECONDS * 1000)
        self.page = self.context.new_page()
        self.context.on("console", self._hear)
        self.context.on("weberror", lambda error: self.faults.append(f"script: {error.error}"))
        self.context.on("request", self._see_request)
        self.context.on("requestfailed", self._see_failure)
        self.context.on("response", self._see_response)

    def go(self, url: str, *, status: int = 200) -> None:
        """Open a page, by its path or its whole address, and look it over."""
        with self._expecting(status):
            answer = self.page.goto(url if "://" in url else self.running.url + url)
        assert answer.status == status, (url, answer.status)
        self.look()

    def press(self, selector: str, *, status: int = 200) -> None:
        """Press what leads to another page, and look that over."""
        with self._expecting(status), self.page.expect_navigation() as navigation:
            self.page.locator(selector).click()
        assert navigation.value.status == status, (self.page.url, navigation.value.status)
        self.look()

    def look(self) -> None:
        """Judge the page as it is now."""
        self.page.wait_for_load_state("load")
        if not self.page.url.startswith(self.running.url):
            return
        language, headings, html, over = self.page.evaluate(_SEEN)
        assert language == self.language, self.page.url
        assert headings == 1, self.page.url
        if found := _INLINE.search(_DATA.sub("", html)):
            self.faults.append(f"inline: {found[0]} on {self.page.url}")
        if over > 0:
            self.faults.append(f"wider than a phone: {self.page.url}")

    def heading(self) -> str:
        """Return the page's first heading."""
        return self.page.locator("h1").inner_text()

    def fill(self, **values: str) -> None:
        """Type into boxes by their names."""
        for name, value in values.items():
            self.page.locator(f"[name={name}]:visible").fill(value)

    def count(self, slug: str) -> int:
        """Return how many confirmed."""
        return int(self.context.request.get(f"{self.running.url}/campaigns/{slug}/count.json").json()["confirmed"])

    def end(self) -> None:
        """Close the window; everything seen by the way must have been right."""
        cookies = self.context.cookies()
        self.context.close()
        assert not self.faults, "\n".join(self.faults)
        assert not cookies, cookies

    def _expecting(self, status: int) -> "_Expecting":
        return _Expecting(self, status)

    def _hear(self, message: Any) -> None:
        # Chromium itself notes that a page was answered with an error status.
        own = re.match(r"Failed to load resource: the server responded with a status of (\d+)", message.text)
        if not (own and int(own[1]) in self.expected):
            self.faults.append(f"console: {message.type}: {message.text} on {self.page.url}")

    def _see_request(self, request: Any) -> None:
        ours = {urlsplit(self.running.url).netloc, urlsplit(self.mailbox.url).netloc}
        if urlsplit(request.url).netloc not in ours:
            self.faults.append(f"asks somebody else: {request.url}")

    def _see_failure(self, request: Any) -> None:
        # Going on before a picture is there cancels it.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"failed: {request.url}: {request.failure}")

    def _see_response(self, response: Any) -> None:
        if "set-cookie" in response.headers:
            self.faults.append(f"cookie: {response.url}")
        if response.status >= 400 and response.status not in self.expected:
            self.faults.append(f"{response.status}: {response.url}")


class _Expecting:
    """While a page is awaited that shall answer with an error status, its noise is none."""

    def __init__(self, traveller: Traveller, status: int) -> None:
        self.traveller, self.status = traveller, status

    def __enter__(self) -> None:
        if self.status >= 400:
            self.traveller.expected.add(self.status)

    def __exit__(self, *_: object) -> None:
        """Console words come late: the status stays expected."""
