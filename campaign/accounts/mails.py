"""Composes the mails to organizers at the moment of sending. What is used or over meanwhile is not sent."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts.asking import SIGN_IN
from campaign.accounts.factor_mails import MAILS as FACTOR_MAILS
from campaign.accounts.linking import sign_link
from campaign.accounts.models import Account, SignInLink
from campaign.accounts.team_mails import MAILS as TEAM_MAILS
from campaign.campaigns.look import DEFAULT_PALETTE
from campaign.delivery.topics import Content, Made, Mail, MailTopic, NotSent, OutgoingMessage
from campaign.kernel.clock import now
from campaign.kernel.installation import installation_of
from campaign.kernel.mailcolours import mail_colours
from campaign.kernel.mailtext import render_mail, tags


def compose_link(session: Session, messages: Sequence[OutgoingMessage]) -> Sequence[Made]:
    """Compose the mails with a link to sign in."""
    installation = installation_of(session)
    wanted = [message.payload.get("link") for message in messages]
    rows = session.execute(
        select(SignInLink, Account)
        .join(Account, Account.id == SignInLink.account_id)
        .where(SignInLink.public_id.in_([one for one in wanted if one]))
    ).all()
    found = {str(link.public_id): (link, account) for link, account in rows}
    at = now()
    made: list[Made] = []
    for one in wanted:
        link, account = found.get(str(one), (None, None))
        if link is None or account is None or link.used_at is not None or link.expires_at <= at:
            made.append(NotSent("withdrawn", "no organizer has this address, or the link is over"))
            continue
        parts = render_mail("accounts/link", account.language, {"colours": mail_colours(DEFAULT_PALETTE)})
        content = Content(installation.settings.mail_from, parts.subject, parts.text, parts.html, "organizers")
        address = sign_link(installation, link.public_id, link.created_at)
        made.append(Mail(account.email_display, content, substitutions=tags(link=address), suppressible=False))
    return made


MAILS = (MailTopic(SIGN_IN, "critical", compose_link), *TEAM_MAILS, *FACTOR_MAILS)
