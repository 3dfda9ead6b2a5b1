"""A mail as a supporter would get it, made for whoever words it: about no action, with links to a page that says so."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

from babel.dates import format_date
from babel.numbers import format_decimal
from sqlalchemy.orm import Session

from campaign.actions.after.part import mails_of
from campaign.actions.after.stored import REMIND, THANKS
from campaign.actions.kind import ActionKind, ReceiptOffer
from campaign.actions.mail_contents import campaign_content, hello
from campaign.actions.tokens import CONFIRM_SECONDS
from campaign.campaigns.models import Campaign
from campaign.delivery.suppression import REFUSAL_LASTS
from campaign.delivery.topics import Content
from campaign.kernel.clock import now
from campaign.kernel.errors import NotFoundError
from campaign.kernel.installation import installation_of
from campaign.kernel.languages import interface_language
from campaign.kernel.mailtext import tags

LEADS_TO = "/organize/test-email"
"""Where every link of such a mail leads: a page that says that it was a test. No token is in it."""

_NUMBER = 1_234


@dataclass(frozen=True)
class Tried:
    """Which mail: by name, in one of the campaign's languages, greeting somebody by a given name."""

    name: str
    language: str
    given_name: str = "Ana"


def list_tried(campaign: Campaign, kinds: Sequence[ActionKind]) -> list[str]:
    """Return the mails that supporters of a campaign may get, by name; of high safety none thanks."""
    return [name for name in mails_of(kinds) if not (campaign.is_high_safety and name == THANKS)]


def make_tried(session: Session, campaign: Campaign, kinds: Sequence[ActionKind], tried: Tried) -> Content:
    """Return the mail, its tags filled in; the campaign has its organization loaded.

    Raises:
        NotFoundError: the campaign has no such mail, or is not in that language.
    """
    if tried.name not in list_tried(campaign, kinds) or tried.language not in campaign.page_languages:
        raise NotFoundError("there is no such email")
    installation = installation_of(session)
    row = _row(campaign, tried)
    offer = _offer(session, campaign, kinds) if tried.name == THANKS else None
    topic, category, own = _topic(tried.name)
    content = campaign_content(
        installation,
        row,
        topic,
        category,
        offer=offer.template if offer else "",
        is_bulk=tried.name == THANKS,
        own=own,
    )
    return fill(content, _values(row, installation.url(LEADS_TO)))


def fill(content: Content, values: dict[str, str]) -> Content:
    """Return a mail as its reader sees it: with values where its tags are."""
    text, html = content.text, content.html or ""
    for tag, value in tags(**values).items():
        text, html = text.replace(tag, value), html.replace(tag, value)
    return replace(content, text=text, html=html)


def _topic(name: str) -> tuple[str, str, str]:
    if name == REMIND:
        return "actions/remind", "reminder", REMIND
    if name == THANKS:
        return "actions/thanks", "thanks", THANKS
    return f"{name}/confirm", "confirmation", name


def _row(campaign: Campaign, tried: Tried) -> Any:  # noqa: ANN401 - stands for a row of `list_for_mail`
    organization = campaign.organization
    names = ("languages", "title", "demand", "is_high_safety", "palette", "art", "after_signing", "slug")
    return cast(
        "Any",
        SimpleNamespace(
            language=tried.language,
            organization=organization.name,
            organization_slug=organization.slug,
            contact_url=organization.contact_url,
            postal_address=organization.postal_address,
            given_name=tried.given_name,
            family_name="",
            **{name: getattr(campaign, name) for name in names},
        ),
    )


def _values(row: Any, link: str) -> dict[str, str]:  # noqa: ANN401 - as above
    language = interface_language(row.language)
    links = dict.fromkeys(("link", "not_me", "undo", "unsubscribe", "share", "mine", "offer"), link)
    return {
        **links,
        "hello": hello(row),
        "number": format_decimal(_NUMBER, locale=language),
        "until": format_date(now() + timedelta(seconds=CONFIRM_SECONDS), "long", locale=language),
        "days": str(REFUSAL_LASTS.days),
    }


def _offer(session: Session, campaign: Campaign, kinds: Sequence[ActionKind]) -> ReceiptOffer | None:
    offers = [kind for kind in kinds if kind.receipt_offer and campaign.id in kind.offered_in(session, [campaign.id])]
    return offers[0].receipt_offer if offers else None
