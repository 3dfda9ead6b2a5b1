"""Just enough of HTTP/1.1 to serve this machine: reading a request's head, writing an answer.

Shared by the stand-in's server and by the chaos sink of the tests. Python's own http.server reads headers with the
e-mail parser, which costs more than the rest of a send call; a server from a package would be one more to pin.
Source: RFC 9112. Not for the open network: no TLS, no chunked bodies, no proxies.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus

MAX_HEAD_BYTES = 32 * 1024
MAX_BODY_BYTES = 32_000_000  # above SendGrid's 30 MB, so that its own limit is what answers


class BadRequestError(Exception):
    """A request that cannot be read; the connection is closed after the answer."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(frozen=True, slots=True)
class Head:
    """A request's first line and headers.

    Args:
        headers: names in lower case; of a repeated one the values joined by a comma.
    """

    method: str
    target: str
    version: str
    headers: Mapping[str, str]

    @property
    def body_bytes(self) -> int:
        """How long the body is, in bytes.

        Raises:
            BadRequestError: its length is not given plainly, or is too much.
        """
        if "transfer-encoding" in self.headers:
            raise BadRequestError(HTTPStatus.LENGTH_REQUIRED)
        text = self.headers.get("content-length", "0")
        if not (text.isascii() and text.isdigit()):
            raise BadRequestError(HTTPStatus.BAD_REQUEST)
        if int(text) > MAX_BODY_BYTES:
            raise BadRequestError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return int(text)

    @property
    def keeps_alive(self) -> bool:
        """Whether the client may send another request on this connection."""
        connection = self.headers.get("connection", "").lower()
        return "close" not in connection and (self.version == "HTTP/1.1" or "keep-alive" in connection)


def parse_head(data: bytes) -> Head:
    """Read a head, given without the empty line that ends it.

    Raises:
        BadRequestError: it is no HTTP/1 request.
    """
    first, *lines = data.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or words[2] not in {"HTTP/1.1", "HTTP/1.0"} or not words[1].startswith("/"):
        raise BadRequestError(HTTPStatus.BAD_REQUEST)
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name or name != name.strip():
            raise BadRequestError(HTTPStatus.BAD_REQUEST)
        key, text = name.lower(), value.strip()
        headers[key] = f"{headers[key]},{text}" if key in headers else text
    return Head(words[0], words[1], words[2], headers)


def answer(
    status: str,
    headers: Iterable[tuple[str, str]],
    body: bytes = b"",
    *,
    keep_alive: bool,
    with_body: bool = True,
) -> bytes:
    """The bytes of a whole answer.

    Args:
        status: code and phrase (`202 Accepted`).
        headers: without Content-Length and Connection, which are added.
        body: what goes after them.
        keep_alive: whether the connection stays open.
        with_body: False for a HEAD request, whose answer tells the length only.
    """
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers)]
    lines += [f"Content-Length: {len(body)}", f"Connection: {'keep-alive' if keep_alive else 'close'}", "", ""]
    return "\r\n".join(lines).encode("latin-1") + (body if with_body else b"")
