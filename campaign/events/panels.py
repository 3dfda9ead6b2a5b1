"""The RSVP's parts of other pages: the campaign's, one's own page, and what one is about to confirm."""

from collections.abc import Sequence
from uuid import UUID

from flask_babel import gettext, lazy_gettext
from sqlalchemy.orm import Session

from campaign.actions.doorstep import Doorstep
from campaign.actions.kind import ActionView, Panel, StepWords
from campaign.actions.queries import find_standing_action
from campaign.actions.vouchers import VisitState
from campaign.campaigns.models import Campaign
from campaign.events.asking import read_asked
from campaign.events.own_rsvps import list_own_rsvps
from campaign.events.pages.attendance import count_came_to_campaign
from campaign.events.pages.lists import EventCard
from campaign.events.purging import KEPT_FOR, SENSITIVE_KEPT_FOR
from campaign.events.queries.lists import count_to_come, has_events, list_events
from campaign.events.service import KIND
from campaign.kernel.clock import now
from campaign.kernel.db import db
from campaign.kernel.localized import current_language

_MOST_SHOWN = 3


def campaign_panel(session: Session, campaign: Campaign, language: str) -> Panel | None:
    """Show the campaign's next events, soonest first, and how many came so far; nothing where there is neither."""
    coming = _coming(list_events(session, language, campaign_id=campaign.id))
    came = 0 if campaign.is_high_safety else count_came_to_campaign(session, campaign.id, now())
    if not coming and not came:
        return None
    has_more = len(coming) > _MOST_SHOWN
    context = {"cards": coming[:_MOST_SHOWN], "campaign": campaign, "has_more": has_more, "came": came}
    return Panel("events/panel.html", context, order=30)


def home_panel(session: Session, language: str) -> Panel | None:
    """Show what is on next, of all campaigns."""
    coming = _coming(list_events(session, language))
    return Panel("events/home.html", {"cards": coming[:_MOST_SHOWN]}, order=30) if coming else None


def organization_panel(session: Session, slug: str, language: str) -> Panel | None:
    """Show what is on next, of one organization's campaigns."""
    coming = _coming(list_events(session, language, organization_slug=slug))
    return Panel("events/home.html", {"cards": coming[:_MOST_SHOWN]}, order=30) if coming else None


STEP_WORDS = StepWords(lazy_gettext("Join us"), button=lazy_gettext("Count me in"))


def next_step(doorstep: Doorstep, visit_state: VisitState, token: str) -> Panel | None:
    """Offer the campaign's next event after another action; nothing after an RSVP, or where none is to come."""
    if visit_state.kind == KIND or not doorstep.is_open:
        return None
    coming = _coming(list_events(db.session(), current_language(), campaign_id=doorstep.id))
    return Panel("events/next.html", {"card": coming[0], "token": token}) if coming else None


def privacy_panel(session: Session, organization_slug: str) -> Panel | None:
    """Tell what is kept of who comes to an event, and for how long; nothing where the organization has none."""
    if not has_events(session, organization_slug):
        return None
    days = {"sensitive_days": SENSITIVE_KEPT_FOR.days, "days": KEPT_FOR.days}
    return Panel("events/privacy.html", days, order=30)


def _coming(cards: Sequence[EventCard]) -> list[EventCard]:
    at = now()
    return [card for card in cards if card.status == "published" and not card.is_over(at)]


def describe(session: Session, action_ids: Sequence[int], language: str) -> list[ActionView]:
    """Show one's own RSVPs: each leg with what one has of it, and the way to the page where it is changed."""
    return [
        ActionView(str(own.public_id), gettext("My RSVP"), "events/rsvp.html", {"own": own})
        for own in list_own_rsvps(session, action_ids, language, now()).values()
    ]


def asked(session: Session, noted: str, language: str) -> ActionView | None:
    """Show what was just asked for: the event, its days, the party, until when what is free is held."""
    found = read_asked(session, noted, language)
    return None if found is None else ActionView("", gettext("Your RSVP"), "events/asked.html", {"asked": found})


def arrived(session: Session, public_id: UUID, language: str) -> ActionView | None:
    """Show what the one RSVP that holds has now: a place on each day, or a turn on its waiting list."""
    action = find_standing_action(session, public_id)
    return None if action is None else next(iter(describe(session, [action.id], language)), None)


def status_panel(session: Session, campaign: Campaign, status: str) -> Panel | None:
    """Tell organizers what becomes of events to come, and of RSVPs to them, when a campaign goes to another status."""
    events, rsvps = count_to_come(session, campaign.id)
    if not events:
        return None
    return Panel("events/organize/status.html", {"events": events, "rsvps": rsvps, "status": status}, order=30)
