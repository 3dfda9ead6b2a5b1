"""An answer that the page cache keeps: as the application gave it, and packed, once a reader who can unpack it asks."""

from collections.abc import Callable, Iterable

from campaign.kernel.encodings import LEAST_BYTES, is_text, pack_on_request

Header = tuple[str, str]

_OVERHEAD_BYTES = 2048
_OF_THE_BODY = ("content-length", "content-type", "content-encoding")


class Copy:
    """A body with its headers, and the headers of the 304 that stands for it. `size` is what it takes, in bytes."""

    __slots__ = ("body", "etag", "headers", "not_modified_headers", "size")

    def __init__(self, headers: list[Header], body: bytes) -> None:
        self.headers = headers
        self.body = body
        self.etag = _get(headers, "etag")
        self.not_modified_headers = [header for header in headers if header[0].lower() not in _OF_THE_BODY]
        self.size = len(body) + sum(len(name) + len(value) for name, value in headers) + _OVERHEAD_BYTES

    def is_known_to(self, if_none_match: str) -> bool:
        """Say whether a reader has this copy already; compared weakly, as RFC 9110 §13.1.2 asks."""
        if not self.etag or if_none_match.strip() == "*":
            return bool(self.etag)
        wanted = self.etag.removeprefix("W/")
        return any(candidate.strip().removeprefix("W/") == wanted for candidate in if_none_match.split(","))


class KeptPage:
    """A stored answer. `packed` holds copies by coding.

    `refresh_at` is when the next one is made: as it expires, or later where that has just failed. Both are seconds of
    the cache's own clock.
    """

    __slots__ = ("can_pack", "expires_at", "packed", "plain", "refresh_at", "size", "status")

    def __init__(self, status: str, headers: list[Header], body: bytes, expires_at: float) -> None:
        self.status = status
        self.expires_at = self.refresh_at = expires_at
        self.plain = Copy(headers, body)
        self.packed: dict[str, Copy] = {}
        self.size = self.plain.size
        # Without Vary, a shared cache would give the packed copy to a reader who cannot unpack it.
        self.can_pack = (
            len(body) >= LEAST_BYTES
            and is_text(_get(headers, "content-type").partition(";")[0].strip())
            and "accept-encoding" in _get(headers, "vary").lower()
            and not _get(headers, "content-encoding")
        )

    def pack(self, coding: str) -> Copy:
        """Return a copy in that coding, with the ETag of its own that RFC 9110 §8.8.3.3 asks for."""
        body = pack_on_request(self.plain.body, coding)
        changed = {"etag": _tag(self.plain.etag, coding), "content-length": str(len(body))}
        headers = [(name, changed.get(name.lower(), value)) for name, value in self.plain.headers]
        return Copy([*headers, ("Content-Encoding", coding)], body)


def _tag(etag: str, coding: str) -> str:
    return f'{etag[:-1]}-{coding}"' if etag else ""


def _get(headers: list[Header], name: str) -> str:
    return next((value for other, value in headers if other.lower() == name), "")


class Answer:
    """What the application says about its answer, held back until we know what to do with it."""

    def __init__(self) -> None:
        self.status = "500 INTERNAL SERVER ERROR"
        self.headers: list[Header] = []

    def start(self, status: str, headers: list[Header], _exc_info: object = None, /) -> Callable[[bytes], object]:
        """Take the status and the headers; a WSGI server's `start_response`."""
        self.status, self.headers = status, headers
        return no_write

    @property
    def may_be_kept(self) -> bool:
        """Whether it is a whole page that nobody called their own."""
        return self.status.startswith("200") and not any(_is_private(*header) for header in self.headers)

    @property
    def is_our_fault(self) -> bool:
        """Whether it is an error of ours."""
        return self.status.startswith("5")


def _is_private(name: str, value: str) -> bool:
    """Whether a header says that the answer is one reader's own: it carries a cookie, or may not be shared."""
    match name.lower():
        case "set-cookie":
            return True
        case "cache-control":
            return "no-store" in value or "private" in value
    return False


def close(parts: Iterable[bytes]) -> None:
    """Tell the application that its answer is read, or not wanted (PEP 3333)."""
    close_parts = getattr(parts, "close", None)
    if close_parts is not None:
        close_parts()


def no_write(_data: bytes) -> object:
    """Refuse what PEP 3333 has `start_response` give to old frameworks: our answers are returned, never written."""
    raise RuntimeError("answers are returned, not written by hand (PEP 3333)")
