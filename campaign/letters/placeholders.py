"""Fills a letter's placeholders: `{executive} {company} {given_name} {family_name} {town} {personal}`.

One pass: braces in what somebody typed are never looked at again, and every other brace is literal. What is unknown
goes with what it stood in: an empty town takes its line, or the comma before it; an empty paragraph leaves no hole. Who
has one name is called by it wherever a name stands, and once where both stand together. A letter that has no place for
its writer's own paragraph gets it behind its first one.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping

PLACEHOLDERS = ("executive", "company", "given_name", "family_name", "town", "personal")

MOST_OF_ONE = 3
"""How often a letter may hold one placeholder: what is filled stays a few times as long as what was typed."""

IN_LINE = tuple(name for name in PLACEHOLDERS if name != "personal")
"""Those of a subject. A paragraph is no subject: there, `{personal}` is literal."""

_PLACEHOLDER = re.compile(r"\{(" + "|".join(PLACEHOLDERS) + r")\}")
_IN_LINE = re.compile(r"\{(" + "|".join(IN_LINE) + r")\}")
_BOTH_NAMES = re.compile(r"\{(?:given_name\}[\s,]*\{family_name|family_name\}[\s,]*\{given_name)\}")
_COMMA_BEFORE_TOWN = re.compile(r",[^\S\n]*\{town\}")
_LINE_OF = {name: re.compile(r"^[^\S\n]*\{" + name + r"\}[^\S\n]*\n?", re.MULTILINE) for name in ("town", "personal")}
_BRACES = re.compile(r"\{([^{}\n]{1,40})\}")
_GAP = re.compile(r"\n(?:[^\S\n]*\n)+")
_GREETING = re.compile(r"[^\n]{1,120}[,:，：،]")
_OF_THE_WRITER = re.compile(r"\{(?:given_name|family_name|town)\}")
_HOLE = re.compile(r"\n(?:[^\S\n]*\n){2,}")


def find_repeated(template: str) -> list[str]:
    """Return the placeholders that `template` holds more often than `MOST_OF_ONE` times, by name."""
    counts = Counter(match[1] for match in _PLACEHOLDER.finditer(template))
    return sorted(name for name, count in counts.items() if count > MOST_OF_ONE)


def find_unfilled(text: str, filled: Collection[str] = PLACEHOLDERS) -> list[str]:
    """Return what of `text` stands in braces and goes as it stands there, each once, in order: ``{first name}``.

    Args:
        text: as it was typed.
        filled: the placeholders that are filled in there.
    """
    return list(dict.fromkeys(match[0] for match in _BRACES.finditer(text) if match[1] not in filled))


def with_personal(template: str) -> str:
    """Return a letter's template with a place for its writer's own paragraph: where it has none, behind its first one.

    A greeting is no paragraph, and the names at the end stay last.
    """
    template = template.replace("\r\n", "\n")
    if "{personal}" in template:
        return template
    paragraphs = _GAP.split(template.strip()) if template.strip() else []
    at = 1 if paragraphs and _GREETING.fullmatch(paragraphs[0].strip()) else 0
    if at < len(paragraphs) and not _OF_THE_WRITER.search(paragraphs[at]):
        at += 1
    return "\n\n".join([*paragraphs[:at], "{personal}", *paragraphs[at:]])


def pieces(template: str) -> list[tuple[str, str]]:
    """Return a template as pairs of a placeholder's name (``name`` for both names together) and literal text.

    One of each pair is empty: ``[("", "Dear "), ("executive", ""), ("", ",")]``.
    """
    text = _BOTH_NAMES.sub("{name}", template.replace("\r\n", "\n"))
    parts = re.split(r"\{(" + "|".join((*PLACEHOLDERS, "name")) + r")\}", text)
    return [(part, "") if at % 2 else ("", part) for at, part in enumerate(parts) if part]


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return `template` with its placeholders replaced by `values` (missing ones count as empty)."""
    text, values = _with_one_name(template.replace("\r\n", "\n"), values)
    for name, line in _LINE_OF.items():
        if not values.get(name):
            text = line.sub("", text)
    if not values.get("town"):
        text = _COMMA_BEFORE_TOWN.sub("", text)
    text = _HOLE.sub("\n\n", text)
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], ""), text).strip()


def fill_line(template: str, values: Mapping[str, str]) -> str:
    """Return a subject with its placeholders filled, on one line; `{personal}` is none there."""
    text, values = _with_one_name(template, values)
    return " ".join(_IN_LINE.sub(lambda match: values.get(match[1], ""), text).split())


def _with_one_name(template: str, values: Mapping[str, str]) -> tuple[str, Mapping[str, str]]:
    """Return both as they are to be filled in: for who has one name, that name stands for either."""
    given, family = values.get("given_name", ""), values.get("family_name", "")
    if bool(given) == bool(family):
        return template, values
    name = given or family
    return _BOTH_NAMES.sub("{given_name}", template), {**values, "given_name": name, "family_name": name}
