"""Those who come to the march: each RSVPs by leg, confirms, and then changes, gives back, asks anew or takes an offer.

    admit ─► RSVP, 303 ─► mail at the sink ─► press ─► what this one does next ─► (an offer by mail ─► accept)

What they do next goes by their number, and so do party and legs. Nobody reads mail before what they posted was answered.
"""

import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Self

from campaign.actions.tokens import confirm_signer
from campaign.events.tokens import rsvp_signer
from campaign.kernel.installation import Installation as Keys
from campaign.mail_stand_in.messages import Message
from tests.actions.stage import settings_of
from tests.chaos.installation import PRIVACY_KEY, SECRET_KEY
from tests.chaos.visitor import Visitor
from tests.sink import Sink

SLUG = "chaos-march"
DOOR = f"/events/{SLUG}/rsvp"
THREADS = 4
PARTIES = (1, 2, 1, 4, 1, 3, 5, 2)
THEN = ("nothing", "change", "anew", "cancel", "nothing", "nothing")
_CONFIRM = re.compile(r"https?://[^/\s]+/confirm/([^\s\"<]+)")
_SEEN_OTHER = frozenset({303})
_OR_ALREADY = frozenset({303, 200})
_OR_GONE = frozenset({303, 409, 410})


@dataclass
class Marcher:
    """One person, and how far they came; each post counts when it was answered. `public_id`: of what they confirmed."""

    number: int
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    posts: int = 0
    presses: int = 0
    public_id: str = ""
    has_cancelled: bool = False
    is_done: bool = False

    @property
    def email(self) -> str:
        """Their address, of which the sink knows them."""
        return f"marcher-{self.number}@crowd.example"

    @property
    def then(self) -> str:
        """What they do when they have confirmed."""
        return THEN[self.number % len(THEN)]

    def wish(self, legs: Sequence[str], turn: int) -> dict[str, object]:
        """Return what they ask the `turn`-th time."""
        number = self.number + turn
        guests = PARTIES[number % len(PARTIES)] - 1
        chosen = [leg for place, leg in enumerate(legs) if (number >> place) & 1] or [legs[-1]]
        eats = {"meals": "yes"} if number % 2 else {}
        return {"legs": chosen, "guests": str(guests), **eats, **({"lodging": "yes"} if number % 3 else {})}


class Marchers:
    """All who come. They act as they are admitted and as their mail comes, in threads of their own."""

    def __init__(self, visitor: Visitor, sink: Sink, number: int) -> None:
        page = visitor.get(DOOR)
        self._legs, self._stamp = page.field("legs"), page.field("stamp")[0]
        assert len(self._legs) > 1, "the march has no legs"
        self.marchers = [Marcher(n) for n in range(number)]
        self.failures: list[str] = []
        self._keys = Keys(settings_of("postgresql://nowhere", SECRET_KEY=SECRET_KEY, PRIVACY_KEY=PRIVACY_KEY))
        self._visitor = visitor
        self._sink = sink
        self._by_email = {marcher.email: marcher for marcher in self.marchers}
        self._admitted = 0
        self._hands = ThreadPoolExecutor(THREADS, thread_name_prefix="marchers")
        self._postman = threading.Thread(target=self._deliver, name="marchers' postman", daemon=True)

    def __enter__(self) -> Self:
        self._postman.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._visitor.stop.set()
        self._postman.join()
        self._hands.shutdown(cancel_futures=True)

    def admit(self, upto: int) -> None:
        """Let the first `upto` ask, those who have not yet."""
        for marcher in self.marchers[self._admitted : upto]:
            self._hand(self._ask, marcher)
        self._admitted = max(self._admitted, upto)

    def is_done(self) -> bool:
        """Whether everybody did all they wanted, or something failed that no waiting mends."""
        return bool(self.failures) or all(marcher.is_done for marcher in self.marchers)

    def read_pages(self) -> dict[str, list[str]]:
        """Return, by the public id of the RSVP each confirmed last, the state of each leg as its own page shows it."""
        return {one.public_id: self._read(one) for one in self.marchers if one.public_id}

    def _read(self, marcher: Marcher) -> list[str]:
        return re.findall(r"own-leg__state--(\w+)", self._visitor.get(self._path(marcher)).body)

    def _path(self, marcher: Marcher) -> str:
        return f"/rsvp/{rsvp_signer(self._keys).sign(marcher.public_id)}"

    def _hand(self, step: Callable[..., None], marcher: Marcher, *more: str) -> None:
        def run() -> None:
            try:
                with marcher.lock:
                    step(marcher, *more)
            except Exception as error:  # noqa: BLE001 - whatever a marcher meets belongs into the judgement
                if not self._visitor.stop.is_set():
                    self.failures.append(f"marcher {marcher.number}: {type(error).__name__}: {error}")

        self._hands.submit(run)

    def _ask(self, marcher: Marcher) -> None:
        who = {"given_name": "Ana", "family_name": f"Walker {marcher.number}", "email": marcher.email}
        where = {"country": "US", "postal_code": "34142", "language": "en", "stamp": self._stamp}
        self._visitor.post(DOOR, {**who, **where, **marcher.wish(self._legs, marcher.posts)}, _SEEN_OTHER)
        marcher.posts += 1

    def _press(self, marcher: Marcher, token: str) -> None:
        """Press the mailed button, a repeated mail's too; then do what comes next, once."""
        self._visitor.post(f"/confirm/{token}", {}, _OR_ALREADY)
        claim = confirm_signer(self._keys).read(token)
        assert isinstance(claim, list)
        if claim[0] == marcher.public_id or marcher.is_done:
            return
        marcher.public_id = str(claim[0])
        marcher.presses += 1
        if marcher.then == "anew" and marcher.posts == 1:
            self._ask(marcher)
            return
        if marcher.then == "change":
            wish = marcher.wish(self._legs, 1)
            self._visitor.post(self._path(marcher), {"step": "change", "sure": "yes", **wish}, _OR_ALREADY)
        elif marcher.then == "cancel":
            self._visitor.post(self._path(marcher), {"step": "cancel", "sure": "yes"}, _OR_GONE)
            marcher.has_cancelled = True
        marcher.is_done = True

    def _accept(self, marcher: Marcher) -> None:
        """Take what is offered on any leg; what was taken by an answer that was lost is taken."""
        page = self._visitor.get(self._path(marcher))
        for leg in set(page.field("leg")):
            self._visitor.post(self._path(marcher), {"step": "accept", "leg": leg}, _OR_GONE)

    def _deliver(self) -> None:
        read = 0
        while not self._visitor.stop.wait(0.05):
            fresh = self._sink.hits("accepted")[read:]
            read += len(fresh)
            for message in fresh:
                self._bring(message)

    def _bring(self, message: Message) -> None:
        marcher, link = self._by_email.get(message.to.email), _CONFIRM.search(message.text)
        if marcher is None:
            return
        if link is not None:
            self._hand(self._press, marcher, link[1])
        elif message.categories == ["event"] and marcher.number % 2:  # the others let it lapse, or never look
            self._hand(self._accept, marcher)
