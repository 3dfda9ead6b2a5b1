"""Reads what a campaign says of what follows signing, and writes it as columns with dotted names.

A reader gets a campaign's own words in their language alone; in any other they read ours, never another language's.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

STEPS, WORDS, MAILS = "steps", "words", "mails"

OF_A_STEP = ("heading", "sentence", "button")
OF_A_MAIL = ("subject", "paragraph")

REMIND, THANKS = "remind", "thanks"
"""The spine's own mails; a kind's mail that asks to confirm has the kind's name."""

Stored = Mapping[str, Any]
"""`campaigns.after_signing`."""


def columns_of(stored: Stored) -> dict[str, Any]:
    """Return what is stored with one name for each text: ``words.letter.heading``, by language; and `steps`."""
    found: dict[str, Any] = {STEPS: list(stored[STEPS])} if STEPS in stored else {}
    for group in (WORDS, MAILS):
        for name, texts in stored.get(group, {}).items():
            found |= {f"{group}.{name}.{part}": dict(by_language) for part, by_language in texts.items()}
    return found


def stored_of(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns as they are stored; what is empty is left out."""
    stored: dict[str, Any] = {}
    for name, value in columns.items():
        if name == STEPS:
            if value is not None:
                stored[STEPS] = list(value)
        elif value:
            group, which, part = name.split(".")
            stored.setdefault(group, {}).setdefault(which, {})[part] = dict(value)
    return stored


def copied(stored: Stored, languages: Collection[str], *, is_high_safety: bool) -> dict[str, Any]:
    """Return what a campaign in `languages` takes over; one of high safety has no subjects of its own."""
    columns: dict[str, Any] = {}
    for name, value in columns_of(stored).items():
        if name == STEPS:
            columns[name] = value
        elif not (is_high_safety and name.startswith(f"{MAILS}.") and name.endswith(".subject")):
            columns[name] = {tag: text for tag, text in value.items() if tag in languages}
    return stored_of(columns)


def own_words(stored: Stored, group: str, name: str, part: str, language: str) -> str:
    """Return a campaign's own text for a reader of `language`, empty where it has none in that language."""
    by_language = stored.get(group, {}).get(name, {}).get(part, {})
    return str(by_language.get(language) or by_language.get(language.split("-", 1)[0]) or "")


def chosen_steps(stored: Stored, known: Sequence[str]) -> list[str]:
    """Return the steps that a campaign shows, in its order; `known`: all there are, in the order they have else."""
    if STEPS not in stored:
        return list(known)
    return [name for name in stored[STEPS] if name in known]
