"""Take pictures of every page and state, to be looked at by a person.

    python -m tests.pictures [FOLDER] [--url http://localhost:8000 --mailbox http://localhost:8025] [--only phone-light]
    python -m tests.pictures [FOLDER] --organizers [--room texts] [--url … --mailbox … --data /tmp/data]

Without a URL it starts an installation of its own, with the demonstration's content, and ends it. In FOLDER
(`screenshots`): a folder for each language, size and scheme, with one picture a state, and beside it a sheet of them all.

`--organizers`: the organizers' pages instead, in their two languages, at 390 and 1440 pixels; `--room`: only those whose
address has this word in its endpoint. Of an installation that runs it needs the data too, to sign itself in, and leaves
something in a campaign of the demonstration.
"""

import argparse
import html
import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from campaign.kernel.languages import INTERFACE
from tests.events.manyplaces import event
from tests.pages.desk import LANGUAGES, Desk
from tests.pages.way import Places, Way
from tests.walks.content import content, demonstration, slug_of
from tests.walks.fixtures import BROWSER_FLAGS, find_chromium
from tests.walks.running import Installation, installation

SIZES = {
    "phone": {"width": 390, "height": 844},
    "tablet": {"width": 768, "height": 1024},
    "desktop": {"width": 1440, "height": 900},
}
DESK_SIZES = ("phone", "desktop")
SCHEMES = ("light", "dark")
SHEET_WIDTH = 2400
THUMBNAILS = {"phone": 8, "tablet": 6, "desktop": 4}
"""How many pictures stand side by side on a sheet."""


@contextmanager
def _somewhere(url: str | None, mailbox: str | None, data: Path) -> Iterator[Installation]:
    if url and mailbox:
        yield Installation(url.rstrip("/"), mailbox.rstrip("/"), data)
        return
    with tempfile.TemporaryDirectory(prefix="campaign-pictures-") as shared:
        print("starting an installation …")  # noqa: T201 - for who waits
        with installation(Path(shared), content()) as own:
            yield own


def _places() -> Places:
    resting = {status: slug_of(status) for status in ("paused", "closed")}
    return Places("fair-food", slug_of("pages-bare"), "kroger", {**resting, "won": "trax-apparel"})


def _desk_content() -> str:
    """Return campaigns of the Coalition of Immokalee Workers in each state, as a file to load."""
    demo = demonstration()
    found = zip(
        ("draft", "paused", "closed", "won"),
        ("fair-fish", "fair-flowers", "lesotho-agreements", "trax-apparel"),
        strict=True,
    )
    campaigns = [
        {**next(one for one in demo["campaigns"] if one["slug"] == slug), "slug": f"desk-{state}", "status": state}
        for state, slug in found
    ]
    events = [event(6, campaign="fair-food", slug="desk-stores")]
    return json.dumps(
        {"campaigns": [{**one, "organization": "ciw"} for one in campaigns], "events": events}, default=str
    )


def _desk(page: Any, running: Installation, language: str) -> Desk:
    states = [f"campaigns/desk-{state}" for state in ("draft", "paused", "closed", "won")]
    events = ["events/build-a-new-world", "events/desk-stores"]
    return Desk(page, running, language, "ciw", "fair-food", "kroger", [*events, *states])


class Camera:
    """Takes each state in every size and scheme, and puts them on sheets."""

    def __init__(self, folder: Path, language: str, only: str, sizes: Iterable[str] = SIZES) -> None:
        every = [(size, scheme) for size in sizes for scheme in SCHEMES]
        self._looks = {look: f"{language}-{look[0]}-{look[1]}" for look in every}
        self._looks = {look: name for look, name in self._looks.items() if only in name}
        self._folder = folder
        self._count = 0

    def shoot(self, page: Any, state: str) -> None:
        """Take what the page shows now."""
        self._count += 1
        for (size, scheme), name in self._looks.items():
            page.set_viewport_size(SIZES[size])
            page.emulate_media(color_scheme=scheme)
            # Pictures below the window load when one comes near.
            page.evaluate("for (const image of document.images) image.loading = 'eager'")
            page.screenshot(path=self._path(name) / f"{self._count:02}-{state}.png", full_page=True)
        page.set_viewport_size(SIZES["phone"])

    def make_sheets(self, page: Any) -> None:
        """Put the pictures of each look side by side, each cut at three times its width."""
        for (size, _), name in self._looks.items():
            width = SHEET_WIDTH // THUMBNAILS[size] - 12
            figures = "".join(
                f'<figure style="width:{width}px;margin:6px;font:14px sans-serif">{html.escape(path.stem)}'
                f'<div style="max-height:{3 * width}px;overflow:hidden"><img src="{name}/{path.name}" width="{width}">'
                "</div></figure>"
                for path in sorted(self._path(name).glob("*.png"))
            )
            sheet = self._folder / f"{name}.html"
            style = "margin:0;background:#999;display:flex;flex-wrap:wrap;align-items:flex-start"
            sheet.write_text(
                f'<!doctype html><meta charset="utf-8"><title>{name}</title><body style="{style}">{figures}'
            )
            page.set_viewport_size({"width": SHEET_WIDTH, "height": 900})
            page.goto(sheet.absolute().as_uri())
            page.screenshot(path=self._folder / f"{name}.png", full_page=True)

    def _path(self, name: str) -> Path:
        path = self._folder / name
        path.mkdir(parents=True, exist_ok=True)
        return path


def _load_desk(running: Installation) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".yml") as file:
        file.write(_desk_content())
        file.flush()
        Path(file.name).chmod(0o644)
        running.campaign("load", file.name)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("screenshots"))
    parser.add_argument("--url", help="an installation that runs")
    parser.add_argument("--mailbox", help="its mail stand-in")
    parser.add_argument("--data", type=Path, default=Path("data"), help="its data, with --organizers")
    parser.add_argument("--only", default="", help="only looks whose name holds this, such as en-phone-light")
    parser.add_argument("--organizers", action="store_true", help="the organizers' pages")
    parser.add_argument("--room", default="", help="of these, only those whose name holds this, such as texts")
    return parser.parse_args()


def main() -> None:
    """Read the command line; walk in every language."""
    given = _parse()
    languages = LANGUAGES if given.organizers else INTERFACE
    sizes = DESK_SIZES if given.organizers else tuple(SIZES)
    with _somewhere(given.url, given.mailbox, given.data) as running, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=BROWSER_FLAGS)
        if given.organizers:
            _load_desk(running)
        for language in languages:
            if not any(given.only in f"{language}-{size}-{scheme}" for size in sizes for scheme in SCHEMES):
                continue
            context = browser.new_context(viewport=SIZES["phone"], locale=language, reduced_motion="reduce")
            context.set_default_timeout(20_000)
            page = context.new_page()
            way = _desk(page, running, language) if given.organizers else Way(page, running, language, _places())
            camera = Camera(given.folder, language, given.only, sizes)
            for state, _ in way.states():
                if given.room in state:
                    print(f"{language}: {state}")  # noqa: T201 - for who waits
                    camera.shoot(page, _file_name(state))
            for line in way.unreached:
                print(f"{language}: not reached: {line}")  # noqa: T201 - for who waits
            context.close()
            camera.make_sheets(browser.new_page())
        browser.close()


def _file_name(state: str) -> str:
    return state.replace("organize.", "").replace("organize_", "").replace(" ", "-")


if __name__ == "__main__":
    main()
