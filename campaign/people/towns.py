"""Postal code → town and where it is, from data inside a package. United States and Puerto Rico only."""

import re
from dataclasses import dataclass
from functools import lru_cache

import zipcodes

_CODE = re.compile(r"([0-9]{5})(-[0-9]{4})?")  # not \d: the package panics on the digits of other scripts


@dataclass(frozen=True, slots=True)
class Town:
    """A town as a postal code has it: `Immokalee, FL`. `at`: latitude and longitude in degrees, None where unknown."""

    name: str
    at: tuple[float, float] | None


def is_code(text: str) -> bool:
    """Whether `text` is written as a postal code of the United States: five digits, or nine."""
    return _CODE.fullmatch(text.strip()) is not None


@lru_cache(maxsize=4096)
def find_town(country: str, postal_code: str) -> Town | None:
    """Return the town of a postal code, or None. The package raises on codes of other countries."""
    match = _CODE.fullmatch(postal_code.strip())
    if country not in ("US", "PR") or match is None:
        return None
    found = zipcodes.matching(match[1])  # type: ignore[no-untyped-call]
    if not found:
        return None
    at = float(found[0]["lat"]), float(found[0]["long"])
    # Post offices of the armed forces are written down at 0, 0.
    return Town(f"{_name(found[0]['city'])}, {found[0]['state']}", at if any(at) else None)


def town_of(country: str, postal_code: str) -> str:
    """Return `Immokalee, FL`, or "" where it is not known."""
    found = find_town(country, postal_code)
    return found.name if found else ""


def _name(city: str) -> str:
    """Return a name as it is written; the package shouts some ("TY TY") and has the air force's AFB right."""
    return city.title().replace(" Afb", " AFB")


def load_towns() -> None:
    """Read the data now: the first look costs half a second, which no visitor should wait for."""
    find_town("US", "34142")
