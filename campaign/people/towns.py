"""Postal code → town, from data inside a package; nothing leaves the machine. United States and Puerto Rico only."""

import re
from functools import lru_cache

import zipcodes

_CODE = re.compile(r"([0-9]{5})(-[0-9]{4})?")  # not \d: the package panics on the digits of other scripts


@lru_cache(maxsize=4096)
def town_of(country: str, postal_code: str) -> str:
    """Return `Immokalee, FL`, or "" where it is not known. The package raises on codes of other countries."""
    match = _CODE.fullmatch(postal_code.strip())
    if country not in ("US", "PR") or match is None:
        return ""
    found = zipcodes.matching(match[1])  # type: ignore[no-untyped-call]
    if not found:
        return ""
    return f"{_name(found[0]['city'])}, {found[0]['state']}"


def _name(city: str) -> str:
    """Return a name as it is written; the package shouts some ("TY TY") and has the air force's AFB right."""
    return city.title().replace(" Afb", " AFB")


def load_towns() -> None:
    """Read the data now: the first look costs half a second, which no visitor should wait for."""
    town_of("US", "34142")
