"""A service of its own for attacks from outside: directly, and behind each proxy as docs/howto/deploy.md sets it up."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.actions.stage import load_demonstration
from tests.attacks.proxies import PROXIES, is_here, proxy
from tests.attacks.spoofed_addresses import TRUSTED
from tests.bench.servers import running_stack
from tests.serving.running import serving


@dataclass(frozen=True)
class Row:
    """What came of one attack: how many requests, what was found ("" where it held), and numbers to read."""

    attack: str
    requests: int
    finding: str
    told: dict[str, object] = field(default_factory=dict)

    def __str__(self):
        numbers = ", ".join(f"{what} {round(n, 3) if isinstance(n, float) else n}" for what, n in self.told.items())
        return f"{self.attack}: {numbers or '-'}{f' ({self.finding})' if self.finding else ''}"


@dataclass(frozen=True)
class Way:
    """A way to the service. `port` is None where the proxy is not installed; `limits_url`: where its posts are counted."""

    name: str
    port: int | None
    limits_url: str


@contextmanager
def served(database: str, app: str = "wsgi:app", **changed: str):
    """Start the service on a database of its own, with the demonstration and settings `changed`; gives its ways."""
    with running_stack() as stack:
        stack.make_database(database)
        load_demonstration(stack.url_of(database))
        environ = stack.environ(database) | {"TRUSTED_PROXIES": TRUSTED} | changed
        with serving(app, environ, workers=2) as web:
            yield _ways(web, stack.limits_url)


def _ways(web: int, limits_url: str) -> Iterator[Way]:
    yield Way("directly", web, limits_url)
    for name in PROXIES:
        if not is_here(name):
            yield Way(f"behind {name}", None, limits_url)
            continue
        with proxy(name, web) as port:
            yield Way(f"behind {name}", port, limits_url)


def tell(rows: Iterable[Row]) -> int:
    """Print a line for each as it comes; return 1 where there was a finding, else 0."""
    found = 0
    for row in rows:
        sys.stdout.write(f"{row}\n")
        sys.stdout.flush()
        found += bool(row.finding)
    return int(found > 0)
