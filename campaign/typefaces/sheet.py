"""Writes the sheet that names the cuts, and stand-ins of the same size, so that nothing jumps when a cut arrives.

A stand-in is scaled until its mean letter is as wide as ours (`size-adjust`) and takes our heights, undone for that
scale. Where several stand-ins are on a system, the rule that comes last counts; one whose faces are all missing
counts as absent.

Source: CSS Fonts 4 (`unicode-range` and composite faces), CSS Fonts 5 (`size-adjust`, `ascent-override`).
"""

from collections.abc import Iterable, Sequence

from campaign.typefaces.cutting import Cut, Metrics
from campaign.typefaces.faces import StandIn

_STAND_IN_RANGE = "U+0-24F,U+2000-22FF"
"""Latin and punctuation: a stand-in that had more would set Arabic before a face made for it."""

_HEADER = "/* Made by `make setup` (campaign/typefaces); changes are lost. */"


def write_sheet(cuts: Sequence[Cut]) -> str:
    """Return the `@font-face` rules of `cuts`, whose files lie in `../fonts/`."""
    rules = [_HEADER]
    for cut in cuts:
        rules.append(_rule(cut))
        if cut.metrics is not None:
            rules += [_stand_in(cut, cut.metrics, other) for other in cut.face.stand_ins]
    return "\n".join(rules) + "\n"


def unicode_range(letters: Iterable[int]) -> str:
    """Return code points as a `unicode-range`, such as `U+20-7E,U+A0`; runs are joined."""
    runs: list[list[int]] = []
    for letter in sorted(letters):
        if runs and letter == runs[-1][1] + 1:
            runs[-1][1] = letter
        else:
            runs.append([letter, letter])
    return ",".join(f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}" for first, last in runs)


def _rule(cut: Cut) -> str:
    sources = [*(f'local("{name}")' for name in cut.face.system), f'url("../fonts/{cut.name}.woff2") format("woff2")']
    heights = cut.face.heights
    return _font_face(
        f'font-family:"{cut.face.family}"',
        "src:" + ",".join(sources),
        f"font-weight:{cut.face.weights}",
        "font-display:swap",
        f"unicode-range:{unicode_range(_own_letters(cut))}",
        *((f"ascent-override:{heights[0]:.0%}", f"descent-override:{heights[1]:.0%}") if heights else ()),
    )


def _own_letters(cut: Cut) -> Iterable[int]:
    """Return the letters a page loads the cut for: a face of joined letters has a space, but none is loaded for one."""
    return cut.letters - {ord(" ")} if cut.face.is_of_joined_letters else cut.letters


def _stand_in(cut: Cut, ours: Metrics, other: StandIn) -> str:
    scale = ours.advance / other.advance
    return _font_face(
        f'font-family:"{cut.face.family} Fallback"',
        "src:" + ",".join(f'local("{name}")' for name in other.names),
        f"font-weight:{cut.face.weights}",
        f"unicode-range:{unicode_range(_own_letters(cut)) if cut.face.is_of_joined_letters else _STAND_IN_RANGE}",
        f"size-adjust:{scale:.2%}",
        f"ascent-override:{ours.ascent / scale:.2%}",
        f"descent-override:{ours.descent / scale:.2%}",
        f"line-gap-override:{ours.line_gap / scale:.2%}",
    )


def _font_face(*descriptors: str) -> str:
    return "@font-face{" + ";".join(descriptors) + "}"
