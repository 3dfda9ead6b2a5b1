"""News that two organizers edit at once: what one of them changed is taken, what both did is chosen by a person.

As texts are merged (`texts.merging`), but with no history to tell what both began from: the form says of each box by
what it began, in a few letters (`mark`), which is as good for telling whether somebody else changed it.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from campaign.kernel.formdata import FormData
from campaign.kernel.languages import KNOWN
from campaign.kernel.problems import Problem
from campaign.organize.texts.merging import merge
from campaign.organize.texts.sheets import Sheet, settle

NAMES = ("title", "body")
"""The texts of news; the box of one is called `title-en`."""

_WAS = "was-"
_UNKNOWN = "\0"
"""What no box holds: a text that is neither what is stored nor what was typed."""


@dataclass(frozen=True)
class Merged:
    """What came of it. `typed`: by box; `conflicts`: by box, what is stored where that is still to be chosen."""

    typed: Mapping[str, str]
    conflicts: Mapping[str, str]


def boxes_of(title: Mapping[str, str], body: Mapping[str, str]) -> dict[str, str]:
    """Return news as they stand in boxes."""
    return {f"{name}-{tag}": text for name, by in zip(NAMES, (title, body), strict=True) for tag, text in by.items()}


def mark(text: str) -> str:
    """Return by what a text is known again."""
    return hashlib.sha256(settle(text).encode()).hexdigest()[:16]


def merge_news(form: FormData, stored: Mapping[str, str], *, is_current: bool) -> Merged:
    """Merge what was typed with what is stored.

    Args:
        form: what was posted.
        stored: what is stored now, by box.
        is_current: whether the form was made of what is stored now; asked where it says nothing of a box.
    """
    values = form.values
    mine = {key: settle(text) for key, text in values.items() if _is_box(key)}
    theirs = {key: settle(stored.get(key, "")) for key in (*mine, *stored)}
    base = {
        key: _begun(values.get(f"{_WAS}{key}"), mine.get(key, ""), theirs[key], is_current=is_current) for key in theirs
    }
    asked = [key for key in form.lists.get("asked", ()) if key in mine]
    choices = {key: values[f"choose.{key}"] for key in asked if f"choose.{key}" in values}
    merged = merge(Sheet((), base), Sheet((), mine), Sheet((), theirs), choices, asked)
    return Merged({key: merged.sheet.get(key) for key in mine}, {one.key: one.theirs for one in merged.conflicts})


def _begun(was: str | None, mine: str, theirs: str, *, is_current: bool) -> str:
    """Return the text that a box was made of; `_UNKNOWN` where it is neither of the two."""
    if was is None:
        return theirs if is_current else _UNKNOWN
    return next((text for text in (theirs, mine) if mark(text) == was), _UNKNOWN)


def _is_box(key: str) -> bool:
    name, _, tag = key.partition("-")
    return name in NAMES and tag in KNOWN


def gone_languages(boxes: Mapping[str, str], languages: Collection[str]) -> Sequence[str]:
    """Return the languages in which something stands in boxes, and which the campaign does not have any more."""
    tags: Iterable[str] = (key.partition("-")[2] for key, text in boxes.items() if _is_box(key) and settle(text))
    return [tag for tag in dict.fromkeys(tags) if tag not in languages]


def tell_gone(boxes: Mapping[str, str], languages: Collection[str]) -> list[Problem]:
    """Return a problem for each box whose words would be lost with their language."""
    return [
        Problem((name, tag), "language_gone", {"language": tag})
        for tag in gone_languages(boxes, languages)
        for name in NAMES
        if settle(boxes.get(f"{name}-{tag}", ""))
    ]
