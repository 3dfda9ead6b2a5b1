"""Who is still written to: checked in bulk, just before sending, by keyed hashes.

After a hard bounce nobody writes to an address; after a complaint only the link just asked for goes; after "this wasn't
me" nothing from that campaign; after an unsubscribe no bulk mail of that organization.

Source: delivery.md, "Who is still written to".
"""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import idna
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from campaign.delivery.models import Suppression
from campaign.kernel.tokens import KeyedHash


def address_key(hashes: KeyedHash, address: str) -> bytes:
    """Return the keyed hash an address is recognised by: lower case, domain in IDNA."""
    local, _, domain = address.strip().lower().rpartition("@")
    with contextlib.suppress(idna.IDNAError):  # what never was a domain is recognised as it stands
        domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    return hashes.of("address", f"{local}@{domain}")


@dataclass(frozen=True)
class Asked:
    """May this go? `lane` and the ids say what it is."""

    address_hash: bytes
    lane: str
    campaign_id: int | None
    organization_id: int | None
    is_suppressible: bool


_SUPPRESS = text(
    """
    INSERT INTO suppressions (address_hash, kind, campaign_id, organization_id)
    SELECT DISTINCT hash, CAST(:kind AS text), CAST(:campaign_id AS bigint), CAST(:organization_id AS bigint)
    FROM unnest(CAST(:hashes AS bytea[])) AS hash ORDER BY hash
    ON CONFLICT DO NOTHING
    """
)


def suppress(
    session: Session,
    address_hashes: Sequence[bytes],
    kind: str,
    *,
    campaign_id: int | None = None,
    organization_id: int | None = None,
) -> None:
    """Write to these addresses no more, as `kind` means it; again changes nothing."""
    if address_hashes:
        scope = {"kind": kind, "campaign_id": campaign_id, "organization_id": organization_id}
        session.execute(_SUPPRESS, {**scope, "hashes": list(address_hashes)})


def find_suppressed(session: Session, asked: Sequence[Asked]) -> list[str | None]:
    """Return, for each, the kind of suppression that forbids it, or None; in the same order."""
    query = select(
        Suppression.address_hash, Suppression.kind, Suppression.campaign_id, Suppression.organization_id
    ).where(Suppression.address_hash.in_({one.address_hash for one in asked}))
    known: dict[bytes, list[tuple[str, int | None, int | None]]] = {}
    for address_hash, kind, campaign_id, organization_id in session.execute(query):
        known.setdefault(bytes(address_hash), []).append((kind, campaign_id, organization_id))
    return [_forbids(one, known) for one in asked]


def _forbids(one: Asked, known: Mapping[bytes, list[tuple[str, int | None, int | None]]]) -> str | None:
    for kind, campaign_id, organization_id in known.get(one.address_hash, ()):
        match kind:
            case "bounce":
                return kind
            case "complaint" if one.is_suppressible or one.lane != "critical":
                return kind
            case "not_me" if one.campaign_id == campaign_id:
                return kind
            case "unsubscribe" if one.lane == "bulk" and one.organization_id == organization_id:
                return kind
    return None
