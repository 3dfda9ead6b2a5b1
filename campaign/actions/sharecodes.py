"""The code that says who shared a campaign: a supporter's action written so that nobody reads it (`ShortCodes`).

It opens nothing and shows nothing. On high-safety campaigns nothing may link two people: nobody has one there and none
is read.
"""

import re

from campaign.kernel.installation import Installation
from campaign.kernel.tokens import ShortCodes

_CODE = re.compile(ShortCodes.PATTERN)


def code_for(installation: Installation, action_id: int) -> str:
    """Return the code of the supporter who took an action: 14 characters, the same each time."""
    return _codes(installation).write(action_id)


def read_code(installation: Installation, code: str) -> int | None:
    """Return the id of the action whose supporter shared; None for no code, and for any that is not ours."""
    return _codes(installation).read(code) if code else None


def seemly_code(code: str | None) -> str:
    """Return `code` if it looks like one, else nothing: what a page may write into its form and its links."""
    return code if code and _CODE.fullmatch(code) else ""


def _codes(installation: Installation) -> ShortCodes:
    return ShortCodes(installation.hashes, "share")
