"""Sections of a content file that kinds of action bring: what they are called, how they are checked and applied."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaign.content.loading import Loading
from campaign.content.specs import CampaignsOwn
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
