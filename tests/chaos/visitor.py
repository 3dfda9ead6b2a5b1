"""Browsers of supporters: real HTTP, each post sent again until it is answered, as a person presses again."""

import http.client
import re
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

ANSWER_SECONDS = 30.0
AGAIN_SECONDS = 0.2
LONGEST_AGAIN_SECONDS = 1.0


class GaveUpError(AssertionError):
    """The run ended before an answer came."""


class UnexpectedAnswerError(AssertionError):
    """An answer that no supporter should get: not what was wanted, and not "try later"."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: str
    location: str = ""

    def token(self) -> str:
        """Return the token in the address it leads to, empty without one."""
        return parse_qs(urlsplit(self.location).query).get("t", [""])[0]

    def field(self, name: str) -> list[str]:
        """Return the values of the inputs of that name on the page."""
        inputs = [tag for tag in re.findall(r"<input[^>]*>", self.body) if f'name="{name}"' in tag]
        return [found[1] for tag in inputs if (found := re.search(r'value="([^"]*)"', tag))]


class Visitor:
    """Asks one site until it answers. May be used by many threads; `met` counts all that came back."""

    def __init__(self, host: str, port: int, deadline: float) -> None:
        self._place = (host, port)
        self._deadline = deadline
        self._lock = threading.Lock()
        self.stop = threading.Event()
        self.met: Counter[str] = Counter()

    def get(self, path: str) -> Answer:
        """Read a page."""
        return self._ask("GET", path, None, frozenset({200}))

    def post(self, path: str, fields: Mapping[str, object], wanted: frozenset[int]) -> Answer:
        """Post a form (lists for fields that come several times), the same again and again until one of the `wanted` answers comes.

        Raises:
            UnexpectedAnswerError: another answer than those and 503.
            GaveUpError: the time is over.
        """
        return self._ask("POST", path, urlencode(fields, doseq=True), wanted)

    def _ask(self, method: str, path: str, body: str | None, wanted: frozenset[int]) -> Answer:
        while not self.stop.is_set() and time.monotonic() < self._deadline:
            answer = self._try(method, path, body)
            self._note(f"{method} {answer.status if answer else 'no answer'}")
            if answer is None or answer.status == 503:
                self.stop.wait(AGAIN_SECONDS if answer is None else LONGEST_AGAIN_SECONDS)
            elif answer.status in wanted:
                return answer
            else:
                raise UnexpectedAnswerError(f"{method} {path.rsplit('/', 1)[0]}/… answered {answer.status}")
        raise GaveUpError(f"no answer to {method} {path.rsplit('/', 1)[0]}/…")

    def _try(self, method: str, path: str, body: str | None) -> Answer | None:
        connection = http.client.HTTPConnection(*self._place, timeout=ANSWER_SECONDS)
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
            return Answer(response.status, text, response.headers.get("Location") or "")
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def _note(self, what: str) -> None:
        with self._lock:
            self.met[what] += 1
