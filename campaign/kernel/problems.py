"""What is wrong with plain values, said without words: where, what, and what a sentence about it has to name.

Whoever checks says this; whoever shows it finds words for the code, in the language of who reads: a form puts them
beside its box, a loader beside the line of the file, a program's door gives code and place as they are.
"""

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

Path = tuple[str | int, ...]
"""The way to a value, from outside in, by names and indexes: `("email",)`, `("legs", 2, "places")`; `()`: the whole."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Args:
        field: where. Never a place that only one door has (a line of a file, a box of a form).
        code: what kind of wrong it is: lower case and underscores, such as `too_long`; the same for ever, programs
            read it.
        parameters: what a sentence about it has to name, by the names its message uses, such as `{"most": 80}`.
    """

    field: Path
    code: str
    parameters: Mapping[str, Any] = dataclasses.field(default_factory=lambda: _NOTHING, hash=False)

    def below(self, *path: str | int) -> "Problem":
        """Return the same problem as whoever holds these values under `path` sees it."""
        return Problem((*path, *self.field), self.code, self.parameters)


class Problems(list[Problem]):
    """What is wrong, in the order it was found; empty where nothing is."""

    def say(self, name: str, code: str, /, **parameters: object) -> None:
        """Add that the field `name` has a problem."""
        self.append(Problem((name,), code, parameters))
