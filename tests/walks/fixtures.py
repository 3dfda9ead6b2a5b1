"""What every test of the running service shares: the installation, its mail stand-in, one browser a process."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest

from tests.walks.content import content
from tests.walks.running import Installation, installation
from tests.walks.stand_in import Mailbox
from tests.walks.traveller import PHONE, Traveller

BROWSER_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
]  # fmt: skip
"""The last: a headless shell would set letters on whole pixels, which no person's browser does; lines break elsewhere."""
_UNOPTIMIZED = "--js-flags=--no-opt --no-maglev"
"""A page is gone before V8 has the good of what it optimized: with that, a look by axe took a third longer."""


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The whole thing, as `campaign up --demo` runs it; processes of one pytest-xdist run share it."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with installation(shared, content()) as found:
        yield found


@pytest.fixture(scope="session")
def mailbox(running: Installation) -> Mailbox:
    """Where its mail arrives."""
    return Mailbox(running.mailbox)


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """A headless Chromium: `$CHROMIUM`, or one on PATH; rather the shell alone, which costs half (`find_chromium.sh`)."""
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    if path is None:
        pytest.fail("no Chromium: set CHROMIUM (`make test` finds or installs one)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=[*BROWSER_FLAGS, _UNOPTIMIZED], timeout=120_000)
        yield started
        started.close()


@pytest.fixture
def travel(browser, running, mailbox) -> Iterator[Callable[..., Traveller]]:
    """Open windows; each is closed at the end, and must have seen nothing wrong."""
    opened: list[Traveller] = []

    def start(language: str = "en", *, has_script: bool = True) -> Traveller:
        context = browser.new_context(viewport=PHONE, java_script_enabled=has_script, locale=language)
        opened.append(Traveller(context, running, mailbox, language, has_script))
        return opened[-1]

    yield start
    for traveller in opened:
        traveller.end()


def find_chromium() -> str | None:
    """Return the path of `$CHROMIUM`, or of one on PATH."""
    names = (os.environ.get("CHROMIUM"), "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if name and (found := shutil.which(name))), None)
