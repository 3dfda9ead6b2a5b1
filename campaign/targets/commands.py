"""What can be asked of companies: frozen commands, the same from every door."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class SaveCompany:
    """Add the company of this slug, or bring it to `values`, by column.

    `offices` maps office to canonical address; `letters_per_hour` None means the default. `office_values`: what else is
    said of an office, by column: `source`, `checked_on`.
    """

    slug: str
    values: Mapping[str, object]
    offices: Mapping[str, str]
    letters_per_hour: int | None
    office_values: Mapping[str, Mapping[str, object]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TakesStance:
    """A company that a campaign addresses and, where it is said, where it stood on a day and how we know.

    `asked`: what is said of the asking itself, by column: `asked_since`, `answer`, `answered_on`. `is_counted`: the day
    was told in days ago, so the same said again on a later day is nothing new.
    """

    company: str
    stance: str | None
    as_of: date | None
    evidence: Mapping[str, str]
    asked: Mapping[str, object] = field(default_factory=dict)
    is_counted: bool = False
