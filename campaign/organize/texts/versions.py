"""The versions of a campaign's texts: what each changed, word by word."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from campaign.actions.kind import TextBox
from campaign.kernel.languages import KNOWN, Language
from campaign.organize.field_words import field_words
from campaign.organize.texts.boxes import Group
from campaign.organize.texts.saving import REASON, Texts
from campaign.organize.texts.sheets import Sheet, keys_of, order_of
from campaign.revisions.models import Revision

_WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Piece:
    """Words that stayed (``same``), were taken away (``gone``) or came (``new``)."""

    sort: str
    words: str


@dataclass(frozen=True)
class ChangedText:
    """A text that a version changed. `words`: what its box is called; `language`: None of what belongs to none."""

    key: str
    words: object
    language: Language | None
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class Version:
    """One save. `texts`: those it changed; `others`: what else it changed, in words."""

    number: int
    at: datetime
    who: str
    door: str
    reason: str
    texts: Sequence[tuple[TextBox | None, Language | None]]
    others: Sequence[str]


def list_versions(texts: Texts) -> list[Version]:
    """Return all versions, latest first."""
    return [_version(texts, revision) for revision in reversed(texts.revisions)]


def find_version(texts: Texts, number: int) -> Version | None:
    """Return one version, or None."""
    return next((_version(texts, one) for one in texts.revisions if one.number == number), None)


def _version(texts: Texts, revision: Revision) -> Version:
    known = {(group.name, box.name): box for group in texts.groups for box in group.boxes}
    alone = {(group.name, name): words for group in texts.groups for name, words in group.single.items()}
    changed: dict[tuple[str, str], tuple[TextBox | None, Language | None]] = {}
    others: dict[str, None] = {}
    for change in revision.changes:
        part = change.get("part", "")
        for column, pair in change.get("values", {}).items():
            box = known.get((part, column))
            if box is None or pair is None:
                others[str(alone.get((part, column)) or field_words(part or column))] = None
                continue
            before, after = pair[0] or {}, pair[1] or {}
            for tag in sorted(before.keys() | after.keys()):
                if before.get(tag) != after.get(tag) and tag in KNOWN:
                    changed[f"{part}.{column}", tag] = (box, KNOWN[tag])
    reason = str(revision.about.get(REASON, ""))
    return Version(
        revision.number, revision.at, revision.who, revision.door, reason, list(changed.values()), list(others)
    )


def compare(texts: Texts, before: Sheet, after: Sheet) -> list[ChangedText]:
    """Return the texts that differ between two sheets, in the order of the page."""
    languages = list(dict.fromkeys((*after.languages, *before.languages)))
    boxes: Mapping[str, tuple[TextBox, str]] = {
        group.key(box, tag): (box, tag) for group in texts.groups for box in group.boxes for tag in languages
    }
    alone = {group.single_key(name): (group, words) for group in texts.groups for name, words in group.single.items()}
    found = []
    for key in keys_of(texts.groups, languages):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if key in alone:
            group, words = alone[key]
            old, new = _say_order(group, old), _say_order(group, new)
            found.append(ChangedText(key, words, None, list(differ(old, new))))
        else:
            box, tag = boxes[key]
            found.append(ChangedText(key, box.words, KNOWN[tag], list(differ(old, new))))
    return found


def _say_order(group: Group, text: str) -> str:
    """Return names in an order as they are called; any other text as it is."""
    if not group.names:
        return text
    order = order_of(text)
    return " → ".join(str(group.names.get(name, name)) for name in (group.names if order is None else order))


def differ(old: str, new: str) -> Iterator[Piece]:
    """Yield what became of a text, word by word."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    for sort, begin, end, start, stop in SequenceMatcher(None, before, after).get_opcodes():
        if sort == "equal":
            yield Piece("same", "".join(before[begin:end]))
            continue
        if begin < end:
            yield Piece("gone", "".join(before[begin:end]))
        if start < stop:
            yield Piece("new", "".join(after[start:stop]))
