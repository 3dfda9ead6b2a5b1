"""A link to sign in is asked for by anybody, and mailed only where the address is an organizer's.

An address that is nobody's costs the same: it gets a message, too, addressed to nobody, which its composer withdraws.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from campaign.accounts.linking import make_mailed_link
from campaign.accounts.sessions import is_known
from campaign.accounts.tries import LINKS, MAILS, Counted, note, wait_of
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append

SIGN_IN = "accounts.link"


def ask_for_link(
    session: Session, email: str, browser: str, at: datetime, *, line: str = "", known: str = ""
) -> timedelta | None:
    """Mail a link to sign in to the account of an address, for the browser whose cookie holds `browser`.

    Args:
        session: the caller's.
        email: in its canonical form.
        browser: what the browser's cookie holds; the link is good there alone.
        at: the present moment.
        line: where the browser is, by which what is asked for is counted together with the address.
        known: what its session's cookie holds, were it over: who was signed in here before is never kept waiting by
            what others ask for.

    Returns:
        None, and the link is on its way if the address is an organizer's; else how long to wait, whoever it is.

    Side effects: a message in the outbox.
    """
    mine, all_of_it = Counted(LINKS, email, line), Counted(MAILS, email)
    is_mine = is_known(session, known, email)
    wait = wait_of(session, mine, at) or (None if is_mine else wait_of(session, all_of_it, at))
    if wait is not None:
        return wait
    for counted in (mine,) if is_mine else (mine, all_of_it):
        note(session, counted, at)
    link = make_mailed_link(session, email, browser, at)
    payload = {"link": str(link)} if link is not None else {}
    append(session, [NewMessage(lane="critical", topic=SIGN_IN, payload=payload)])
    return None
