"""What a form's door has to know of something, kept for a moment so that a burst of posts costs one query.

Never the last word: whoever stores what was posted asks the database again. One post of a burst asks, and the others
take what was known a moment before, or wait for it.
"""

import math
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from campaign.kernel.makers import SECONDS, Makers, Turn

T = TypeVar("T")

KEPT_SECONDS = 2.0
_MOST = 1000  # entries: more than an installation has campaigns or events


class Remembered(Generic[T]):
    """Finds things by their slug, at most two seconds old. One a process.

    Args:
        sessions: opens a plain session.
        read: what is to be known of the slug now; what it raises is not kept.
    """

    def __init__(self, sessions: Callable[[], Session], read: Callable[[Session, str], T]) -> None:
        self._sessions = sessions
        self._read = read
        self._kept: dict[str, tuple[float, T]] = {}
        self._lock = threading.Lock()
        self._makers: Makers[str] = Makers()

    def find(self, slug: str) -> T:
        """Return what is known, at most two seconds old; four where somebody is asking anew."""
        found = self._kept.get(slug)
        age = time.monotonic() - found[0] if found is not None else math.inf
        if found is not None and age < KEPT_SECONDS:
            return found[1]
        turn: Turn[str] | None
        if found is not None and age < KEPT_SECONDS + SECONDS:
            turn = self._makers.begin(slug)
            if turn is None:
                return found[1]
        else:
            fresh, turn = self._makers.join(slug, lambda: self._fresh(slug))
            if fresh is not None:
                return fresh[1]
        if turn is None:
            return self.read(slug)
        try:
            return self.read(slug)
        except BaseException:
            turn.is_for_nobody = True  # what is raised is everybody's own
            raise
        finally:
            self._makers.end(turn)

    def _fresh(self, slug: str) -> tuple[float, T] | None:
        found = self._kept.get(slug)
        return found if found is not None and time.monotonic() - found[0] < KEPT_SECONDS else None

    def forget(self) -> None:
        """Ask the database anew the next time."""
        self._kept.clear()

    def read(self, slug: str) -> T:
        """Return what is so now."""
        with self._sessions() as session:
            known = self._read(session, slug)
        with self._lock:
            if len(self._kept) > _MOST:
                self._kept.clear()
            self._kept[slug] = (time.monotonic(), known)
        return known
