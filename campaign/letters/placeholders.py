"""Fills a letter's placeholders: `{executive} {company} {given_name} {family_name} {town} {personal}`.

One pass: braces in what somebody typed are never looked at again, and every other brace is literal. What is unknown
goes with what it stood in: an empty town takes its line, or the comma before it; an empty paragraph leaves no hole. Who
has one name is called by it wherever a name stands, and once where both stand together.
"""

import re
from collections import Counter
from collections.abc import Mapping

PLACEHOLDERS = ("executive", "company", "given_name", "family_name", "town", "personal")

MOST_OF_ONE = 3
"""How often a letter may hold one placeholder: what is filled stays a few times as long as what was typed."""

_PLACEHOLDER = re.compile(r"\{(" + "|".join(PLACEHOLDERS) + r")\}")
# A paragraph is no subject: there, `{personal}` is literal.
_IN_LINE = re.compile(r"\{(" + "|".join(name for name in PLACEHOLDERS if name != "personal") + r")\}")
_BOTH_NAMES = re.compile(r"\{(?:given_name\}[\s,]*\{family_name|family_name\}[\s,]*\{given_name)\}")
_COMMA_BEFORE_TOWN = re.compile(r",[^\S\n]*\{town\}")
_LINE_OF = {name: re.compile(r"^[^\S\n]*\{" + name + r"\}[^\S\n]*\n?", re.MULTILINE) for name in ("town", "personal")}
_HOLE = re.compile(r"\n(?:[^\S\n]*\n){2,}")


def find_repeated(template: str) -> list[str]:
    """Return the placeholders that `template` holds more often than `MOST_OF_ONE` times, by name."""
    counts = Counter(match[1] for match in _PLACEHOLDER.finditer(template))
    return sorted(name for name, count in counts.items() if count > MOST_OF_ONE)


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
