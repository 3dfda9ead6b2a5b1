"""Sections of a content file that kinds of action bring: what they are called, how they are read and applied."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaign.content.loading import Loading
from campaign.content.nodes import Entry
from campaign.content.specs import SectionSpec


@dataclass(frozen=True)
class Section:
    """A section that a kind reads.

    Args:
        name: the key in the file, a plural such as ``events``. singular: what one entry is called.
        read: one entry, and the moment of loading; None where too much is wrong, which is noted on the entry.
        apply: adds the entry or brings what is stored to it, once campaigns are; may raise `ContentError`.
        is_due: whether the demonstration should apply the entry of this slug (again): it is missing, or has passed.
    """

    name: str
    singular: str
    read: Callable[[Entry, datetime], SectionSpec | None]
    apply: Callable[[Loading, Any], None]
    is_due: Callable[[Loading, str], bool]
