"""What kinds of action bring to a content file: sections, and parts of a campaign; how they are checked and applied."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from campaign.campaigns.models import Campaign
from campaign.content.loading import Loading
from campaign.content.specs import CampaignsOwn, LoadCampaign, Placed
from campaign.kernel.problems import Problem


@dataclass(frozen=True)
class Section:
    """A section that a kind reads.

    Args:
        name: the key in the file, a plural such as ``events``.
        check: one entry's values at the moment of loading; returns its command, or None with what is wrong with it.
        apply: adds a `Placed` command's thing or brings what is stored to it, once campaigns are; may raise
            `ContentError`.
        is_ahead: whether something of this slug is stored and still to come.
    """

    name: str
    check: Callable[[Any, datetime], tuple[CampaignsOwn | None, Sequence[Problem]]]
    apply: Callable[[Loading, Any], None]
    is_ahead: Callable[[Loading, str], bool]


Columns = Mapping[str, object]


class _ChecksPart(Protocol):
    def __call__(
        self, given: object, now: datetime, languages: tuple[str, ...], *, is_high_safety: bool
    ) -> tuple[Columns | None, Sequence[Problem]]: ...


@dataclass(frozen=True)
class CampaignPart:
    """A mapping within a campaign that a kind reads.

    Args:
        name: its key, a singular.
        check: what is given, in the campaign's languages and by the safety given beside it; returns its columns, or
            None with what is wrong with it.
        apply: brings a campaign that is stored to what was read, or to having none (None: the file says `null`), by a
            service of the kind's, and says what that changed; may raise `ContentError`. What the file is silent about
            stays.
    """

    name: str
    check: _ChecksPart
    apply: Callable[[Loading, Placed[LoadCampaign], Campaign, Columns | None], None]


Brought = Sequence[Section | CampaignPart]
"""What all kinds together read of a content file."""


def sections_of(brought: Iterable[Section | CampaignPart]) -> list[Section]:
    """Return the sections among what kinds read."""
    return [one for one in brought if isinstance(one, Section)]


def parts_of(brought: Iterable[Section | CampaignPart]) -> list[CampaignPart]:
    """Return the parts of a campaign among what kinds read."""
    return [one for one in brought if isinstance(one, CampaignPart)]
