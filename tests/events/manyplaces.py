"""A day of action at many real towns of the United States, as a file to load.

.venv/bin/python -m tests.events.manyplaces 400 > many.yml && .venv/bin/campaign load many.yml
"""

import json
import sys

import zipcodes

SLUG = "stores-everywhere"
_SHIFTS = (["10:00-12:00", "12:00-14:00"], ["09:00-11:00", "11:00-13:00", "15:00-17:00"])


def towns(count):
    """`count` towns from all over the country, always the same: name with its state, latitude, longitude."""
    found = {}
    for code in zipcodes.list_all():
        if code["zip_code_type"] == "STANDARD" and code["active"] and float(code["lat"]):
            found.setdefault(f"{code['city'].title()}, {code['state']}", (float(code["lat"]), float(code["long"])))
    names = sorted(found)
    return [(name, *found[name]) for name in names[:: len(names) // count][:count]]


def event(count=400, *, campaign="fair-food", slug=SLUG, days=60, capacity=25):
    """The event as an entry of a content file."""
    places = [
        {"title": name, "at": [latitude, longitude], "shifts": _SHIFTS[number % 2], "capacity": capacity}
        for number, (name, latitude, longitude) in enumerate(towns(count))
    ]
    return {
        "slug": slug,
        "campaign": campaign,
        "kind": "day-of-action",
        "timezone": "America/New_York",
        "starts_in_days": days,
        "asks": ["phone", "help"],
        "title": {"en": "At every store", "es": "En todas las tiendas"},
        "summary": {"en": "Take a shift near you.", "es": "Tome un turno cerca de usted."},
        "places": places,
    }


def many_places(count=400, **changed):
    """The whole file (JSON is YAML)."""
    return json.dumps({"events": [event(count, **changed)]}, ensure_ascii=False)


if __name__ == "__main__":
    sys.stdout.write(many_places(int(sys.argv[1]) if len(sys.argv) > 1 else 400) + "\n")
