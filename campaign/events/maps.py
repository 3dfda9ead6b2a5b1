"""Where a place is on a map, for the maps people use; nothing is asked of any of them before a link is pressed.

Sources: OpenStreetMap's marker address; Google's "Maps URLs" (`api=1`); Apple's "Map Links".
"""

from campaign.content.measures import Point

_MAPS = (
    ("OpenStreetMap", "https://www.openstreetmap.org/?mlat={0}&mlon={1}#map=15/{0}/{1}"),
    ("Google Maps", "https://www.google.com/maps/search/?api=1&query={0},{1}"),
    ("Apple Maps", "https://maps.apple.com/?ll={0},{1}&q={0},{1}"),
)


def map_url(at: Point) -> str:
    """Return where latitude and longitude (degrees) are on the open street map."""
    return _MAPS[0][1].format(*at)


def map_links(at: Point) -> tuple[tuple[str, str], ...]:
    """Return the same place on each of the maps one may choose from, as name and address."""
    return tuple((name, address.format(*at)) for name, address in _MAPS)
