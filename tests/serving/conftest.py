"""The real web server, on a port of its own, with the smallest application behind it."""

import pytest

from tests.serving.running import Raw, serving_small


@pytest.fixture(scope="session")
def server():
    """Where it listens."""
    with serving_small() as port:
        yield port


@pytest.fixture
def raw(server):
    """Open connections and write bytes to them; all are closed at the end."""
    made = []

    def connect(data=b""):
        made.append(Raw(server, data))
        return made[-1]

    yield connect
    for one in made:
        one.close()
