"""The keyed hashes by which the spine recognises an address, a mailbox and a repeated request.

The campaign is part of the signer's key, so that two campaigns' keys of one address cannot be compared: nothing links a
high-safety signature to what its signer does elsewhere.
"""

from collections.abc import Iterable

from campaign.kernel.keyed_hash import KeyedHash
from campaign.people.addresses import fold


def signer_key(hashes: KeyedHash, campaign_id: int, email: str) -> bytes:
    """Return the 16 bytes that stand for a canonical address within one campaign."""
    return hashes.of("signer", f"{campaign_id}\0{email}")


def recipient_key(hashes: KeyedHash, email: str) -> bytes:
    """Return the 16 bytes that stand for a mailbox in the outbox, and when it is suppressed."""
    return hashes.of("address", email)


def mailbox_key(hashes: KeyedHash, email: str, campaign_id: int | None = None) -> bytes:
    """Return the 16 bytes by which mail that asks is counted: one for all spellings of a mailbox.

    `campaign_id` on a high-safety campaign, whose keys cannot be compared with any other's; None on all others.
    """
    return hashes.of("mailbox", f"{campaign_id or ''}\0{fold(email)}")


def link_key(hashes: KeyedHash, email: str) -> bytes:
    """Return the 16 bytes by which mailed links to one's own page are counted: one for all spellings of a mailbox."""
    return hashes.of("mailbox.link", fold(email))


def place_key(hashes: KeyedHash, campaign_id: int, email: str) -> bytes:
    """Return the 16 bytes by which a mailbox has places on events: one for all its spellings, within one campaign."""
    return signer_key(hashes, campaign_id, fold(email))


def digest(hashes: KeyedHash, values: Iterable[str]) -> bytes:
    """Return 16 bytes that are the same for the same request."""
    return hashes.of("digest", "\0".join(values))
