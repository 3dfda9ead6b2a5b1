"""What changed, as lines for an operator's terminal."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from zoneinfo import ZoneInfo

from campaign.revisions.differences import Difference, Values

_LONGEST = 60  # characters of a text that are shown
_AS_THEY_ARE: Mapping[str, str] = MappingProxyType({})

Zones = tuple[ZoneInfo, ZoneInfo]
"""Whose clocks show instants: of what was, and of what is."""


def tell_values(values: Values, zones: Zones, names: Mapping[str, str] = _AS_THEY_ARE) -> Iterator[str]:
    """Yield old and new of each column, texts in each language apart. `names`: what columns are called instead."""
    for name, pair in values.items():
        said = names.get(name, name.replace("_", " "))
        if pair is None:
            yield f"{said} changed"
        elif isinstance(pair[0], Mapping) or isinstance(pair[1], Mapping):
            before, after = _texts(pair[0]), _texts(pair[1])
            for language in sorted(before.keys() | after.keys()):
                if before.get(language) != after.get(language):
                    yield f"{said} ({language}) {_quoted(before.get(language))} → {_quoted(after.get(language))}"
        elif name.endswith("_at"):
            old, new = (value and moment(value, zone) for value, zone in zip(pair, zones, strict=True))
            yield f"{said} {shown(old)} → {shown(new)}"
        else:
            yield f"{said} {_said(pair[0])} → {_said(pair[1])}"


def tell_briefly(values: Values) -> Iterator[str]:
    """Yield old and new of each column as they are stored; of texts only in which languages they changed."""
    for name, pair in values.items():
        said = name.replace("_", " ")
        if pair is None:
            yield f"{said} changed"
            continue
        old, new = pair
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            languages = sorted(key for key in old.keys() | new.keys() if old.get(key) != new.get(key))
            yield f"{said} ({', '.join(languages)}) changed"
        elif name.endswith("_at"):
            yield f"{said} {_stored(old)} → {_stored(new)}"
        else:
            yield f"{said} {shown(old)} → {shown(new)}"


def tell_difference(difference: Difference, zone: ZoneInfo) -> Iterator[str]:
    """Yield the lines of one difference of a history, with the part that it is about."""
    label = ", ".join(word for word in (difference.part, difference.name) if word)
    if difference.is_new or difference.is_gone:
        lines = iter(["added" if difference.is_new else "taken away"])
    else:
        lines = tell_values(difference.values, (zone, zone))
    yield from (f"{label}: {line}" if label else line for line in lines)


def moment(value: str, zone: ZoneInfo) -> str:
    """Return an instant as the clocks of a zone show it: ``Sat 13 Mar 2027 07:30 EST``."""
    return f"{datetime.fromisoformat(value).astimezone(zone):%a %d %b %Y %H:%M %Z}"


def shown(value: object) -> str:
    """Return a value in words, cut where it is long."""
    if value is None or value in ("", []):
        return "nothing"
    if isinstance(value, list):
        return ", ".join(str(member) for member in value)
    return cut(str(value))


def cut(text: str) -> str:
    """Return a text, no more than its beginning where it is long."""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _said(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else shown(value)


def _stored(instant: str | None) -> str:
    return shown(instant and str(datetime.fromisoformat(instant)))


def _texts(value: object) -> Mapping[str, str]:
    """Return texts by language; several in one language as one."""
    by_language = value if isinstance(value, Mapping) else {}
    return {tag: ", ".join(text) if isinstance(text, list) else text for tag, text in by_language.items()}


def _quoted(value: str | None) -> str:
    return "nothing" if not value else f"“{cut(' '.join(value.split()))}”"
