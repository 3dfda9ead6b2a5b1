"""Measure pages by Lighthouse as on a cheap phone with one bar of signal, and print what it found.

    python -m tests.lighthouse [FOLDER] [--url http://localhost:8000 --mailbox http://localhost:8025] [--only campaign]

Without a URL it starts an installation of its own. In FOLDER (`lighthouse`): a report for each page, as HTML and JSON.
Exits 1 where accessibility or best practices are below 100, or SEO on a page that is for everybody; never for a time,
which depends on the machine.

Lighthouse's own mobile profile: 412 by 823, CPU four times slower, 1.6 Mbit/s and 150 ms, simulated.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.events.manyplaces import SLUG
from tests.pages.way import Places, Way
from tests.tools.node import from_npm, node
from tests.walks.content import content
from tests.walks.fixtures import BROWSER_FLAGS, find_chromium
from tests.walks.running import Installation, installation

CAMPAIGN, COMPANY, MARCH = "fair-food", "kroger", "build-a-new-world"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
_MUST_BE_FULL = ("accessibility", "best-practices")
_FOR_SEARCH_ENGINES = ("home", "campaign", "company", "events", "march", "many-places")
_WIDTHS = (11, 12, 14, 15, 5, 8, 8, 8)


@dataclass(frozen=True)
class Figures:
    """What Lighthouse says of a page: scores in percent, largest contentful paint in seconds, total bytes."""

    page: str
    scores: dict[str, int]
    lcp_seconds: float
    cls: float
    byte_count: int
    faults: list[str]

    def is_good(self) -> bool:
        """Whether what does not depend on the machine is full. Letters, thanks, the form alone and what was looked for are not for search engines."""
        wanted = (*_MUST_BE_FULL, "seo") if self.page in _FOR_SEARCH_ENGINES else _MUST_BE_FULL
        return all(self.scores[name] == 100 for name in wanted)


def measure(page: str, url: str, folder: Path) -> Figures:
    """Run Lighthouse on one address; leave its reports in `folder`."""
    command = [
        node(), from_npm("lighthouse/cli/index.js"), url, "--quiet", f"--only-categories={','.join(CATEGORIES)}",
        "--output=json", "--output=html", f"--output-path={folder / page}",
        f"--chrome-flags={' '.join(['--headless=new', *BROWSER_FLAGS])}",
        # It takes the token out of the address while the page loads, and Lighthouse then finds no beginning.
        "--blocked-url-patterns=*/js/token.js",
    ]  # fmt: skip
    environ = {**os.environ, "CHROME_PATH": find_chromium() or ""}
    for again in (True, True, False):  # a trace without its beginning (NO_NAVSTART) is to be taken once more, it says
        if subprocess.run(command, env=environ, check=not again, timeout=300).returncode == 0:
            break
    report = json.loads((folder / f"{page}.report.json").read_text())
    if "runtimeError" in report:
        raise RuntimeError(f"{page}: {report['runtimeError']['message']}")
    return _read(page, report)


def _read(page: str, report: dict[str, Any]) -> Figures:
    audits = report["audits"]
    faults = [
        f"{page}: {name}: {audits[reference['id']]['title']}: {_where(audits[reference['id']])}"
        for name in CATEGORIES[1:]
        for reference in report["categories"][name]["auditRefs"]
        if reference["weight"] and audits[reference["id"]]["score"] not in (None, 1)
    ]
    return Figures(
        page,
        {name: round((report["categories"][name]["score"] or 0) * 100) for name in CATEGORIES},
        audits["largest-contentful-paint"]["numericValue"] / 1000,
        audits["cumulative-layout-shift"]["numericValue"],
        round(audits["total-byte-weight"]["numericValue"]),
        faults,
    )


def _where(audit: dict[str, Any]) -> str:
    items = audit.get("details", {}).get("items", [])
    return "; ".join(
        str(item.get("node", {}).get("selector") or item.get("description") or item)[:160] for item in items[:5]
    )


def thanks_url(running: Installation) -> str:
    """Sign, and return the address of the page that thanks."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=BROWSER_FLAGS)
        # Without JavaScript the address stays as it is.
        page = browser.new_context(java_script_enabled=False).new_page()
        for state, _ in Way(page, running, "en", Places(CAMPAIGN, CAMPAIGN, COMPANY, {})).signing():
            if state == "confirmed":
                return page.url
    raise RuntimeError("the page that thanks was not reached")


def _pages(running: Installation, only: str) -> dict[str, str]:
    paths = {"home": "/", "campaign": f"/campaigns/{CAMPAIGN}?lang=en", "company": f"/companies/{COMPANY}"}
    paths["letter"] = f"/campaigns/{CAMPAIGN}/letter?lang=en"
    paths |= {"events": "/events", "march": f"/events/{MARCH}?lang=en", "rsvp": f"/events/{MARCH}/rsvp?lang=en"}
    paths |= {"many-places": f"/events/{SLUG}?lang=en", "near": f"/events/{SLUG}?near=34142&lang=en"}
    pages = {page: running.url + path for page, path in paths.items() if only in page}
    if only in "thanks":
        pages["thanks"] = thanks_url(running)
    return pages


def _tell(*cells: str) -> None:
    print("  ".join(cell.rjust(width) for cell, width in zip(cells, _WIDTHS, strict=True)), flush=True)  # noqa: T201


def run(running: Installation, folder: Path, only: str) -> int:
    """Measure all pages and print a line for each; return the exit code."""
    _tell("page", *CATEGORIES[:1], *CATEGORIES[1:], "LCP s", "CLS", "bytes")
    found = []
    for page, url in _pages(running, only).items():
        figures = measure(page, url, folder)
        found.append(figures)
        scores = [str(figures.scores[name]) for name in CATEGORIES]
        _tell(page, *scores, f"{figures.lcp_seconds:.2f}", f"{figures.cls:.3f}", str(figures.byte_count))
    for fault in [fault for figures in found for fault in figures.faults]:
        print(fault)  # noqa: T201 - the report
    return 0 if all(figures.is_good() for figures in found) else 1


def main() -> int:
    """Read the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("lighthouse"))
    parser.add_argument("--url", help="an installation that runs")
    parser.add_argument("--mailbox", help="its mail stand-in")
    parser.add_argument("--only", default="", help="only pages whose name holds this")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    if given.url and given.mailbox:
        running = Installation(given.url.rstrip("/"), given.mailbox.rstrip("/"), Path("data"))
        return run(running, given.folder, given.only)
    with (
        tempfile.TemporaryDirectory(prefix="campaign-lighthouse-") as shared,
        installation(Path(shared), content()) as own,
    ):
        return run(own, given.folder, given.only)


if __name__ == "__main__":
    sys.exit(main())
