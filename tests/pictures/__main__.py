"""Take pictures of a supporter's whole way through a running demonstration, to be looked at by a person.

    python -m tests.pictures http://localhost:8000 http://localhost:8025 FOLDER [--slug fair-food]

In FOLDER: one picture a page, size, scheme and language, and a sheet for each size, scheme and language with all of them.
"""

import argparse
import base64
import os
import shutil
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.journeys.fixtures import BROWSER_FLAGS
from tests.journeys.stand_in import Mailbox, link_in

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1440, "height": 900}}


def walk(url: str, mailbox: Mailbox, slug: str, shoot: "Camera") -> None:
    """Go the way, taking a picture at each step."""
    page, language = shoot.page, shoot.name[-2:]
    address = f"ana.{time.time_ns()}@pictures.example"
    page.goto(f"{url}/campaigns/{slug}")
    shoot("01-campaign")
    page.locator("[name=email]:visible").fill("ana@pictures")
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    page.locator("form[data-action-kind=pledge] button").click()
    page.locator("[data-takes-focus]").wait_for()
    shoot("02-mistakes")
    for name, value in {"given_name": "Ana", "family_name": "Zúñiga", "email": address, "postal_code": "34142"}.items():
        page.locator(f"[name={name}]:visible").fill(value)
    page.locator("form[data-action-kind=pledge] button").click()
    page.locator(".next").wait_for()
    shoot("03-thanks-look")
    mail = mailbox.wait_for(address)[0]
    (shoot.folder / f"mail-{language}.txt").write_text(f"{mail['subject']}\n\n{mail['text']}")
    page.goto(f"{mailbox.url}/messages/{mail['id']}/html")
    shoot("04-mail")
    page.goto(link_in(mail, "confirm"))
    shoot("05-confirm")
    page.locator("main form button").click()
    page.locator(".next--first").wait_for()
    shoot("06-thanks-number")
    page.locator(".next--first a").click()
    page.locator("[name=personal]").fill("I have shopped with you for eleven years.\nMy mother picked tomatoes.")
    shoot("07-letter")
    page.locator("button[value=preview]").click()
    page.locator("article.letter").first.wait_for()
    page.locator("article.letter").nth(1).locator("summary").click()
    shoot("08-preview")
    page.locator("button[value=send]").click()
    page.locator(".next").wait_for()
    shoot("09-letters-went")
    page.goto(f"{url}/my")
    shoot("10-my-ask")
    page.locator("main [name=email]").fill(address)
    page.locator("main form button").click()
    mine = mailbox.wait_for(address, 2)[0]
    (shoot.folder / f"mine-{language}.txt").write_text(f"{mine['subject']}\n\n{mine['text']}")
    page.goto(link_in(mine, "my"))
    page.locator(".letters details").first.locator("summary").click()
    shoot("11-my")
    page.locator(".erase button").click()
    shoot("12-erase")
    page.goto(f"{url}/companies/kroger")
    shoot("13-company")
    page.goto(f"{url}/campaigns/justice-for-shahidul")
    shoot("14-high-safety")


class Camera:
    """Takes pictures under one name, and puts them on a sheet."""

    def __init__(self, page: Page, folder: Path, name: str) -> None:
        self.page, self.folder, self.name = page, folder, name
        self.taken: list[Path] = []

    def __call__(self, what: str) -> None:
        """Take one."""
        path = self.folder / f"{what}-{self.name}.png"
        self.page.screenshot(path=path, full_page=True)
        self.taken.append(path)

    def sheet(self, page: Page, width: int) -> None:
        """Put all on one sheet."""
        pictures = "".join(
            f'<img style="width:{width}px;margin:6px;vertical-align:top" src="data:image/png;base64,'
            f'{base64.b64encode(path.read_bytes()).decode()}">'
            for path in self.taken
        )
        page.set_viewport_size({"width": 7 * (width + 13) if width < 500 else 3 * (width + 13), "height": 900})
        page.set_content(f'<body style="background:#888;margin:0">{pictures}</body>')
        page.wait_for_load_state("load")
        page.screenshot(path=self.folder / f"sheet-{self.name}.png", full_page=True)


def main() -> None:
    """Read the command line; walk in every size, scheme and language."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("mailbox")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--slug", default="fair-food")
    parser.add_argument("--only", default="", help="only names that hold this, such as phone-light")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        for size, viewport in SIZES.items():
            for scheme in ("light", "dark"):
                for language in ("en", "es"):
                    name = f"{size}-{scheme}-{language}"
                    if given.only not in name:
                        continue
                    context = browser.new_context(
                        viewport=viewport, locale=language, color_scheme=scheme, reduced_motion="reduce"
                    )
                    camera = Camera(context.new_page(), given.folder, name)
                    walk(given.url, Mailbox(given.mailbox), given.slug, camera)
                    camera.sheet(browser.new_page(), 340 if size == "phone" else 620)
        browser.close()


if __name__ == "__main__":
    main()
