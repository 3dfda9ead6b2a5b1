"""What stands in the addresses that the sweep goes to: of the demonstration, of the Coalition of Immokalee Workers.

A room whose addresses hold something of its own adds it here: by the name of the part, or by endpoint and part. What
nobody added is of nothing there is, so that whoever is let in is told that it is not found.
"""

from collections.abc import Mapping

from werkzeug.routing import AnyConverter, Rule

VALUES: Mapping[str, str] = {
    "organization": "ciw",
    "slug": "fair-food",
    "agreement": "fair-food-program",
}

BY_ENDPOINT: Mapping[tuple[str, str], str] = {
    ("organize_events", "slug"): "build-a-new-world",
    ("organize_events.of_campaign", "slug"): "fair-food",
    ("organize.after_mail", "name"): "thanks",
    ("organize.after_mail_html", "name"): "thanks",
    ("organize.send_test", "name"): "thanks",
}
"""What a part stands for at one endpoint, or at all of a blueprint's (`"organize_events"`)."""

NOTHING: Mapping[str, object] = {"UUIDConverter": "00000000-0000-7000-8000-000000000000", "IntegerConverter": 1}


def values_of(rule: Rule) -> dict[str, object]:
    """Return a value for each part of an address."""
    return {name: _value(rule, name) for name in sorted(rule.arguments)}


def _value(rule: Rule, name: str) -> object:
    for place in (rule.endpoint, rule.endpoint.partition(".")[0]):
        if (place, name) in BY_ENDPOINT:
            return BY_ENDPOINT[place, name]
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return VALUES.get(name, NOTHING.get(type(converter).__name__, "unknown"))
