"""Read single values of a content file: text, slugs, numbers, dates, texts by language.

What is wrong is noted, not raised: a reader returns None for what is missing or wrong, so that one pass tells all that
is wrong with a file.
"""

import re
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import yaml

from campaign.campaigns.models import SLUG_PATTERN
from campaign.content.nodes import Entry, is_null
from campaign.content.specs import Moment
from campaign.kernel.languages import KNOWN
from campaign.kernel.text import has_hidden_controls, has_line_break, is_storable
from campaign.people.addresses import BadAddressError, parse_address

NAME_LENGTH = 200  # characters
TEXT_LENGTH = 20_000  # characters
_SLUG_LENGTH = 63
_LARGEST = 2**31 - 1  # PostgreSQL's integer
_SLUG = re.compile(SLUG_PATTERN)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def text(entry: Entry, key: str, *, required: bool = False, longest: int = NAME_LENGTH) -> str | None:
    """Return one line of text."""
    node = entry.take(key, required=required)
    return None if node is None else _line(entry, key, node, longest)


def slug(entry: Entry, key: str = "slug", *, required: bool = True) -> str | None:
    """Return a slug: lower-case words joined by hyphens, at most 63 characters."""
    node = entry.take(key, required=required)
    if node is None:
        return None
    if isinstance(node, yaml.ScalarNode) and _SLUG.fullmatch(node.value) and len(node.value) <= _SLUG_LENGTH:
        return str(node.value)
    shown = f"{node.value[:60]!r} " if isinstance(node, yaml.ScalarNode) else ""
    entry.wrong(node, f"{key} {shown}must be lower-case letters and digits joined by hyphens, such as fair-food")
    return None


def whole(entry: Entry, key: str, *, required: bool = False, least: int = 0, most: int = _LARGEST) -> int | None:
    """Return a whole number between `least` and `most`."""
    node = entry.take(key, required=required)
    if node is None:
        return None
    if isinstance(node, yaml.ScalarNode) and re.fullmatch(r"[0-9][0-9_]{0,18}", node.value):
        number = int(node.value)
        if least <= number <= most:
            return number
    limits = f"from {least} to {most}" if most < _LARGEST else f"of {least} or more"
    entry.wrong(node, f"{key} must be a whole number {limits}")
    return None


def choice(entry: Entry, key: str, choices: Collection[str], *, required: bool = False) -> str | None:
    """Return one of the words `choices`."""
    node = entry.take(key, required=required)
    if node is None:
        return None
    if isinstance(node, yaml.ScalarNode) and node.value in choices:
        return str(node.value)
    entry.wrong(node, f"{key} must be one of {', '.join(choices)}")
    return None


def matching(entry: Entry, key: str, pattern: str, wanted: str) -> str | None:
    """Return a required word that matches `pattern` in full; `wanted` says in words what that is."""
    node = entry.take(key, required=True)
    if node is None:
        return None
    if isinstance(node, yaml.ScalarNode) and re.fullmatch(pattern, node.value):
        return str(node.value)
    entry.wrong(node, f"{key} must be {wanted}")
    return None


def timezone(entry: Entry, key: str) -> str | None:
    """Return the required name of a time zone that this machine knows (IANA)."""
    node = entry.take(key, required=True)
    if node is None:
        return None
    if isinstance(node, yaml.ScalarNode) and node.value in available_timezones():
        return str(node.value)
    entry.wrong(node, f"{key} must be a time zone such as America/New_York")
    return None


def day(entry: Entry, key: str, *, latest: date, required: bool = False) -> date | None:
    """Return a date written as 2023-12-31, not after `latest`."""
    node = entry.take(key, required=required)
    if node is None:
        return None
    found = None
    if isinstance(node, yaml.ScalarNode) and _DAY.fullmatch(node.value):
        try:
            found = date.fromisoformat(node.value)
        except ValueError:
            entry.wrong(node, f"{key}: there is no day {node.value}")
            return None
    if found is None or found.year < 1800:
        entry.wrong(node, f"{key} must be a date written as 2023-12-31")
        return None
    if found > latest:
        entry.wrong(node, f"{key} {found} is still to come")
        return None
    return found


def moment(entry: Entry, now: datetime) -> Moment | None:
    """Return the moment of `date: 2023-12-31` or `days_ago: 20`; noon in UTC, which is that day nearly everywhere."""
    is_counted = not entry.is_given("date")
    if is_counted:
        ago = whole(entry, "days_ago", required=True, most=36_500)
        found = None if ago is None else now.date() - timedelta(days=ago)
    else:
        found = day(entry, "date", latest=now.date(), required=True)
    return None if found is None else Moment(min(datetime.combine(found, time(12), UTC), now), is_counted)


