"""What is seen on each page and state of a walk: told to the tests as plain values, and judged there.

A walk costs some seconds, so each is made once for a run, by the first process that needs it; others read its file.
"""

import fcntl
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.pages.way import Places, Way
from tests.tools.node import from_npm
from tests.walks.content import slug_of
from tests.walks.running import Installation

PHONE, DESK, NARROW = {"width": 390, "height": 844}, {"width": 1280, "height": 900}, {"width": 320, "height": 568}
Look = tuple[dict[str, int], str]
"""A window's size in pixels, and the scheme: light or dark."""

LOOKS: dict[str, list[Look]] = {
    "en": [(DESK, "dark")],
    "es": [(DESK, "light")],
    "ht": [(PHONE, "light")],
    "ur": [(PHONE, "dark")],
}
"""How axe looks at pages of a language: each page once in each language, and in each window in each scheme in one of
them; but not in all products of the three. How wide a page is, is looked at in these windows, and in each language at
320 pixels.
"""

PLAIN = "ur"
"""The language of the walk without JavaScript, at 320 pixels: it is read from right to left, in a wide face."""

_RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
_AXE = """async (rules) => {
  if (!window.axe) loadAxe();
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  return found.violations.flatMap((rule) => rule.nodes.map((node) =>
    `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary.replace(/\\s+/g, " ")}`));
}"""
_WIDER = """() => {
  const root = document.documentElement, over = root.scrollWidth - root.clientWidth;
  if (over <= 0) return "";
  const wide = [...document.querySelectorAll("main *, header *, footer *")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.right > root.clientWidth + 0.5 || box.left < -0.5;
  });
  return `${over}px, by ${wide.slice(-1).map((element) => `${element.localName}.${element.className}`)}`;
}"""
_WORDS = "() => [document.documentElement.lang, document.querySelectorAll('h1').length]"
_INLINE = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>|<style|\sstyle=|\son[a-z]+=\"|javascript:", re.IGNORECASE)
_DATA = re.compile(r'<script type="application/(?:ld\+)?json">')
_OWN_NOISE = re.compile(r"Failed to load resource: the server responded with a status of 4\d\d")


@dataclass
class Seen:
    """One state as it was seen. Lists hold faults in words; empty is good."""

    status: int
    url: str
    html: str
    language: str
    headings: int
    axe: list[str] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)
    noise: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)


@dataclass
class Evidence:
    """A whole walk. `states` by name; `unreached` and `cookies` as they were at its end."""

    states: dict[str, Seen]
    unreached: list[str]
    cookies: list[str]


def places(language: str) -> Places:
    """Return what the walk of a language visits: campaigns that no other test counts."""
    resting = {status: slug_of(status) for status in ("paused", "closed")}
    return Places(slug_of(f"pages-{language}"), slug_of("pages-bare"), "grocer", {**resting, "won": "trax-apparel"})


def gather(browser: Any, running: Installation, language: str, folder: Path, *, has_script: bool = True) -> Evidence:
    """Return what was seen on a walk; walk, unless another process of this run did.

    Args:
        has_script: without, nothing but widths, words and mark-up is looked at, at 320 pixels.
    """
    name = f"pages-{language}-{'script' if has_script else 'plain'}"
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        file = folder / f"{name}.json"
        if not file.exists():
            file.write_text(json.dumps(asdict(_walk(browser, running, language, has_script=has_script))))
    told = json.loads(file.read_text())
    return Evidence({state: Seen(**seen) for state, seen in told["states"].items()}, told["unreached"], told["cookies"])


def _walk(browser: Any, running: Installation, language: str, *, has_script: bool) -> Evidence:
    context = browser.new_context(locale=language, java_script_enabled=has_script, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    if has_script:
        carry_axe(context)
    noise: list[str] = []
    _listen(context, running, noise)
    way = Way(context.new_page(), running, language, places(language))
    eyes = Eyes(way.page, LOOKS[language] if has_script else [])
    states = {}
    for name, answer in way.states():
        if not way.page.url.startswith(running.url):
            continue
        seen = _see(way.page, answer)
        eyes.look_over(seen)
        seen.noise = noise.copy()
        noise.clear()
        states[name] = seen
    cookies = [str(cookie) for cookie in context.cookies() if cookie["domain"] in running.url]
    context.close()
    return Evidence(states, way.unreached, cookies)


class Eyes:
    """See how wide a page is at 320 pixels and in the windows of `looks`, and what axe finds there.

    From one page to the next nothing is turned: each comes up as the one before was left, in the first and in the last
    of all looks by turns. To turn a window or a scheme lays the whole page out anew.
    """

    def __init__(self, page: Any, looks: Sequence[Look]) -> None:
        self._page = page
        self._looks = [(NARROW, looks[0][1] if looks else "light"), *looks]
        self._size, self._scheme = self._looks[0]
        page.set_viewport_size(self._size)
        page.emulate_media(color_scheme=self._scheme)

    def look_over(self, seen: Seen) -> None:
        """Add to `seen` what is wrong with the page."""
        for size, scheme in self._looks:
            self._turn(size, scheme)
            seen.wide += _too_wide(self._page, size)
            if size is not NARROW:
                seen.axe += [f"{size['width']} {scheme}: {found}" for found in look(self._page)]
        self._looks.reverse()

    def _turn(self, size: dict[str, int], scheme: str) -> None:
        if size is not self._size:
            self._page.set_viewport_size(size)
        if scheme != self._scheme:
            self._page.emulate_media(color_scheme=scheme)
        self._size, self._scheme = size, scheme


def _see(page: Any, answer: Any) -> Seen:
    html = answer.body().decode()
    inline = [found[0] for found in _INLINE.finditer(html) if not _DATA.match(found[0])]
    language, headings = page.evaluate(_WORDS)
    return Seen(answer.status, page.url, html, language, headings, inline=inline)


def carry_axe(context: Any) -> None:
    """Have every page of a browser's context carry axe, which costs nothing until it is asked.

    To send it to each page that is looked at took as long as half a look.
    """
    context.add_init_script(f"window.loadAxe = () => {{ {from_npm('axe-core/axe.min.js').read_text()} }};")


def look(page: Any) -> list[str]:
    """Return what axe, which the page carries, finds wrong."""
    found: list[str] = page.evaluate(_AXE, _RULES)
    return found


def _too_wide(page: Any, viewport: dict[str, int]) -> list[str]:
    found = page.evaluate(_WIDER)
    return [f"{viewport['width']}: {found}"] if found else []


def _listen(context: Any, running: Installation, noise: list[str]) -> None:
    """Note every word in the console, every request to somebody else, and every cookie."""
    ours = {urlsplit(running.url).netloc, urlsplit(running.mailbox).netloc}

    def hear(message: Any) -> None:
        if not _OWN_NOISE.match(message.text) and message.page.url.startswith(running.url):
            noise.append(f"console: {message.type}: {message.text}")

    def see(answer: Any) -> None:
        if urlsplit(answer.url).netloc in ours and "set-cookie" in answer.headers:
            noise.append(f"cookie: {answer.url}")
        asked = answer.request  # a page asked for by way of a service worker is asked for by that, too
        if answer.status >= 400 and not asked.is_navigation_request() and not asked.service_worker:
            noise.append(f"{answer.status}: {answer.url}")

    def ask(request: Any) -> None:
        if urlsplit(request.url).netloc not in ours:
            noise.append(f"asks somebody else: {request.url}")

    context.on("console", hear)
    context.on("weberror", lambda error: noise.append(f"script: {error.error}"))
    context.on("response", see)
    context.on("request", ask)
