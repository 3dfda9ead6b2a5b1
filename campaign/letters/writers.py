"""Who a writer is for the rule of one letter a week: a mailbox, however its address is spelled, within one campaign."""

from campaign.kernel.tokens import KeyedHash


def writer_key(hashes: KeyedHash, campaign_id: int, email: str) -> bytes:
    """Return the 16 bytes that stand for the mailbox of a canonical address within one campaign."""
    return hashes.of("writer", f"{campaign_id}\0{_fold(email)}")


def _fold(email: str) -> str:
    """Return an address without what mail providers do not look at: a tag behind a plus, dots at Gmail."""
    local, _, domain = email.rpartition("@")
    local = local.partition("+")[0]
    return f"{local.replace('.', '')}@gmail.com" if domain in ("gmail.com", "googlemail.com") else f"{local}@{domain}"
