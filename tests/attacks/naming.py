"""Who signed where it is dangerous? Somebody has Valkey's file and the database, and tries to name the signers.

    python -m tests.attacks.naming                    40 people, their two signatures far apart
    python -m tests.attacks.naming --together         each signs the second a moment after the first, nobody between

Forty people each sign a high-safety campaign under a pseudonym and another one under their name. The thief lays
everything side by side: keys that are equal, the order of writes, the order of ids, times to the microsecond, bytes
that stand in two rows, rows that hang together. Each way answers with a person for a signature, or with nothing. What
a way gets right counts as named where guessing would hardly get as much right (one time in a thousand).

`provider` is another thief: one who has the database, and what the mail provider keeps (our id, the address, the time).
"""

import argparse
import random
import sys
from ast import literal_eval
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from typing import Any
from uuid import UUID

from sqlalchemy import text

from campaign.actions.keys import signer_key
from campaign.kernel.base import Base
from tests.actions.visitor import HIGH_SAFETY, OPEN, Visitor
from tests.attacks.aof import read_commands
from tests.attacks.own import OwnInstallation
from tests.attacks.ways import (
    Answers,
    Loot,
    by_bytes,
    by_end,
    by_neighbour,
    by_order,
    by_provider,
    by_public_id,
    by_rank,
    by_times,
)

PEOPLE = 40
_LUCK = 0.001
_LIMITS = "ip=6000/10m,network=30000/10m,email=20/d"  # all of them, and nobody over one
_PROVIDER = "provider: its list, by our ids"
_NOBODYS = ("outbox_turns", "pace_slots", "ticker_runs")  # of campaigns and executives; times without end


@dataclass(frozen=True)
class Way:
    """What one way of joining came to."""

    name: str
    answers: int
    right: int
    people: int

    @property
    def is_luck(self) -> bool:
        """Whether guessing gets as much right more often than once in a thousand times."""
        chance = 1 / self.people
        hits = range(self.right, self.answers + 1)
        return sum(comb(self.answers, k) * chance**k * (1 - chance) ** (self.answers - k) for k in hits) > _LUCK

    @property
    def named(self) -> int:
        """How many it names: none where guessing does as well."""
        return 0 if self.is_luck else self.right


def run(*, people: int = PEOPLE, together: bool = False, seed: int = 1) -> list[Way]:
    """Let `people` sign, take everything, and try each way; those of the thief with the provider's list come last."""
    with OwnInstallation(LIMITS=_LIMITS) as own:
        provider = _live(own.visitor, people, random.Random(seed), together=together)
        truth = _truth(own, people)
        rows = _read(own.visitor)
        own.stop()
        loot = take(read_commands(own.files), rows, provider)
    return judge(loot, truth)


def take(commands: Sequence[Sequence[bytes]], rows: Mapping[str, Any], provider: Sequence[tuple[UUID, str]]) -> Loot:
    """Return the loot, with the signatures of nobody in particular and those of people set apart."""
    is_safe = {campaign["id"] for campaign in rows["campaigns"] if campaign["is_high_safety"]}
    safe = [row for row in rows["actions"] if row["campaign_id"] in is_safe]
    known = [row for row in rows["actions"] if row["person_id"] is not None]
    return Loot(commands, rows, provider, safe, known)


def judge(loot: Loot, truth: Answers) -> list[Way]:
    """Try each way; return what it came to."""
    ways: Mapping[str, Callable[[Loot], Answers]] = {
        "equal keys in Valkey's file, by the order of rows": lambda loot: by_order(loot, "id"),
        "equal keys in Valkey's file, by the rows' times": lambda loot: by_order(loot, "created_at"),
        "equal keys in Valkey's file, by when they end": by_end,
        "equal bytes, row by row through all tables": by_bytes,
        "the same place in order, by numbers": lambda loot: by_rank(loot, "number"),
        "the same place in order, by rows in the file": lambda loot: by_rank(loot, "ctid"),
        "equal times, to the microsecond": by_times,
        "the neighbour by id": lambda loot: by_neighbour(loot, "id"),
        "the neighbour by time": lambda loot: by_neighbour(loot, "created_at"),
        "the neighbour by the time in public ids": by_public_id,
        "the neighbour by time of confirmation": lambda loot: by_neighbour(loot, "confirmed_at"),
        _PROVIDER: by_provider,
    }
    found = []
    for name, way in ways.items():
        answers = way(loot)
        right = sum(truth.get(action) == person for action, person in answers.items())
        found.append(Way(name, len(answers), right, len(truth)))
    return found


