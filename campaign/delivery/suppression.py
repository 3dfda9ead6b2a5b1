"""Who is still written to: checked in bulk, just before sending, by keyed hashes.

After a hard bounce nobody writes to an address; after a complaint only the link just asked for goes; after an
unsubscribe no bulk mail and no receipts of that organization. "This wasn’t me" is a refusal, which stops what a
stranger can set off:

    refused ─► no mail of that campaign that asks for a confirmation ─┬─ 90 days ─► forgotten
       ▲                                                              ├─ the owner confirms something there ─► ended
       └──────────────────────── refused again: 90 days from then ────┘─ an operator lifts it (`suppressions lift`)

Who refused and then signs there after all is told by one mail, once a refusal, how to confirm it (`tell_once`): the
page that took the form answers as ever, so that nobody else learns of it.

Receipts, changes and cancellations of what stands are not what a refusal is about: they go.

Source: docs/delivery.md, "Who is still written to"; docs/adr/0028-refusals-and-what-they-tie.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from campaign.delivery.models import Suppression
from campaign.kernel.idn import ascii_address
from campaign.kernel.keyed_hash import KeyedHash
from campaign.kernel.lanes import LaneName
from campaign.kernel.scattered import SCATTERED_ID, to_the_day

REFUSAL_LASTS = timedelta(days=90)
"""Longer than a prank, and than the thirty days for which what waits is kept; short enough that whoever pressed the
button by mistake is not shut out of a campaign for good."""

NOT_ME = "not_me"
UNSUBSCRIBE = "unsubscribe"


def address_key(hashes: KeyedHash, address: str) -> bytes:
    """Return the keyed hash an address is recognised by: lower case, domain in IDNA."""
    return hashes.of("address", _canonical(address))


def apart_key(hashes: KeyedHash, campaign_id: int, address: str) -> bytes:
    """Return the keyed hash an address is refused by on a high-safety campaign.

    Good within the campaign alone, and no other row has it, not even the signer's own.
    """
    return hashes.of("refusal", f"{campaign_id}\0{_canonical(address)}")


def refusal_key(hashes: KeyedHash, campaign_id: int, address: str, *, is_high_safety: bool) -> bytes:
    """Return the keyed hash by which a campaign knows that an address refused it."""
    return apart_key(hashes, campaign_id, address) if is_high_safety else address_key(hashes, address)


def _canonical(address: str) -> str:
    return ascii_address(address.strip().lower())


@dataclass(frozen=True)
class Addressee:
    """May this go? `lane` and the ids say what it is.

    Args:
        address_hash: of the address (`address_key`).
        asks_for: the campaign for which it asks a confirmation, None where it asks none: what a refusal stops.
        apart_hash: of the address within a high-safety campaign (`apart_key`), else None.
        is_unasked: whether it goes by itself, so that an unsubscribing stops it, whatever its lane.
    """

    address_hash: bytes
    lane: LaneName
    organization_id: int | None
    is_suppressible: bool
    asks_for: int | None = None
    apart_hash: bytes | None = None
    is_unasked: bool = False


# One more refusal is counted from then on; whatever else is known already stays as it is.
_SUPPRESS = text(
    f"""
    INSERT INTO suppressions (id, address_hash, kind, campaign_id, organization_id, created_at)
    SELECT CASE WHEN :is_apart THEN {SCATTERED_ID} ELSE nextval('suppressions_id_seq') END, hash,
           CAST(:kind AS text), CAST(:campaign_id AS bigint), CAST(:organization_id AS bigint),
           CASE WHEN :is_apart THEN {to_the_day("now()")} ELSE now() END
    FROM (SELECT DISTINCT unnest(CAST(:hashes AS bytea[])) AS hash ORDER BY hash) h
    ON CONFLICT ON CONSTRAINT uq_suppressions_scope DO UPDATE SET created_at = excluded.created_at,
        told_at = CASE WHEN suppressions.created_at > now() - CAST(:lasts AS interval) THEN suppressions.told_at END
    WHERE suppressions.kind = '{NOT_ME}'
    """  # noqa: S608 - joined from constants
)


def suppress(
    session: Session,
    address_hashes: Sequence[bytes],
    kind: str,
    *,
    campaign_id: int | None = None,
    organization_id: int | None = None,
    is_apart: bool = False,
) -> None:
    """Write to these addresses no more, as `kind` means it; again renews a refusal and changes nothing else.

    Args:
        session: the transaction.
        address_hashes: `address_key`, or where `is_apart`, `apart_key` of `campaign_id`.
        kind: one of `campaign.delivery.models.KINDS`.
        campaign_id: the campaign it is about, for a refusal and for what `is_apart`.
        organization_id: the organization whose bulk mail is unsubscribed from.
        is_apart: on a high-safety campaign: the row tells neither order nor time.
    """
    if address_hashes:
        scope = {"kind": kind, "campaign_id": campaign_id, "organization_id": organization_id}
        values = {**scope, "hashes": list(address_hashes), "is_apart": is_apart, "lasts": REFUSAL_LASTS}
        session.execute(_SUPPRESS, values)


_TELL = text(f"""
UPDATE suppressions SET told_at = {to_the_day("now()")}
WHERE address_hash = :key AND kind = '{NOT_ME}' AND campaign_id = :campaign_id AND told_at IS NULL
RETURNING id
""")  # noqa: S608 - constants


def tell_once(session: Session, key: bytes, campaign_id: int) -> bool:
    """Whether the owner of a refused address may be told, this once, how to go on; `key`: of `refusal_key`.

    Refusing again while the refusal lasts gives no other turn: whoever types the address cannot have it written to.
    """
    return session.execute(_TELL, {"key": key, "campaign_id": campaign_id}).one_or_none() is not None


END_REFUSALS = f"""
    DELETE FROM suppressions s
    USING unnest(CAST(:refused_keys AS bytea[]), CAST(:refused_campaigns AS bigint[])) AS r(key, campaign_id)
    WHERE s.address_hash = r.key AND s.kind = '{NOT_ME}' AND s.campaign_id = r.campaign_id
