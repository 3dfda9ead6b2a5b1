"""Tries to be somebody else at each post: names and spellings of headers that might be taken for the client's address."""

import http.client
import re
from urllib.parse import urlencode

from tests.actions.visitor import OPEN, PERSON

CLIENT = "127.0.0.2"
"""Where the posts come from: not the proxy's own address, so that what the proxy writes is told from what it is."""

TRUSTED = "127.0.0.1/32"
_SPOOFED = "203.0.113.{}"
NAMES = (
    "X_Forwarded_For", "X-Forwarded-For", "X-Forwarded_For", "x_forwarded-for", "X_FORWARDED_FOR", "HTTP_X_FORWARDED_FOR",
    "Forwarded", "X-Real-IP", "X_Real_IP", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP", "X-Cluster-Client-IP",
    "X-Originating-IP", "Client-IP", "Remote-Addr", "REMOTE_ADDR", "X-Remote-Addr", "Via",
)  # fmt: skip


def spoofs():
    """Header lines, one list a post: each name alone, then doubled, joined, with a port, unreadable, hop by hop."""
    for number, name in enumerate(NAMES, start=1):
        address = _SPOOFED.format(number)
        yield [(name, f"for={address}" if name == "Forwarded" else address)]
    address = _SPOOFED.format(100)
    yield [("X-Forwarded-For", address), ("X-Forwarded-For", _SPOOFED.format(101))]
    yield [("X_Forwarded_For", address), ("X-Forwarded-For", _SPOOFED.format(102))]
    yield [("X-Forwarded-For", f"{address}, 127.0.0.1")]
    yield [("X-Forwarded-For", f"{address}:443")]
    yield [("X-Forwarded-For", "é".encode().decode("latin-1"))]
    yield [("X_Forwarded_For", address), ("Connection", "close, X-Forwarded-For")]
    yield [("Connection", "X-Forwarded-For, X-Forwarded-Proto"), ("X_Forwarded_For", address)]


def post(connection, stamp, who, lines=()):
    """Sign as somebody new; return the status."""
    form = {**PERSON, "stamp": stamp, "email": f"ana@{who}.example"}
    body = urlencode(form).encode()
    connection.putrequest("POST", f"/campaigns/{OPEN}/pledge")
    connection.putheader("Content-Type", "application/x-www-form-urlencoded")
    connection.putheader("Content-Length", str(len(body)))
    for name, value in lines:
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def attack(port, most, name="mail"):
    """Sign until the limit of `most` is reached, then with each spoof; return the statuses of both."""
    connection = _connect(port)
    connection.request("GET", f"/campaigns/{OPEN}?lang=en")
    stamp = re.search(r'name="stamp" value="([^"]+)"', connection.getresponse().read().decode())[1]
    plain = [post(connection, stamp, f"{name}{number}") for number in range(most + 1)]
    connection.close()
    spoofed = []
    for number, lines in enumerate(spoofs(), start=most + 1):
        connection = _connect(port)
        spoofed.append((lines, post(connection, stamp, f"{name}{number}", lines)))
        connection.close()
    return plain, spoofed


def _connect(port):
    return http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(CLIENT, 0))
