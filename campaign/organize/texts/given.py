"""A sheet as the rules take it, and their problems at the boxes they are about.

The rules are those of content files (`campaign.content.entries`): a wrong value is as wrong by the one door as by the
other.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from campaign.campaigns.models import Campaign
from campaign.content.specs import LoadCampaign
from campaign.kernel.clock import now
from campaign.kernel.problems import Problem
from campaign.organize.texts.boxes import GOAL, OWN, Group
from campaign.organize.texts.sheets import Sheet, lines_of, order_of

_OF_A_LANGUAGE = ("other_language", "missing_in", "no_texts")
"""Codes that follow from a title that is wrong: the title names the languages."""

Told = Sequence[tuple[str, Problem]]
"""Problems by the key of their box; empty: of no box."""


def given_of(campaign: Campaign, sheet: Sheet, groups: Iterable[Group]) -> dict[str, Any]:
    """Return what a content file would say of the campaign."""
    given: dict[str, Any] = {
        "slug": campaign.slug,
        "organization": campaign.organization_slug,
        "goal": sheet.get(GOAL),
        "safety": "high" if campaign.is_high_safety else "normal",
    }
    for group in groups:
        texts = {}
        for box in group.boxes:
            by_language: dict[str, object] = {}
            for language in sheet.languages:
                text = sheet.get(group.key(box, language))
                if text or box.is_needed:
                    by_language[language] = lines_of(text) if box.shape == "lines" else text
            texts[box.name] = by_language
        if group.name == OWN:
            won = texts.pop("won_text", None)
            if won and campaign.won_at:
                given["won"] = {"date": campaign.won_at.date().isoformat(), "text": won}
            given |= {name: value or None for name, value in texts.items()}
        elif group.single:
            orders = {name: order_of(sheet.get(group.single_key(name))) for name in group.single}
            given[group.name] = _nested(texts, orders)
        else:
            given[group.name] = _said(texts)
    return given


def _said(texts: Mapping[str, object]) -> Mapping[str, object] | None:
    """Return a part's texts, None where it has none at all."""
    return {name: value or None for name, value in texts.items()} if any(texts.values()) else None


def _nested(texts: Mapping[str, object], orders: Mapping[str, list[str] | None]) -> Mapping[str, object] | None:
    """Return what a part whose names are dotted says, as a file nests it; None where it says nothing."""
    given: dict[str, Any] = {name: order for name, order in orders.items() if order is not None}
    for name, by_language in texts.items():
        *way, last = name.split(".")
        if by_language:
            holder = given
            for step in way:
                holder = holder.setdefault(step, {})
            holder[last] = by_language
    return given or None


def check_sheet(campaign: Campaign, sheet: Sheet, groups: Sequence[Group]) -> tuple[LoadCampaign | None, Told]:
    """Return the command that saves a sheet, or None with what is wrong and where."""
    from campaign.content.entries import check_campaign  # noqa: PLC0415 - pydantic costs 150 ms, and few edit texts

    given = given_of(campaign, sheet, groups)
    found, problems = check_campaign(given, now(), [group.check for group in groups if group.check is not None])
    own = sheet.languages[0]
    told = [(_key(problem, own, groups), problem) for problem in problems]
    if any(key.startswith("title.") for key, _ in told):
        told = [(key, one) for key, one in told if key.startswith("title.") or one.code not in _OF_A_LANGUAGE]
    return found, list(dict(reversed(told)).items())[::-1]


def _key(problem: Problem, own_language: str, groups: Iterable[Group]) -> str:
    words = [part for part in problem.field if isinstance(part, str)]
    if words[:2] == ["won", "text"]:
        words = ["won_text", *words[2:]]
    if problem.code == "missing_in":
        words.append(str(problem.parameters["language"]))
    key = ".".join(words)
    stems = {group.key(box, "") for group in groups for box in group.boxes}
    return f"{key}.{own_language}" if key in stems else key
