"""Where on a card each piece of a line begins: one piece for each face, placed by its measured width.

Each is drawn by itself. The renderer shapes a text that changes its script as if all of it were of the first, which
tears Bengali and Urdu apart beside Latin; and it fails on joined letters that another face begins before.

From right to left the pieces follow one another to the left, and in each what has no direction of its own (spaces,
brackets) is told to run that way: U+202B.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from campaign.cards.faces import Face, Setting

_EMBED, _POP = "\u202b", "\u202c"


@dataclass(frozen=True)
class Words:
    """A text and the faces it is set in."""

    text: str
    setting: Setting


@dataclass(frozen=True)
class Piece:
    """Part of a line: a text of one size and colour. `gap`: the pixels left free before it, unless it is the first."""

    text: str
    setting: Setting
    size: float
    colour: str
    gap: float = 0.0

    @property
    def width(self) -> float:
        """How wide it is, in pixels."""
        return self.setting.width(self.text) * self.size


@dataclass(frozen=True)
class Placed:
    """Letters of one face as they are drawn: from `x` on, to the right or to the left; `y` is their baseline."""

    text: str
    face: Face
    size: float
    colour: str
    x: float
    y: float


def place(pieces: Iterable[Piece], x: float, y: float, *, is_rtl: bool) -> list[Placed]:
    """Return the pieces of one line, run by run, beginning at `x`; empty ones are left out."""
    placed: list[Placed] = []
    step = -1 if is_rtl else 1
    for piece in pieces:
        if placed and piece.text:
            x += step * piece.gap
        for run in piece.setting.runs(piece.text):
            text = f"{_EMBED}{run.text}{_POP}" if is_rtl else run.text
            placed.append(Placed(text, run.face, piece.size, piece.colour, round(x, 1), y))
            x += step * run.face.width(run.text) * piece.size
    return placed
