"""The way past the organizers' pages, for those that look: at boxes, contrasts, mark-up, or by eye.

A `Desk` signs in as an owner, leaves something in each room, so that no page is empty, and follows the links from page to
page: the first page of each address of the application's map is a state. An address that takes a page but to which no
link leads is found by its absence: it is told, unless it is named here with how one comes to it.
"""

import base64
import re
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule

from campaign.app import create_app
from campaign.kernel.settings import read_settings
from tests.actions.stage import environ_of
from tests.media import files
from tests.organize.authenticator import Authenticator
from tests.pages.way import State
from tests.walks.running import Installation

LANGUAGES = ("en", "es")
"""Organizers' pages are in these."""

WITHOUT_A_PAGE = {
    "organize.find": "JSON, for the palette",
    "organize.home": "leads on",
    "organize.link": "walked past on the way in",
    "organize.factor": "for whoever lacks a second factor",
    "organize.factor_options": "JSON",
    "organize.new_passkey_options": "JSON",
    "organize.passkey_options": "JSON",
    "organize.prove_options": "JSON",
    "organize.second_factor": "for whoever lacks the one that their organization demands",
    "organize.ask_remove_app": "for whoever has one",
}
"""Addresses that answer with no page, or with none to who walks here, and why."""

UNLINKED = {
    "organize.choose": "/organize/choose",
    "organize.prove": "/organize/account/prove",
    "organize.ask_end_sessions": "/organize/account/devices/end",
    "organize.search": "/organize/{organization}/search?q=a",
    "organize.second_step": "/organize/{organization}/settings/second-step",
}
"""Pages that one comes to by other ways than a link: by being signed out, by a script, from another device."""

MISTAKES = (
    "organize.invite",
    "organize.new_question",
    "organize.new_company",
    "organize.new_update",
    "organize.settings",
    "organize.texts",
    "organize.pictures",
    "organize.documents",
    "organize.victory",
    "organize.account",
    "organize_events.new",
    "organize_events.add_place",
)
"""Pages whose form is sent with nothing in it, too: what is wrong stands beside its box, and the answer is 422."""

_EMPTY = """(action) => {
  const form = [...document.querySelectorAll("main form")].find((one) => new URL(one.action).pathname === action);
  form.noValidate = true;
  for (const box of form.elements) {
    if (box.matches("textarea, input:not([type=hidden], [type=submit], [type=radio], [type=checkbox], [type=file])")) box.value = "";
  }
  const press = form.querySelector("button[type=submit], button:not([type])");
  form.requestSubmit(press);
}"""
_POST = """async ([path, values, file]) => {
  const form = new FormData();
  for (const [name, value] of values) form.append(name, value);
  if (file) form.append("file", new Blob([Uint8Array.from(atob(file[1]), (one) => one.charCodeAt(0))]), file[0]);
  form.append("csrf", document.querySelector("[name=csrf]").value);
  const answer = await fetch(path, {method: "POST", body: file ? form : new URLSearchParams(form)});
  return [answer.status, answer.url, answer.ok ? "" : await answer.text()];
}"""
_LINKS = "() => [...document.querySelectorAll('a[href]')].map((link) => link.href)"

_QUESTION = {
    "kind": "pledge",
    "sort": "one",
    "label-en": "Where do you shop?",
    "label-es": "¿Dónde compra usted?",
    "purpose-en": "So we know which stores to visit.",
    "purpose-es": "Para saber qué tiendas visitar.",
    "option-0-en": "Wendy’s",
    "option-0-es": "Wendy’s",
    "option-1-en": "Kroger",
    "option-1-es": "Kroger",
}
_NEWS = {
    "title-en": "We march on Saturday",
    "title-es": "Marchamos el sábado",
    "body-en": "Meet us at **ten** at the gate.",
    "body-es": "Nos vemos a las **diez** en la puerta.",
}
_COMPANY = {"country": "US", "timezone": "America/New_York", "office-0": "Chief Executive Officer"}
_ALT = {"alt-en": "Workers march in the rain.", "alt-es": "Trabajadores marchan bajo la lluvia."}


@cache
def url_map() -> Map:
    """Return the addresses that the application answers."""
    return create_app(read_settings(environ_of("postgresql://127.0.0.1/none", "redis://127.0.0.1:9/0"))).url_map


def pages() -> Iterable[Rule]:
    """Return the organizers' addresses that are read."""
    return [rule for rule in url_map().iter_rules() if rule.rule.startswith("/organize") and "GET" in rule.methods]


