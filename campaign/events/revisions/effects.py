"""Whom a change of an event touches, counted while the change is made, so that a preview of it is exact."""

from dataclasses import dataclass, field


@dataclass
class LegEffects:
    """Of one leg. `told` and the values of `offers` are mails; the others are people, guests counted.

    Args:
        lose: had a place, or an offer or a hold of one, on a leg that is cancelled.
        lose_turn: waited for one there.
        offered: by resource, what is offered to those who waited. offers: how many parties that is.
    """

    number: int
    where: str = ""
    told: int = 0
    lose: int = 0
    lose_turn: int = 0
    offered: dict[str, int] = field(default_factory=dict)
    offers: dict[str, int] = field(default_factory=dict)


@dataclass
class Effects:
    """Of one change, over all legs by id. Whoever has several legs counts once in what is counted here.

    Args:
        told: mails of a change. offers: mails of something that is free. taken_back: mails of an earlier change that
            did not go out, and need not any more: it was changed back. unreachable: whose address is not kept.
    """

    legs: dict[int, LegEffects]
    is_told_of_change: bool = False
    told: int = 0
    offers: int = 0
    taken_back: int = 0
    unreachable: int = 0
