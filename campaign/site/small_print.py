"""The small print: who keeps what of supporters and how long, whom to reach, for whom these pages work.

Every figure on a page is the constant that the code goes by, so that the page cannot say anything else.
"""

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from campaign.actions.service.holding import REVIEWED_WITHIN
from campaign.actions.service.links import KEPT_FOR
from campaign.actions.service.taking_back import UNCONFIRMED_KEPT_FOR
from campaign.actions.tokens import CONFIRM_SECONDS, UNDO_SECONDS, VISIT_SECONDS
from campaign.delivery.suppression import REFUSAL_LASTS
from campaign.delivery.upkeep import CONFIRMATIONS_KEPT, EVENTS_KEPT
from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.keeping import cache_page
from campaign.kernel.languages import INTERFACE
from campaign.kernel.localized import localized, negotiate
from campaign.site.discovery import discover_plain
from campaign.site.organizations import get_organization, list_organizations
from campaign.site.panels import privacy_panels

SMALL_PRINT_SECONDS = 300


@dataclass(frozen=True)
class Figures:
    """How long things are kept, in the unit that each name says."""

    unconfirmed_days: int = UNCONFIRMED_KEPT_FOR.days
    review_days: int = REVIEWED_WITHIN.days
    confirm_link_days: int = timedelta(seconds=CONFIRM_SECONDS).days
    own_link_days: int = KEPT_FOR.days
    undo_link_years: int = timedelta(seconds=UNDO_SECONDS).days // 365
    visit_minutes: int = VISIT_SECONDS // 60
    mail_record_days: int = CONFIRMATIONS_KEPT.days
    mail_event_days: int = EVENTS_KEPT.days
    refusal_days: int = REFUSAL_LASTS.days


FIGURES = Figures()


@localized
@cache_page(SMALL_PRINT_SECONDS)
@access(Access.PUBLIC)
def privacy() -> ResponseReturnValue:
    """Name the organizations that answer for what supporters tell them."""
    language = negotiate(INTERFACE)
    return render_template(
        "site/privacy.html",
        organizations=list_organizations(db.session(), language),
        discovery=discover_plain("site.privacy", language),
    )


@localized
@cache_page(SMALL_PRINT_SECONDS)
@access(Access.PUBLIC)
def organization_privacy(slug: str) -> ResponseReturnValue:
    """Say what an organization keeps of its supporters, why, how long, and what they can do about it."""
    language = negotiate(INTERFACE)
    organization = get_organization(db.session(), slug, language)
    return render_template(
        "site/organization_privacy.html",
        organization=organization,
        figures=FIGURES,
        panels=privacy_panels(db.session(), organization.slug),
        discovery=discover_plain("site.organization_privacy", language, slug=slug),
    )


@localized
@cache_page(SMALL_PRINT_SECONDS)
@access(Access.PUBLIC)
def contact() -> ResponseReturnValue:
    """Say who leads the campaigns, and where they are."""
    language = negotiate(INTERFACE)
    return render_template(
        "site/contact.html",
        organizations=list_organizations(db.session(), language),
        discovery=discover_plain("site.contact", language),
    )


@localized
@cache_page(SMALL_PRINT_SECONDS)
@access(Access.PUBLIC)
def accessibility() -> ResponseReturnValue:
    """Say what is aimed at, how it is tested, and what does not work."""
    language = negotiate(INTERFACE)
    return render_template("site/accessibility.html", discovery=discover_plain("site.accessibility", language))


def add_small_print(site: Blueprint) -> None:
    """Give the public face its small print."""
    site.add_url_rule("/privacy", view_func=privacy)
    site.add_url_rule("/organizations/<slug>/privacy", view_func=organization_privacy)
    site.add_url_rule("/contact", view_func=contact)
    site.add_url_rule("/accessibility", view_func=accessibility)