"""  # noqa: S608 - a constant
"""Ends refusals; for a statement that does more. Its values are `refusals_of`."""

_END = text(END_REFUSALS)


def refusals_of(pairs: Sequence[tuple[bytes, int]]) -> dict[str, object]:
    """Return the values of `END_REFUSALS` for pairs of `refusal_key` and campaign."""
    return {"refused_keys": [key for key, _ in pairs], "refused_campaigns": [campaign for _, campaign in pairs]}


def end_refusals(session: Session, pairs: Sequence[tuple[bytes, int]]) -> None:
    """End refusals: their owners confirmed something in that campaign. `pairs`: `refusal_key` and campaign."""
    if pairs:
        session.execute(_END, refusals_of(pairs))


def find_unsubscribed(session: Session, address_hash: bytes, organization_id: int) -> datetime | None:
    """Return since when an address (`address_key`) is unsubscribed from an organization, or None."""
    return session.scalar(
        select(Suppression.created_at).where(
            Suppression.address_hash == address_hash,
            Suppression.kind == UNSUBSCRIBE,
            Suppression.organization_id == organization_id,
        )
    )


_END_UNSUBSCRIBES = text(f"""
DELETE FROM suppressions s
USING unnest(CAST(:keys AS bytea[]), CAST(:organizations AS bigint[])) AS u(key, organization_id)
WHERE s.address_hash = u.key AND s.kind = '{UNSUBSCRIBE}' AND s.organization_id = u.organization_id
  AND s.created_at > now() - CAST(:since AS interval)
RETURNING s.id
""")  # noqa: S608 - a constant
_EVER = timedelta(days=36_500)


def end_unsubscribes(session: Session, pairs: Sequence[tuple[bytes, int]], since: timedelta = _EVER) -> int:
    """End unsubscribings that are no older than `since`; return how many. `pairs`: `address_key` and organization."""
    if not pairs:
        return 0
    values = {"keys": [key for key, _ in pairs], "organizations": [one for _, one in pairs], "since": since}
    return len(session.execute(_END_UNSUBSCRIBES, values).all())


_PURGE = text(f"""
DELETE FROM suppressions WHERE id = ANY(ARRAY(
    SELECT id FROM suppressions WHERE kind = '{NOT_ME}' AND created_at < now() - CAST(:lasts AS interval)
    ORDER BY created_at LIMIT :most FOR UPDATE SKIP LOCKED))
RETURNING id
""")  # noqa: S608 - a constant


def purge_refusals(session: Session, most: int = 5000) -> int:
    """Forget `most` of the refusals whose time is over; return how many."""
    return len(session.execute(_PURGE, {"lasts": REFUSAL_LASTS, "most": most}).all())


_UNASKED: tuple[LaneName, ...] = ("receipts", "bulk")
"""What goes by itself, so that an unsubscribing stops it."""

_Known = dict[bytes, list[tuple[str, int | None, int | None]]]
"""By hash: kind, campaign, organization."""


# By kind: the widest first.
_FIND = text(f"""
SELECT address_hash, kind, campaign_id, organization_id FROM suppressions
WHERE address_hash = ANY(CAST(:keys AS bytea[]))
  AND (kind <> '{NOT_ME}' OR created_at > now() - CAST(:lasts AS interval))
ORDER BY kind
""")  # noqa: S608 - a constant


def find_suppressed(session: Session, asked: Sequence[Addressee]) -> list[str | None]:
    """Return, for each, the kind of suppression that forbids it, or None; in the same order."""
    keys = {one.address_hash for one in asked} | {one.apart_hash for one in asked if one.apart_hash is not None}
    known: _Known = {}
    written = ",".join(f'"\\\\x{key.hex()}"' for key in keys)  # a tenth of what the driver takes to write an array
    found = session.execute(_FIND, {"keys": f"{{{written}}}", "lasts": REFUSAL_LASTS})
    for address_hash, kind, campaign_id, organization_id in found:
        known.setdefault(bytes(address_hash), []).append((kind, campaign_id, organization_id))
    return [_forbids(one, known) for one in asked] if known else [None] * len(asked)


def _forbids(one: Addressee, known: _Known) -> str | None:
    apart = known.get(one.apart_hash, []) if one.apart_hash is not None else []
    for kind, campaign_id, organization_id in (*known.get(one.address_hash, []), *apart):
        match kind:
            case "bounce":
                return kind
            case "complaint" if one.is_suppressible or one.lane != "critical":
                return kind
            case "not_me" if one.asks_for is not None and one.asks_for == campaign_id:
                return kind
            case "unsubscribe" if _is_unasked(one) and one.organization_id == organization_id:
                return kind
    return None


def _is_unasked(one: Addressee) -> bool:
    return one.is_unasked or one.lane in _UNASKED
