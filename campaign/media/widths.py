"""In which widths a picture is kept: its address and what a page lists follow from its size alone."""

from collections.abc import Sequence

WIDTHS = (480, 960, 1920)
"""In pixels."""

FALLBACK_WIDTH = 960


def widths_of(width: int) -> Sequence[int]:
    """Return the widths of a picture that is `width` wide at most, the smallest first."""
    return sorted({min(width, one) for one in WIDTHS})


def fallback_of(width: int) -> int:
    """Return the width of the one file that browsers from before 2020 read."""
    return min(width, FALLBACK_WIDTH)
