"""Read one campaign of a content file: the companies it addresses, its news, its win, and what kinds read of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from campaign.campaigns.look import ARTS, PALETTES
from campaign.campaigns.models import STATUSES
from campaign.content import values
from campaign.content.nodes import Entry
from campaign.content.sections import CampaignPart
from campaign.content.specs import CampaignSpec, Moment, Reference, StandingSpec, UpdateSpec
from campaign.targets.models import STANCES

_SAFETIES = ("normal", "high")
_TITLE_LENGTH = 200  # characters
_DEMAND_LENGTH = 1_000


@dataclass(frozen=True)
class _Reading:
    """What the parts of one campaign need to know of the whole."""

    languages: Sequence[str]
    now: datetime


def read_campaign(entry: Entry, now: datetime, parts: Sequence[CampaignPart] = ()) -> CampaignSpec | None:
    """Return the campaign, or None where too much is wrong; what is wrong is noted on the entry.

    Its title names its languages, in order: the first is the campaign's own. The demand, which people sign, must be in
    all of them; every other text in the first at least, the rest falls back visibly.
    """
    slug = values.slug(entry)
    organization = _reference(entry, "organization", required=True)
    title = values.by_language(entry, "title", None, required=True, longest=_TITLE_LENGTH, one_line=True)
    reading = _Reading(list(title), now)
    columns = _columns(entry, title)
    is_high_safety = columns.get("is_high_safety") is True
    brought = {
        part.name: _part(entry, part, reading, is_high_safety=is_high_safety)
        for part in parts
        if entry.is_given(part.name)
    }
    won, won_columns = _won(entry, reading)
    says_agreement = entry.is_given("agreement")
    agreement = _reference(entry, "agreement")
    status = values.choice(entry, "status", STATUSES)
    says_companies = entry.is_given("companies")
    standings = tuple(_standings(entry, reading))
    updates = tuple(_updates(entry, reading))
    if slug is None or organization is None:
        return None
    return CampaignSpec(
        slug=slug,
        line=entry.line,
        values=columns | won_columns,
        organization=organization,
        agreement=agreement,
        says_agreement=says_agreement,
        status=status,
        won=won,
        standings=standings if says_companies else None,
        updates=updates,
        parts=brought,
    )


def _columns(entry: Entry, title: dict[str, str]) -> dict[str, object]:
    languages = list(title)
    columns: dict[str, object] = {
        "languages": languages,
        "title": title,
        "demand": values.by_language(
            entry, "demand", languages, required=True, complete=True, longest=_DEMAND_LENGTH, one_line=True
        ),
        "goal": values.whole(entry, "goal", required=True, least=1),
    }
    if entry.is_given("story"):
        columns["story"] = values.by_language(entry, "story", languages)
    if entry.is_given("art"):
        columns["art"] = values.choice(entry, "art", ARTS) or ""
    if entry.is_given("palette"):
        columns["palette"] = values.choice(entry, "palette", PALETTES) or ""
    if entry.is_given("safety"):
        columns["is_high_safety"] = values.choice(entry, "safety", _SAFETIES) == "high"
    return columns


def _part(entry: Entry, part: CampaignPart, reading: _Reading, *, is_high_safety: bool) -> Mapping[str, object] | None:
    own = entry.entry(part.name)
    if own is None:
        return None
    read = part.read(own, reading.languages, is_high_safety=is_high_safety)
    own.finish()
    return read


def _won(entry: Entry, reading: _Reading) -> tuple[Moment | None, dict[str, object]]:
    if not entry.is_given("won"):
        return None, {}
    won = entry.entry("won")
    if won is None:
        return None, {"won_text": {}}
    won_at = values.moment(won, reading.now)
    text = values.by_language(won, "text", reading.languages, required=True)
    won.finish()
    return won_at, {"won_text": text}


def _standings(entry: Entry, reading: _Reading) -> list[StandingSpec]:
    standings: dict[str, StandingSpec] = {}
    for target in entry.entries("companies", "company"):
        company = _reference(target, "company", required=True)
        stance = values.choice(target, "stance", STANCES)
        as_of = values.day(target, "as_of", latest=reading.now.date(), required=target.is_given("stance"))
        evidence = values.by_language(target, "evidence", reading.languages)
        target.finish()
        if company and company.slug in standings:
            target.wrong(company.line, f"company {company.slug} stands twice in this campaign")
        elif company:
            standings[company.slug] = StandingSpec(company, stance, as_of, evidence)
    return list(standings.values())


def _updates(entry: Entry, reading: _Reading) -> list[UpdateSpec]:
    updates: dict[str, UpdateSpec] = {}
    for update in entry.entries("updates", "update"):
        published = values.moment(update, reading.now)
        title = values.by_language(
            update, "title", reading.languages, required=True, longest=_TITLE_LENGTH, one_line=True
        )
        body = values.by_language(update, "body", reading.languages, required=True)
        update.finish()
        name = title.get(reading.languages[0]) if reading.languages else None
        if name in updates:
            update.wrong(update.line, "an update of this title stands twice: its title is what it is known by")
        elif name is not None and published is not None:
            updates[name] = UpdateSpec(published, title, body)
    return list(updates.values())


def _reference(entry: Entry, key: str, *, required: bool = False) -> Reference | None:
    node = entry.take(key, required=required)
    slug = values.slug(entry, key, required=False)
    return None if node is None or slug is None else Reference(slug, node.start_mark.line + 1)