def link(entry: Entry, key: str) -> str | None:
    """Return a web address."""
    value = text(entry, key, longest=2000)
    if value is None:
        return None
    try:
        parts = urlsplit(value)
        is_good = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in value
    except ValueError:
        is_good = False
    if is_good:
        return value
    entry.wrong(entry.take(key) or entry.line, f"{key} must be an address that starts with https:// or http://")
    return None


def contact(entry: Entry, key: str) -> str | None:
    """Return where questions go: a web address that starts with https://, or `mailto:` and an e-mail address."""
    value = text(entry, key, longest=2000)
    if value is None:
        return None
    if value.startswith("https://"):
        return link(entry, key)
    try:
        return f"mailto:{parse_address(value).display}"
    except BadAddressError:
        entry.wrong(entry.take(key) or entry.line, f"{key} must be an e-mail address, or one that starts with https://")
        return None


def by_language(
    entry: Entry,
    key: str,
    languages: Sequence[str] | None,
    *,
    required: bool = False,
    complete: bool = False,
    longest: int = TEXT_LENGTH,
    one_line: bool = False,
) -> dict[str, str]:
    """Return a text by language, such as `{en: …, es: …}`.

    Args:
        entry: where.
        key: under which name.
        languages: the campaign's, its own first: the text must be in that one and in no other than these; None while
            they are still to be found out.
        required: whether it must be there.
        complete: whether it must be in all of them.
        longest: how many characters.
        one_line: whether line breaks are wrong.
    """
    texts = {}
    for tag, node in _tagged(entry, key, languages, required=required, complete=complete):
        read = _line if one_line else _paragraphs
        value = read(entry, f"{key} ({tag})", node, longest)
        if value is not None:
            texts[tag] = value
    return texts


def lists_by_language(
    entry: Entry, key: str, languages: Sequence[str], *, required: bool = False
) -> dict[str, list[str]]:
    """Return lists of single lines by language, such as `{en: [One, Two], es: [Uno]}`."""
    lists: dict[str, list[str]] = {}
    for tag, node in _tagged(entry, key, languages, required=required):
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            entry.wrong(node, f"{key} ({tag}) must be a list of texts")
            continue
        lines = (_line(entry, f"{key} ({tag})", line, NAME_LENGTH) for line in node.value)
        lists[tag] = [line for line in lines if line is not None]
    return lists


def _tagged(
    entry: Entry, key: str, languages: Sequence[str] | None, *, required: bool = False, complete: bool = False
) -> list[tuple[str, yaml.Node]]:
    texts = entry.entry(key, required=required)
    if texts is None:
        return []
    found = []
    for tag, node in texts.names():
        if tag not in KNOWN:
            entry.wrong(node, f"{key}: {tag[:20]!r} is not one of the languages {', '.join(KNOWN)}")
        elif languages and tag not in languages:
            entry.wrong(node, f"{key} is in {tag!r}, but the campaign's title is not: its title names its languages")
        else:
            found.append((tag, node))
    texts.finish()
    tags = [tag for tag, _ in found]
    needed = (languages or []) if complete else (languages or [])[:1]
    for tag in needed:
        if tag not in tags:
            entry.wrong(texts.line, f"{key} is missing in {tag!r}")
    if not found and not languages:
        entry.wrong(texts.line, f"{key} must be a text by language, such as {{en: …, es: …}}")
    return found


def _line(entry: Entry, what: str, node: yaml.Node, longest: int) -> str | None:
    value = _paragraphs(entry, what, node, longest)
    if value is not None and has_line_break(value):
        entry.wrong(node, f"{what} must be one line")
        return None
    return value


def _paragraphs(entry: Entry, what: str, node: yaml.Node, longest: int) -> str | None:
    if not isinstance(node, yaml.ScalarNode):
        entry.wrong(node, f"{what} must be a text (put it in quotes)")
        return None
    value = str(node.value).strip()
    if is_null(node) or not value:
        entry.wrong(node, f"{what} is empty")
    elif len(value) > longest:
        entry.wrong(node, f"{what} is longer than {longest:,} characters")
    elif not is_storable(value) or has_hidden_controls(value):
        entry.wrong(node, f"{what} holds characters that cannot be shown")
    else:
        return value
    return None
