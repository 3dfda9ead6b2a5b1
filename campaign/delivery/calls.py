"""Group mails into calls: equal contents travel together, an address stands once in a call, a tag hides in no value."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from campaign.delivery.ports import Call, Recipient
from campaign.delivery.topics import Content, Mail
from campaign.kernel.idn import ascii_address

MAX_RECIPIENTS = 1000
MAX_SUBSTITUTION_BYTES = 10_000
"""Of one personalization. Source: SendGrid's mail send reference, "personalizations"."""


@dataclass(frozen=True)
class Post:
    """A call and the outbox messages it carries, in the order of its recipients."""

    call: Call
    ids: tuple[int, ...]


@dataclass(frozen=True)
class Addressed:
    """A mail and the message it came from."""

    id: int
    message: str
    mail: Mail


def group(mails: Sequence[Addressed], limit: int = MAX_RECIPIENTS) -> list[Post]:
    """Return the calls that carry all `mails`, of at most `limit` recipients each."""
    open_calls: dict[Content, list[list[Addressed]]] = {}
    alone: list[list[Addressed]] = []
    seen: dict[int, set[str]] = {}
    for one in mails:
        if _is_unfit(one.mail.substitutions):
            alone.append([replace(one, mail=_written_out(one.mail))])
            continue
        address = ascii_address(one.mail.to_address).lower()
        calls = open_calls.setdefault(one.mail.content, [])
        for call in reversed(calls):
            if len(call) < limit and address not in seen[id(call)]:
                break
        else:
            call = []
            calls.append(call)
            seen[id(call)] = set()
        call.append(one)
        seen[id(call)].add(address)
    return [_post(call) for calls in (*open_calls.values(), alone) for call in calls]


def _is_unfit(substitutions: dict[str, str]) -> bool:
    """Whether a value holds a tag (it would be replaced in turn) or the values are larger than a call takes."""
    if not substitutions:
        return False
    if sum(len(tag.encode()) + len(value.encode()) for tag, value in substitutions.items()) > MAX_SUBSTITUTION_BYTES:
        return True
    return any(tag in value for tag in substitutions for value in substitutions.values())


def _written_out(mail: Mail) -> Mail:
    """Return the mail with its values put in by us, in one pass, so that no value is read as a tag."""
    tags = sorted(mail.substitutions, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, tags)))

    def put(text: str) -> str:
        return pattern.sub(lambda match: mail.substitutions[match[0]], text)

    content = mail.content
    html = None if content.html is None else put(content.html)
    filled = replace(content, subject=put(content.subject), text=put(content.text), html=html)
    return replace(mail, content=filled, substitutions={})


def _post(call: list[Addressed]) -> Post:
    recipients = tuple(
        Recipient(one.message, one.mail.to_address, one.mail.to_name, one.mail.substitutions, one.mail.headers)
        for one in call
    )
    return Post(Call(call[0].mail.content, recipients), tuple(one.id for one in call))
