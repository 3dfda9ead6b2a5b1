"""Who a writer is for the rule of one letter a week: a mailbox, however its address is spelled, within one campaign."""

from campaign.kernel.keyed_hash import KeyedHash
from campaign.people.addresses import fold


def writer_key(hashes: KeyedHash, campaign_id: int, email: str) -> bytes:
    """Return the 16 bytes that stand for the mailbox of a canonical address within one campaign."""
    return hashes.of("writer", f"{campaign_id}\0{fold(email)}")
