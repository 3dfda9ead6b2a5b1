"""The spine's pages: thanks, confirming, "this wasn't me", one's own page, and the picture that is shared."""

from flask import Blueprint

from campaign.actions.sharing import share_for
from campaign.actions.views import confirming, mine, not_me, several, share, thanks


def create_blueprint() -> Blueprint:
    """Return the blueprint of the spine's pages."""
    blueprint = Blueprint("actions", __name__)
    for room in (thanks, confirming, several, not_me, mine, share):
        room.register(blueprint)
    blueprint.add_app_template_global(share_for)
    return blueprint
