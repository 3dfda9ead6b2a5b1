"""What a campaign begins from: nothing, one of our starters, or the texts of a campaign that is one's own or shared.

A start is said as a content file says a campaign, without what belongs to one campaign alone: its slug, organization,
companies, status, wins and news.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from sqlalchemy import select, text
from sqlalchemy.orm import Session, joinedload

from campaign.actions.kind import ActionKind
from campaign.campaigns.models import Campaign
from campaign.kernel.actors import Actor
from campaign.kernel.errors import NotFoundError
from campaign.kernel.scoping import of_organization, scoped
from campaign.kernel.slugs import is_slug
from campaign.organize.texts.boxes import groups_of
from campaign.organize.texts.given import given_of
from campaign.organize.texts.sheets import read_columns, sheet_of

STARTERS = ("food", "garments", "dairy", "construction", "campus")
"""Those we wrote, in the order of the page."""

_OF_ONE_CAMPAIGN = ("slug", "organization", "won", "safety")
_SHAPE = ("art", "palette", "goal")


@dataclass(frozen=True)
class Start:
    """What a campaign begins with: its texts, goal and look. `source`: the id of the campaign it is made of.

    `is_high_safety`: whether that one is; then the new one is, too, unless somebody decides otherwise.
    """

    given: Mapping[str, Any]
    languages: Sequence[str]
    source: int | None = None
    is_high_safety: bool = False


@dataclass(frozen=True, slots=True)
class Copyable:
    """A campaign that can be copied. `organization`: whose it is, None for one's own."""

    slug: str
    title: str
    organization: str | None


NOTHING = Start({}, ())


@cache
def _starter(name: str) -> Mapping[str, Any]:
    raw = files("campaign.organize.starters").joinpath(f"{name}.yml").read_bytes()
    found: Mapping[str, Any] = yaml.safe_load(raw)
    return found


def name_starters(language: str) -> list[tuple[str, str]]:
    """Return the starters with what they are called in a language."""
    return [(name, _starter(name)["name"].get(language) or _starter(name)["name"]["en"]) for name in STARTERS]


def get_start(session: Session, actor: Actor, word: str, kinds: Sequence[ActionKind]) -> Start:
    """Return what `word` says to begin from: ``""``, ``starter:food``, ``copy:fair-food``.

    Raises:
        NotFoundError: there is no such thing, or it is not theirs to copy.
    """
    sort, _, name = word.partition(":")
    if not word:
        return NOTHING
    if sort == "starter" and name in STARTERS:
        given = {key: deepcopy(value) for key, value in _starter(name).items() if key != "name"}
        return Start(given, tuple(given["title"]))
    if sort == "copy" and is_slug(name):
        return _copy(session, _get_copyable(session, actor, name), kinds)
    raise NotFoundError("there is nothing of this name to begin from")


def _get_copyable(session: Session, actor: Actor, slug: str) -> Campaign:
    query = select(Campaign).where(Campaign.slug == slug).options(joinedload(Campaign.organization))
    found = session.scalars(query).one_or_none()  # narrowed: by the next line
    if found is None or not (found.is_shared or actor.acts_for(found.organization_id)):
        raise NotFoundError("there is no such campaign")
    return found


def _copy(session: Session, campaign: Campaign, kinds: Sequence[ActionKind]) -> Start:
    groups = groups_of(campaign, kinds)
    sheet = sheet_of(read_columns(session, campaign, groups), groups)
    given = {key: value for key, value in given_of(campaign, sheet, groups).items() if key not in _OF_ONE_CAMPAIGN}
    given |= {name: getattr(campaign, name) for name in _SHAPE}
    said = {key: value for key, value in given.items() if value}
    return Start(said, sheet.languages, campaign.id, is_high_safety=campaign.is_high_safety)


_COPYABLE = text(f"""
SELECT c.slug, c.title ->> (c.languages ->> 0) AS title,
    CASE WHEN {of_organization("c.organization_id")} THEN NULL ELSE o.name END AS organization
FROM campaigns c JOIN organizations o ON o.id = c.organization_id
WHERE c.is_shared OR {of_organization("c.organization_id")}
ORDER BY 3 NULLS FIRST, lower(c.title ->> (c.languages ->> 0)), c.id
""")  # noqa: S608 - joined from constants


def list_copyable(session: Session, actor: Actor) -> list[Copyable]:
    """Return the campaigns that can be copied: one's own first, then what others share, by title."""
    return [Copyable(**row) for row in session.execute(scoped(_COPYABLE, actor)).mappings()]
