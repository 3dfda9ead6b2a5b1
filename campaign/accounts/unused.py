"""Access that nobody used for twelve months ends; thirty days before, its holder and the owners are told.

    used ─ 335 days ─► warned (a mail each) ─ 30 days ─► ended
      ▲                   │
      └─ used once more ──┘

What is used is a membership: who comes for one organization keeps nothing of another. Of the owners whose time does not
end the one who was here last stays, however long ago that was: no organization loses its last owner to a calendar.

Memberships are as many as organizers are, so both questions may look at all of them.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from campaign.audit.service import Thing, record
from campaign.kernel.actors import UPKEEP
from campaign.kernel.clock import now
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append

ENDS_AFTER = timedelta(days=365)
WARNED_BEFORE = timedelta(days=30)

UNUSED = "accounts.unused"

_DUE = """
    coalesce(m.used_at, m.created_at) <= :used_before AND (m.ends_at IS NULL OR m.ends_at > :at)
    AND m.id IS DISTINCT FROM (
        SELECT k.id FROM memberships k
        WHERE k.organization_id = m.organization_id AND k.role = 'owner' AND k.ends_at IS NULL
        ORDER BY coalesce(k.used_at, k.created_at) DESC, k.id LIMIT 1)
"""
_WARN = text(f"""
UPDATE memberships SET warned_at = :at WHERE id IN (
    SELECT m.id FROM memberships m WHERE m.warned_at IS NULL AND {_DUE}
    ORDER BY m.id LIMIT :most FOR UPDATE SKIP LOCKED)
RETURNING public_id, organization_id, account_id
""")  # noqa: S608 - joined from constants
_TO_TELL = text("""
SELECT a.public_id FROM memberships m JOIN accounts a ON a.id = m.account_id
WHERE m.organization_id = :organization AND (m.ends_at IS NULL OR m.ends_at > :at)
    AND (m.account_id = :account OR m.role = 'owner')
ORDER BY m.id
""")
_END = text(f"""
UPDATE memberships SET ends_at = :at WHERE id IN (
    SELECT m.id FROM memberships m WHERE m.warned_at <= :warned_before AND {_DUE}
    ORDER BY m.id LIMIT :most FOR UPDATE SKIP LOCKED)
RETURNING organization_id, (SELECT a.public_id FROM accounts a WHERE a.id = account_id) AS account
""")  # noqa: S608 - joined from constants


def warn_unused(session: Session, most: int = 100, at: datetime | None = None) -> int:
    """Tell whose access was not used for eleven months that it ends, and the owners; return of how many that was.

    Side effects: messages in the outbox.
    """
    at = at or now()
    values = {"at": at, "used_before": at - (ENDS_AFTER - WARNED_BEFORE), "most": most}
    rows = session.execute(_WARN, values).all()
    for row in rows:
        tell = {"organization": row.organization_id, "account": row.account_id, "at": at}
        append(session, [_message(row.public_id, account) for account in session.scalars(_TO_TELL, tell)])
    return len(rows)


def end_unused(session: Session, most: int = 100, at: datetime | None = None) -> int:
    """End the access of whom that was told thirty days ago, and who did not come since; return how many that were.

    An owner sees them among the team as ended, and may let them go on.

    Side effects: entries in the audit log.
    """
    at = at or now()
    values = {"at": at, "used_before": at - ENDS_AFTER, "warned_before": at - WARNED_BEFORE, "most": most}
    rows = session.execute(_END, values).all()
    for row in rows:
        record(session, UPKEEP, "end_unused", Thing("member", row.account, row.organization_id, changed=("ends_at",)))
    return len(rows)


def _message(membership: UUID, account: UUID) -> NewMessage:
    payload = {"membership": str(membership), "account": str(account)}
    return NewMessage(lane="critical", topic=UNUSED, payload=payload)
