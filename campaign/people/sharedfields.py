"""The fields that every action shares, listed once: what is typed, what an action holds, what is known afterwards.

    typed (`SharedFields`) ─► waiting action (`TypedColumns`) ─confirm─► supporter (`KnownColumns`)

Storing, merging, flowing, vouching, one's own page and what a visit carries on are built from these lists. A new field
is a line in `SharedFields` and in `TypedColumns`, and in `KnownColumns` where an organization is to know it of its
supporters; what is emptied, and by what, its column says (`campaign.kernel.personal`). How to add one:
docs/howto/add-a-field.md.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import false
from sqlalchemy.orm import Mapped, mapped_column

from campaign.kernel.personal import emptied

IF_PERSON = "CASE WHEN {row}.person_id IS NOT NULL THEN {column} END"
"""Stays with a person's action; of high safety it was needed only to write to its signer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFields:
    """What somebody typed, as plain values; empty where nothing was.

    Args:
        given_name: on a high-safety campaign the pseudonym.
        language: the one to answer and to write in (BCP 47).
        country: ISO 3166-1 alpha-2.
        comment: one's own words.
        show_name: whether first name and town may stand on the campaign's page.
        source: where they came from, as the link they followed says it (`campaign.actions.sources`).
        show_comment: whether the comment may stand there with them, once an operator has read it.
        answers: to questions of the campaign's own, all in one text (`campaign.actions.questions.answering`).
    """

    given_name: str = ""
    family_name: str = ""
    language: str = ""
    postal_code: str = ""
    country: str = ""
    comment: str = ""
    show_name: bool = False
    source: str = ""
    show_comment: bool = False
    answers: str = ""


class TypedColumns:
    """What an action holds of the shared fields."""

    given_name: Mapped[str | None] = mapped_column(info=emptied())
    family_name: Mapped[str | None] = mapped_column(info=emptied())
    language: Mapped[str | None] = mapped_column(info=emptied(withdrawn=IF_PERSON, settled=IF_PERSON))
    postal_code: Mapped[str | None] = mapped_column(info=emptied())
    country: Mapped[str | None] = mapped_column(info=emptied())
    comment: Mapped[str | None] = mapped_column(info=emptied(over="NULL"))
    show_name: Mapped[bool] = mapped_column(server_default=false(), info=emptied("false"))
    source: Mapped[str | None] = mapped_column(info=emptied())
    show_comment: Mapped[bool] = mapped_column(server_default=false(), info=emptied("false"))
    answers: Mapped[str | None] = mapped_column(info=emptied(over="NULL"))


class KnownColumns:
    """What an organization knows of a supporter: of the shared fields, those that say who somebody is."""

    given_name: Mapped[str]
    family_name: Mapped[str]
    postal_code: Mapped[str]
    country: Mapped[str]


def _names(listed: type) -> tuple[str, ...]:
    return tuple(name for name in listed.__annotations__ if not name.startswith("_"))


TYPED = _names(TypedColumns)
"""The names of the shared fields, as an action holds them."""

KNOWN = _names(KnownColumns)
"""Those that are known of a supporter, and by which a voucher's holder is recognised."""

OF_HIGH_SAFETY = ("given_name", "language")
"""All that a high-safety action holds of them; a new field is not taken there unless this says so."""

_NOTHING_IS_NULL = ("comment", "source", "answers")
"""Those that are stored as NULL where nothing was typed; nobody asks for them who need not answer."""

_EMPTY = {field.name: field.default for field in fields(SharedFields)}

_OF_A_FORM = ("language", "postal_code", "country", "source")
"""Those of few characters, in a form that is checked; all other texts are typed freely."""


def stored(typed: SharedFields, *, is_high_safety: bool) -> dict[str, Any]:
    """Return what an action's row holds of what was typed, by column; names are not sealed yet."""
    row: dict[str, Any] = {}
    for name in TYPED:
        value = getattr(typed, name)
        if is_high_safety and name not in OF_HIGH_SAFETY:
            row[name] = False if isinstance(value, bool) else None
        else:
            row[name] = None if name in _NOTHING_IS_NULL and not value else value
    return row


def values_of(holder: object, names: Collection[str] = TYPED) -> dict[str, Any]:
    """Return the shared fields of a row, a command or a visit, by name; what it holds nothing of is empty."""
    return {name: getattr(holder, name) or _EMPTY[name] for name in names}


def typed_freely(holder: object) -> list[str]:
    """Return the texts of any length that somebody typed."""
    values = values_of(holder)
    return [value for name, value in values.items() if isinstance(value, str) and name not in _OF_A_FORM]


def listed(names: Collection[str], row: str) -> str:
    """Return columns of the row that a statement calls `row`, for SELECT: `a.given_name, a.family_name`."""
    return ", ".join(f"{row}.{name}" for name in names)
