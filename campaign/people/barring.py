"""Addresses that take no action: those that letters go to, and those at a company's mail domains.

Whoever holds them never asked to sign against themselves, and would get the mails that ask a supporter. Asked at the
door where an address is read, so for every kind and however it comes in; what is said tells neither which of the two
it was nor whose address it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from campaign.people.addresses import fold


@dataclass(frozen=True, slots=True)
class BarredAddresses:
    """What is barred.

    Args:
        mailboxes: folded addresses (`campaign.people.addresses.fold`), so that no other spelling of one gets in.
        domains: canonical mail domains; what lies below one is barred with it.
    """

    mailboxes: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    def __contains__(self, canonical: str) -> bool:
        """Whether a canonical address is one of them."""
        if not self.mailboxes and not self.domains:
            return False
        folded = fold(canonical)
        if folded in self.mailboxes:
            return True
        labels = canonical.rpartition("@")[2].split(".")
        return bool(self.domains) and any(".".join(labels[start:]) in self.domains for start in range(len(labels)))


def bar(mailboxes: Iterable[str], domains: Iterable[str]) -> BarredAddresses:
    """Return what bars these canonical addresses and mail domains."""
    return BarredAddresses(frozenset(map(fold, mailboxes)), frozenset(domains))
