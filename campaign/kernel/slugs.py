"""What can be the address of something: lower-case ASCII words joined by hyphens, at most 63 characters."""

import re

from campaign.kernel.text import sort_key

PATTERN = "^[a-z0-9]+(-[a-z0-9]+)*$"
"""As a regular expression that Python and PostgreSQL read alike."""

LENGTH = 63

RESERVED = frozenset(("file", "new"))
"""What stands where the organizers' side makes things, alone or many: of no campaign, company, event or agreement."""

RESERVED_ORGANIZATIONS = RESERVED | {
    "account",
    "choose",
    "help",
    "invitation",
    "invitations",
    "link",
    "operator",
    "sign-in",
    "sign-out",
    "test-email",
}
"""What stands where the organizers' side has an organization's slug; a test compares them with its addresses."""

_SLUG = re.compile(PATTERN)


def is_slug(text: str) -> bool:
    """Whether `text` can be the address of something."""
    return len(text) <= LENGTH and _SLUG.fullmatch(text) is not None


def slug_of(name: str, otherwise: str = "", longest: int = LENGTH) -> str:
    """Return what can be the address of something of this name: its first words; `otherwise`, where no letter can."""
    words = re.findall("[a-z0-9]+", re.sub("['’]", "", sort_key(name)))
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word
        if len(longer) > longest:
            break
        slug = longer
    return slug or "".join(words[:1])[:longest] or otherwise
