"""Whose large forms the door takes in: it asks the application, before a byte is received."""

import pytest

from campaign.kernel.uploads import LARGEST_BODY, MAY_UPLOAD_KEY
from campaign.serving.bodies import LARGEST
from campaign.serving.door import Door
from campaign.serving.environ import base_environ


class Scope:
    method, path, query_string, http_version, scheme, client = (
        "POST",
        "/organize/x",
        "upload=t",
        "1.1",
        "http",
        "127.0.0.1:9",
    )

    def __init__(self, headers):
        self.headers = headers


class Call:
    proto = None

    def __init__(self, **headers):
        self.scope = Scope({name.replace("_", "-"): value for name, value in headers.items()})


class Bodies:
    def __init__(self):
        self.asked = []

    def receive(self, _source, length, _ended, *, largest):
        self.asked.append((length, largest))


class App:
    def __init__(self, may):
        self.extensions = {MAY_UPLOAD_KEY: may} if may else {}


@pytest.mark.parametrize(
    ("may", "headers", "asked"),
    [
        (lambda _environ: True, {"content_length": "9000000"}, (9_000_000, LARGEST_BODY)),
        (
            lambda environ: environ["QUERY_STRING"] == "upload=t",
            {"content_length": "9000000"},
            (9_000_000, LARGEST_BODY),
        ),
        (lambda _environ: False, {"content_length": "9000000"}, (9_000_000, LARGEST)),
        (None, {"content_length": "9000000"}, (9_000_000, LARGEST)),
        (lambda _environ: 1 / 0, {"content_length": "900"}, (900, LARGEST)),
        (lambda _environ: True, {"transfer_encoding": "chunked"}, (None, LARGEST)),
    ],
)
def test_only_who_may_is_received(may, headers, asked):
    bodies = Bodies()
    Door(App(may), base_environ(), bodies).enter(Call(**headers))
    assert bodies.asked == [asked]
