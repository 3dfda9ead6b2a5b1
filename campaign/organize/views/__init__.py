"""The doors of the organizers' side, all below `/organize`.

An organization's pages are below `/organize/<organization>/`: where one is stands in the address, so that two tabs of
two organizations never meet.
"""

from flask import Blueprint

from campaign.organize.places import places_of
from campaign.organize.views.home import add_home
from campaign.organize.views.signing_in import add_signing_in


def create_blueprint() -> Blueprint:
    """Return the organizers' doors."""
    blueprint = Blueprint("organize", __name__, url_prefix="/organize")
    add_signing_in(blueprint)
    add_home(blueprint)
    blueprint.add_app_template_global(places_of, "organize_places")
    return blueprint
