"""Collect the words of code and templates, and merge them into the catalogues of the interface languages."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from difflib import SequenceMatcher
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from campaign.kernel.languages import DEFAULT, INTERFACE, ORGANIZERS

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
_FOLDERS = ("campaign", "templates")
_KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "lazy_ngettext": (1, 2), "lazy_pgettext": ((1, "c"), 2)}
_WIDTH = 100
_NAME = re.compile(r"%\((\w+)\)[sd]")

_OF_ORGANIZERS = re.compile(r"(?:^|/)(?:organize|accounts)(?:_\w+)?(?:/|\.)")
"""Files whose words organizers alone read."""

Words = Mapping[str, Any]
"""`{"msgid": "…", "<language>": "…"}`; a plural's words are a list, one for each of the language's forms.

`was` is what the source said before: its words are kept where the entry has none for the language."""

_ALIKE = 0.9
"""From here on (`difflib`'s ratio) a source that changed is the same sentence with a slip mended."""


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


def needed(language: str, found: Catalog) -> Catalog:
    """Return what of `found` a language has to say: all, or all but what organizers alone read."""
    if language in ORGANIZERS:
        return found
    wanted = Catalog(project="campaign", charset="utf-8")
    for message in found:
        if message.id and not all(_OF_ORGANIZERS.search(file) for file, _line in message.locations):
            wanted[message.id] = message
    return wanted


def update(language: str, found: Catalog, lists: Sequence[Sequence[Words]] = ()) -> Catalog:
    """Bring the catalogue of `language` up to date with `found` and write it. No word is guessed.

    A slip mended in the source costs no language its words: a sentence that went, and one that came in the same file,
    nearly the same and with the same names in it, are one, and stdout says so.

    Args:
        language: its code.
        found: what `extract` returned.
        lists: words to say where the catalogue has none; the first list that has some is heard.
    """
    catalogue = read(language)
    # A copy, because what is new goes into the catalogue as it is: the next language must not find our words in it.
    catalogue.update(deepcopy(needed(language, found)), no_fuzzy_matching=True, update_creation_date=False)
    gone = [message for message in catalogue.obsolete.values() if _is_complete(message)]
    catalogue.obsolete.clear()
    for words in lists:
        fill(catalogue, language, words)
        fill(catalogue, language, _kept(language, words, gone))
    for old, new in _carried(catalogue, gone):
        sys.stdout.write(f"{language}: kept the words of {_first(old.id)!r} for {_first(new.id)!r}\n")
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


def _kept(language: str, words: Sequence[Words], gone: Sequence[Message]) -> list[Words]:
    """Return what the list says anew of words that are in the catalogue already: those of the sources it `was`."""
    strings = {_first(message.id): message.string for message in gone}
    return [
        {"msgid": entry["msgid"], language: list(said) if isinstance(said, tuple) else said}
        for entry in words
        if not entry.get(language) and (said := strings.get(entry.get("was", "")))
    ]


def _carried(catalogue: Catalog, gone: Sequence[Message]) -> Iterator[tuple[Message, Message]]:
    """Give sentences without words those of a sentence that went and is all but the same; yield both."""
    for new in catalogue:
        if not new.id or any(_several(new.string)):
            continue
        for old in gone:
            if _is_same_sentence(old, new):
                new.string = old.string
                yield old, new
                break


def _is_same_sentence(old: Message, new: Message) -> bool:
    places = {file for file, _line in old.locations} & {file for file, _line in new.locations}
    has_same_names = _names(_several(old.id)) == _names(_several(new.id))
    if not places or not has_same_names or old.pluralizable != new.pluralizable:
        return False
    alike = SequenceMatcher(None, _first(old.id), _first(new.id))
    return alike.quick_ratio() >= _ALIKE and alike.ratio() >= _ALIKE  # the quick one is never below the other


def missing(catalogue: Catalog, found: Catalog) -> Iterator[str]:
    """Yield what of `found` the catalogue does not say, says without its names, or only guesses (fuzzy)."""
    for message in found:
        if message.id:
            said = catalogue.get(message.id, message.context)
            if said is None or said.fuzzy or not _is_complete(said):
                yield _first(message.id)


def translated_languages() -> tuple[str, ...]:
    """Return the languages that have a catalogue."""
    return tuple(code for code in INTERFACE if code != DEFAULT)


def _is_complete(message: Message) -> bool:
    """Whether every form has words, and names what its source names: a plural that changed leaves old words behind."""
    strings = _several(message.string)
    return bool(strings) and all(strings) and _names(strings) == _names(_several(message.id))


def _several(said: str | Sequence[str] | None) -> Sequence[str]:
    return (said,) if isinstance(said, str) else said or ()


def _first(said: str | Sequence[str]) -> str:
    """Return a message's source in the singular."""
    return _several(said)[0]


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
