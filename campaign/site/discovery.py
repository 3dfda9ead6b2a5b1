"""What machines read in the head of our own faces' pages: canonical address, languages, card, structured data.

A page has an address for each language it exists in; the one without a prefix is the default, and the canonical one of
the page's first language. A campaign read in a language that it was not written in points to its first, a page of our
own words in a language that lacks some of them to the default.
"""

from collections.abc import Mapping
from types import MappingProxyType

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from campaign.campaigns.models import Campaign
from campaign.cards.queries import find_digest
from campaign.cards.showing import HEIGHT, WIDTH
from campaign.kernel.heads import Addresses, Discovery, Picture, address_in, alternates, structured
from campaign.kernel.languages import COMPLETE, DEFAULT
from campaign.kernel.localized import force_language, path_of
from campaign.site.organizations import OrganizationEntry
from campaign.site.pages import CampaignPage, CompanyPage


def discover_home(language: str) -> Discovery:
    """Return the head of the home page."""
    with force_language(_complete(language)) as own:
        title, description = (
            _("Worker-driven campaigns"),
            _("Stand with the workers who grow our food and make our clothes."),
        )
        canonical = address_in("site.home", own, DEFAULT)
        return Discovery(
            title=title,
            description=description,
            canonical=canonical,
            alternates=alternates("site.home", COMPLETE),
            language=own,
            data=structured("WebSite", canonical, own, name=title, description=description),
        )


def discover_campaigns(language: str) -> Discovery:
    """Return the head of the list of all campaigns."""
    with force_language(_complete(language)) as own:
        return _page_of_ours(
            own,
            "CollectionPage",
            "site.campaigns",
            (_("All campaigns"), _("Open worker-driven campaigns, and campaigns workers have won.")),
        )


def discover_organization(organization: OrganizationEntry, language: str) -> Discovery:
    """Return the head of an organization's page; its own words about itself are for its readers."""
    with force_language(_complete(language)) as own:
        about = {"@type": "Organization", "name": organization.name}
        return _page_of_ours(
            own,
            "AboutPage",
            "site.organization",
            (
                organization.name,
                _("Campaigns, events, and wins from %(organization)s.", organization=organization.name),
            ),
            {"slug": organization.slug},
            about=about,
        )


def discover_about(language: str) -> Discovery:
    """Return the head of the page about all this."""
    with force_language(_complete(language)) as own:
        return _page_of_ours(
            own,
            "AboutPage",
            "site.about",
            (_("About"), _("What worker-driven social responsibility is, and who runs this website.")),
        )


def _page_of_ours(
    own: str,
    kind: str,
    endpoint: str,
    words: tuple[str, str],
    values: Mapping[str, str] = MappingProxyType({}),
    **data: object,
) -> Discovery:
    """Return the head of a page in our own words; `words`: its title and what it is."""
    title, description = words
    canonical = address_in(endpoint, own, DEFAULT, **values)
    return Discovery(
        title=title,
        description=description,
        canonical=canonical,
        alternates=alternates(endpoint, COMPLETE, **values),
        language=own,
        data=structured(kind, canonical, own, name=title, description=description, **data),
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
        data=structured(
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
        description = _("What workers are asking of %(company)s, and how it has answered.", company=page.name)
        canonical = address_in("site.company", own, DEFAULT, **values)
        return Discovery(
            title=page.name,
            description=description,
            canonical=canonical,
            alternates=alternates("site.company", COMPLETE, **values),
            language=own,
            data=structured(
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
    return Picture(f"{current_app.config['PUBLIC_URL']}{path}", alt, WIDTH, HEIGHT)
