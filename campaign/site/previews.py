"""A draft as it will be, for the holder of a link (`campaign preview SLUG`): its page and what hangs on it.

    /preview/<token>             the campaign's page
    /preview/<token>/<room>      a page that a kind of action has: letter, events/<slug>
    /preview/<token>/card.png    the picture that a shared link shows
    /es/preview/<token>…         in another language

It is drawn by what draws the public pages, of a campaign that looks open to them and is not: nothing is written. Forms
stand there as they will be, and cannot be sent: their buttons are shut, the browser is told to send none, and the doors
that they lead to know no draft. Nothing is kept, listed or told to other pages.
"""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, g, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from campaign.actions.kind import ActionKind, PreviewPage
from campaign.campaigns.models import Campaign
from campaign.campaigns.previewing import get_previewed, preview_signer
from campaign.cards.showing import showing_of
from campaign.kernel.access import Access, access
from campaign.kernel.db import db
from campaign.kernel.errors import GoneError, NotFoundError
from campaign.kernel.guards import opened_by
from campaign.kernel.headers import send_no_forms
from campaign.kernel.installation import Installation
from campaign.kernel.localized import localized, negotiate, page_url, use_language
from campaign.kernel.tokens import ExpiredTokenError, ForgedTokenError
from campaign.site.discovery import discover_campaign
from campaign.site.panels import KINDS_KEY, campaign_acts
from campaign.site.queries import get_campaign_page

_CARD = "card.png"


@localized
@access(Access.TOKEN, opened_by(preview_signer))
def preview(token: str) -> ResponseReturnValue:
    """Show a draft's page; lead to the page that everybody sees, once there is one."""
    session, campaign = _open(token)
    language = negotiate(campaign.languages)
    if campaign.status != "draft":
        return redirect(page_url("site.campaign", slug=campaign.slug, first=campaign.language))
    _prepare(session, campaign, token)
    page = get_campaign_page(session, campaign, language)
    return render_template(
        "site/campaign.html",
        page=page,
        discovery=discover_campaign(session, campaign, page, language),
        acts=campaign_acts(session, campaign, language),
    )


@localized
@access(Access.TOKEN, opened_by(preview_signer))
def preview_room(token: str, room: str) -> ResponseReturnValue:
    """Show another page of a draft: one that a kind of action has, or its card."""
    session, campaign = _open(token)
    language = negotiate(campaign.languages)
    rooms = _prepare(session, campaign, token)
    if room not in rooms and room != _CARD:
        raise NotFoundError("no such page")
    return _card(campaign, language) if room == _CARD else rooms[room].write(language)


def _open(token: str) -> tuple[Session, Campaign]:
    """Return the campaign of a link, in whatever status."""
    send_no_forms()
    installation: Installation = current_app.extensions["campaign.installation"]
    try:
        claim = preview_signer(installation).read(token)
    except ExpiredTokenError as error:
        raise GoneError("this link is over") from error
    except ForgedTokenError as error:
        raise NotFoundError("no such link") from error
    session = db.session()
    return session, get_previewed(session, UUID(str(claim)))


def _prepare(session: Session, campaign: Campaign, token: str) -> dict[str, PreviewPage]:
    """Let a draft look open, and links lead to previews; return the pages that hang on it by their room.

    Side effects: `g.preview` and `g.moved_pages`, which the layout, buttons and `page_url` ask for.
    """
    if campaign.status == "draft":
        set_committed_value(campaign, "status", "open")  # to whoever draws it; no flush ever sees it
    kinds: tuple[ActionKind, ...] = current_app.extensions[KINDS_KEY]
    pages = [page for kind in kinds if kind.previews for page in kind.previews(session, campaign)]
    first = campaign.language
    g.moved_pages = {("site.campaign", campaign.slug): {"endpoint": "site.preview", "token": token}}
    for page in pages:
        moved = {"endpoint": "site.preview_room", "token": token, "room": page.room}
        g.moved_pages[page.endpoint, page.slug] = moved
    g.preview = [(gettext("Campaign page"), _url(token, first))]
    g.preview += [(page.title, _url(token, first, page.room)) for page in pages]
    if not campaign.is_high_safety:
        g.preview.append((gettext("Image for shared links"), _url(token, first, _CARD)))
    return {page.room: page for page in pages}


def draw_unsaved(session: Session, campaign: Campaign) -> str:
    """Return the page of a campaign that this session holds and that is not stored, as everybody would see it.

    Side effects: those of `_prepare`; the answer is in the campaign's own language.
    """
    send_no_forms()
    language = use_language(campaign.language)
    g.first_language = campaign.language
    set_committed_value(campaign, "status", "open")
    g.preview, g.is_unsaved = [(gettext("Campaign page"), "#main")], True
    page = get_campaign_page(session, campaign, language)
    return render_template(
        "site/campaign.html",
        page=page,
        discovery=discover_campaign(session, campaign, page, language),
        acts=campaign_acts(session, campaign, language),
    )


def _url(token: str, first: str, room: str = "") -> str:
    more: dict[str, Any] = {"room": room} if room else {}
    return page_url("site.preview_room" if room else "site.preview", token=token, first=first, **more)


def _card(campaign: Campaign, language: str) -> Response:
    from campaign.cards.drawing import draw  # noqa: PLC0415 - costs half a second, and few look at drafts

    if campaign.is_high_safety:
        raise NotFoundError("no such card")
    own = language if language in campaign.languages else campaign.language
    return Response(draw(showing_of(campaign, campaign.organization.name, 0, own)), mimetype="image/png")


def add_previews(site: Blueprint) -> None:
    """Give the public pages those of drafts."""
    site.add_url_rule("/preview/<token>", view_func=preview, endpoint="preview")
    site.add_url_rule("/preview/<token>/<path:room>", view_func=preview_room, endpoint="preview_room")
