"""Read a content file into commands, telling all that is wrong with it at once.

What is read here needs no database; whether the slugs it names exist is asked when it is applied.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from campaign.content.errors import ContentError
from campaign.content.nodes import File, read_yaml
from campaign.content.sections import Brought, Section, parts_of, sections_of
from campaign.content.specs import Command, Content, Placed
from campaign.content.words import tell
from campaign.kernel.problems import Problem

OPTIONAL = ("events", "groups")
"""Sections of the file's shape that are loaded where a kind of action reads them; else it is said that they are not."""

SECTIONS = ("organizations", "agreements", "companies", "executives", "executive_address", "campaigns", *OPTIONAL)
"""All that a file may have at its top."""

Found = TypeVar("Found", bound=Command)
Checked = tuple[Found | None, Sequence[Problem]]


def read_content(raw: bytes, now: datetime, brought: Brought = ()) -> Content:
    """Return what the file says.

    Args:
        raw: the file.
        now: the moment of loading, from which `days_ago` is counted.
        brought: what kinds of action read of it.

    Raises:
        ContentError: with every problem and its line.
    """
    from campaign.campaigns import rules  # noqa: PLC0415 - as below
    from campaign.content import entries  # noqa: PLC0415 - pydantic costs 150 ms that no other command needs

    sections, parts = sections_of(brought), parts_of(brought)
    reading = _Reading(read_yaml(raw), now)
    given = reading.file.values
    shared, problems = entries.check_shared(
        {key: given[key] for key in ("executives", "executive_address") if key in given}, now
    )
    reading.note(problems)
    content = Content(
        organizations=reading.all("organizations", rules.check_organization),
        agreements=reading.all("agreements", rules.check_agreement),
        companies=reading.all("companies", partial(entries.check_company, shared=shared)),
        campaigns=reading.all("campaigns", partial(entries.check_campaign, parts=parts)),
        more={section.name: reading.all(section.name, section.check) for section in sections},
        left_out={
            name: len(reading.members(name))
            for name in OPTIONAL
            if name in given and name not in {section.name for section in sections}
        },
    )
    reading.finish([name for name in SECTIONS if name not in content.left_out])
    return content


def read_section(raw: bytes, now: datetime, section: Section) -> tuple[tuple[Placed[Any], ...], list[str]]:
    """Return what the file says in one section, and the names of the others it has, which nobody looks into here.

    Raises:
        ContentError: with every problem of the section and its line; there is no such section, or an unknown one.
    """
    reading = _Reading(read_yaml(raw), now)
    specs = reading.all(section.name, section.check)
    if not specs and not reading.problems:
        reading.note([Problem((), "no_entries", {"section": section.name})])
    reading.finish([section.name])
    return specs, [name for name in SECTIONS if name != section.name and name in reading.file.values]


class _Reading:
    def __init__(self, file: File, now: datetime) -> None:
        self.file = file
        self.now = now
        self.problems: list[Problem] = []

    def note(self, problems: Sequence[Problem]) -> None:
        self.problems += problems

    def members(self, section: str) -> Sequence[Any]:
        members = self.file.values.get(section) or []
        if not isinstance(members, list):
            self.problems.append(Problem((section,), "list"))
            return []
        return members

    def all(self, section: str, check: Callable[[Any, datetime], Checked[Found]]) -> tuple[Placed[Found], ...]:
        specs = []
        lines: dict[object, int] = {}
        for index, given in enumerate(self.members(section)):
            path = (section, index)
            if not isinstance(given, Mapping):
                self.problems.append(Problem(path, "mapping"))
                continue
            command, problems = check(given, self.now)
            self.problems += (problem.below(*path) for problem in problems)
            if command is not None:
                specs.append(Placed(command, self.file, path))
            slug = given.get("slug")
            if isinstance(slug, str) and slug in lines:
                self.problems.append(Problem(path, "spec_twice", {"first": lines[slug]}))
            lines.setdefault(slug if isinstance(slug, str) else None, self.file.line(path))
        return tuple(specs)

    def finish(self, read: Sequence[str]) -> None:
        """Raise what is wrong, and the names of no section; keys that stand twice count in sections `read`."""
        twice = [Problem(path, "key_twice") for path in self.file.twice if len(path) == 1 or path[0] in read]
        unknown = [Problem((key,), "unknown") for key in self.file.values if key not in SECTIONS]
        problems = [*self.problems, *twice, *unknown]
        if problems:
            raise ContentError([tell(self.file, problem) for problem in problems])
