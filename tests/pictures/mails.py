"""Take pictures of the mails: as they are meant, in the dark, and by a client that strips styles.

python -m tests.pictures.mails FOLDER
"""

import os
import re
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace

from playwright.sync_api import sync_playwright

from campaign.actions.mail_contents import campaign_content, my_link_content
from tests.walks.fixtures import BROWSER_FLAGS

LINK = "https://campaign.example/confirm/WyIwMTlhYTJjNC0xYjdkIiwiZmFpci1mb29kIl0.aR3kLw.mX0pQ9sV2tYc"
FILLED = {
    "hello": " Ana",
    "number": "1,235",
    "until": "December 7, 2026",
    "letter": "https://campaign.example/campaigns/fair-food/letter?lang=en",
    "share": "https://campaign.example/campaigns/fair-food?via=wTqgXDlJ6NR3ng",
    "mine": "https://campaign.example/my?lang=en",
}
ROW = SimpleNamespace(
    language="en",
    languages=["en", "es"],
    title={"en": "Fair Food at the supermarkets", "es": "Comida justa en los supermercados"},
    demand={
        "en": "Kroger: sign the Fair Food agreement and pay a penny more a pound",
        "es": "Kroger: firme el acuerdo de Comida Justa y pague un centavo más por libra",
    },
    organization="Coalition of Immokalee Workers",
    is_high_safety=False,
    palette="",
    art="tomato",
    given_name="Ana",
    after_signing={},
)
SENDERS = SimpleNamespace(settings=SimpleNamespace(mail_from="a@campaign.example", mail_from_bulk="a@campaign.example"))


def contents():
    """Yield (name, HTML part) of each mail, tags filled in."""
    spanish = SimpleNamespace(**{**vars(ROW), "language": "es", "art": "milk"})
    made = {
        "confirm": campaign_content(SENDERS, ROW, "pledge/confirm", "x"),
        "confirm-es": campaign_content(SENDERS, spanish, "pledge/confirm", "x"),
        "remind": campaign_content(SENDERS, ROW, "actions/remind", "x"),
        "thanks": campaign_content(SENDERS, ROW, "actions/thanks", "x", offer="letter/offer"),
        "my-link": my_link_content("a@campaign.example", "en"),
    }
    for name, content in made.items():
        yield name, re.sub(r"\[\[(\w+?)(_html)?\]\]", lambda tag: FILLED.get(tag[1], LINK), content.html)


def stripped(html):
    """The part as a client shows it that drops every style."""
    return re.sub(r' style="[^"]*"', "", html)


def main(folder):
    """Take one picture a mail and way of showing it."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        path = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        for scheme, change in (("light", str), ("dark", str), ("stripped", stripped)):
            for name, html in contents():
                page = browser.new_page(
                    viewport={"width": 420, "height": 300}, color_scheme="dark" if scheme == "dark" else "light"
                )
                page.set_content(change(html))
                page.screenshot(path=folder / f"mail-{name}-{scheme}.png", full_page=True)
                page.close()
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
