"""What waits for a confirmation, as the mails that ask for it name it: each thing with what its kind tells of it.

A pledge or a letter is known by its campaign. Of an RSVP one wants to know the event, the days and for how many: that
its kind reads (`MailPart`). Of a pledge by an address that counts already, what it would change. Nothing that was typed
is in it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from campaign.actions.kind import ActionKind, MailPart
from campaign.actions.mail_contents import language_of_mail
from campaign.actions.signing_again import Again, find_again
from campaign.campaigns.texts import Text, pick

MOST_NAMED = 10
"""So many in one mail, the newest: whoever types a stranger's address a thousand times makes no list of it."""


@dataclass(frozen=True)
class WaitingItem:
    """One thing that waits, as a mail's template writes it.

    Args:
        template: its kind's, as of `MailPart`.
        title: the campaign's.
        part: what its kind tells of it; None where that is nothing.
        again: what it would change of what counts already (`campaign.actions.signing_again`); None where nothing does.
    """

    template: str
    title: Text
    part: object | None
    again: tuple[str, ...] | None


def name_waiting(
    session: Session, kinds: Sequence[ActionKind], rows: Mapping[int, Row[Any]], named: Mapping[int, Sequence[int]]
) -> dict[int, tuple[WaitingItem, ...]]:
    """Return what each mail names, by the action it is about, in the language that this one is written to in.

    Args:
        session: the transaction.
        kinds: those that may have something to tell.
        rows: of `list_for_mail`, by id, of all actions concerned.
        named: by the action a mail is about, the ids of those that it names, in their order.
    """
    languages = {about: language_of_mail(rows[about]) for about in named if about in rows}
    by_kind = {kind.name: kind.mail_part for kind in kinds}
    wanted: dict[tuple[str, str], set[int]] = defaultdict(set)
    for about, language in languages.items():
        for action_id in named[about]:
            if action_id in rows:
                wanted[rows[action_id].kind, language].add(action_id)
    told: dict[tuple[str, int], object] = {}
    for (kind, language), ids in wanted.items():
        read = by_kind[kind].read if kind in by_kind else None
        if read is not None:
            told |= {(language, action_id): part for action_id, part in read(session, sorted(ids), language).items()}
    again = find_again(session, {one for ids in named.values() for one in ids})
    return {
        about: tuple(
            _item(by_kind.get(rows[one].kind, MailPart()), rows[one], language, told.get((language, one)), again)
            for one in named[about]
            if one in rows
        )
        for about, language in languages.items()
    }


def _item(part: MailPart, row: Row[Any], language: str, told: object | None, again: Mapping[int, Again]) -> WaitingItem:
    changes = again[row.id].changes if row.id in again else None
    return WaitingItem(part.template, pick(row.title, language, row.languages), told, changes)
