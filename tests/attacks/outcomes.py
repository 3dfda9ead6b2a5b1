"""What an attack came to, and the table of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """What one attack asked, how many different payloads it tried, and what it found wrong.

    `note` says what was left out, where something was.
    """

    name: str
    requests: int = 0
    payloads: int = 0
    findings: list[str] = field(default_factory=list)
    note: str = ""

    def find(self, what: str) -> None:
        """Add a finding, once."""
        if what not in self.findings:
            self.findings.append(what)


def table(outcomes: Sequence[Outcome], seconds: Sequence[float]) -> str:
    """Return the outcomes as lines, with the sums, and the findings below."""
    lines = [f"{'attack':<42}{'requests':>10}{'payloads':>10}{'findings':>10}{'seconds':>9}"]
    for one, took in zip(outcomes, seconds, strict=True):
        lines.append(f"{one.name:<42}{one.requests:>10,}{one.payloads:>10,}{len(one.findings):>10}{took:>9.1f}")
    found = [f"{one.name}: {what}" for one in outcomes for what in one.findings]
    sums = sum(one.requests for one in outcomes), sum(one.payloads for one in outcomes), len(found)
    lines.append(f"{'all':<42}{sums[0]:>10,}{sums[1]:>10,}{sums[2]:>10}{sum(seconds):>9.1f}")
    notes = [f"{one.name}: {one.note}" for one in outcomes if one.note]
    return "\n".join([*lines, "", *notes, *(f"FOUND: {what}" for what in found)]).rstrip()
