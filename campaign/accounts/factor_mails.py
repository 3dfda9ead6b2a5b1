"""Tells an account's owner by mail that what proves who they are was changed, in case it was not their doing.

Nothing but what was changed, when: neither a name of a passkey nor where from. The mail opens nothing.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts.factors import FACTOR_CHANGED
from campaign.accounts.models import Account
from campaign.campaigns.look import DEFAULT_PALETTE
from campaign.delivery.topics import Content, Made, Mail, MailTopic, NotSent, OutgoingMessage
from campaign.kernel.installation import Installation, installation_of
from campaign.kernel.mailcolours import mail_colours
from campaign.kernel.mailtext import render_mail
from campaign.kernel.moments import clock, long_day


def compose_changed(session: Session, messages: Sequence[OutgoingMessage]) -> Sequence[Made]:
    """Compose the mails that say what was changed of how somebody signs in."""
    installation = installation_of(session)
    return [_changed(session, installation, message) for message in messages]


def _changed(session: Session, installation: Installation, message: OutgoingMessage) -> Made:
    query = select(Account).where(Account.public_id == UUID(str(message.payload["account"])))
    account = session.scalars(query).one_or_none()
    if account is None:
        return NotSent("withdrawn", "the account is gone")
    at = datetime.fromisoformat(str(message.payload["at"])).astimezone(UTC)
    values = {
        "colours": mail_colours(DEFAULT_PALETTE),
        "what": message.payload["what"],
        "day": long_day(at, account.language),
        "time": clock(at, account.language),
        "address": installation.url("/organize/account"),
    }
    parts = render_mail("accounts/factor", account.language, values)
    content = Content(installation.settings.mail_from, parts.subject, parts.text, parts.html, "organizers")
    return Mail(account.email_display, content, suppressible=False)


MAILS = (MailTopic(FACTOR_CHANGED, "critical", compose_changed),)
