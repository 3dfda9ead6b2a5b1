"""The doors of events, by room: the pages everybody may read, the form, and what the holder of an RSVP changes."""

from flask import Blueprint

from campaign.events.views import mine as mine
from campaign.events.views import pages as pages
from campaign.events.views import rsvp as rsvp


def create_blueprint() -> Blueprint:
    """Return the doors of events."""
    blueprint = Blueprint("events", __name__)
    for room in (pages, rsvp, mine):
        room.register(blueprint)
    return blueprint
