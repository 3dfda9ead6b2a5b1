"""What kinds of action bring to a content file: sections, and parts of a campaign; how they are read and applied."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from campaign.campaigns.models import Campaign
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


class _ReadsPart(Protocol):
    def __call__(self, entry: Entry, languages: Sequence[str], *, is_high_safety: bool) -> Mapping[str, object]: ...


@dataclass(frozen=True)
class CampaignPart:
    """A mapping within a campaign that a kind reads.

    Args:
        name: its key, such as ``letter``.
        read: what it says, in the campaign's languages and by the safety the file gives it; what is wrong is noted on
            the entry.
        apply: brings a campaign that is stored (its label, its line in the file) to what was read, or to having none
            (None: the file says `null`); may raise `ContentError`. What the file is silent about stays.
    """

    name: str
    read: _ReadsPart
    apply: Callable[[Loading, str, int, Campaign, Mapping[str, object] | None], None]


Brought = Sequence[Section | CampaignPart]
"""What all kinds together read of a content file."""


def sections_of(brought: Iterable[Section | CampaignPart]) -> list[Section]:
    """Return the sections among what kinds read."""
    return [one for one in brought if isinstance(one, Section)]


def parts_of(brought: Iterable[Section | CampaignPart]) -> list[CampaignPart]:
    """Return the parts of a campaign among what kinds read."""
    return [one for one in brought if isinstance(one, CampaignPart)]
