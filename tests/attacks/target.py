"""What is attacked: `campaign up --demo` in a folder of its own, limits off, and somebody who signs, writes and comes."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cached_property
from urllib.parse import urlencode, urlsplit

from campaign.embedded.children import spawn
from campaign.mail_stand_in.messages import Call, Message, messages_of
from tests.attacks.asking import FORM, Answer, Site
from tests.attacks.forms import Form, Map, read, walk
from tests.chaos import installation
from tests.chaos.waiting import until
from tests.dates.moving import moved_clock

OPEN, HIGH_SAFETY = "fair-food", "justice-for-shahidul"
_MAIL_SECONDS = 60.0
_LINK = re.compile(r"https?://[^/\s]+(/[^\s<>\"']+)")
PERSON = {
    "language": "en", "given_name": "Ana", "family_name": "Ruiz", "email": "ana@example.org", "postal_code": "34142",
    "country": "US", "personal": "Please sign.",
}  # fmt: skip


class Target(installation.Installation):
    """The installation under attack. Enter it to start it; leaving it ends whatever runs and removes its folder."""

    def __init__(self) -> None:
        super().__init__("", queue_workers=1)
        self.site = Site(installation.HOST, self.port)

    def start(self) -> None:
        """Run `campaign up --demo` and wait until it serves and all its workers run."""
        command = [sys.executable, "-m", "campaign.cli", "up", "--demo", "--data", str(self.data)]
        with self.log.open("ab") as log:
            self._supervisor = spawn(
                [*command, "--port", str(self.port), "--web-workers", "2"],
                environ=self.environ(),
                folder=installation.CHECKOUT,
                log=log,
            )
        until(self._is_up, "campaign up --demo serves, and its workers run", installation.START_SECONDS)

    def environ(self) -> dict[str, str]:
        """Return the operator's environment: `--demo` makes the rest."""
        ours = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        return ours | moved_clock() | {"CAMPAIGN_DATA": str(self.data), "LIMITS": "off"}

    # Mail

    def mails(self) -> Iterator[Message]:
        """Return what the stand-in took so far, oldest first."""
        journal = self.data / "mailbox/mail.jsonl"
        for line in journal.read_text().splitlines() if journal.exists() else ():
            record = json.loads(line)
            if record.get("record") == "call":
                yield from messages_of(Call(record["id"], datetime.now(UTC), record["body"]))

    def link(self, address: str, room: str) -> str:
        """Wait for a mail to `address` with a link to `room`; return the link's path."""

        def newest() -> str:
            texts = [mail.text for mail in self.mails() if mail.to.email == address]
            links = [path for text in texts for path in _LINK.findall(text) if path.startswith(f"/{room}/")]
            return links[-1] if links else ""

        return until(newest, f"a mail to {address} with a link to /{room}", _MAIL_SECONDS, poll_seconds=0.1)

    # People

    def sign(self, door: str, **values: str) -> Answer:
        """Fill in and send the form at a door (`/campaigns/fair-food/pledge`) as somebody would."""
        return self.post(self.form_at(door), values)

    def form_at(self, door: str) -> Form:
        """Return the form that posts to `door`, with what its page has filled in."""
        answer = self.site("GET", door)
        (form, *_) = [one for one in read(door, answer.body)[1] if _leads_to(one, door)]
        return form

    def pledge_forms(self) -> list[Form]:
        """Return the pledge's form of each campaign that the home page shows and that takes pledges."""
        home = self.site("GET", "/").body.decode()
        doors = [f"{path}/pledge" for path in dict.fromkeys(re.findall(r'href="(/campaigns/[\w-]+)"', home))]
        return [form for door in doors for form in read(door, self.site("GET", door).body)[1] if _leads_to(form, door)]

    def post(self, form: Form, values: Mapping[str, str]) -> Answer:
        """Send a form as somebody would who typed `values`."""
        fields = {name: PERSON.get(name, value) for name, value in form.fields.items() if name != "fax_number"}
        return self.site("POST", form.action, [FORM], urlencode({**fields, **values}).encode())

    @cached_property
    def map(self) -> Map:
        """Every shared page, form and query: of the public pages, and of pages behind somebody's links. Walked once."""
        return walk(self.site, ["/", "/events", "/my", "/es/", "/ur/", *self.personal_pages()])

    def personal_pages(self) -> list[str]:
        """Let somebody sign, write and come; return the pages behind their links."""
        email = "walker@example.org"
        thanks = self.sign(f"/campaigns/{OPEN}/pledge", email=email).header("Location")
        pledge = self.link(email, "confirm")
        not_me = self.link(email, "not-me")
        waiting = "waiting@example.org"
        self.sign(f"/campaigns/{OPEN}/pledge", email=waiting)
        pages = [_path(thanks), not_me, self.link(waiting, "confirm")]
        thanks = _path(self.site("POST", pledge, [FORM]).header("Location"))
        token = thanks.partition("?")[2]
        pages += [thanks, f"/campaigns/{OPEN}/letter?{token}"]
        self.sign("/my", email=email)
        pages.append(self.link(email, "my"))
        pages += self._coming(email)
        said = self.command("events", "marshal", "build-a-new-world", "--leg", "1")
        pages += [path for path in _LINK.findall(said) if path.startswith("/marshal/")]
        return pages

    def command(self, *arguments: str) -> str:
        """Run an operator's command; return what it said."""
        command = [sys.executable, "-m", "campaign.cli", *arguments, "--data", str(self.data)]
        environ, folder = self.environ(), installation.CHECKOUT
        done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=True, timeout=60)
        return done.stdout

    def _coming(self, email: str) -> list[str]:
        listed = re.findall(rb'href="(/events/[\w-]+)"', self.site("GET", "/events").body)
        for event in dict.fromkeys(path.decode() for path in listed):
            page = self.site("GET", f"{event}/rsvp")
            forms = [form for form in read(f"{event}/rsvp", page.body)[1] if _leads_to(form, f"{event}/rsvp")]
            if page.status == 200 and forms and self.post(forms[0], {"email": email}).status == 303:
                until(lambda: self._confirmed(email), "the RSVP's mail", _MAIL_SECONDS, poll_seconds=0.2)
                return [f"{event}/rsvp", self.link(email, "rsvp")]
        return []

    def _confirmed(self, email: str) -> bool:
        answer = self.site("POST", self.link(email, "confirm"), [FORM])
        return any("/rsvp/" in mail.text for mail in self.mails() if mail.to.email == email) or answer.status == 0

    # What the servers said

    def logs(self) -> dict[str, str]:
        """Return every log by its file's name."""
        files = [self.log, *self.data.glob("logs/*")]
        return {path.name: path.read_text(errors="replace") for path in files if path.is_file()}


def _leads_to(form: Form, door: str) -> bool:
    return form.method == "POST" and form.action.partition("?")[0] == door


def _path(location: str) -> str:
    parts = urlsplit(location)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
