"""Composes the spine's mails at the moment of sending: confirm this, confirm all that waits, your page.

Mail to an address that nobody confirmed yet carries no typed text but a given name, and that only if it holds no link:
whoever types a stranger's address must not be able to send the stranger a message.

The confirmation mail of a kind is `templates/mail/<kind>/confirm/`, which extends the spine's and says what was done.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from campaign.actions.queries import find_waiting_action_ids, list_for_mail
from campaign.actions.service.asking import CONFIRM, CONFIRM_ALL
from campaign.actions.service.links import KEPT_FOR, MY_LINK
from campaign.actions.tokens import confirm_all_signer, confirm_signer, my_signer, not_me_signer, undo_signer
from campaign.campaigns.texts import pick
from campaign.delivery.topics import Content, Mail, MailTopic, NotSent, OutgoingMessage
from campaign.kernel.clock import now
from campaign.kernel.installation import Installation, installation_of
from campaign.kernel.mailtext import MailText, render_mail, tags
from campaign.kernel.text import header_name
from campaign.people.models import MyLink, Person

Composed = Sequence[Mail | NotSent]


def compose_confirm(session: Session, messages: Sequence[OutgoingMessage]) -> Composed:
    """Compose the mails that ask to confirm one action."""
    return _compose_by_action(session, messages, _confirm)


def compose_confirm_all(session: Session, messages: Sequence[OutgoingMessage]) -> Composed:
    """Compose the mails of the next day, which confirm all that waits; also where the action that asked is settled."""
    waiting = find_waiting_action_ids(session, [m.person_id for m in messages if m.person_id is not None])
    messages = [replace(m, action_id=waiting.get(m.person_id or 0, m.action_id)) for m in messages]
    return _compose_by_action(session, messages, _confirm_all)


def compose_my_link(session: Session, messages: Sequence[OutgoingMessage]) -> Composed:
    """Compose the mails with the link to one's own page; each writes the row that says until when it opens."""
    installation = installation_of(session)
    ids = [message.person_id for message in messages if message.person_id is not None]
    people = {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(ids)))}
    composed: list[Mail | NotSent] = []
    for message in messages:
        person = people.get(message.person_id or 0)
        if person is None:
            composed.append(NotSent("withdrawn", "this address did nothing here"))
            continue
        link = _url(installation, "my", my_signer(installation).sign(str(_new_link(session, person.id))))
        content = _my_content(installation.settings.mail_from, person.language)
        composed.append(Mail(person.email_display, content, substitutions=tags(link=link), suppressible=False))
    return composed


def _new_link(session: Session, person_id: int) -> UUID:
    row = MyLink(person_id=person_id, expires_at=now() + KEPT_FOR, public_id=session.scalar(select(func.uuidv7())))
    session.add(row)
    session.flush()
    return row.public_id


def _compose_by_action(
    session: Session, messages: Sequence[OutgoingMessage], compose: Callable[[Installation, Row[Any]], Mail]
) -> Composed:
    installation = installation_of(session)
    rows = list_for_mail(session, [message.action_id for message in messages if message.action_id is not None])
    composed: list[Mail | NotSent] = []
    for message in messages:
        row = rows.get(message.action_id or 0)
        if row is None or row.state != "waiting" or not row.address:
            composed.append(NotSent("withdrawn", "nothing waits for a confirmation any more"))
        else:
            composed.append(compose(installation, row))
    return composed


def _confirm(installation: Installation, row: Row[Any]) -> Mail:
    claim = [str(row.public_id), row.slug]
    values = {
        "hello": _hello(row),
        "link": _url(installation, "confirm", confirm_signer(installation).sign(claim)),
        "not_me": _url(installation, "not-me", not_me_signer(installation).sign(claim)),
    }
    if row.is_high_safety:
        values["undo"] = _url(installation, "my", undo_signer(installation).sign(str(row.public_id)))
    return _mail(row, _content(installation, row, f"{row.kind}/confirm"), values)


def _confirm_all(installation: Installation, row: Row[Any]) -> Mail:
    claim = [str(row.public_id), row.slug]
    values = {
        "hello": _hello(row),
        "link": _url(installation, "confirm/all", confirm_all_signer(installation).sign(claim)),
        "not_me": _url(installation, "not-me", not_me_signer(installation).sign(claim)),
    }
    return _mail(row, _content(installation, row, "actions/confirm_all"), values)


def _mail(row: Row[Any], content: Content, values: dict[str, str]) -> Mail:
    return Mail(row.address, content, substitutions=tags(**values), suppressible=False)


def _hello(row: Row[Any]) -> str:
    """Return ` Ana`, or nothing for a pseudonym or a name that is an advertisement; follows "Hello"."""
    name = "" if row.is_high_safety else header_name(row.given_name or "")
    return f" {name}" if name and "[[" not in name else ""


def _content(installation: Installation, row: Row[Any], topic: str) -> Content:
    language = row.language or row.languages[0]
    title = pick(row.title, language, row.languages).value
    parts = _render(topic, language, _About(title, row.organization, row.is_high_safety))
    return _mail_content(installation.settings.mail_from, parts, "confirmation")


@dataclass(frozen=True)
class _About:
    """What the mails of one campaign have in common."""

    title: str
    organization: str
    is_high_safety: bool


@lru_cache(maxsize=500)
def _render(topic: str, language: str, about: _About) -> MailText:
    return render_mail(topic, language, asdict(about))


@lru_cache(maxsize=16)
def _my_content(sender: str, language: str) -> Content:
    return _mail_content(sender, render_mail("actions/my_link", language, {}), "my-link")


def _mail_content(sender: str, parts: MailText, category: str) -> Content:
    return Content(sender=sender, subject=parts.subject, text=parts.text, html=parts.html, category=category)


def _url(installation: Installation, room: str, token: str) -> str:
    return installation.url(f"/{room}/{token}")


MAILS = (
    MailTopic(CONFIRM, "critical", compose_confirm),
    MailTopic(CONFIRM_ALL, "critical", compose_confirm_all),
    MailTopic(MY_LINK, "critical", compose_my_link),
)
