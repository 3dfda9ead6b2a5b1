"""The mailed link to one's own page: asked for by anybody, sent only where there is something to see."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.actions.keys import link_key, recipient_key
from campaign.delivery.daily_limit import allow_each
from campaign.kernel.clock import now
from campaign.kernel.keyed_hash import KeyedHash
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append
from campaign.people.models import MyLink

MY_LINK = "actions.my_link"
KEPT_FOR = timedelta(days=7)

_FIND = text("SELECT id FROM people WHERE email = :email")
_RENEW = text("UPDATE my_links SET expires_at = :until WHERE public_id = :public_id AND expires_at >= :at")
_EXPIRED = text("""
DELETE FROM my_links WHERE id = ANY(ARRAY(
    SELECT id FROM my_links WHERE expires_at < now() ORDER BY expires_at LIMIT :most FOR UPDATE SKIP LOCKED))
RETURNING id
""")


def ask_for_link(session: Session, email: str, hashes: KeyedHash) -> None:
    """Append the mail with the link, where its mailbox has room for one today (`campaign.delivery.daily_limit`).

    An address that never acted here gets a message too, addressed to nobody: the composer withdraws it. So both cost
    the same, and the time an answer takes tells nothing.
    """
    (may_go,) = allow_each(session, [link_key(hashes, email)])
    person_id = session.scalar(_FIND, {"email": email})
    if may_go:
        key = recipient_key(hashes, email)
        append(session, [NewMessage(lane="critical", topic=MY_LINK, person_id=person_id, recipient_key=key)])


def is_to_be_renewed(link: MyLink) -> bool:
    """Whether a used link lost a day since it was renewed; so most looks write nothing."""
    return link.expires_at < now() + KEPT_FOR - timedelta(days=1)


def renew(session: Session, public_id: UUID) -> None:
    """Give a used link seven days from now, unless it is gone or over by now."""
    at = now()
    session.execute(_RENEW, {"public_id": public_id, "at": at, "until": at + KEPT_FOR})


def purge_links(session: Session, most: int = 5000) -> int:
    """Delete `most` of the links whose time is over; return how many."""
    return len(session.execute(_EXPIRED, {"most": most}).all())
