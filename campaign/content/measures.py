"""Read values with a unit from a content file: clock times, periods, points on the map, distances, yes or no."""

import re
from datetime import time

import yaml

from campaign.content.nodes import Entry

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_NUMBER = re.compile(r"-?\d{1,4}(\.\d{1,8})?")
KILOMETRES_A_MILE = 1.609344
"""Source: the international yard and pound agreement of 1959."""

Point = tuple[float, float]
"""Latitude and longitude, in degrees (WGS 84)."""


def clock(entry: Entry, key: str) -> time | None:
    """Return a required clock time written as 08:00."""
    node = entry.take(key, required=True)
    found = _CLOCK.fullmatch(node.value) if isinstance(node, yaml.ScalarNode) else None
    if node is not None and found is None:
        entry.wrong(node, f"{key} must be a time of the day such as 08:00")
    return time(int(found[1]), int(found[2])) if found else None


def periods(entry: Entry, key: str) -> list[tuple[time, time]]:
    """Return the periods of a required list such as ``["10:00-12:00"]``."""
    found = []
    for node in entry.nodes(key):
        text = node.value if isinstance(node, yaml.ScalarNode) else ""
        begin, _, end = (part.strip() for part in text.partition("-"))
        first, last = _CLOCK.fullmatch(begin), _CLOCK.fullmatch(end)
        if first is None or last is None or first[0] >= last[0]:
            entry.wrong(node, f"each of {key} must be a period such as 10:00-12:00")
        else:
            found.append((time.fromisoformat(first[0]), time.fromisoformat(last[0])))
    if not entry.nodes(key):
        entry.wrong(entry.line, f"{key} is missing")
    return found


def point(entry: Entry, key: str) -> Point | None:
    """Return a point written as ``[26.82, -80.67]``, latitude first."""
    node = entry.take(key)
    if node is None:
        return None
    parts = [part.value for part in node.value if isinstance(part, yaml.ScalarNode)] if _is_list(node) else []
    if len(parts) == 2 and all(_NUMBER.fullmatch(part) for part in parts):
        latitude, longitude = float(parts[0]), float(parts[1])
        if abs(latitude) <= 90 and abs(longitude) <= 180:
            return latitude, longitude
    entry.wrong(node, f"{key} must be latitude and longitude in degrees, such as [26.82, -80.67]")
    return None


def kilometres(entry: Entry) -> float | None:
    """Return the distance given as `miles` or `kilometres`, in kilometres, to the nearest ten metres."""
    for key, factor in (("miles", KILOMETRES_A_MILE), ("kilometres", 1.0)):
        node = entry.take(key)
        if node is None:
            continue
        if isinstance(node, yaml.ScalarNode) and re.fullmatch(r"\d{1,4}(\.\d{1,3})?", node.value):
            return round(float(node.value) * factor, 2)
        entry.wrong(node, f"{key} must be a number such as 10 or 2.5")
    return None


def yes_no(entry: Entry, key: str) -> bool:
    """Return whether `key` is `true`; missing means no."""
    node = entry.take(key)
    if node is None:
        return False
    if isinstance(node, yaml.ScalarNode) and node.value in ("true", "false"):
        return bool(node.value == "true")
    entry.wrong(node, f"{key} must be true or false")
    return False


def _is_list(node: yaml.Node) -> bool:
    return isinstance(node, yaml.SequenceNode)
