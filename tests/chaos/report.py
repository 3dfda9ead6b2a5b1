"""The run as a table: seed, kills by role and what they hit, what the sink did, where the rows ended."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from tests.chaos.books import StoredMessage
from tests.chaos.judging import LETTER_CONNECTIONS, ONCE, Evidence
from tests.chaos.march import MarchEvidence
from tests.chaos.plan import Plan
from tests.chaos.reaper import Kill


def kills_table(chosen: Plan, kills: Sequence[Kill]) -> list[str]:
    """Return one line a role: kills planned and done, how many hit, rows `sending` at that moment."""
    lines = [f"{'killed with -9':<18}{'kills':>7}{'while sending':>15}{'rows':>7}"]
    for role, planned in chosen.kills.items():
        done = [kill for kill in kills if kill.role == role]
        rows = sum(sum(kill.sending.values()) for kill in done)
        number = str(len(done)) if len(done) == planned else f"{len(done)}/{planned}"
        lines.append(f"{role:<18}{number:>7}{sum(kill.is_hit for kill in done):>15}{rows:>7}")
    hits = sum(kill.is_hit for kill in kills)
    return [*lines, f"{'all':<18}{len(kills):>7}{hits:>15}   (at least {chosen.must_hit} must)"]


def render(
    chosen: Plan,
    evidence: Evidence,
    kills: Sequence[Kill],
    *,
    sink: Mapping[str, int],
    met: Mapping[str, int],
    seconds: float,
) -> str:
    """Return the whole table as text."""
    lines = [
        f"chaos, seed {chosen.seed}, {seconds:.0f} s, {chosen.queue_workers} workers a lane",
        "",
        *kills_table(chosen, kills),
        "",
        _supporters_line(evidence),
        _marchers_line(evidence.march),
        f"answers: {_pairs(sorted(met.items()))}",
        f"sink, mails: {_pairs(sink.items())}",
        _sink_letters_line(evidence),
        *_outbox_lines(evidence),
        _unknown_line(evidence),
    ]
    return "\n".join(lines)


def _supporters_line(evidence: Evidence) -> str:
    stored = sum(action.state == "confirmed" and action.is_counted for action in evidence.actions)
    return (
        f"supporters: {len(evidence.signed)} pledges accepted, {len(evidence.confirmed)} confirmed, "
        f"{len(evidence.wrote)} letters accepted; stored {stored}, tally {evidence.tally}, shown {evidence.shown}"
    )


def _marchers_line(march: MarchEvidence) -> str:
    places = ", ".join(f"{state} {march.count(state)}" for state in ("going", "offered", "queued"))
    return (
        f"marchers: {len(march.accepted)} RSVPs accepted, {len(march.confirmed)} confirmed, {len(march.cancelled)} given "
        f"back; legs {places}; over capacity {len(march.over)} of {march.looks} looks; waiting in vain {march.in_vain}; "
        f"pages read {len(march.pages)}"
    )


def _sink_letters_line(evidence: Evidence) -> str:
    taken = evidence.letters_taken
    return f"sink, letters: {sum(taken.values())} taken, of {len(taken)} writers; {evidence.faults} lost or dropped"


def _outbox_lines(evidence: Evidence) -> list[str]:
    lines = []
    for lane in sorted({_road(message) for message in evidence.messages}):
        mine = [message for message in evidence.messages if _road(message) == lane]
        states = Counter(message.state for message in mine)
        twice = sum(evidence.accepted.get(message.public_id, 0) > 1 for message in mine)
        lines.append(f"outbox, {lane}: {_pairs(sorted(states.items()))}; taken more than once: {twice}")
    return lines


def _road(message: StoredMessage) -> str:
    """Return what of the outbox a message is counted with: its lane, or that of its mails which go once."""
    return f"{message.lane}, once" if message.topic in ONCE else message.lane


def _unknown_line(evidence: Evidence) -> str:
    return (
        f"letters unknown: {evidence.unknown}, allowed {evidence.unknown_allowed} = {LETTER_CONNECTIONS} connections "
        f"x {evidence.letters_workers_killed} letters workers killed + {evidence.faults}"
    )


def _pairs(pairs: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name} {number}" for name, number in pairs)
