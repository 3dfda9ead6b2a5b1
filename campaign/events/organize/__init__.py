"""The organizers' side of events: what `campaign events` can do, as pages over the same service functions.

listing ─► overview ─┬─► editing: the event's own words, a day, a place      creating: from nothing, from last year's
                     ├─► running: publish, cancel, close, more room          placefiles: many places at once
                     └─► marshals: links to a leg's page                     lists: who comes, to print

boxes: forms to plain values and back · changing: over what is stored, with a preview · *_words: sentences
"""

from flask import Blueprint

from campaign.events.organize import creating, editing, listing, lists, marshals, overview, placefiles, running

__all__ = ["create_blueprint"]


def create_blueprint() -> Blueprint:
    """Return the organizers' doors of events."""
    blueprint = Blueprint("organize_events", __name__, url_prefix="/organize/<organization>")
    for room in (listing, creating, overview, editing, placefiles, running, marshals, lists):
        room.register(blueprint)
    return blueprint
