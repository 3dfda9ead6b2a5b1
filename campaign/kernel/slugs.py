"""What can be the address of something: lower-case ASCII words joined by hyphens, at most 63 characters."""

import re

from campaign.kernel.text import sort_key

PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"
"""As a regular expression that Python and PostgreSQL read alike."""

LENGTH = 63

_SLUG_BREAKS = re.compile("[^a-z0-9]+")
_SLUG = re.compile(PATTERN)


def is_slug(text: str) -> bool:
    """Whether `text` can be the address of something."""
    return len(text) <= LENGTH and _SLUG.fullmatch(text) is not None


def slug_of(name: str, otherwise: str) -> str:
    """Return what can be the address of something of this name; `otherwise`, where no letter of it can."""
    return _SLUG_BREAKS.sub("-", sort_key(name)).strip("-")[:LENGTH].strip("-") or otherwise
