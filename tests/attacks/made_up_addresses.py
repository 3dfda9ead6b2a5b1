"""Tries to sign without a limit by made-up addresses, at the limit of an installation: `python -m tests.attacks.made_up_addresses`.

Six hundred pledges from one address are what ten minutes take; then one more with each spoof of `spoofed_addresses`.
Directly, and through each proxy as docs/howto/deploy.md sets it up.
"""

from redis import Redis

from tests.attacks.served import Row, served, tell
from tests.attacks.spoofed_addresses import attack

MOST = 600


def run(most=MOST):
    """Attack on each way; return a row for each."""
    return list(attacks(most))


def attacks(most=MOST):
    """Attack, and give each row when it is known."""
    with served("made_up", "tests.attacks.patient:app", LIMITS=f"ip={most}/10m") as ways:
        for number, way in enumerate(ways):
            name = f"pledges beyond {most} by made-up addresses, {way.name}"
            if way.port is None:
                yield Row(name, 0, "", {"not installed": ""})
                continue
            with Redis.from_url(way.limits_url) as client:
                client.flushdb()
            plain, spoofed = attack(way.port, most, name=f"way{number}")
            taken, passed = plain.count(303), [lines for lines, status in spoofed if status not in (429, 400)]
            finding = "" if (taken, plain[-1]) == (most, 429) and not passed else f"passed: {passed or plain[-1]}"
            told = {
                "taken": taken,
                "then": plain[-1],
                "spoofed and refused": len(spoofed) - len(passed),
                "passed": len(passed),
            }
            yield Row(name, len(plain) + len(spoofed), finding, told)


if __name__ == "__main__":
    raise SystemExit(tell(attacks()))
