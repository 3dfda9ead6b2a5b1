"""Run the benchmark: `python -m tests.bench [--quick]`."""

import argparse
import sys
from dataclasses import dataclass

from tests.bench import handing_over, report
from tests.bench.load import require_wrk
from tests.bench.report import Row, row, say
from tests.bench.rounds import RSVP_APART, RSVP_TOGETHER, Measured, bare_round, ceiling, service_round
from tests.bench.servers import CHECKOUT, Stack, running, running_stack
from tests.bench.stored import make_stored

_WEB = (
    ("pledge accepted", "bare insert", 0.5),
    ("pledge confirmed", "bare insert", 0.5),
    ("campaign page", "bare hello", 0.75),
    ("count.json", "bare hello", 0.85),
    (RSVP_APART, "pledge accepted", 0.7),
    (RSVP_TOGETHER, "pledge accepted", 0.4),
)
_GROWTH = 0.9
_MAILS_PER_SECOND = 2000
_FEW = 10_000
_HEADROOM = 1.5
"""So many times the bare view's rate is there to post for ours; should we outrun it, the run says so and stops."""


@dataclass(frozen=True)
class Plan:
    """How much is measured. `seconds` is of each rate in each round; `many` the pledges stored for growth, 0: none."""

    rounds: int
    seconds: int
    letters: int
    mails: int
    many: int


def main() -> int:
    """Measure, print the table, write bench.json. Ends with 0 however fast or slow: numbers are read, not judged."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure what the service does.")
    parser.add_argument("--quick", action="store_true", help="about a minute, without the growth rows")
    parser.add_argument("--many", type=int, default=10_000_000, help="pledges stored for the growth rows")
    options = parser.parse_args()
    plan = Plan(3, 2, 1500, 4000, 0) if options.quick else Plan(5, 8, 8000, 40_000, options.many)
    require_wrk()
    machine = report.machine()
    say(machine)
    with running_stack() as stack:
        rows = _measure(stack, plan)
    say("\n" + report.table(rows))
    report.write(CHECKOUT / "bench.json", machine, rows)
    return 0


def _measure(stack: Stack, plan: Plan) -> list[Row]:
    with running("tests.bench.null_server") as port:
        gets, posts = ceiling(f"http://127.0.0.1:{port}", stack)
    say(f"wrk itself, against a server that does nothing: {gets:,.0f} GET/s, {posts:,.0f} POST/s\n")
    make_stored(stack, "bench", _FEW)
    stack.make_database("bench_mail", template="bench")
    measured = Measured()
    _web(stack, plan, measured)
    _mail(stack, plan, measured)
    rows = [row(measured, name, denominator, target) for name, denominator, target in _WEB]
    rows.append(row(measured, "letters handed over", "bare loop, letters", 0.8))
    mails = row(measured, "confirmation mails handed over", "bare loop, mails", 0.0)
    # Its target is a rate (2,000 recipients a second); told as the ratio that would be.
    target = round(_MAILS_PER_SECOND / mails.denominator_per_second, 3)
    rows.append(Row(**{**vars(mails), "target": target}))
    return rows + (_growth(stack, plan) if plan.many else [])


def _web(stack: Stack, plan: Plan, measured: Measured) -> None:
    inside = stack.installation("bench")
    for number in range(1, plan.rounds + 1):
        bare_round(stack, "bench", number, plan.seconds, measured)
        most = _HEADROOM * max(measured.rates["bare insert"]) + 500
        service_round(stack, inside, number, plan.seconds, measured, most=most)
        _say_round(number, measured, _WEB)
    inside.engine.dispose()


def _mail(stack: Stack, plan: Plan, measured: Measured) -> None:
    inside = stack.installation("bench_mail")
    with running("tests.sink", "--fast") as sink:
        for number in range(1, plan.rounds + 1):
            mine, bare = handing_over.letters(inside, sink, f"l{number}", plan.letters)
            measured.add("letters handed over", mine)
            measured.add("bare loop, letters", bare)
            mine, bare = handing_over.confirmations(inside, sink, f"m{number}", plan.mails)
            measured.add("confirmation mails handed over", mine)
            measured.add("bare loop, mails", bare)
    inside.engine.dispose()


def _growth(stack: Stack, plan: Plan) -> list[Row]:
    """Compare the web rows with `many` pledges stored and with few, turn by turn."""
    make_stored(stack, "bench_grown", plan.many)
    few, many = Measured(), Measured()
    for number in range(1, plan.rounds + 1):
        for database, measured in (("bench", few), ("bench_grown", many)):
            inside = stack.installation(database)
            service_round(stack, inside, 100 + number, plan.seconds, measured, most=_most_seen(few, many))
            inside.engine.dispose()
    both = Measured()
    rows = []
    for name, _, _ in _WEB:
        grown, ours = f"{name}, {plan.many:,} stored", f"{name}, {_FEW:,} stored"
        both.rates[grown], both.rates[ours] = many.rates[name], few.rates[name]
        rows.append(row(both, grown, ours, _GROWTH))
    return rows


def _most_seen(*series: Measured) -> float:
    rates = [rate for one in series for name in ("pledge accepted", "pledge confirmed") for rate in one.rates[name]]
    return 2 * max(rates, default=2500) + 500


def _say_round(number: int, measured: Measured, pairs: tuple[tuple[str, str, float], ...]) -> None:
    ratios = (f"{name} {measured.rates[name][-1] / measured.rates[other][-1]:.2f}" for name, other, _ in pairs)
    say(f"round {number}: {', '.join(ratios)}")


if __name__ == "__main__":
    sys.exit(main())
