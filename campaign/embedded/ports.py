"""Choose a port on loopback once, keep it, and move on when somebody else has taken it."""

import errno
import hashlib
import socket
import sys
from pathlib import Path

from campaign.embedded.errors import ServicesError

# Below the ranges from which Linux (32768) and macOS (49152) give out ports by themselves, and far from 5432 and 6379,
# so that neither an outgoing connection nor somebody's own server is likely to sit there.
_FIRST, _LAST = 20000, 31999


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Say whether a server could listen on this port now.

    Asked by binding, as the server will: granian would start silently on a port another granian serves.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise ServicesError(f"cannot listen on {host}:{port}: {error.strerror}") from error
    return True


def next_free(first: int, *, host: str = "127.0.0.1", tries: int = 200) -> int:
    """Return the first free port from `first` upwards."""
    for port in range(first, min(first + tries, 65536)):
        if is_free(port, host):
            return port
    raise ServicesError(f"no free port on {host} from {first} to {first + tries - 1}")


def reserve(port: int, host: str = "127.0.0.1") -> socket.socket | None:
    """Claim a port among installations until the returned object is closed; None when it is taken.

    Two starts at once would both find a port free, and two granians then share it silently. A name in Linux's abstract
    namespace is exclusive, vanishes with its process, and is as local to the network namespace as the port. Elsewhere
    only the probe protects.
    """
    claim = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        if sys.platform == "linux":
            claim.bind(f"\0campaign-port-{port}")
        if is_free(port, host):
            return claim
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            claim.close()
            raise
    claim.close()
    return None


def reserve_next(first: int, *, host: str = "127.0.0.1", tries: int = 200) -> tuple[int, socket.socket]:
    """Claim the first port that can be had from `first` upwards. Returns it with its claim."""
    for port in range(first, min(first + tries, 65536)):
        claim = reserve(port, host)
        if claim is not None:
            return port, claim
    raise ServicesError(f"no free port on {host} from {first} to {first + tries - 1}")


def remembered(file: Path) -> int | None:
    """Return the port kept in a file, None when there is none to read."""
    try:
        return int(file.read_text())
    except (OSError, ValueError):
        return None


def first_choice(place: Path) -> int:
    """Return a port to try first, spread by the folder's path, so that two installations rarely meet."""
    digest = hashlib.sha256(str(place.resolve()).encode()).digest()
    return _FIRST + int.from_bytes(digest[:4], "big") % (_LAST - _FIRST - 200)
