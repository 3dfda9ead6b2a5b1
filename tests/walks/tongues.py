"""Finds words of another language than the page says they are: what was left untranslated.

Texts that say themselves which language they are in (a campaign's own words, a name in the language switch) are theirs
to judge by; what is left must be the page's. In Urdu that is every Latin letter but those of names; in Spanish, words
that English cannot do without and Spanish does not have.
"""

import re
from collections.abc import Collection, Iterator
from importlib.resources import files
from typing import Any

import yaml

NAMES = (
    "Ana", "Zúñiga", "Eva", "Ruiz", "Workers of the Journeys", "Google Calendar", "Outlook", "New York", "FL",
    "Immokalee", "Pahokee", "Palm Beach", "WhatsApp", "AM", "PM", "SAR", "OpenStreetMap", "Google Maps",
    "Apple Maps",
)  # fmt: skip
"""What is written the same in every language: places as their organizers name them, too; the last ones by Unicode CLDR,
in Urdu, too."""

_OWN_TEXTS = """() => {
    const own = document.documentElement.lang, found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const within = node.parentElement;
        if (within.localName === "noscript") continue;  // with scripts on, its markup is a text that nobody is shown
        if (within.closest("script, style, template, [dir=auto], .typed")) continue;
        if (within.closest("[lang]").lang === own && node.data.trim()) found.push(node.data.trim());
    }
    return found;
}"""
_ENGLISH = re.compile(r"\b(the|you|your|is|are|and|with|for|this|of|to|not|it|we|have|place|day|days)\b", re.IGNORECASE)
_SHORT = 30  # characters: what is shorter might be a word of ours, left untranslated
_LATIN = re.compile(r"[A-Za-zÀ-ÿ]{2,}")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+")


def foreign_on(page: Any, language: str, names: Collection[str] = NAMES) -> list[str]:
    """Return the texts of a page (of Playwright) that are not in its language."""
    return foreign_in(page.evaluate(_OWN_TEXTS), language, names)


def foreign_in(texts: Collection[str], language: str, names: Collection[str] = NAMES) -> list[str]:
    """Return those of the texts that are not in a language; none for English, which all is written in first."""
    sign = {"es": _ENGLISH, "ur": _LATIN}.get(language)
    return [text for text in texts if sign is not None and sign.search(_without(text, names))]


def _without(text: str, names: Collection[str]) -> str:
    text = _ADDRESS.sub(" ", text)
    for name in names:
        text = re.sub(rf"\b{re.escape(name)}\b", " ", text)
    return text


def without_own_words(text: str) -> str:
    """Return a mail's text without what the demonstration's events say in English alone: a mail cannot mark that."""
    demo = yaml.safe_load(files("campaign.campaigns").joinpath("demo.yml").read_text())
    own = {" ".join(said.split()) for event in demo["events"] for said in _strings(event)}
    for said in sorted(own, key=len, reverse=True):
        if len(said) > _SHORT:
            text = text.replace(said, " ")
    return text


def _strings(node: object) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for below in node.values() if isinstance(node, dict) else node:
            yield from _strings(below)
