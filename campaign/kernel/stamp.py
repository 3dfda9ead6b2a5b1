"""The form's stamp: a signed minute, the same for every visitor, so that pages with forms stay cacheable.

It serves doors without cookies: somebody else's page cannot know it without fetching ours, and there is no session to
ride. Valid 48 hours, because a page may lie open in a pocket for a day.
"""

import hashlib
import hmac
import time
from collections.abc import Sequence

MAX_AGE_MINUTES = 48 * 60


class Stamp:
    """Makes and checks stamps with the secret keys, newest first."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._keys = [hashlib.sha256(f"campaign.stamp\0{key}".encode()).digest() for key in keys]
        self._made: tuple[int, str] = (0, "")

    def make(self, at: float | None = None) -> str:
        """Return the stamp of the minute `at` (seconds since the epoch; now by default)."""
        minute = int((time.time() if at is None else at) // 60)
        if self._made[0] != minute:
            self._made = (minute, f"{minute}.{_mac(self._keys[0], minute)}")
        return self._made[1]

    def is_good(self, text: str, at: float | None = None) -> bool:
        """Whether `text` is a stamp of ours, not older than 48 hours and not from the future (a minute's grace)."""
        minute_text, _, mac = text.partition(".")
        if not (minute_text.isascii() and minute_text.isdigit() and len(minute_text) < 12 and mac.isascii()):
            return False
        minute = int(minute_text)
        age = int((time.time() if at is None else at) // 60) - minute
        if not -1 <= age <= MAX_AGE_MINUTES:
            return False
        return any(hmac.compare_digest(_mac(key, minute), mac) for key in self._keys)


def _mac(key: bytes, minute: int) -> str:
    return hashlib.blake2b(str(minute).encode(), key=key, digest_size=12).hexdigest()
