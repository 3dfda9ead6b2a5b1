"""Who leads campaigns here, as the small print says it. An organization with nothing but drafts exists for nobody."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from campaign.campaigns import queries as campaigns
from campaign.campaigns.models import Campaign, Organization
from campaign.campaigns.texts import Text, pick
from campaign.kernel.addresses import web_address
from campaign.kernel.errors import NotFoundError
from campaign.kernel.languages import DEFAULT
from campaign.kernel.text import sort_key

NO_TEXT = Text("", DEFAULT)


@dataclass(frozen=True)
class CampaignLink:
    """A public campaign of an organization. `first_language` makes its address."""

    slug: str
    first_language: str
    title: Text


@dataclass(frozen=True)
class Contact:
    """An address that a link leads to, and as people read it: without `mailto:` or `https://`."""

    url: str
    words: str


@dataclass(frozen=True)
class OrganizationEntry:
    """An organization and its public campaigns. `contact`: where questions go, None where it gave no address.

    `about`: who they are, in Markdown.

    `is_high_safety`: whether one of its campaigns keeps no address; `keeps_addresses`: whether one does.
    """

    slug: str
    name: str
    place: str
    donate_url: str | None
    contact: Contact | None
    postal_address: str | None
    is_high_safety: bool
    keeps_addresses: bool
    campaigns: tuple[CampaignLink, ...]
    about: Text = NO_TEXT


def list_organizations(session: Session, language: str) -> list[OrganizationEntry]:
    """Return the organizations with public campaigns, by name."""
    found: dict[int, list[Campaign]] = {}
    for item in campaigns.list_home(session):
        found.setdefault(item.campaign.organization_id, []).append(item.campaign)
    entries = [_entry(led[0].organization, led, language) for led in found.values()]
    return sorted(entries, key=lambda entry: sort_key(entry.name))


def get_organization(session: Session, slug: str, language: str) -> OrganizationEntry:
    """Return the organization; raise `NotFoundError` where none of that name has a public campaign."""
    for entry in list_organizations(session, language):
        if entry.slug == slug:
            return entry
    raise NotFoundError(f"there is no organization {slug!r}")


def _entry(organization: Organization, led: list[Campaign], language: str) -> OrganizationEntry:
    return OrganizationEntry(
        slug=organization.slug,
        name=organization.name,
        place=organization.place,
        donate_url=web_address(organization.donate_url),
        contact=_contact(organization.contact_url),
        postal_address=organization.postal_address,
        is_high_safety=any(campaign.is_high_safety for campaign in led),
        keeps_addresses=not all(campaign.is_high_safety for campaign in led),
        campaigns=tuple(
            CampaignLink(campaign.slug, campaign.language, pick(campaign.title, language, campaign.languages))
            for campaign in led
        ),
        about=pick(organization.about or {}, language, (DEFAULT,)),
    )


def _contact(url: str | None) -> Contact | None:
    for scheme in ("mailto:", "https://"):
        if url is not None and url.startswith(scheme):
            return Contact(url, url.removeprefix(scheme))
    return None
