"""Two sheets made from one: what only one of them changed is taken, what both did is chosen by a person.

Never is a text overwritten that somebody saved meanwhile and the other has not seen.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from campaign.organize.texts.sheets import Sheet, settle

MINE, THEIRS = "mine", "theirs"

LANGUAGE = "language."
"""Begins the key of a language as a whole, where it was taken away while somebody wrote in it."""


@dataclass(frozen=True)
class Conflict:
    """A text that both changed. `theirs`: what is stored now."""

    key: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Merged:
    """What came of it. `conflicts`: what is still to be chosen; the sheet has one's own text there meanwhile."""

    sheet: Sheet
    conflicts: tuple[Conflict, ...]


def merge(base: Sheet, mine: Sheet, theirs: Sheet, choices: Mapping[str, str], asked: Collection[str] = ()) -> Merged:
    """Merge what was typed with what is stored.

    Args:
        base: what both began from.
        mine: what was typed; a key that it lacks was on no form, and stays.
        theirs: what is stored now.
        choices: `MINE` or `THEIRS` by key, of what was shown to be chosen.
        asked: the keys that were shown so, all of which need a choice.
    """
    languages, dropped, conflicts = _merge_languages(base, mine, theirs, choices, asked)
    texts = {key: text for key, text in theirs.texts.items() if not _is_in(key, dropped)}
    for key, typed in mine.texts.items():
        if _is_in(key, dropped):
            continue
        if _is_in(key, set(languages) - set(theirs.languages)):  # nobody else has any text in it
            texts[key] = settle(typed)
            continue
        text, was, stored = settle(typed), base.get(key), theirs.get(key)
        chosen = choices.get(key)
        has_moved = stored not in (was, text)
        if key in asked and not has_moved and chosen not in (MINE, THEIRS):
            conflicts.append(Conflict(key, text, stored))
        elif (key in asked and not has_moved and chosen == THEIRS) or (has_moved and text == was):
            text = stored
        elif has_moved:
            conflicts.append(Conflict(key, text, stored))
        texts[key] = text
    return Merged(Sheet(languages, texts), tuple(conflicts))


def _merge_languages(
    base: Sheet, mine: Sheet, theirs: Sheet, choices: Mapping[str, str], asked: Collection[str]
) -> tuple[tuple[str, ...], set[str], list[Conflict]]:
    """Return the languages, those whose texts are gone, and those that were taken away while somebody wrote in them."""
    languages, conflicts = list(theirs.languages), list[Conflict]()
    dropped = set[str]()
    for tag in mine.languages:
        if tag in theirs.languages:
            continue
        typed = [key for key in mine.texts if _is_in(key, {tag}) and settle(mine.texts[key])]
        is_new = tag not in base.languages and LANGUAGE + tag not in asked
        chosen = choices.get(LANGUAGE + tag)
        is_touched = any(settle(mine.texts[key]) != base.get(key) for key in typed)
        if (is_new and typed) or (not is_new and chosen == MINE):
            languages.append(tag)
        elif not is_new and chosen != THEIRS and (is_touched or LANGUAGE + tag in asked):
            languages.append(tag)
            conflicts.append(Conflict(LANGUAGE + tag, "", ""))
        else:
            dropped.add(tag)
    return tuple(languages), dropped, conflicts


def _is_in(key: str, languages: Iterable[str]) -> bool:
    return any(key.endswith(f".{tag}") for tag in languages)
