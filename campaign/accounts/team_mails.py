"""Composes what an organization's people are told by mail: that they are invited, that unused access ends."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from campaign.accounts.inviting import INVITATION, find_asked
from campaign.accounts.linking import LinkView, sign_link
from campaign.accounts.models import Account, Invitation, Membership, SignInLink
from campaign.accounts.unused import UNUSED, WARNED_BEFORE
from campaign.campaigns.look import DEFAULT_PALETTE
from campaign.campaigns.models import Organization
from campaign.delivery.topics import Content, Made, Mail, MailTopic, NotSent, OutgoingMessage
from campaign.kernel.clock import now
from campaign.kernel.installation import Installation, installation_of
from campaign.kernel.mailcolours import mail_colours
from campaign.kernel.mailtext import render_mail, tags
from campaign.kernel.moments import long_day


def compose_invitation(session: Session, messages: Sequence[OutgoingMessage]) -> Sequence[Made]:
    """Compose invitations; what was revoked, used, or rests on powers that are gone is not sent."""
    installation = installation_of(session)
    return [_invitation(session, installation, message.payload.get("link")) for message in messages]


def _invitation(session: Session, installation: Installation, public_id: object) -> Made:
    query = select(SignInLink, Invitation).join(Invitation, Invitation.id == SignInLink.invitation_id)
    found = session.execute(query.where(SignInLink.public_id == UUID(str(public_id)))).one_or_none()
    asked = None
    if found is not None:
        link, row = found
        view = LinkView(link.id, link.public_id, link.kind, None, link.invitation_id, link.browser_hash)
        asked = find_asked(session, view, now())
    if found is None or asked is None:
        return NotSent("withdrawn", "the invitation is taken back, over, or used")
    values = {
        "organization": asked.organization_name,
        "inviter": asked.invited_by,
        "day": long_day(row.expires_at, row.language),
    }
    return _mail(installation, "accounts/invitation", row.language, row.email_display, values, link=link)


def compose_unused(session: Session, messages: Sequence[OutgoingMessage]) -> Sequence[Made]:
    """Compose warnings that unused access ends; who came meanwhile, or left, is not spoken of."""
    installation = installation_of(session)
    return [_unused(session, installation, message) for message in messages]


def _unused(session: Session, installation: Installation, message: OutgoingMessage) -> Made:
    query = (
        select(Membership, Account, Organization)
        .join(Account, Account.id == Membership.account_id)
        .join(Organization, Organization.id == Membership.organization_id)
        .where(Membership.public_id == UUID(str(message.payload["membership"])), Membership.warned_at.is_not(None))
    )
    found = session.execute(query).one_or_none()
    reader = session.scalars(
        select(Account).where(Account.public_id == UUID(str(message.payload["account"])))
    ).one_or_none()
    if found is None or reader is None:
        return NotSent("withdrawn", "who was to be warned came again, or is gone")
    membership, account, organization = found
    ends_at = (membership.warned_at or now()) + WARNED_BEFORE
    values = {
        "organization": organization.name,
        "name": account.name,
        "is_own": account.id == reader.id,
        "day": long_day(ends_at, reader.language),
        "address": installation.url(f"/organize/{organization.slug}"),
    }
    return _mail(installation, "accounts/unused", reader.language, reader.email_display, values)


def _mail(
    installation: Installation,
    template: str,
    language: str,
    to: str,
    values: Mapping[str, object],
    *,
    link: SignInLink | None = None,
) -> Mail:
    parts = render_mail(template, language, {"colours": mail_colours(DEFAULT_PALETTE), **values})
    content = Content(installation.settings.mail_from, parts.subject, parts.text, parts.html, "organizers")
    address = tags(link=sign_link(installation, link.public_id, link.created_at)) if link else {}
    return Mail(to, content, substitutions=address)


MAILS = (
    MailTopic(INVITATION, "critical", compose_invitation),
    MailTopic(UNUSED, "critical", compose_unused),
)
