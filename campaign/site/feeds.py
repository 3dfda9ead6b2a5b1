"""What programs fetch for themselves: the site map of the public pages, and the news of a campaign as an Atom feed.

Sources: sitemaps.org (0.9) with Google's alternates, RFC 4287 (Atom).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from campaign.campaigns import queries as campaigns
from campaign.campaigns.models import Campaign
from campaign.campaigns.texts import Text, pick
from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.heads import MappedPage, address_in, alternates
from campaign.kernel.keeping import cache_page
from campaign.kernel.languages import COMPLETE
from campaign.kernel.localized import localized, negotiate
from campaign.site.panels import mapped_pages
from campaign.targets.queries import list_addressed

FEED_SECONDS = 60
SITEMAP_SECONDS = 600
_UNDATED_PAGES = ("site.about", "site.privacy", "site.contact", "site.accessibility")


@dataclass(frozen=True)
class FeedEntry:
    """A piece of news as a feed tells it; its id is made of the row's, whatever becomes of its address."""

    id: UUID
    published_at: datetime
    updated_at: datetime
    title: Text
    body: Text


@dataclass(frozen=True)
class Feed:
    """The news of a campaign in one language. `page` is where they are read."""

    id: UUID
    title: Text
    organization: str
    page: str
    address: str
    updated_at: datetime
    language: str
    entries: tuple[FeedEntry, ...]


@cache_page(SITEMAP_SECONDS)
@access(Access.PUBLIC)
def sitemap() -> ResponseReturnValue:
    """List every public page in each of its languages."""
    pages = list(_mapped_pages(db.session()))
    return Response(render_template("site/sitemap.xml", pages=pages), mimetype="application/xml")


@localized
@cache_page(FEED_SECONDS)
@access(Access.PUBLIC)
def updates(slug: str) -> ResponseReturnValue:
    """Tell the news of a campaign to feed readers; a campaign without news has an empty feed, for news may come."""
    session = db.session()
    found = campaigns.get_public_campaign(session, slug)
    feed = _feed(session, found, negotiate(found.languages))
    return Response(render_template("site/updates.atom.xml", feed=feed), mimetype="application/atom+xml")


def add_feeds(site: Blueprint) -> None:
    """Give the public face its site map and feeds."""
    site.add_url_rule("/sitemap.xml", view_func=sitemap)
    site.add_url_rule("/campaigns/<slug>/updates.atom", view_func=updates)


def _mapped_pages(session: Session) -> Iterator[MappedPage]:
    public = {item.campaign.id: item.campaign for item in campaigns.list_home(session)}
    yield MappedPage(alternates("site.home", COMPLETE), max((row.updated_at for row in public.values()), default=None))
    yield MappedPage(
        alternates("site.campaigns", COMPLETE), max((row.updated_at for row in public.values()), default=None)
    )
    for row in public.values():
        yield MappedPage(alternates("site.campaign", row.page_languages, slug=row.slug), row.updated_at)
    companies: dict[str, datetime] = {}
    for key, slug in list_addressed(session, public):
        companies[slug] = max(public[key].updated_at, companies.get(slug, public[key].updated_at))
    for slug, changed_at in companies.items():
        yield MappedPage(alternates("site.company", COMPLETE, slug=slug), changed_at)
    for slug in sorted({row.organization_slug for row in public.values()}):
        led = (row.updated_at for row in public.values() if row.organization_slug == slug)
        yield MappedPage(alternates("site.organization", COMPLETE, slug=slug), max(led))
        yield MappedPage(alternates("site.organization_privacy", COMPLETE, slug=slug), None)
    yield from mapped_pages(session)
    for endpoint in _UNDATED_PAGES:
        yield MappedPage(alternates(endpoint, COMPLETE), None)


def _feed(session: Session, campaign: Campaign, language: str) -> Feed:
    own = language if language in campaign.page_languages else campaign.language
    rows = campaigns.list_updates(session, campaign.id)
    return Feed(
        id=_id_in(own, campaign, campaign.public_id),
        title=pick(campaign.title, own, campaign.languages),
        organization=campaign.organization.name,
        page=address_in("site.campaign", own, campaign.language, slug=campaign.slug),
        address=address_in("site.updates", own, campaign.language, slug=campaign.slug),
        updated_at=max((row.updated_at for row in rows), default=campaign.opened_at or campaign.created_at),
        language=own,
        entries=tuple(
            FeedEntry(
                _id_in(own, campaign, row.public_id),
                row.published_at,
                row.updated_at,
                pick(row.title, own, campaign.languages),
                pick(row.body, own, campaign.languages),
            )
            for row in rows
        ),
    )


def _id_in(language: str, campaign: Campaign, public_id: UUID) -> UUID:
    """Return the id of a feed or an entry in a language: two of the same id would be the same (RFC 4287 §4.2.6).

    In the campaign's first language it is the row's, as it was before there were others.
    """
    return public_id if language == campaign.language else uuid5(public_id, language)
