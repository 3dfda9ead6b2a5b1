"""A supporter's number where nothing stored may tell an order: mixed, so that only who has `PRIVACY_KEY` reads it.

On a high-safety campaign the order of numbers, laid beside the order in which the mail provider carried the mails,
would name nearly everybody. So the row holds the number through a keyed permutation, and pages show it as it was given.

Source: Luby and Rackoff 1988 (four rounds of a keyed function make a permutation that looks random both ways).
"""

from campaign.kernel.keyed_hash import KeyedHash

FIRST_MIXED = 1 << 62
"""From here on a stored number is a mixed one; no campaign counts so far."""

_BITS = 31
_LOW = (1 << _BITS) - 1
_ROUNDS = range(4)


def mix(hashes: KeyedHash, campaign_id: int, number: int) -> int:
    """Return what is stored of `number`, which is below 2^62: another for each campaign."""
    left, right = number >> _BITS, number & _LOW
    for turn in _ROUNDS:
        left, right = right, left ^ _pad(hashes, campaign_id, turn, right)
    return FIRST_MIXED | (left << _BITS) | right


def read_number(hashes: KeyedHash, campaign_id: int, stored: int | None) -> int | None:
    """Return the number as it was given; one that was stored as it is, is returned as it is."""
    if stored is None or stored < FIRST_MIXED:
        return stored
    left, right = (stored >> _BITS) & _LOW, stored & _LOW
    for turn in reversed(_ROUNDS):
        left, right = right ^ _pad(hashes, campaign_id, turn, left), left
    return (left << _BITS) | right


def _pad(hashes: KeyedHash, campaign_id: int, turn: int, side: int) -> int:
    return int.from_bytes(hashes.of("number", f"{campaign_id}.{turn}.{side}")[:4]) & _LOW
