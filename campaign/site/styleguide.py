"""Every component in each of its states, and campaign pages at their limits; under `--demo` and in tests only.

    /styleguide                     components, with the macro call of each          (?dir=rtl mirrors it)
    /styleguide/campaigns/<name>    a whole campaign page with made-up, awkward content

Light or dark is the reader's browser's choice, as everywhere.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from campaign.campaigns.look import ARTS, PAGE_ARTS, PALETTES
from campaign.campaigns.milestones import next_milestone
from campaign.campaigns.standfirsts import Standfirst
from campaign.campaigns.texts import Text
from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.localized import use_language
from campaign.site.pages import AgreementEntry, CampaignLists, CampaignPage, Card, StandingEntry, UpdateEntry
from campaign.site.panels import Acts, campaign_acts
from campaign.site.queries import find_open_campaign

styleguide = Blueprint("styleguide", __name__)

_DAY = date(2026, 3, 18)
_AT = datetime(2026, 3, 18, 12, tzinfo=UTC)
_LONG = (
    "Sign a binding agreement with the workers who plant, pick, pack, sew, milk, build and carry what you sell, open "
    "your books to inspectors whom the workers trust, pay the premium that makes their wages whole, stop buying where "
    "the rules are broken, and tell the public each year, in plain words, what was found and what was fixed."
)
_STORY = (
    "On farms in the program, workers clock in before they pick, drink water in the shade and report abuse to "
    "people who answer.\n\n**Others have not signed.** As long as they buy elsewhere, there is a market for the rest."
)


def _text(value: str) -> Text:
    return Text(value, "en")


def _page() -> CampaignPage:
    """Return a campaign as most are."""
    return CampaignPage(
        card=Card(
            slug="fair-food",
            first_language="en",
            status="open",
            organization="Coalition of Examples",
            organization_slug="ciw",
            title=_text("Kroger and Publix: join the Fair Food Program"),
            demand=_text("Sign a binding agreement with the workers who pick your tomatoes."),
            confirmed=411,
            goal=50_000,
            milestone=500,
            won_at=None,
            art="tomato",
            palette="tomato",
        ),
        place="Immokalee, Florida",
        donate_url="https://give.example/",
        closed_at=None,
        standfirst=Standfirst(
            _text("Workers wrote the rules. Fourteen companies have signed. Others buy elsewhere."), is_cut=False
        ),
        story=_text(_STORY),
        won_text=_text(""),
        standings=(_standing("Kroger", "holdout"), _standing("Publix", "in_talks")),
        updates=(UpdateEntry(_AT, _text("Another season with the heat rules"), _text("Water, shade and rest held.")),),
        agreement=AgreementEntry("Fair Food Program", 2011, 14, _DAY, ("Subway", "Whole Foods")),
    )


def _standing(company: str, stance: str) -> StandingEntry:
    return StandingEntry("kroger", company, stance, _DAY if stance else None, _text("Asked since 2009."))


def _counted(confirmed: int, goal: int = 50_000) -> CampaignPage:
    page = _page()
    card = replace(page.card, confirmed=confirmed, goal=goal, milestone=next_milestone(confirmed, goal))
    return replace(page, card=card)


def _with_card(**values: object) -> CampaignPage:
    page = _page()
    return replace(page, card=replace(page.card, **values))  # type: ignore[arg-type]


def _companies(count: int) -> CampaignPage:
    names = ("Kroger", "Publix", "Wendy’s", "Hannaford", "Adidas", "Amazon", "IKEA", "Example & Sons", "Ünïted Fruit")
    stances = ("holdout", "in_talks", "met", "")
    entries = [_standing(name, stances[place % 4]) for place, name in enumerate(names[:count])]
    return replace(_page(), standings=tuple(entries))


def _bare() -> CampaignPage:
    page = replace(
        _companies(0),
        standfirst=Standfirst(_text(""), is_cut=True),
        story=_text(""),
        updates=(),
        agreement=None,
        place="",
        donate_url=None,
    )
    return replace(page, card=replace(page.card, art=""))


CAMPAIGNS: dict[str, Callable[[], CampaignPage]] = {
    "usual": _page,
    "without-art": lambda: _with_card(art=""),
    "long-demand": lambda: _with_card(demand=_text(_LONG)),
    "no-company": lambda: _companies(0),
    "nine-companies": lambda: _companies(9),
    "no-signature": lambda: _counted(0),
    "a-million": lambda: _counted(1_234_567, 1_000_000),
    "bare": _bare,
    "won": lambda: replace(
        _with_card(status="won", won_at=_AT, confirmed=12_480, art="sneaker"), won_text=_text("They paid. All of it.")
    ),
    "paused": lambda: _with_card(status="paused"),
    "closed": lambda: replace(_with_card(status="closed"), closed_at=_AT),
}
"""Campaign pages by name: the limits of what organizers may write and supporters may do."""


@styleguide.get("/styleguide")
@access(Access.PUBLIC)
def components() -> ResponseReturnValue:
    """Show every component."""
    direction = "rtl" if request.args.get("dir") == "rtl" else "ltr"
    use_language("ur" if direction == "rtl" else "en")
    card = _page().card
    cards = (
        card,
        replace(card, status="won", won_at=_AT, art="sneaker", palette="court"),
        replace(card, status="paused", art="milk", palette="milk"),
        replace(card, status="closed", art="", palette="night"),
        replace(card, confirmed=0, milestone=100, demand=_text(_LONG), art="hard-hat", palette="brick"),
    )
    return render_template(
        "site/styleguide.html",
        palettes=PALETTES,
        arts=ARTS + PAGE_ARTS,
        campaigns=tuple(CAMPAIGNS),
        card=card,
        foreign=Text("Firmen un acuerdo con quienes cosechan sus tomates.", "es"),
        cards=cards,
        lists=CampaignLists(open=cards[:1], won=cards[1:2], resting=cards[2:], confirmed_count=12_891),
    )


@styleguide.get("/styleguide/campaigns/<name>")
@access(Access.PUBLIC)
def campaign_page(name: str) -> ResponseReturnValue:
    """Show a made-up campaign as its page would be."""
    make = CAMPAIGNS.get(name)
    if make is None:
        abort(404)
    page, session = make(), db.session()
    found = find_open_campaign(session) if page.card.status == "open" else None
    acts = campaign_acts(session, found, "en") if found is not None else Acts()
    return render_template("site/campaign.html", page=page, acts=acts)
