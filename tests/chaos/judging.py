"""What must be true when the dust has settled. Each sentence returned is a promise broken."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from campaign.delivery.lanes import options_of
from campaign.features import MAIL_TOPICS
from tests.chaos.books import StoredAction, StoredMessage
from tests.chaos.march import MarchEvidence, judge_march

ONCE = frozenset(topic.name for topic in MAIL_TOPICS if topic.goes_once)
"""Receipts, offers, changes and reminders of events: no person gets one of these twice, whoever is killed."""

LETTER_CONNECTIONS = options_of("letters").connections


@dataclass(frozen=True)
class Evidence:
    """All that a judgement needs, from the three witnesses: the supporters, the database, the sink.

    Attributes:
        signed: Addresses whose pledge was answered 303.
        confirmed: Addresses whose press of the button was answered.
        wrote: Addresses whose letter was answered 303.
        actions: As stored.
        messages: Of the outbox, as stored.
        tally: The stored count of confirmed pledges.
        shown: The count the site shows.
        accepted: Message id to how often the sink took its mail.
        letters_taken: Address of the writer (the letter's Reply-To) to how often the sink took a letter of theirs.
        faults: Letters whose reply the sink lost, dropped or answered 5xx.
        letters_workers_killed: How many processes of the letters lane died, by their own or their supervisor's death.
        hits: Deaths that met rows `sending`.
        must_hit: How many must.
        exit_code: Of the installation, asked to stop at the end.
        march: What is known of the march.
        left_over: Processes that still ran after it.
        failures: What supporters met that nobody should.
    """

    signed: frozenset[str]
    confirmed: frozenset[str]
    wrote: frozenset[str]
    actions: Sequence[StoredAction]
    messages: Sequence[StoredMessage]
    tally: int
    shown: int
    accepted: Mapping[str, int]
    letters_taken: Mapping[str, int]
    faults: int
    letters_workers_killed: int
    hits: int
    must_hit: int
    march: MarchEvidence
    exit_code: int = 0
    left_over: int = 0
    failures: Sequence[str] = field(default_factory=tuple)

    @property
    def letters(self) -> list[StoredMessage]:
        """The messages of the letters lane."""
        return [message for message in self.messages if message.lane == "letters"]

    @property
    def unknown(self) -> int:
        """How many letters nobody knows the end of."""
        return sum(letter.state == "unknown" for letter in self.letters)

    @property
    def unknown_allowed(self) -> int:
        """How many there may be: what a dying worker had in flight, and what the provider itself left open."""
        return LETTER_CONNECTIONS * self.letters_workers_killed + self.faults


def judge(evidence: Evidence) -> list[str]:
    """Return every promise that was broken, in words; nothing where all were kept."""
    return [
        *_judge_pledges(evidence),
        *_judge_tally(evidence),
        *_judge_letters(evidence),
        *judge_march(evidence.march),
        *_judge_what_goes_once(evidence),
        *_judge_rest(evidence),
    ]


def _judge_pledges(evidence: Evidence) -> Iterator[str]:
    stored = Counter(action.email for action in evidence.actions if action.kind == "pledge")
    for email in sorted(evidence.signed - set(stored)):
        yield f"the accepted pledge of {email} is not stored"
    counted = Counter(action.email for action in _counted(evidence))
    for email in sorted(evidence.confirmed - set(counted)):
        yield f"the confirmed pledge of {email} does not count"
    for email in sorted(email for email, times in counted.items() if times > 1):
        yield f"the pledge of {email} counts {counted[email]} times"
    waiting = sum(action.state == "waiting" for action in evidence.actions)
    if waiting:
        yield f"{waiting} actions still wait for their confirmation"


def _judge_tally(evidence: Evidence) -> Iterator[str]:
    truth = len(_counted(evidence))
    if evidence.tally != truth:
        yield f"the tally says {evidence.tally}, {truth} pledges are confirmed"
    if evidence.shown != truth:
        yield f"the site shows {evidence.shown}, {truth} pledges are confirmed"
    numbers = sorted(action.number or 0 for action in _counted(evidence))
    if numbers != list(range(1, truth + 1)):
        yield f"the supporters' numbers are not 1 to {truth}, each once"


def _judge_letters(evidence: Evidence) -> Iterator[str]:
    for letter in evidence.letters:
        yield from _judge_letter(letter, evidence.accepted.get(letter.public_id, 0))
    for email, times in sorted(evidence.letters_taken.items()):
        if times > 1:
            yield f"{times} letters of {email} went, who wrote one"
    letters = Counter(action.email for action in evidence.actions if action.kind == "letter")
    for email in sorted(evidence.wrote - set(letters)):
        yield f"the accepted letter of {email} is not stored"
    if len(evidence.letters) != len(evidence.wrote):
        yield f"{len(evidence.wrote)} letters were accepted, {len(evidence.letters)} are in the outbox"
    if evidence.unknown > evidence.unknown_allowed:
        yield f"{evidence.unknown} letters are unknown, at most {evidence.unknown_allowed} may be"


def _judge_letter(letter: StoredMessage, taken: int) -> Iterator[str]:
    if letter.state not in ("sent", "unknown"):
        yield f"letter {letter.public_id} is {letter.state}"
    if taken > 1 or (letter.state == "sent" and taken != 1):
        yield f"letter {letter.public_id} is {letter.state}, and was taken {taken} times"


def _judge_what_goes_once(evidence: Evidence) -> Iterator[str]:
    for message in evidence.messages:
        taken = evidence.accepted.get(message.public_id, 0)
        if message.topic in ONCE and taken > 1:
            yield f"the mail {message.public_id} ({message.topic}) was taken {taken} times"


def _judge_rest(evidence: Evidence) -> Iterator[str]:
    for state in ("waiting", "due", "sending"):
        number = sum(message.state == state for message in evidence.messages)
        if number:
            yield f"{number} messages are still {state}"
    if evidence.hits < evidence.must_hit:
        yield f"only {evidence.hits} kills hit while rows were sending, {evidence.must_hit} must"
    if evidence.exit_code:
        yield f"asked to stop, the installation ended with {evidence.exit_code}"
    if evidence.left_over:
        yield f"{evidence.left_over} processes outlived the installation"
    yield from evidence.failures


def _counted(evidence: Evidence) -> list[StoredAction]:
    return [action for action in evidence.actions if action.is_counted and action.state == "confirmed"]
