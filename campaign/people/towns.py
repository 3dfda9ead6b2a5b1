"""ZIP code → town and where it is, from data inside a package. The United States and their territories only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

import zipcodes

from campaign.kernel.countries import ZIP_COUNTRIES
from campaign.kernel.text import sort_key

# Not \d: the package panics on the digits of other scripts.
_CODE = re.compile(r"([0-9]{5})(?:[ -]?[0-9]{4})?")
_SHORT = re.compile(r"([0-9]{3,4})(?:[ -]?([0-9]{4}))?")
_LOWEST = "00501"
"""Holtsville, New York: below it there is none."""
_NAMED = re.compile(r"(?P<city>[^,]+?)(?:,\s*|\s+)(?P<state>[A-Za-z]{2})")


@dataclass(frozen=True, slots=True)
class Town:
    """A town as a ZIP code has it: `Immokalee, FL`. `at`: latitude and longitude in degrees, None where unknown."""

    name: str
    at: tuple[float, float] | None


def is_code(text: str) -> bool:
    """Whether `text` is written as a ZIP code: five digits, or nine (`02139-1234`, `02139 1234`, `021391234`)."""
    return _CODE.fullmatch(text.strip()) is not None


def is_nowhere(code: str) -> bool:
    """Whether a ZIP code lies below all there are: `00000` is what somebody types who will not say."""
    return code.strip()[:5] < _LOWEST


def find_whole_code(text: str) -> str:
    """Return the ZIP code that lost its zeros in front, as spreadsheets lose them: `02139` for `2139`; "" for none."""
    match = _SHORT.fullmatch(text.strip())
    if match is None:
        return ""
    code = match[1].zfill(5)
    return "-".join(part for part in (code, match[2]) if part) if find_town("US", code) else ""


@lru_cache(maxsize=4096)
def find_town(country: str, postal_code: str) -> Town | None:
    """Return the town of a ZIP code, or None. The package raises on codes of other countries."""
    match = _CODE.fullmatch(postal_code.strip())
    if country.upper() not in ZIP_COUNTRIES or match is None:
        return None
    found = zipcodes.matching(match[1])  # type: ignore[no-untyped-call]
    return _town(found[0]) if found else None


def find_named_town(text: str) -> Town | None:
    """Return the town that is written as its page writes it, `Portland, ME` (in any case, also without comma), or None.

    Where it is, is the place of its lowest ZIP code.
    """
    match = _NAMED.fullmatch(text.strip())
    return _towns_of(match["state"].upper()).get(sort_key(match["city"])) if match else None


@cache
def _towns_of(state: str) -> Mapping[str, Town]:
    """Return a state's towns by their sort keys, kept for good: two letters are few, and reading them takes 60 ms."""
    entries = zipcodes.filter_by(state=state)  # type: ignore[no-untyped-call]
    return {sort_key(entry["city"]): _town(entry) for entry in reversed(entries)}


def _town(entry: Mapping[str, str]) -> Town:
    at = float(entry["lat"]), float(entry["long"])
    # Post offices of the armed forces are written down at 0, 0.
    return Town(f"{_name(entry['city'])}, {entry['state']}", at if any(at) else None)


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
