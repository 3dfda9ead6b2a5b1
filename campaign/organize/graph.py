"""How many signed on each of the last days, as bars of a drawing.

No style may stand in a page, so places and heights are attributes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from campaign.campaigns.queries import COARSE_STEP

DAYS = 42
WIDTH, HEIGHT = 640, 120
_GAP = 3


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: how many signed, and the place of its bar in units of the drawing."""

    day: date
    count: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Graph:
    """Bars by day, the earliest first. `total`: of all of them; `most`: of the best day."""

    bars: Sequence[Bar]
    total: int
    most: int
    width: int = WIDTH
    height: int = HEIGHT


def draw_days(ends: Sequence[tuple[date, int]], today: date, *, is_coarse: bool) -> Graph | None:
    """Return the graph of the last days, from the counts at their ends, by day; None where nobody signed.

    Args:
        ends: (day, names at its end), ascending; days on which nothing changed may be absent. The first one is where
            counting starts.
        today: the last day.
        is_coarse: whether counts are told in tens, and today's not at all.
    """
    if not ends:
        return None
    step = COARSE_STEP if is_coarse else 1
    last = today - timedelta(days=1) if is_coarse else today
    known = {day: count - count % step for day, count in ends}
    days = [last - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    before = max((day for day in known if day < days[0]), default=None)
    level = known[before] if before is not None else 0
    counts = []
    for day in days:
        now = known.get(day, level)
        counts.append(now - level)
        level = now
    most = max(0, *counts)
    if most == 0:
        return None
    each = WIDTH / DAYS
    bars = []
    for place, (day, count) in enumerate(zip(days, counts, strict=True)):
        high = round(HEIGHT * max(count, 0) / most, 1)
        bars.append(Bar(day, count, round(place * each, 1), round(HEIGHT - high, 1), round(each - _GAP, 1), high))
    return Graph(bars, sum(counts), most)
