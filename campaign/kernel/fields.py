"""What single fields may hold: lines of text, slugs, numbers, days, words of a list, texts by language.

Each function returns what a field of a `Given` is annotated with, such as ``goal: Annotated[int, whole(1)]``. Values
come as a file or a form has them, as words, or as a program sends them, as numbers and booleans. `otherwise` is what
`null` stands for; without it the field is needed, and `null` is told like a field that is left out.
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from pydantic import BeforeValidator, ValidationError, ValidationInfo
from pydantic_core import PydanticCustomError

from campaign.kernel.checking import Context, problems_of, refusal
from campaign.kernel.languages import KNOWN
from campaign.kernel.problems import Problem
from campaign.kernel.slugs import RESERVED, is_slug
from campaign.kernel.text import NAME_LENGTH, fault_of

TEXT_LENGTH = 20_000  # characters
_LARGEST = 2**31 - 1  # PostgreSQL's integer
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FIRST_YEAR = 1800
_NEEDED = object()


def wrong(code: str, **params: object) -> PydanticCustomError:
    """Return what a field raises to tell one problem of its own."""
    return PydanticCustomError(code, code, params)


def read_by(
    read: Callable[..., object], otherwise: object = _NEEDED, *, needs_context: bool = False
) -> BeforeValidator:
    """Return a field that is what `read` makes of the value given (and of the context, where it needs that)."""

    def value_of(given: object, info: ValidationInfo[Context]) -> object:
        if given is None and otherwise is _NEEDED:
            raise wrong("missing")
        if given is None:
            return otherwise
        return read(given, info.context) if needs_context else read(given)

    return BeforeValidator(value_of)


def nothing(otherwise: object) -> BeforeValidator:
    """Return a field of more structure, for which `null` stands for `otherwise`."""
    return BeforeValidator(lambda given: otherwise if given is None else given)


def line(otherwise: object = _NEEDED, *, longest: int = NAME_LENGTH) -> BeforeValidator:
    """One line of text."""
    return read_by(lambda given: read_text(given, longest, one_line=True), otherwise)


def read_text(given: object, longest: int, *, one_line: bool) -> str:
    """Return a text without the space around it; refuse what is too long or cannot be shown."""
    if not isinstance(given, str):
        raise wrong("not_text")
    fault = fault_of(given.strip(), longest, one_line=one_line)
    if fault is not None:
        raise wrong(fault, most=longest)
    return given.strip()


def slug(otherwise: object = _NEEDED) -> BeforeValidator:
    """The slug of something else, or of what has no page on the organizers' side."""
    return read_by(_slug, otherwise)


def own_slug(reserved: Collection[str] = RESERVED) -> BeforeValidator:
    """The slug of this: none of those that are `reserved` for pages of ours."""
    return read_by(lambda given: read_own_slug(given, reserved))


def read_own_slug(given: object, reserved: Collection[str] = RESERVED) -> str:
    """Return the slug of something that gets it."""
    if _slug(given) in reserved:
        raise wrong("reserved", given=given)
    return str(given)


def _slug(given: object) -> str:
    if isinstance(given, str) and is_slug(given):
        return given
    raise wrong("slug", given=given[:60] if isinstance(given, str) else "")


def whole(least: int = 0, most: int = _LARGEST, otherwise: object = _NEEDED) -> BeforeValidator:
    """A whole number from `least` to `most`."""
    return read_by(lambda given: read_whole(given, least, most), otherwise)


def read_whole(given: object, least: int = 0, most: int = _LARGEST) -> int:
    """Return a whole number, given as one or in digits."""
    number = None
    if isinstance(given, str) and re.fullmatch(r"[0-9][0-9_]{0,18}", given):
        number = int(given)
    elif isinstance(given, int) and not isinstance(given, bool):
        number = given
    if number is None or not least <= number <= most:
        raise wrong("whole", least=least, most=most if most < _LARGEST else None)
    return number


def choice(choices: Collection[str], otherwise: object = _NEEDED, code: str = "not_a_choice") -> BeforeValidator:
    """One of the words `choices`; `code` says what it is otherwise."""

    def read(given: object) -> str:
        if isinstance(given, str) and given in choices:
            return given
        raise wrong(code, choices=tuple(choices))

    return read_by(read, otherwise)


def matching(pattern: str, code: str) -> BeforeValidator:
    """A word that matches `pattern` in full; `code` says what that is."""

    def read(given: object) -> str:
        if isinstance(given, str) and re.fullmatch(pattern, given):
            return given
        raise wrong(code)

    return read_by(read)


def timezone() -> BeforeValidator:
    """The name of a time zone that this machine knows (IANA)."""
    return read_by(read_timezone)


