"""The spine's pages: thanks, confirming, "this wasn't me", and one's own page."""

from flask import Blueprint

from campaign.actions.views import confirming, mine, not_me, thanks


def create_blueprint() -> Blueprint:
    """Return the blueprint of the spine's pages."""
    blueprint = Blueprint("actions", __name__)
    for room in (thanks, confirming, not_me, mine):
        room.register(blueprint)
    return blueprint
