"""A link to sign in is asked for by anybody, and mailed only where the address is an organizer's.

An address that is nobody's costs the same: it gets a message, too, addressed to nobody, which its composer withdraws.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from campaign.accounts.linking import make_mailed_link
from campaign.accounts.members import find_account
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append

SIGN_IN = "accounts.link"


def ask_for_link(session: Session, email: str, browser: str, at: datetime) -> None:
    """Mail a link to sign in to the account of an address, for the browser whose cookie holds `browser`.

    Side effects: a message in the outbox.
    """
    account = find_account(session, email)
    link = make_mailed_link(session, account.id, browser, at) if account is not None else None
    payload = {"link": str(link.public_id)} if link is not None else {}
    append(session, [NewMessage(lane="critical", topic=SIGN_IN, payload=payload)])
