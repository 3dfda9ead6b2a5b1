"""Break a text into lines that fit a box, as large as they can be. Pure arithmetic on measured widths."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Measure = Callable[[str], float]
"""Returns how wide a text is, in ems."""

_HALVINGS = 12
_ELLIPSIS = "…"


@dataclass(frozen=True)
class Block:
    """Lines of one size, in pixels; `leading` is from baseline to baseline; `is_whole`: no word is broken."""

    lines: tuple[str, ...]
    size: float
    leading: float
    is_whole: bool = True

    @property
    def height(self) -> float:
        """From the top of the first line to the foot of the last."""
        return self.size + self.leading * (len(self.lines) - 1)


def fit(text: str, measure: Measure, *, width: float, height: float, sizes: Sequence[float], leading: float) -> Block:
    """Return `text` in the largest of `sizes` that fits, in lines of even length.

    Where none fits, words longer than a line are broken; what is still too long at the smallest size is cut by "…".

    Args:
        text: one paragraph.
        measure: of the face it is set in.
        width: of the box, in pixels.
        height: of the box, in pixels.
        sizes: what may be tried, in pixels, descending.
        leading: times the size.
    """
    words = text.split()
    for size in sizes:
        most = width / size
        if all(measure(word) <= most for word in words):
            count = len(_wrap(words, measure, most))
            block = Block(tuple(_balanced(words, measure, most, count)), size, size * leading)
            if block.height <= height:
                return block
    return _broken(words, measure, width=width, height=height, sizes=sizes, leading=leading)


def _broken(
    words: Sequence[str], measure: Measure, *, width: float, height: float, sizes: Sequence[float], leading: float
) -> Block:
    for size in sizes:
        most = width / size
        lines = _wrap([piece for word in words for piece in _pieces(word, measure, most)], measure, most)
        block = Block(tuple(lines), size, size * leading, is_whole=False)
        if block.height <= height:
            return block
    room = max(1, int((height - size) / (size * leading)) + 1)
    last = lines[room - 1]
    while last and measure(last + _ELLIPSIS) > most:
        last = last[:-1]
    return Block((*lines[: room - 1], last.rstrip() + _ELLIPSIS), size, size * leading, is_whole=False)


def _wrap(words: Sequence[str], measure: Measure, most: float) -> list[str]:
    lines: list[str] = []
    for word in words:
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and measure(longer) <= most:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _balanced(words: Sequence[str], measure: Measure, most: float, count: int) -> list[str]:
    """Wrap into `count` lines, the longest as short as can be: a poster's lines are of one weight."""
    low, high = 0.0, most
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        fits = all(measure(word) <= middle for word in words) and len(_wrap(words, measure, middle)) <= count
        low, high = (low, middle) if fits else (middle, high)
    return _wrap(words, measure, high)


def _pieces(word: str, measure: Measure, most: float) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and measure(pieces[-1] + letter) > most:
            pieces.append("")
        pieces[-1] += letter
    return pieces
