"""What people change of their own account: their name, and the language that the organizers' side speaks to them."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from campaign.accounts.models import Account
from campaign.accounts.sessions import SignedIn
from campaign.audit.service import Thing, record
from campaign.kernel.errors import RefusedError
from campaign.kernel.languages import ORGANIZERS
from campaign.kernel.problems import Problem
from campaign.kernel.text import NAME_LENGTH, fault_of


def change_own_account(session: Session, signed_in: SignedIn, *, name: str, language: str) -> None:
    """Change name and language of who is signed in.

    Raises:
        RefusedError: the name cannot be used (`name`), or the organizers' side is not written in it (`language`).

    Side effects: an entry in the log of each organization that they serve, where something changed.
    """
    name = name.strip()
    if (fault := fault_of(name, NAME_LENGTH, one_line=True)) is not None:
        raise RefusedError(Problem(("name",), fault, {"most": NAME_LENGTH}))
    if language not in ORGANIZERS:
        raise RefusedError(Problem(("language",), "unknown"))
    before = {"name": signed_in.name, "language": signed_in.language}
    changed = [field for field, value in (("name", name), ("language", language)) if before[field] != value]
    if not changed:
        return
    session.execute(update(Account).where(Account.id == signed_in.account_id).values(name=name, language=language))
    for serving in signed_in.serves:
        thing = Thing("account", signed_in.public_id, serving.organization_id, changed=changed)
        record(session, signed_in.actor(serving), "change", thing)