@dataclass
class Desk:
    """One walk with one page of a browser, on behalf of one organization.

    Args:
        campaign: an open campaign of theirs, in which something is left in each room.
        company: one that the organization is given the care of.
        others: what leads to more than the first page of its kind does, below the organization's first page: campaigns in
            other states, a march.
    """

    page: Any
    running: Installation
    language: str
    organization: str
    campaign: str
    company: str
    others: Iterable[str] = ()
    unreached: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.address = f"walk.{self.language}.{time.time_ns()}@pages.example"
        self._addresses = url_map().bind(urlsplit(self.running.url).netloc)
        self._queue: deque[str] = deque()
        self._seen: set[str] = set()

    @property
    def home(self) -> str:
        """The first page of the organization."""
        return f"/organize/{self.organization}"

    @property
    def room(self) -> str:
        """The campaign in which things are left."""
        return f"{self.home}/campaigns/{self.campaign}"

    def states(self) -> Iterator[State]:
        """Go past all pages; what cannot be reached is told at the end."""
        yield "sign-in", self.go("/organize/sign-in")
        yield from self._mistake("organize.sign_in", "/organize/sign-in")
        yield from self._ask_for_link()
        yield "link", self._come_to_link()
        self._enter()
        self._leave_something()
        yield from self._follow()
        missing = {rule.endpoint for rule in pages()} - self._seen - WITHOUT_A_PAGE.keys()
        self.unreached += [f"{endpoint}: no link leads there" for endpoint in sorted(missing)]

    def go(self, path: str) -> Any:
        """Open a page; return its answer."""
        return self.page.goto(path if "://" in path else self.running.url + path)

    def _ask_for_link(self) -> Iterator[State]:
        self.go("/organize/sign-in")
        self.page.locator("[name=email]").fill(self.address)
        yield "sent", self._press()
        self.page.locator("[name=code]").fill("1234 5678")
        yield "sent mistakes", self._press()
        self._seen |= {"organize.sign_in", "organize.sent"}

    def _press(self) -> Any:
        with self.page.expect_navigation() as navigation:
            self.page.locator("main button[type=submit]").first.click()
        return navigation.value

    def _come_to_link(self) -> Any:
        made = self.running.campaign("organizer", "add", self.address, "--organization", self.organization, "--owner")
        return self.go(made.split()[0])

    def _enter(self) -> None:
        self._press()
        self.post("/organize/account", {"name": "Lucía Benítez", "language": self.language})

    def post(self, path: str, values: Mapping[str, str], file: tuple[str, bytes] | None = None) -> str:
        """Send a form from the present page; return where it led."""
        sent = (file[0], base64.b64encode(file[1]).decode()) if file else None
        status, url, words = self.page.evaluate(_POST, [path, list(values.items()), sent])
        said = " ".join(re.sub(r"<script.*?</script>|<[^>]+>", " ", words, flags=re.DOTALL).split())
        assert status == 200, f"{path}: {status}: {said[:2000]}"
        return str(url)

    def _upload(self, room: str, values: Mapping[str, str], file: tuple[str, bytes]) -> None:
        self.go(f"{self.room}/{room}")
        action = self.page.evaluate("() => document.querySelector('form[enctype]').getAttribute('action')")
        self.post(action, values, file)

    def _leave_something(self) -> None:
        number = str(time.time_ns())
        told = {name: f"{words}, {number[-4:]}" if "title" in name else words for name, words in _NEWS.items()}
        self.go(self.home)
        self.post(f"{self.room}/form/new", _QUESTION)
        self.post(f"{self.room}/updates/new", {**told, "do": "save"})
        self.post(f"{self.room}/updates/new", {**told, "do": "publish"})
        self.post(f"{self.room}/notes", {"notes": "Call the pastor before Friday."})
        invited = {"email": f"eva.{number}@pages.example", "role": "editor", "language": self.language}
        self.post(f"{self.home}/team/invite", invited)
        office = {"address-0": f"ceo@grocer-{number}.example", "source-0": "Annual report"}
        self.post(
            f"{self.home}/companies/new", {"name": "Corner Grocer", "slug": f"grocer-{number}", **_COMPANY, **office}
        )
        self.running.campaign("companies", "care", "give", self.company, self.organization)
        self._add_passkey()
        self._upload("pictures", {**_ALT, "place": "story"}, ("march.jpg", files.picture()))
        self._upload("documents", {"title-en": "The report", "title-es": "El informe"}, ("report.pdf", files.pdf()))

    def _add_passkey(self) -> None:
        options = self.page.evaluate("async () => (await fetch('/organize/account/passkeys/options')).json()")
        key = Authenticator(origin=self.running.url, host=urlsplit(self.running.url).hostname)
        self.post("/organize/account/passkeys/new", {"name": "Work laptop", "credential": key.create(options)})

    def _follow(self) -> Iterator[State]:
        self._queue += [self.home, self.room, *(f"{self.home}/{path}" for path in self.others)]
        self._queue += [f"{self.home}/companies/{self.company}"]
        self._queue += [path.format(organization=self.organization) for path in UNLINKED.values() if path]
        overviews = set(self._queue)
        while self._queue:
            path = self._queue.popleft()
            endpoint = self.endpoint_of(path)
            if endpoint is None or (endpoint in self._seen and path not in overviews):
                continue
            overviews.discard(path)
            is_first = endpoint not in self._seen
            self._seen.add(endpoint)
            answer = self.go(path)
            links = self.page.evaluate(_LINKS)
            self._queue += [_path_of(link) for link in links if link.startswith(f"{self.running.url}/organize")]
            yield (endpoint if is_first else f"{endpoint} {path.rpartition('/')[2]}"), answer
            if is_first and endpoint in MISTAKES:
                yield from self._mistake(endpoint, path)

    def _mistake(self, endpoint: str, path: str) -> Iterator[State]:
        action = self.page.evaluate(
            "(path) => { const all = [...document.querySelectorAll('main form')].map((one) => new URL(one.action).pathname);"
            " return all.find((one) => one === path) ?? all[0]; }",
            urlsplit(path).path,
        )
        with self.page.expect_navigation() as navigation:
            self.page.evaluate(_EMPTY, action)
        yield f"{endpoint} mistakes", navigation.value

    def endpoint_of(self, path: str) -> str | None:
        """Return the endpoint that a path of ours leads to; None where it is no page of an organizer's."""
        found = urlsplit(path)
        if dict(parse_qsl(found.query)).keys() & {"done"} or found.path.count("/organize/") > 1:
            return None
        try:
            endpoint, _values = self._addresses.match(found.path, method="GET")
        except HTTPException:
            return None
        return None if endpoint in WITHOUT_A_PAGE else str(endpoint)


def _path_of(link: str) -> str:
    found = urlsplit(link)
    return f"{found.path}?{found.query}" if found.query else found.path
