"""What the journeys walk through: a campaign each, so that its count is exact; real texts, in both languages.

The companies are the demonstration's, which take letters at all hours; each main journey writes to one of its own.
"""

import json
from importlib.resources import files
from typing import Any

import yaml

from tests.events.manyplaces import event as many_places_event
from tests.walks.marches import marches, speak_urdu

MAIN = {
    "script-en": "kroger", "plain-es": "hannaford",
    "curl-en": "amazon", "curl-es": "ikea",
}  # fmt: skip
"""Main journeys, and the company to whose two executives each writes."""

OTHERS = (
    "withdraw",
    "erase",
    "receipt",
    "ending",
    "not-me",
    "links",
    "mistakes",
    "held",
    "scripts",
    "livecount",
    "march",
)
"""Journeys that look at one thing; those that write, write to Adidas."""

DRAFT = "draft"
"""Its letter is confirmed, too, so it goes to a company of its own."""

PAGES = ("pages-en", "pages-es", "pages-ht", "pages-ur", "pages-keyboard", "pages-bare")
"""What the tests of pages walk through; the last has no art. They write to a company of their own, so that no other
journey's letters are counted wrong.
"""

RESTING = ("paused", "closed", "won")
"""Campaigns that are what they are called."""

DESK, DESK_DRAFT = "desk", "desk-draft"
"""The campaign in which the walk past the organizers' pages leaves something in each room, and one to be published."""

_STATUS = {**{status: status for status in RESTING}, DESK_DRAFT: "draft"}


def _company(slug: str) -> dict[str, object]:
    return {
        "slug": slug,
        "name": slug.title(),
        "sector": "supermarkets",
        "country": "US",
        "timezone": "America/New_York",
        "executives": [
            {"office": office, "address": f"{office.split()[0].lower()}@{slug}.example"}
            for office in ("Chief Executive Officer", "Head of Responsible Sourcing")
        ],
    }


def slug_of(journey: str) -> str:
    return f"journey-{journey}"


def demonstration() -> dict[str, Any]:
    """Return the demonstration's own content."""
    found: dict[str, Any] = yaml.safe_load(files("campaign.campaigns").joinpath("demo.yml").read_text())
    return found


def content() -> str:
    """Return the file to load, in the shape of `campaign load` (JSON is YAML)."""
    demo = demonstration()
    model = next(entry for entry in demo["campaigns"] if entry["slug"] == "fair-food")
    kept = {name: model[name] for name in ("agreement", "title", "demand", "story", "letter", "art")}
    companies = MAIN | dict.fromkeys((*OTHERS, *RESTING, DESK, DESK_DRAFT), "adidas") | dict.fromkeys(PAGES, "grocer")
    companies |= {DRAFT: "stationer"}
    campaigns = [
        {
            **kept,
            "slug": slug_of(journey),
            "organization": "journeys",
            "goal": 500,
            "status": _STATUS.get(journey, "open"),
            "companies": [{"company": company}],
            **({"art": None} if journey.endswith("-bare") else {}),
        }
        for journey, company in companies.items()
    ]
    campaigns = [speak_urdu(entry) if entry["slug"] == slug_of("march") else entry for entry in campaigns]
    march = next(entry for entry in demo["events"] if entry["kind"] == "march")
    organization = {"slug": "journeys", "name": "Workers of the Journeys", "place": "Immokalee"}
    return json.dumps(
        {
            "organizations": [organization],
            "companies": [_company("grocer"), _company("stationer")],
            "campaigns": campaigns,
            "events": [*marches(march, slug_of("march")), many_places_event(400, campaign=slug_of("pages-bare"))],
        }
    )