# Forty people


def _address(number: int) -> str:
    return f"worker{number}@garment.example"


def _live(visitor: Visitor, people: int, rng: random.Random, *, together: bool) -> list[tuple[UUID, str]]:
    """Let everybody sign twice and confirm; return what the provider keeps."""
    numbers = list(range(people))
    rng.shuffle(numbers)
    posts = [(slug, number) for number in numbers for slug in rng.sample((HIGH_SAFETY, OPEN), 2)]
    if not together:
        rng.shuffle(posts)
    provider: list[tuple[UUID, str]] = []
    confirmations: list[str] = []
    for slug, number in posts:
        name = f"Pseudonym {number}" if slug == HIGH_SAFETY else f"Name {number}"
        answer = visitor.sign(slug, given_name=name, email=_address(number))
        assert answer.status_code == 303, answer.text
        (row,) = visitor.all(
            "SELECT public_id FROM outbox_messages WHERE state = 'due' ORDER BY created_at DESC LIMIT 1"
        )
        (mail,) = visitor.mails()
        provider.append((row.public_id, mail.to))
        confirmations.append(mail.link("confirm"))
    if not together:
        rng.shuffle(confirmations)
    for link in confirmations:
        assert visitor.confirm(link).status_code == 303
    return provider


def _truth(own: OwnInstallation, people: int) -> Answers:
    hashes, campaign = own.visitor.installation.hashes, own.campaigns[HIGH_SAFETY]
    keys = {signer_key(hashes, campaign, _address(number)): _address(number) for number in range(people)}
    persons = {row.email: row.id for row in own.visitor.all("SELECT id, email FROM people")}
    rows = own.visitor.all("SELECT id, signer_key FROM actions WHERE campaign_id = :id", id=campaign)
    truth = {row.id: persons[keys[bytes(row.signer_key)]] for row in rows}
    assert len(truth) == people
    return truth


def _read(visitor: Visitor) -> dict[str, list[dict[str, Any]]]:
    with visitor.sessions() as session:
        return {
            table.name: [
                {**row, "ctid": literal_eval(row["ctid"])}
                for row in session.execute(text(f"SELECT ctid::text AS ctid, * FROM {table.name}")).mappings()
            ]
            for table in Base.metadata.sorted_tables
            if table.name not in _NOBODYS
        }


def most_named(ways: Sequence[Way]) -> tuple[int, int]:
    """Return how many the best way names: without the provider's list, and with it."""
    alone = max(way.named for way in ways if way.name != _PROVIDER)
    return alone, max(way.named for way in ways)


def table(ways: Sequence[Way]) -> str:
    """Return the ways as lines."""
    lines = [f"{'way':<52}{'answers':>8}{'right':>7}{'guessing':>10}{'named':>7}"]
    for way in ways:
        guessed = f"{way.answers / way.people:.1f}"
        lines.append(f"{way.name:<52}{way.answers:>8}{way.right:>7}{guessed:>10}{way.named:>7}")
    return "\n".join(lines)


def main() -> int:
    """Run, print the table; 1 where anybody was named."""
    parser = argparse.ArgumentParser(prog="python -m tests.attacks.naming", description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--together", action="store_true", help="both signatures in one sitting, nobody between")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    ways = run(people=chosen.people, together=chosen.together, seed=chosen.seed)
    alone, with_provider = most_named(ways)
    sys.stdout.write(f"{table(ways)}\n\nnamed, from Valkey's file and the database: {alone} of {chosen.people}\n")
    sys.stdout.write(f"named, with the provider's list as well: {with_provider} of {chosen.people}\n")
    return 1 if alone or with_provider else 0


if __name__ == "__main__":
    sys.exit(main())
