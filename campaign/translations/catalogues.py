"""Collect the words of code and templates, and merge them into the catalogues of the interface languages."""

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from campaign.kernel.languages import DEFAULT, INTERFACE

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
_FOLDERS = ("campaign", "templates")
_KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2), "lazy_pgettext": ((1, "c"), 2)}
_WIDTH = 100
_NAME = re.compile(r"%\((\w+)\)[sd]")

Words = Mapping[str, Any]
"""`{"msgid": "…", "<language>": "…"}`; a plural's words are a list, one for each of the language's forms."""


def extract() -> Catalog:
    """Return every message of the code and the templates, with the files it stands in."""
    with (HERE / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)  # type: ignore[no-untyped-call]
    found = Catalog(project="campaign", charset="utf-8")
    for folder in _FOLDERS:
        for name, _line, message, comments, context in extract_from_dir(
            ROOT / folder, methods, options, keywords=_KEYWORDS, comment_tags=("Translators:",)
        ):
            found.add(message, locations=[(f"{folder}/{name}", 0)], auto_comments=comments, context=context)
    return found


def path_of(language: str) -> Path:
    """Return where the catalogue of a language is."""
    return HERE / language / "LC_MESSAGES" / "messages.po"


def read(language: str) -> Catalog:
    """Return the catalogue of a language; an empty one where there is none yet."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, project="campaign", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update(language: str, found: Catalog, lists: Sequence[Sequence[Words]] = ()) -> Catalog:
    """Bring the catalogue of `language` up to date with `found` and write it. No word is guessed.

    Args:
        language: its code.
        found: what `extract` returned.
        lists: words to say where the catalogue has none; the first list that has some is heard.
    """
    catalogue = read(language)
    # A copy, because what is new goes into the catalogue as it is: the next language must not find our words in it.
    catalogue.update(deepcopy(found), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    for words in lists:
        fill(catalogue, language, words)
    written = BytesIO()
    write_po(written, catalogue, width=_WIDTH, omit_header=True, sort_output=True, include_lineno=False)
    path_of(language).parent.mkdir(parents=True, exist_ok=True)
    path_of(language).write_bytes(_HEADER.format(language=language).encode() + written.getvalue())
    return catalogue


def fill(catalogue: Catalog, language: str, words: Sequence[Words]) -> None:
    """Say in `catalogue` what it has no words for and `words` has; what it says already stands.

    Words that do not fit their source (another plural, other names in them) are passed over, and stay missing.
    """
    for entry in words:
        said, string = catalogue.get(entry["msgid"]), entry.get(language)
        if said is None or not string or (_is_complete(said) and not said.fuzzy):
            continue
        offered = Message(said.id, tuple(string) if isinstance(string, list) else string)
        if said.pluralizable == isinstance(string, list) and _is_complete(offered):
            said.string = offered.string
            said.flags.discard("fuzzy")


def missing(catalogue: Catalog, found: Catalog) -> Iterator[str]:
    """Yield what of `found` the catalogue does not say, says without its names, or only guesses (fuzzy)."""
    for message in found:
        if message.id:
            said = catalogue.get(message.id, message.context)
            if said is None or said.fuzzy or not _is_complete(said):
                yield message.id if isinstance(message.id, str) else message.id[0]


def translated_languages() -> tuple[str, ...]:
    """Return the languages that have a catalogue."""
    return tuple(code for code in INTERFACE if code != DEFAULT)


def _is_complete(message: Message) -> bool:
    """Whether every form has words, and names what its source names: a plural that changed leaves old words behind."""
    strings = _several(message.string)
    return bool(strings) and all(strings) and _names(strings) == _names(_several(message.id))


def _several(said: str | Sequence[str] | None) -> Sequence[str]:
    return (said,) if isinstance(said, str) else said or ()


def _names(strings: Sequence[str]) -> set[str]:
    return {name for string in strings for name in _NAME.findall(string)}


# A header without dates, so that two people who update do not meet in a conflict. Plural forms: Unicode CLDR.
_HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
