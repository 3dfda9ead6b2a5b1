"""What must be true of the march when the dust has settled, and at each moment before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class StoredRsvp:
    """An RSVP as it is stored: its person's address (empty once another took its place), and what it has of each leg.

    Attributes:
        legs: By leg, in their order: the state its page must show.
        asked: How many mails asked to confirm it.
        offered: How many mails offered something.
        queued: How many of its claims ever waited; all of them where it was given back or replaced, since what says so is
            emptied then.
        untold: Whether something is offered, and no mail says so.
    """

    public_id: str
    email: str
    state: str
    is_standing: bool
    legs: Sequence[str]
    asked: int = 1
    offered: int = 0
    queued: int = 0
    is_untold: bool = False


@dataclass(frozen=True)
class MarchEvidence:
    """All that is known of the march.

    Attributes:
        accepted: Addresses whose RSVP was answered 303.
        confirmed: Public id to address, of the last that each confirmed.
        cancelled: Addresses whose giving back was answered.
        changed: Addresses that asked for a change.
        pages: Public id to the states of the legs, as its page shows them.
        stored: As stored.
        over: What was taken of more than there is, whenever somebody looked.
        looks: How often that was.
        in_vain: Claims that waited at the end beside a place that would have done for them.
    """

    accepted: frozenset[str]
    confirmed: Mapping[str, str]
    cancelled: frozenset[str]
    changed: frozenset[str]
    pages: Mapping[str, Sequence[str]]
    stored: Sequence[StoredRsvp]
    over: Sequence[str] = field(default_factory=tuple)
    looks: int = 0
    in_vain: int = 0

    def count(self, state: str) -> int:
        """Return how many legs of standing RSVPs are in a state."""
        return sum(one.legs.count(state) for one in self.stored if one.is_standing)


def judge_march(march: MarchEvidence) -> Iterator[str]:
    """Yield every promise about places that was broken."""
    stored = {one.public_id: one for one in march.stored}
    for email in sorted(march.accepted - {one.email for one in march.stored}):
        yield f"the accepted RSVP of {email} is not stored"
    for public_id, email in sorted(march.confirmed.items()):
        yield from _judge_own(march, email, stored.get(public_id), march.pages.get(public_id, ()))
    for one in march.stored:
        yield from _judge_mails(one, has_changed=one.email in march.changed)
    for sentence in march.over[:5]:
        yield f"over capacity: {sentence}"
    if not march.looks:
        yield "nobody looked whether too much was taken"
    if march.in_vain:
        yield f"{march.in_vain} wait for what is free"


def _judge_own(march: MarchEvidence, email: str, own: StoredRsvp | None, page: Sequence[str]) -> Iterator[str]:
    if own is None:
        yield f"the confirmed RSVP of {email} is not stored"
        return
    is_kept = email not in march.cancelled
    standing = sum(one.is_standing for one in march.stored if one.email == email)
    if standing != is_kept or own.is_standing != is_kept:
        yield f"{standing} RSVPs of {email} stand, and theirs is {own.state}"
    if not is_kept and set(own.legs) - {"gone"}:
        yield f"{email} gave all back and has {', '.join(own.legs)}"
    if list(page) != list(own.legs):
        yield f"the page of {email} shows {', '.join(page)}; they have {', '.join(own.legs)}"


def _judge_mails(one: StoredRsvp, *, has_changed: bool) -> Iterator[str]:
    if one.asked > 1:
        yield f"RSVP {one.public_id} was asked {one.asked} times to confirm"
    if one.offered > one.queued and not has_changed:
        yield f"RSVP {one.public_id} waited for {one.queued} and was offered something {one.offered} times"
    if one.is_untold:
        yield f"RSVP {one.public_id} is offered something, and nobody wrote"
