"""Where a place is on a map and how far from another; links to the maps people use.

Nothing is asked of any of them before a link is pressed.

Sources: OpenStreetMap's marker address; Google's "Maps URLs" (`api=1`); Apple's "Map Links".
"""

Point = tuple[float, float]
"""Latitude and longitude, in degrees (WGS 84)."""

KILOMETRES_A_MILE = 1.609344
"""Source: the international yard and pound agreement of 1959."""

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
