"""What is wrong with a content file: one line each, with the line of the file it is about."""

from collections.abc import Sequence
from dataclasses import dataclass

from campaign.kernel.errors import InvalidError


@dataclass(frozen=True, order=True)
class LineProblem:
    """One thing that is wrong, at `line` of the file (counted from 1)."""

    line: int
    text: str


class ContentError(InvalidError):
    """The file cannot be loaded; nothing of it was. `problems` are in the order of the file."""

    def __init__(self, problems: Sequence[LineProblem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("; ".join(f"line {problem.line}: {problem.text}" for problem in self.problems))
