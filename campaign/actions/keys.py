"""The keyed hashes by which the spine recognises an address, a mailbox and a repeated request.

The campaign is part of the signer's key, so that two campaigns' keys of one address cannot be compared: nothing links a
high-safety signature to what its signer does elsewhere.
"""

from collections.abc import Iterable

from campaign.kernel.tokens import KeyedHash


def signer_key(hashes: KeyedHash, campaign_id: int, email: str) -> bytes:
    """Return the 16 bytes that stand for a canonical address within one campaign."""
    return hashes.of("signer", f"{campaign_id}\0{email}")


def recipient_key(hashes: KeyedHash, email: str) -> bytes:
    """Return the 16 bytes that stand for a mailbox in the outbox: three mails a day, and suppression."""
    return hashes.of("address", email)


def digest(hashes: KeyedHash, values: Iterable[str]) -> bytes:
    """Return 16 bytes that are the same for the same request."""
    return hashes.of("digest", "\0".join(values))
