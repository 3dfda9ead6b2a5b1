"""The doors of events, by room: the public pages, the form, what an RSVP's holder changes, the marshal's page."""

from flask import Blueprint

from campaign.events.views import marshal as marshal
from campaign.events.views import mine as mine
from campaign.events.views import pages as pages
from campaign.events.views import rsvp as rsvp


def create_blueprint() -> Blueprint:
    """Return the doors of events."""
    blueprint = Blueprint("events", __name__)
    for room in (pages, rsvp, mine, marshal):
        room.register(blueprint)
    return blueprint
