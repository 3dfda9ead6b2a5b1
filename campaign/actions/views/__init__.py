"""The spine's pages: thanks, confirming, "this wasn't me", one's own page, unsubscribing, the picture to share."""

from flask import Blueprint

from campaign.actions.forms import in_order_of
from campaign.actions.private_pages import private_here
from campaign.actions.sharing import share_for
from campaign.actions.views import (
    confirming,
    ending,
    mine,
    not_me,
    own_mail,
    own_words,
    several,
    share,
    thanks,
    unsubscribing,
)
from campaign.kernel.countries import WITHOUT_POSTAL_CODES


def create_blueprint() -> Blueprint:
    """Return the blueprint of the spine's pages."""
    blueprint = Blueprint("actions", __name__)
    for room in (thanks, confirming, several, not_me, mine, ending, own_mail, own_words, unsubscribing, share):
        room.register(blueprint)
    blueprint.add_app_template_global(share_for)
    blueprint.add_app_template_global(private_here)
    blueprint.add_app_template_filter(in_order_of)
    blueprint.record_once(lambda state: state.app.jinja_env.globals.update(without_postal_codes=WITHOUT_POSTAL_CODES))
    return blueprint