def read_timezone(given: object) -> str:
    """Return the name of a time zone."""
    if isinstance(given, str) and given in _timezones():
        return given
    raise wrong("timezone")


@cache
def _timezones() -> frozenset[str]:
    """Return the names once: listing them reads some six hundred files."""
    return frozenset(available_timezones())


def past_day(otherwise: object = _NEEDED) -> BeforeValidator:
    """A day up to today (UTC), written as 2023-12-31."""
    return read_by(lambda given, context: read_day(given, context.now.date()), otherwise, needs_context=True)


def read_day(given: object, latest: date) -> date:
    """Return a day up to `latest`."""
    if not isinstance(given, str) or _DAY.fullmatch(given) is None:
        raise wrong("day")
    try:
        day = date.fromisoformat(given)
    except ValueError:
        raise wrong("no_such_day", day=given) from None
    if day.year < _FIRST_YEAR:
        raise wrong("day")
    if day > latest:
        raise wrong("to_come", day=given)
    return day


def title_texts(longest: int) -> BeforeValidator:
    """A title by language, each one line: it names, in order, the languages that all other texts may be in."""
    return read_by(lambda given: _all_right(*_titles(given, longest)))


def languages_of(title: object, longest: int) -> tuple[str, ...]:
    """Return the languages that a title names: those it is right in, in order."""
    return tuple(_titles(title, longest)[0])


def _titles(given: object, longest: int) -> "_Found":
    return _by_language(given, (), lambda text: read_text(text, longest, one_line=True))


def texts(
    otherwise: object = _NEEDED, *, longest: int = TEXT_LENGTH, one_line: bool = False, complete: bool = False
) -> BeforeValidator:
    """A text by language: in the first of the context's languages at least (`complete`: in all), in no other."""

    def read(given: object, context: Context) -> dict[str, object]:
        found = _by_language(
            given, context.languages, lambda text: read_text(text, longest, one_line=one_line), complete=complete
        )
        return _all_right(*found)

    return read_by(read, otherwise, needs_context=True)


def any_texts(*, longest: int) -> BeforeValidator:
    """One line by language, in any of the context's languages: whoever reads another one gets something else."""

    def read(given: object, context: Context) -> dict[str, object]:
        found = _by_language(given, context.languages, lambda text: read_text(text, longest, one_line=True), needed=0)
        return _all_right(*found)

    return read_by(read, {}, needs_context=True)


def text_lists(otherwise: object = _NEEDED) -> BeforeValidator:
    """Lists of single lines by language."""
    return read_by(
        lambda given, context: _all_right(*_by_language(given, context.languages, _lines)),
        otherwise,
        needs_context=True,
    )


_Found = tuple[dict[str, object], list[Problem]]


def _by_language(
    given: object,
    languages: tuple[str, ...],
    read: Callable[[object], object],
    *,
    complete: bool = False,
    needed: int = 1,
) -> _Found:
    """Return the texts that are right by language, and what is wrong with the others; the first `needed` must be."""
    if not isinstance(given, Mapping):
        return {}, [Problem((), "mapping")]
    right: dict[str, object] = {}
    problems: list[Problem] = []
    there = [tag for tag in given if tag in KNOWN and (not languages or tag in languages)]
    for tag, text in given.items():
        if tag not in KNOWN:
            problems.append(Problem((tag,), "no_language", {"languages": tuple(KNOWN)}))
        elif tag not in there:
            problems.append(Problem((tag,), "other_language", {"language": tag}))
        else:
            _read_or_tell(tag, text, read, right, problems)
    must = languages if complete else languages[:needed]
    problems += (Problem((), "missing_in", {"language": tag}) for tag in must if tag not in there)
    if not there and not languages and needed:
        problems.append(Problem((), "no_texts"))
    return right, problems


def _read_or_tell(
    key: str | int, given: object, read: Callable[[object], object], right: dict[Any, object], problems: list[Problem]
) -> None:
    try:
        right[key] = read("" if given is None else given)
    except PydanticCustomError as error:
        problems.append(Problem((key,), error.type, error.context or {}))
    except ValidationError as error:
        problems += (problem.below(key) for problem in problems_of(error))


def _lines(given: object) -> list[object]:
    if not isinstance(given, list) or not given:
        raise wrong("not_lines")
    right: dict[int, object] = {}
    problems: list[Problem] = []
    for index, text in enumerate(given):
        _read_or_tell(index, text, lambda text: read_text(text, NAME_LENGTH, one_line=True), right, problems)
    return list(_all_right(right, problems).values())


def _all_right(right: dict[Any, object], problems: list[Problem]) -> dict[Any, object]:
    if problems:
        raise refusal(problems)
    return right
