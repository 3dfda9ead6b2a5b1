"""Composes the spine's mails at the moment of sending: confirm this, or all that waits; a reminder; thanks; your page.

What is settled meanwhile is not sent. The words are `campaign.actions.mail_contents`; the confirmation mail of a kind
is `templates/mail/<kind>/confirm/`, which extends the spine's and says what was done.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

from babel.dates import format_date
from babel.numbers import format_decimal
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from campaign.actions.after.stored import REMIND as REMIND_WORDS
from campaign.actions.after.stored import THANKS as THANKS_WORDS
from campaign.actions.keys import recipient_key
from campaign.actions.kind import ActionKind, ReceiptOffer
from campaign.actions.mail_contents import Also, campaign_content, hello, language_of_mail, my_link_content
from campaign.actions.queries import (
    count_waiting,
    list_confirmed_with,
    list_for_mail,
    list_kinds_taken,
    list_waiting_of,
)
from campaign.actions.sealed import open_address
from campaign.actions.service.asking import CONFIRM, CONFIRM_ALL, REMIND
from campaign.actions.service.links import KEPT_FOR, MY_LINK
from campaign.actions.service.thanking import THANKS
from campaign.actions.sharecodes import code_for
from campaign.actions.tokens import (
    CONFIRM_SECONDS,
    confirm_all_signer,
    confirm_signer,
    known_signer,
    my_signer,
    not_me_signer,
    undo_signer,
    unsubscribe_signer,
)
from campaign.actions.waiting_items import MOST_NAMED, WaitingItem, name_waiting
from campaign.campaigns.texts import pick
from campaign.delivery.headers import one_click
from campaign.delivery.strangers import Stranger, hold_back
from campaign.delivery.suppression import REFUSAL_LASTS, Addressee, find_suppressed
from campaign.delivery.topics import Content, Made, Mail, MailTopic, NotSent, OutgoingMessage
from campaign.kernel.clock import now
from campaign.kernel.installation import Installation, installation_of
from campaign.kernel.languages import interface_language
from campaign.kernel.mailtext import tags
from campaign.people.models import MyLink, Person

Composed = Sequence[Made]


def compose_confirm(
    session: Session, messages: Sequence[OutgoingMessage], kinds: Sequence[ActionKind] = ()
) -> Composed:
    """Compose the mails that ask to confirm one action, with what its kind tells of it."""
    named = {m.action_id: (m.action_id,) for m in messages if m.action_id is not None}
    return _compose_waiting(session, messages, kinds, named, _confirm)


def compose_confirm_all(
    session: Session, messages: Sequence[OutgoingMessage], kinds: Sequence[ActionKind] = ()
) -> Composed:
    """Compose the mails of the next day, which name and confirm all that waits."""
    about, named = _about_what_waits(session, messages)
    return _compose_waiting(session, about, kinds, named, _confirm_all)


def compose_remind(session: Session, messages: Sequence[OutgoingMessage], kinds: Sequence[ActionKind] = ()) -> Composed:
    """Compose the one reminder to confirm, naming what waits; where that is several, its link confirms all."""
    counts = count_waiting(session, [m.person_id for m in messages if m.person_id is not None])
    about, named = _about_what_waits(session, messages)
    return _compose_waiting(session, about, kinds, named, partial(_remind, counts))


_Named = Mapping[int, Sequence[int]]
"""By the action that a mail is about: those it names."""


def _about_what_waits(session: Session, messages: Sequence[OutgoingMessage]) -> tuple[list[OutgoingMessage], _Named]:
    """Return `messages`, each about its person's latest action that waits: the one that asked may be settled by now.

    With them, by that action, what waits of its person besides, newest first.

    What waits where the person refused is passed over: it must not keep the rest from being told. A high-safety
    message has no person, so it is about the action that asked or is not sent.
    """
    rows = list_waiting_of(session, [m.person_id for m in messages if m.person_id is not None])
    hashes = installation_of(session).hashes
    asked = [
        Addressee(recipient_key(hashes, row.email), "critical", None, is_suppressible=False, asks_for=row.campaign_id)
        for row in rows
    ]
    told = [row for row, kind in zip(rows, find_suppressed(session, asked), strict=True) if kind is None]
    waiting = {row.person_id: row.id for row in (*rows, *told)}
    theirs: dict[int, list[int]] = defaultdict(list)
    for row in reversed(told):
        theirs[row.person_id].append(row.id)
    named = {waiting[person_id]: ids[:MOST_NAMED] for person_id, ids in theirs.items()}
    return [replace(m, action_id=waiting.get(m.person_id or 0, m.action_id)) for m in messages], named


def compose_thanks(session: Session, messages: Sequence[OutgoingMessage], kinds: Sequence[ActionKind] = ()) -> Composed:
    """Compose the receipts of those whose name counts, each with what the first of `kinds` has to offer to them."""

    def is_thanked(row: Row[Any]) -> bool:
        return bool(row.state == "confirmed" and row.number is not None and row.person_id is not None)

    offers = _find_offers(session, [m.action_id for m in messages if m.action_id is not None], kinds)
    rows = list_for_mail(session, [m.action_id for m in messages if m.action_id is not None])
    compose = partial(_thanks, offers, _list_also(session, rows))
    return _compose(session, messages, rows, is_due=is_thanked, why_not="the name was taken back", compose=compose)


def _list_also(session: Session, rows: Mapping[int, Row[Any]]) -> dict[int, tuple[Also, ...]]:
    """Return, by action, the others that the same press confirmed, in the language of its mail."""
    found: dict[int, tuple[Also, ...]] = {}
    for other in list_confirmed_with(session, list(rows)):
        language = language_of_mail(rows[other.action_id])
        number = format_decimal(other.number, locale=interface_language(language))
        named = Also(pick(other.title, language, other.languages), number)
        found[other.action_id] = (*found.get(other.action_id, ()), named)
    return found


def _find_offers(session: Session, action_ids: Sequence[int], kinds: Sequence[ActionKind]) -> dict[int, ReceiptOffer]:
    """Return, by action, what its supporter can do next in its campaign and has not done; one thing, or nothing."""
    offering = [(kind, kind.receipt_offer) for kind in kinds if kind.receipt_offer is not None]
    if not offering:
        return {}
    rows = list_kinds_taken(session, action_ids)
    found: dict[int, ReceiptOffer] = {}
    for kind, offer in offering:
        having = kind.offered_in(session, sorted({row.campaign_id for row in rows}))
        for row in rows:
            if row.campaign_id in having and kind.name not in row.kinds:
                found.setdefault(row.id, offer)
    return found


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
        content = my_link_content(installation.settings.mail_from, person.language)
        composed.append(Mail(person.email_display, content, substitutions=tags(link=link), suppressible=False))
    return composed


def _new_link(session: Session, person_id: int) -> UUID:
    row = MyLink(person_id=person_id, expires_at=now() + KEPT_FOR, public_id=session.scalar(select(func.uuidv7())))
    session.add(row)
    session.flush()
    return row.public_id


_Composer = Callable[[Installation, Row[Any]], Mail]


_Items = tuple[WaitingItem, ...]
_Asker = Callable[[_Items, Installation, Row[Any]], Mail]


def _compose_waiting(
    session: Session,
    messages: Sequence[OutgoingMessage],
    kinds: Sequence[ActionKind],
    named: _Named,
    compose: _Asker,
) -> Composed:
    ids = {m.action_id for m in messages if m.action_id is not None}
    rows = list_for_mail(session, sorted(ids.union(*named.values())))
    items = name_waiting(session, kinds, rows, named)

    def waits(row: Row[Any]) -> bool:
        return bool(row.state == "waiting")

    def ask(installation: Installation, row: Row[Any]) -> Mail:
        return compose(items.get(row.id, ()), installation, row)

    why_not = "nothing waits for a confirmation any more"
    return _compose(session, messages, rows, is_due=waits, why_not=why_not, compose=ask, asks=True)


def _compose(
    session: Session,
    messages: Sequence[OutgoingMessage],
    rows: Mapping[int, Row[Any]],
    *,
    is_due: Callable[[Row[Any]], bool],
    why_not: str,
    compose: _Composer,
    asks: bool = False,
) -> Composed:
    installation = installation_of(session)
    composed: list[Made] = []
    strangers: list[Stranger] = []
    for message in messages:
        row = rows.get(message.action_id or 0)
        if row is None or not is_due(row) or not _address(installation, row):
            composed.append(NotSent("withdrawn", why_not))
            continue
        composed.append(compose(installation, row))
        if asks and row.is_stranger:
            strangers.append(Stranger(message.public_id, _address(installation, row)))
    held = hold_back(session, strangers)
    return [held.get(message.public_id, made) for message, made in zip(messages, composed, strict=True)]


def _address(installation: Installation, row: Row[Any]) -> str:
    """Return where a mail about `row` goes; empty where nobody can be written to any more."""
    return row.address or open_address(installation, row.sealed_address, row.signer_key) or ""


def _confirm(waiting: _Items, installation: Installation, row: Row[Any]) -> Mail:
    values = _ways_out(installation, row)
    values["link"] = _url(installation, "confirm", confirm_signer(installation).sign(_claim(row)))
    values["days"] = str(REFUSAL_LASTS.days)
    if row.is_high_safety:
        values["undo"] = _url(installation, "my", undo_signer(installation).sign(str(row.public_id)))
    content = campaign_content(installation, row, f"{row.kind}/confirm", "confirmation", waiting=waiting, own=row.kind)
    refused = campaign_content(installation, row, "actions/refused", "confirmation")
    return replace(_asking(installation, row, content, values, suppressible=False), if_refused=refused)


def _confirm_all(waiting: _Items, installation: Installation, row: Row[Any]) -> Mail:
    values = _ways_out(installation, row)
    values["link"] = _url(installation, "confirm/all", confirm_all_signer(installation).sign(_claim(row)))
    content = campaign_content(installation, row, "actions/confirm_all", "confirmation", waiting=waiting)
    return _asking(installation, row, content, values, suppressible=False)


def _remind(counts: dict[int, int], waiting: _Items, installation: Installation, row: Row[Any]) -> Mail:
    """The link's 14 days run from the asking, as the first one's do: a reminder is no new asking."""
    is_several = counts.get(row.person_id, 1) > 1
    room, signer = (
        ("confirm/all", confirm_all_signer(installation)) if is_several else ("confirm", confirm_signer(installation))
    )
    until = row.asked_at + timedelta(seconds=CONFIRM_SECONDS)
    values = _ways_out(installation, row)
    values["link"] = _url(installation, room, signer.sign(_claim(row), at=row.asked_at))
    values["until"] = format_date(until, "long", locale=interface_language(language_of_mail(row)))
    values["unsubscribe"] = unsubscribe = _unsubscribe_url(installation, row)
    own = "" if is_several else REMIND_WORDS
    content = campaign_content(
        installation, row, "actions/remind", "reminder", is_several=is_several, waiting=waiting, own=own
    )
    return replace(_asking(installation, row, content, values), headers=one_click(unsubscribe))


def _asking(
    installation: Installation, row: Row[Any], content: Content, values: dict[str, str], *, suppressible: bool = True
) -> Mail:
    """Return a mail that asks for a confirmation, so that a refusal stops it."""
    return Mail(
        _address(installation, row),
        content,
        substitutions=tags(**values),
        suppressible=suppressible,
        asks_for=row.campaign_id,
        is_high_safety=row.is_high_safety,
    )


def _thanks(
    offers: Mapping[int, ReceiptOffer], also: Mapping[int, tuple[Also, ...]], installation: Installation, row: Row[Any]
) -> Mail:
    language = interface_language(language_of_mail(row))
    page = installation.url(f"/campaigns/{row.slug}")
    unsubscribe = _unsubscribe_url(installation, row)
    values = {
        "unsubscribe": unsubscribe,
        "hello": hello(row),
        "number": format_decimal(row.number, locale=language),
        "share": f"{page}?via={code_for(installation, row.id)}",
        "mine": installation.url(f"/my?lang={language}"),
    }
    offer = offers.get(row.id)
    if offer is not None:
        by = known_signer(installation).sign(str(row.public_id))
        values["offer"] = f"{page}/{offer.room}?lang={language}&by={by}"
    words = offer.template if offer is not None else ""
    content = campaign_content(
        installation,
        row,
        "actions/thanks",
        "thanks",
        offer=words,
        also=also.get(row.id, ()),
        is_bulk=True,
        own=THANKS_WORDS,
    )
    return Mail(_address(installation, row), content, substitutions=tags(**values), headers=one_click(unsubscribe))


def _unsubscribe_url(installation: Installation, row: Row[Any]) -> str:
    """Return where a mail that nobody asked for is stopped, with all others of its organization; there is a person."""
    claim = [str(row.person_public_id), row.organization_slug]
    return _url(installation, "unsubscribe", unsubscribe_signer(installation).sign(claim))


def _ways_out(installation: Installation, row: Row[Any]) -> dict[str, str]:
    not_me = _url(installation, "not-me", not_me_signer(installation).sign(_claim(row)))
    return {"hello": hello(row), "not_me": not_me}


def _claim(row: Row[Any]) -> list[str]:
    return [str(row.public_id), row.slug]


def _url(installation: Installation, room: str, token: str) -> str:
    return installation.url(f"/{room}/{token}")


MAILS = (MailTopic(MY_LINK, "critical", compose_my_link),)
"""The one that says the same whatever kinds there are; `asking_of` and `receipts_of` make the others."""


def asking_of(kinds: Sequence[ActionKind]) -> tuple[MailTopic, ...]:
    """Return the topics of the mails that ask to confirm, which name what waits as `kinds` do."""
    return (
        MailTopic(CONFIRM, "critical", partial(compose_confirm, kinds=kinds)),
        MailTopic(CONFIRM_ALL, "critical", partial(compose_confirm_all, kinds=kinds)),
        MailTopic(REMIND, "critical", partial(compose_remind, kinds=kinds)),
    )


def receipts_of(kinds: Sequence[ActionKind]) -> MailTopic:
    """Return the topic of the receipts, which offer what `kinds` have to offer next."""
    return MailTopic(THANKS, "receipts", partial(compose_thanks, kinds=kinds))
