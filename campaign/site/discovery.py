"""What machines read in the head of a public page: canonical address, languages, its card, structured data.

A page has an address for each language it exists in; the one without a prefix is the default, and the canonical one of
the page's first language. A campaign read in a language that it was not written in points to its first, a page of our
own words in a language that lacks some of them to the default.

Sources: RFC 6596 (canonical), Google's "Localized versions of your page" (hreflang), ogp.me, schema.org.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from babel.core import get_global
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from campaign.campaigns.models import Campaign
from campaign.cards.queries import find_digest
from campaign.cards.showing import HEIGHT, WIDTH
from campaign.kernel.languages import COMPLETE, DEFAULT
from campaign.kernel.localized import force_language, page_url, path_of
from campaign.site.pages import CampaignPage, CompanyPage

Data = Mapping[str, object]


@dataclass(frozen=True)
class Alternate:
    """The page in another language; `hreflang` is a language tag, or `x-default` for readers of any other."""

    hreflang: str
    url: str


@dataclass(frozen=True)
class Picture:
    """The card that link previews show, with its size in pixels."""

    url: str
    alt: str
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """Where one page is to be found in one language, and in the others; every address is absolute."""

    canonical: str
    alternates: tuple[Alternate, ...]


@dataclass(frozen=True, kw_only=True)
class Discovery(Addresses):
    """The head of one page in one language. `data` is its JSON-LD."""

    title: str
    description: str
    language: str
    data: Data
    picture: Picture | None = None
    feed: str | None = None

    @property
    def locale(self) -> str:
        """The page's language as Open Graph writes it, with the country that CLDR finds likely: `es_ES`."""
        return _locale(self.language)

    @property
    def other_locales(self) -> list[str]:
        """The other languages it exists in."""
        languages = (one.hreflang for one in self.alternates if one.hreflang != "x-default")
        return [_locale(language) for language in languages if language != self.language]


def alternates(endpoint: str, languages: Sequence[str], **values: str) -> tuple[Alternate, ...]:
    """Return the addresses of a page that exists in `languages`, its first one first; then the default."""
    first = languages[0]
    urls = {code: address_in(endpoint, code, first, **values) for code in languages}
    return (*(Alternate(code, url) for code, url in urls.items()), Alternate("x-default", urls[first]))


def address_in(endpoint: str, language: str, first: str, **values: str) -> str:
    """Return the absolute address of a page in `language`, where `first` is its first one; without `?lang=`."""
    return page_url(endpoint, language=language, first=first, pin=False, external=True, **values)


def discover_home(language: str) -> Discovery:
    """Return the head of the home page."""
    with force_language(_complete(language)) as own:
        title, description = _("Worker-driven campaigns"), _("Stand with the workers who make our food and clothes.")
        canonical = address_in("site.home", own, DEFAULT)
        return Discovery(
            title=title,
            description=description,
            canonical=canonical,
            alternates=alternates("site.home", COMPLETE),
            language=own,
            data=_data("WebSite", canonical, own, name=title, description=description),
        )


def discover_plain(endpoint: str, language: str, **values: str) -> Addresses:
    """Return the addresses of a page that is in our own words alone, such as the small print."""
    canonical = address_in(endpoint, _complete(language), DEFAULT, **values)
    return Addresses(canonical=canonical, alternates=alternates(endpoint, COMPLETE, **values))


def discover_campaign(session: Session, campaign: Campaign, page: CampaignPage, language: str) -> Discovery:
    """Return the head of a campaign's page; without a picture while no card is drawn."""
    languages = campaign.page_languages
    own = language if language in languages else campaign.language
    values = {"slug": campaign.slug}
    canonical = address_in("site.campaign", own, campaign.language, **values)
    picture = _picture(session, campaign, page, own)
    return Discovery(
        title=page.card.title.value,
        description=page.card.demand.value,
        canonical=canonical,
        alternates=alternates("site.campaign", languages, **values),
        language=own,
        picture=picture,
        feed=address_in("site.updates", own, campaign.language, **values) if page.updates else None,
        data=_data(
            "WebPage",
            canonical,
            own,
            name=page.card.title.value,
            description=page.card.demand.value,
            dateModified=campaign.updated_at.isoformat(),
            publisher={"@type": "Organization", "name": page.card.organization},
            **({"datePublished": campaign.opened_at.isoformat()} if campaign.opened_at else {}),
            **({"primaryImageOfPage": {"@type": "ImageObject", "url": picture.url}} if picture else {}),
        ),
    )


def discover_company(page: CompanyPage, language: str) -> Discovery:
    """Return the head of a company's page."""
    values = {"slug": page.slug}
    address = {"@type": "PostalAddress", "addressCountry": page.country}
    with force_language(_complete(language)) as own:
        description = _("What workers ask of %(company)s, and what it has answered.", company=page.name)
        canonical = address_in("site.company", own, DEFAULT, **values)
        return Discovery(
            title=page.name,
            description=description,
            canonical=canonical,
            alternates=alternates("site.company", COMPLETE, **values),
            language=own,
            data=_data(
                "WebPage",
                canonical,
                own,
                name=page.name,
                description=description,
                about={"@type": "Organization", "name": page.name, "address": address},
            ),
        )


def _complete(language: str) -> str:
    """Return the language that stands for `language` among those a page of our own words is listed in."""
    return language if language in COMPLETE else DEFAULT


def _picture(session: Session, campaign: Campaign, page: CampaignPage, language: str) -> Picture | None:
    digest = find_digest(session, campaign.id, language)
    if digest is None:
        return None
    path = path_of("cards.card", slug=campaign.slug, digest=digest, language=language)
    alt = f"{page.card.organization}. {page.card.title.value}. {page.card.demand.value}"
    return Picture(f"{current_app.config['PUBLIC_URL']}{path}", alt)


def _data(kind: str, url: str, language: str, **values: object) -> Data:
    return {"@context": "https://schema.org", "@type": kind, "url": url, "inLanguage": language, **values}


def _locale(language: str) -> str:
    likely: str = get_global("likely_subtags").get(language, "")
    return f"{language}_{likely.rpartition('_')[2]}" if "_" in likely else language
