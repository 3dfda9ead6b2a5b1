"""All that is edited of a campaign at a moment, as it stands in boxes; and as it was before each of its changes."""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from campaign.actions.kind import TextBox
from campaign.campaigns.models import Campaign
from campaign.organize.texts.boxes import OWN, Group
from campaign.revisions.models import Revision

Columns = dict[str, dict[str, Any]]
"""By group, what its columns hold."""

_OWN_COLUMNS = ("languages", "title", "demand", "standfirst", "story", "won_text", "goal")


@dataclass(frozen=True)
class Sheet:
    """Texts by key of their box (`Group.key`), and the languages they are in, the campaign's own first."""

    languages: tuple[str, ...]
    texts: Mapping[str, str]

    def get(self, key: str) -> str:
        """Return a text, empty where there is none."""
        return self.texts.get(key, "")


def settle(text: str) -> str:
    """Return a text as it is compared and kept: one sort of line break, no space around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def lines_of(text: str) -> list[str]:
    """Return the texts of a box that holds one a line."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def read_columns(session: Session, campaign: Campaign, groups: Iterable[Group]) -> Columns:
    """Return what is stored."""
    own = {name: deepcopy(getattr(campaign, name)) for name in _OWN_COLUMNS}
    parts = {one.name: dict(one.part.read(session, campaign)) for one in groups if one.part is not None}
    return {OWN: own, **parts}


def columns_at(columns: Columns, revisions: Sequence[Revision], number: int) -> Columns:
    """Return what was stored once revision `number` was made (0: before the first), told back from what is stored.

    Of the revision that added a campaign nothing is told back: before it there was none.
    """
    found = deepcopy(columns)
    for revision in sorted(revisions, key=lambda one: one.number, reverse=True):
        if revision.number <= number:
            break
        for change in revision.changes:
            part = change.get("part", "")
            if part not in found or (part == OWN and change.get("is_new")):
                continue
            if change.get("is_new"):
                found[part] = {}
            for name, pair in change.get("values", {}).items():
                if pair is not None and not change.get("is_new"):
                    found[part][name] = deepcopy(pair[0])
    return found


def sheet_of(columns: Columns, groups: Iterable[Group]) -> Sheet:
    """Return columns as they stand in boxes."""
    own = columns[OWN]
    texts = {}
    for group in groups:
        for name in group.single:
            texts[group.single_key(name)] = _alone(columns.get(group.name, {}).get(name))
        for box in group.boxes:
            for language, value in (columns.get(group.name, {}).get(box.name) or {}).items():
                texts[group.key(box, language)] = _in_a_box(box, value)
    return Sheet(tuple(own.get("languages") or ()), texts)


def _in_a_box(box: TextBox, value: object) -> str:
    return "\n".join(map(str, value)) if box.shape == "lines" and isinstance(value, list) else settle(str(value))


NONE = "-"
"""Stands in a box for an order of nothing, since an empty box is no order at all."""


def _alone(value: object) -> str:
    """Return a value that belongs to no language as it stands in its box: a number; names in an order."""
    if isinstance(value, list):
        return " ".join(map(str, value)) or NONE
    return str(value or "")


def order_of(text: str) -> list[str] | None:
    """Return the names in an order, None where none is said."""
    return None if not text else [] if text == NONE else text.split()


def keys_of(groups: Iterable[Group], languages: Iterable[str]) -> list[str]:
    """Return the keys of all boxes in some languages, in the order of the page."""
    groups, languages = list(groups), list(languages)
    singles = [group.single_key(name) for group in groups for name in group.single]
    return [*singles, *(group.key(box, tag) for group in groups for box in group.boxes for tag in languages)]
