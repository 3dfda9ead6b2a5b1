"""The supporters: each signs, presses the mailed button, writes one letter, and presses again where that is asked.

    admit ─► pledge, 303 ─► mail at the sink ─► press ─► letter, 303 ─► (mail at the sink ─► press)

A letter needs a second press only where the first one's answer, with the token for the next step, was lost. Nobody reads
mail before what they posted was answered.
"""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Self

from campaign.mail_stand_in.messages import Message
from tests.chaos.visitor import Visitor
from tests.sink import Sink

SLUG = "chaos"
THREADS = 8
_LINK = re.compile(r"https?://[^/\s]+(/confirm/[^\s\"<]+)")
_SEEN_OTHER = frozenset({303})
_OR_ALREADY = frozenset({303, 200})


@dataclass
class Supporter:
    """One person, and how far they came; each post counts when it was answered."""

    number: int
    executive: str
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    has_signed: bool = False
    has_confirmed: bool = False
    has_written: bool = False

    @property
    def email(self) -> str:
        """Their address, of which the sink knows them."""
        return f"supporter-{self.number}@crowd.example"

    def who(self) -> dict[str, str]:
        """Return the fields every form asks."""
        return {
            "given_name": "Ana",
            "family_name": f"Ruiz {self.number}",
            "email": self.email,
            "country": "US",
            "postal_code": "34142",
            "language": "en",
            "consent": "yes",
        }


class Crowd:
    """All supporters. They act as they are admitted and as their mail comes, in threads of their own."""

    def __init__(self, visitor: Visitor, sink: Sink, number: int) -> None:
        page = visitor.get(f"/campaigns/{SLUG}/letter")
        executives, self._stamp = page.field("executives"), page.field("stamp")[0]
        assert executives, "the letter page names no executives"
        self.supporters = [Supporter(n, executives[n % len(executives)]) for n in range(number)]
        self.failures: list[str] = []
        self._visitor = visitor
        self._sink = sink
        self._by_email = {supporter.email: supporter for supporter in self.supporters}
        self._admitted = 0
        self._hands = ThreadPoolExecutor(THREADS, thread_name_prefix="supporters")
        self._postman = threading.Thread(target=self._deliver, name="postman", daemon=True)

    def __enter__(self) -> Self:
        self._postman.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._visitor.stop.set()
        self._postman.join()
        self._hands.shutdown(cancel_futures=True)

    def admit(self, upto: int) -> None:
        """Let the first `upto` supporters sign, those who have not yet."""
        for supporter in self.supporters[self._admitted : upto]:
            self._hand(self._sign, supporter)
        self._admitted = min(max(self._admitted, upto), len(self.supporters))

    def admit_one(self) -> None:
        """Let the next supporter sign, if any is left."""
        self.admit(self._admitted + 1)

    def is_done(self) -> bool:
        """Whether everybody's letter was answered, or something failed that no waiting mends."""
        return bool(self.failures) or all(supporter.has_written for supporter in self.supporters)

    def _hand(self, step: Callable[..., None], supporter: Supporter, *more: str) -> None:
        def run() -> None:
            try:
                with supporter.lock:
                    step(supporter, *more)
            except Exception as error:  # noqa: BLE001 - whatever a supporter meets belongs into the judgement
                if not self._visitor.stop.is_set():
                    self.failures.append(f"supporter {supporter.number}: {type(error).__name__}: {error}")

        self._hands.submit(run)

    def _sign(self, supporter: Supporter) -> None:
        self._visitor.post(f"/campaigns/{SLUG}/pledge", {**supporter.who(), "stamp": self._stamp}, _SEEN_OTHER)
        supporter.has_signed = True

    def _press(self, supporter: Supporter, path: str) -> None:
        answer = self._visitor.post(path, {}, _OR_ALREADY)
        supporter.has_confirmed = True
        if not supporter.has_written:
            self._write(supporter, answer.token())

    def _write(self, supporter: Supporter, token: str) -> None:
        letter = {
            "t": token,
            "stamp": self._stamp,
            "executives": supporter.executive,
            "subject": "Sign the agreement",
            "personal": f"My own words, number {supporter.number}.",
        }
        self._visitor.post(f"/campaigns/{SLUG}/letter", {**supporter.who(), **letter}, _SEEN_OTHER)
        supporter.has_written = True

    def _deliver(self) -> None:
        """Bring the mail the sink took to the supporters, repeats too."""
        read = 0
        while not self._visitor.stop.wait(0.05):
            fresh = self._sink.hits("accepted")[read:]
            read += len(fresh)
            for message in fresh:
                self._bring(message)

    def _bring(self, message: Message) -> None:
        supporter, link = self._by_email.get(message.to.email), _LINK.search(message.text)
        if supporter is not None and link is not None:
            self._hand(self._press, supporter, link[1])
