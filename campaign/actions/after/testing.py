"""A campaign's mail, sent as a test to whoever words it: to their own address alone, a few an hour, marked as one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from campaign.accounts.models import Account
from campaign.accounts.tries import Bound, Counted, note, wait_of
from campaign.actions.after.trying import Tried, make_tried
from campaign.actions.kind import ActionKind
from campaign.audit.service import Thing, record
from campaign.campaigns.models import Campaign
from campaign.campaigns.queries import get_own_campaign_by_slug
from campaign.delivery.topics import Content, Made, Mail, MailTopic, NotSent, OutgoingMessage
from campaign.kernel.actors import Actor, Power
from campaign.kernel.errors import NotFoundError
from campaign.kernel.installation import installation_of
from campaign.kernel.mailtext import render_mail
from campaign.kernel.names import greeting_name
from campaign.outbox.commands import NewMessage
from campaign.outbox.service import append

TEST = "accounts.test"

TESTS = Bound("tests", 10, timedelta(hours=1))
"""Of one account: every mail in two languages, and some again."""

_FRAME = '<table role="presentation" lang='
"""Where the visible part of a mail's HTML begins (`mail/layout.html`)."""


def ask_for_test(
    session: Session, actor: Actor, slug: str, name: str, language: str, *, account_id: int, at: datetime,
    kinds: Sequence[ActionKind],
) -> timedelta | None:  # fmt: skip
    """Send one of a campaign's mails, as a test, to the address of the account that asks.

    Returns:
        None, and the mail is on its way; else how long to wait.

    Raises:
        ForbiddenError: the actor may not publish.
        NotFoundError: the campaign is none of theirs, or has no such mail or language.

    Side effects: a message in the outbox, one try counted, an entry of the audit log.
    """
    actor.require(Power.PUBLISH)
    campaign = get_own_campaign_by_slug(session, actor, slug)
    make_tried(session, campaign, kinds, Tried(name, language))
    account = session.get(Account, account_id)
    if account is None:
        raise NotFoundError("there is no such account")
    counted = Counted(TESTS, str(account_id))
    wait = wait_of(session, counted, at)
    if wait is not None:
        return wait
    note(session, counted, at)
    payload = {
        "account": str(account.public_id),
        "campaign": str(campaign.public_id),
        "mail": name,
        "language": language,
    }
    append(session, [NewMessage(lane="critical", topic=TEST, payload=payload)])
    record(session, actor, "send_test", Thing("campaign", campaign.public_id, campaign.organization_id))
    return None


def compose_test(session: Session, messages: Sequence[OutgoingMessage], kinds: Sequence[ActionKind] = ()) -> list[Made]:
    """Compose tests, in the words of this moment; of a campaign or account that is gone nothing is sent."""
    return [_compose(session, kinds, message.payload) for message in messages]


def _compose(session: Session, kinds: Sequence[ActionKind], payload: dict[str, Any]) -> Made:
    account = session.scalar(select(Account).where(Account.public_id == UUID(payload["account"])))
    query = select(Campaign).where(Campaign.public_id == UUID(payload["campaign"]))
    campaign = session.scalar(query.options(joinedload(Campaign.organization)))
    if account is None or campaign is None:
        return NotSent("withdrawn", "the campaign or the account is gone")
    tried = Tried(payload["mail"], payload["language"], greeting_name(account.name.partition(" ")[0]))
    try:
        content = make_tried(session, campaign, kinds, tried)
    except NotFoundError:
        return NotSent("withdrawn", "the campaign has no such mail any more")
    return Mail(account.email_display, mark(session, content, account.language), suppressible=False)


def mark(session: Session, content: Content, language: str) -> Content:
    """Return a mail with its subject and its first line saying, in a language, that it is a test.

    It comes from the address of mails to organizers: no answer to it is a supporter's.
    """
    before, frame, after = (content.html or "").partition(_FRAME)
    values = {"subject": content.subject, "text": content.text, "before": before, "after": frame + after}
    parts = render_mail("accounts/test", language, values)
    sender = installation_of(session).settings.mail_from
    return Content(sender, parts.subject, parts.text, parts.html, "organizers")


def tests_of(kinds: Sequence[ActionKind]) -> MailTopic:
    """Return the topic of tests, of the mails that `kinds` have."""
    return MailTopic(TEST, "critical", partial(compose_test, kinds=kinds))
