"""The rooms of a campaign on the organizers' side: what the row above each of its pages leads to.

A kind of action brings its own (`ActionKind.organize_rooms`), so that this face knows none by name.
"""

from collections.abc import Iterator, Sequence

from flask import current_app, request, url_for
from flask_babel import lazy_gettext as _

from campaign.accounts.web.guards import Here
from campaign.actions.kind import ActionKind, OrganizersRoom
from campaign.organize.places import KINDS_KEY as KINDS_KEY  # noqa: PLC0414 - its users find it here
from campaign.organize.places import Place, nearest_of

ROOMS: Sequence[OrganizersRoom] = (
    OrganizersRoom(_("Overview"), "organize.campaign", order=0),
    OrganizersRoom(_("Look"), "organize.look", ("publish",), order=48),
    OrganizersRoom(_("After signing"), "organize.after", ("publish",), order=40),
    OrganizersRoom(_("Pictures"), "organize.pictures", ("publish",), order=50),
    OrganizersRoom(_("Documents"), "organize.documents", ("publish",), order=51),
    OrganizersRoom(_("Updates"), "organize.updates", ("publish",), order=60),
    OrganizersRoom(_("Stances"), "organize.stances", ("publish",), order=35),
    OrganizersRoom(_("Form"), "organize.form", ("publish",), order=20),
    OrganizersRoom(_("Target companies"), "organize.whom", ("publish",), order=30),
    OrganizersRoom(_("Versions"), "organize.versions", ("publish",), order=90),
    OrganizersRoom(_("Settings"), "organize.campaign_settings", ("publish",), order=95),
    OrganizersRoom(_("Text"), "organize.texts", ("publish",), order=10),
)


def rooms_of(here: Here, slug: str) -> Iterator[Place]:
    """Return the rooms of a campaign that whoever is signed in may enter, in their order."""
    if here.serving is None:
        return
    kinds: Sequence[ActionKind] = current_app.extensions[KINDS_KEY]
    rooms = [*ROOMS, *(room for kind in kinds for room in kind.organize_rooms)]
    addresses = [
        (room.words, url_for(room.endpoint, organization=here.serving.organization, slug=slug))
        for room in sorted(rooms, key=lambda one: one.order)
        if here.may(*room.powers)
    ]
    nearest = nearest_of(address for _words, address in addresses)
    for words, address in addresses:
        yield Place(words, address, address == nearest, address == request.path)
