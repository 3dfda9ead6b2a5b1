"""What was typed of a new campaign, as a content file would say it, checked by the rules of those."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from campaign.actions.after.part import PART, after_part
from campaign.actions.after.stored import copied
from campaign.actions.kind import ActionKind
from campaign.content.specs import LoadCampaign
from campaign.kernel.clock import now
from campaign.kernel.problems import Problem
from campaign.kernel.slugs import slug_of
from campaign.organize.creating.starts import Start

ASKED = ("title", "demand")
"""The texts that the first screen asks; all others come with the start, or later."""

_SLUG_LENGTH = 40
"""How long an address is that we make: it stands on posters."""


@dataclass(frozen=True)
class NewCampaign:
    """What was typed.

    Args:
        organization: whose campaign it is to be, by slug.
        languages: in which something can be typed, its own first; one in which nothing was is left out.
        texts: `ASKED`, by name and language.
        slug: empty: made of the title.
        companies: by slug.
        goal: as typed.
    """

    organization: str
    languages: Sequence[str]
    texts: Mapping[str, Mapping[str, str]]
    slug: str
    companies: Sequence[str]
    goal: str
    is_high_safety: bool

    @property
    def written(self) -> tuple[str, ...]:
        """The languages that it is in: its own, and each in which something was typed."""
        own, *others = self.languages
        return (own, *(tag for tag in others if any(self.texts[name].get(tag) for name in ASKED)))

    @property
    def wanted_slug(self) -> str:
        """The slug that was typed, or else one made of the title or the demand; empty where neither has any letter."""
        texts = (self.texts[name].get(tag, "") for name in ASKED for tag in self.written)
        return self.slug or next((slug for text in texts if (slug := slug_of(text, longest=_SLUG_LENGTH))), "")


def given_of(new: NewCampaign, start: Start) -> dict[str, Any]:
    """Return what a content file would say."""
    given: dict[str, Any] = {}
    for name, value in start.given.items():
        if name in ("art", "palette"):
            given[name] = value
        elif name == PART:
            given[name] = copied(value, new.written, is_high_safety=new.is_high_safety)
        elif isinstance(value, Mapping) and (kept := _in(value, new.written)) is not None:
            given[name] = kept
    if new.is_high_safety:
        given.pop("letter", None)
    given |= {name: {tag: new.texts[name].get(tag, "") for tag in new.written} for name in ASKED}
    return {
        **given,
        "slug": new.wanted_slug or None,
        "organization": new.organization,
        "goal": new.goal,
        "safety": "high" if new.is_high_safety else "normal",
        "companies": [{"company": company} for company in new.companies],
    }


def _in(value: Mapping[str, Any], languages: Sequence[str]) -> Mapping[str, Any] | None:
    """Return texts by language, or parts that hold such, in some languages; None where the first has none."""
    if any(isinstance(one, Mapping) for one in value.values()):
        parts = {name: kept for name, one in value.items() if one and (kept := _in(one, languages)) is not None}
        return parts if parts and len(parts) == len([one for one in value.values() if one]) else None
    kept = {tag: value[tag] for tag in languages if value.get(tag)}
    return kept if languages[0] in kept else None


def check_new(
    new: NewCampaign, start: Start, kinds: Sequence[ActionKind]
) -> tuple[LoadCampaign | None, Sequence[Problem]]:
    """Return the command that makes the campaign, or None with what is wrong."""
    from campaign.content.entries import check_campaign  # noqa: PLC0415 - pydantic costs 150 ms, and few make campaigns

    parts = [*(kind.part for kind in kinds if kind.part is not None), after_part(kinds)]
    return check_campaign(given_of(new, start), now(), parts)
