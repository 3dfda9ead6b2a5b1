"""What can be the address of something: lower-case ASCII words joined by hyphens, at most 63 characters."""

import re

PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"
"""As a regular expression that Python and PostgreSQL read alike."""

LENGTH = 63

_SLUG = re.compile(PATTERN)


def is_slug(text: str) -> bool:
    """Whether `text` can be the address of something."""
    return len(text) <= LENGTH and _SLUG.fullmatch(text) is not None
