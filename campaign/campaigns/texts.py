"""Choose the text of a campaign in a reader's language, and say which language was found.

A campaign need not have every text in every language. What is missing falls back to the campaign's own language, and
the page says so: the answer carries the language of the text, for its `lang` attribute and for words such as "only in
Spanish".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

Value = TypeVar("Value", str, list[str])


@dataclass(frozen=True)
class Text:
    """A text and the language it is in. An empty `value` means that there is none in any language."""

    value: str
    language: str

    def is_in(self, language: str) -> bool:
        """Whether a reader of `language` reads it without a fallback (`es-MX` reads `es`)."""
        return self.language in _spoken(language)


@dataclass(frozen=True)
class TextList:
    """Several texts of one kind (subjects, talking points) and the language they are all in."""

    values: tuple[str, ...]
    language: str

    def is_in(self, language: str) -> bool:
        """Whether a reader of `language` reads them without a fallback."""
        return self.language in _spoken(language)


def pick(texts: Mapping[str, str], language: str, languages: Sequence[str]) -> Text:
    """Return the text for a reader of `language`.

    Args:
        texts: text by language tag.
        language: what the reader asked for, as a BCP 47 tag.
        languages: the campaign's languages, its own first (`Campaign.languages`).

    Returns:
        The text in `language`, else in the first of `languages` that has one, else in any language that has one.
    """
    found = _first(texts, language, languages)
    return Text(texts.get(found, "").strip(), found)


def pick_list(texts: Mapping[str, list[str]], language: str, languages: Sequence[str]) -> TextList:
    """Return the texts for a reader of `language`, chosen as `pick` does; never mixes languages in one list."""
    found = _first(texts, language, languages)
    return TextList(tuple(text for text in texts.get(found, []) if text.strip()), found)


def _first(texts: Mapping[str, Value], language: str, languages: Sequence[str]) -> str:
    wanted = [*_spoken(language), *languages, *sorted(texts)]
    default = languages[0] if languages else language
    return next((tag for tag in wanted if _says_something(texts.get(tag))), default)


def _spoken(language: str) -> list[str]:
    """Return the tag and its primary language (RFC 4647 lookup: `es-MX`, then `es`)."""
    return [language, language.split("-", 1)[0]]


def _says_something(text: str | list[str] | None) -> bool:
    if isinstance(text, list):
        return any(line.strip() for line in text)
    return text is not None and bool(text.strip())
