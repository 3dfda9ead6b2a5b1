"""Edit and publish while a thousand a second read: `python -m tests.bench.publishing [--seconds N]`.

Two web processes. wrk reads the edited campaign's page of both, first in quiet (the denominator), then while the forms
are sent. Ends with 1 where anything but a page was answered, or a process showed the change later than ten seconds and the making of
a page.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from campaign.demonstration import load_demo
from campaign.features import SECTIONS
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from tests.bench import load, report
from tests.bench.at_once import MAKING_SECONDS, MOST_SECONDS, Desk, change, page_of, prepare
from tests.bench.report import say
from tests.bench.servers import Stack, running_stack
from tests.serving.running import serving

_ENOUGH = 1000
_DATABASE = "publishing"


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench.publishing", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--seconds", type=int, default=25, help="how long the reading lasts, each time")
    seconds = parser.parse_args().seconds
    load.require_wrk()
    say(report.machine())
    with running_stack() as stack, ExitStack() as processes:
        desk = _make(stack)
        environ = stack.environ(_DATABASE)
        urls = [
            f"http://127.0.0.1:{processes.enter_context(serving('wsgi:app', environ, workers=1))}" for _ in range(2)
        ]
        return _measure(desk, urls, seconds)


def _make(stack: Stack) -> Desk:
    stack.make_database(_DATABASE)
    inside = stack.installation(_DATABASE)
    with inside.sessions() as session, session.begin():
        load_demo(session, OPERATOR, now(), lambda *_: False, SECTIONS)
        desk = prepare(session)
    inside.engine.dispose()
    return desk


def _measure(desk: Desk, urls: Sequence[str], seconds: int) -> int:
    pages = [url + page_of(desk.edited) for url in urls]
    with ThreadPoolExecutor(len(urls)) as readers:
        list(readers.map(load.get, pages, [1] * len(pages)))
        quiet = sum(one.per_second for one in readers.map(load.get, pages, [seconds] * len(pages)))
        # load.get raises for whatever is no 2xx or 3xx, a broken connection, an answer after thirty seconds.
        reading = readers.map(load.get, pages, [seconds] * len(pages))
        seen = change(desk, urls, "Words that a form has just brought.")
        loads = list(reading)
    busy = sum(one.per_second for one in loads)
    say(f"{quiet:>10,.0f} pages a second by {len(urls)} processes, nothing changed")
    say(f"{busy:>10,.0f} while a campaign was edited and another published; ratio {busy / quiet:.2f}")
    say(
        f"{sum(one.accepted for one in loads):>10,} pages read meanwhile, 0 errors; of those who watched {len(seen.errors)}"
    )
    for what, times in (("edited", seen.edited), ("published", seen.published)):
        say(f"{what:>10}: shown by each process after {', '.join(f'{one:.1f} s' for one in times)}")
    is_well = (
        busy >= _ENOUGH and not seen.errors and max(*seen.edited, *seen.published) <= MOST_SECONDS + MAKING_SECONDS
    )
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
