"""Narrows a statement to the organizations of whoever asks: one helper, so that no query looks past a tenant.

A statement made of models is narrowed by what leads from its tables to an organization: a column `organization_id`, one
`campaign_id`, or foreign keys (a leg is an event's, which is a campaign's, which is an organization's). A text says
itself where, by `of_organization` or `of_campaign`, and gets its values here. The operator's statements stay as wide as
they are.

A row that belongs to no organization is the operator's alone.
"""

from collections.abc import Collection
from typing import Any, TypeVar, overload

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    Delete,
    Select,
    Table,
    TextClause,
    Update,
    bindparam,
    select,
    text,
)
from sqlalchemy.orm import Session
from sqlalchemy.sql.util import find_tables

from campaign.kernel.actors import Actor
from campaign.kernel.errors import NotFoundError

_OWNERS = "organizations"
"""The table that owns, and the parameter of texts that holds its ids."""

_OWNER = "organization_id"
_CAMPAIGN = "campaign_id"

Rows = TypeVar("Rows", bound=Select[*tuple[Any, ...]] | Update | Delete)


def of_organization(column: str) -> str:
    """Return the condition, in SQL, that `column` is the id of an organization in scope; for `scoped` to fill in."""
    ids = f"CAST(:{_OWNERS} AS bigint[])"
    return f"({ids} IS NULL OR {column} = ANY({ids}))"


def of_campaign(column: str) -> str:
    """Return the condition, in SQL, that `column` is the id of a campaign in scope; for `scoped` to fill in."""
    ids = f"CAST(:{_OWNERS} AS bigint[])"
    return f"({ids} IS NULL OR {column} IN (SELECT id FROM campaigns WHERE {_OWNER} = ANY({ids})))"  # noqa: S608 - of ours


@overload
def scoped(statement: TextClause, actor: Actor) -> TextClause: ...
@overload
def scoped(statement: Rows, actor: Actor, where: str | None = None) -> Rows: ...
def scoped(
    statement: TextClause | Select[*tuple[Any, ...]] | Update | Delete, actor: Actor, where: str | None = None
) -> TextClause | Select[*tuple[Any, ...]] | Update | Delete:
    """Return `statement`, narrowed to what belongs to the actor's organizations.

    Args:
        statement: a text with `of_organization` or `of_campaign` in it; or a statement made of models, at least one of
            which leads to an organization. Of several it is narrowed by the nearest to one.
        actor: who asks.
        where: of a statement made of models that no foreign key leads from: the condition, made of `of_organization`
            and `of_campaign`.

    Raises:
        ValueError: the statement cannot be narrowed: nothing in it leads to an organization.
    """
    ids = None if actor.organizations is None else sorted(actor.organizations)
    if isinstance(statement, TextClause):
        return _filled(statement, ids)
    if where is not None:
        return statement.where(_filled(text(where), ids))
    tables = _tables(statement)
    path = min((found for table in tables if (found := _way(table)) is not None), key=len, default=None)
    if path is None:
        raise ValueError(f"nothing leads from {', '.join(table.name for table in tables)} to an organization")
    return statement if ids is None else statement.where(_belongs(path, ids))


_ORGANIZATION = text(f"SELECT id FROM {_OWNERS} WHERE slug = :slug AND {of_organization('id')}")  # noqa: S608 - of ours


def get_organization_id(session: Session, actor: Actor, slug: str) -> int:
    """Return the id of an organization that the actor acts for, by its slug; raise `NotFoundError`."""
    found = session.scalar(scoped(_ORGANIZATION, actor), {"slug": slug})
    if found is None:
        raise NotFoundError(f"there is no organization {slug!r}")
    return int(found)


_CAMPAIGN_IN_SCOPE = text(f"SELECT id FROM campaigns WHERE id = :id AND {of_organization(_OWNER)}")  # noqa: S608 - of ours

_CAMPAIGN_TO_CHANGE = text(f"{_CAMPAIGN_IN_SCOPE.text} FOR NO KEY UPDATE")


def check_campaign(session: Session, actor: Actor, campaign_id: int) -> None:
    """Raise `NotFoundError` unless there is a campaign of this id, and the actor acts for its organization."""
    if session.scalar(scoped(_CAMPAIGN_IN_SCOPE, actor), {"id": campaign_id}) is None:
        raise NotFoundError("there is no such campaign")


def lock_campaign(session: Session, actor: Actor, campaign_id: int) -> None:
    """Do the same, and let nobody else change the campaign until the transaction ends; who acts in it does not wait."""
    if session.scalar(scoped(_CAMPAIGN_TO_CHANGE, actor), {"id": campaign_id}) is None:
        raise NotFoundError("there is no such campaign")


def is_owned(table: Table) -> bool:
    """Whether the rows of a table belong to organizations."""
    return _way(table) is not None


def _filled(statement: TextClause, ids: Collection[int] | None) -> TextClause:
    if f":{_OWNERS}" not in statement.text:
        raise ValueError("the text does not say where it is narrowed")
    return statement.bindparams(bindparam(_OWNERS, ids, ARRAY(BigInteger)))


def _tables(statement: Select[*tuple[Any, ...]] | Update | Delete) -> list[Table]:
    if isinstance(statement, Select):
        return [table for one in statement.get_final_froms() for table in find_tables(one) if isinstance(table, Table)]
    return [statement.table] if isinstance(statement.table, Table) else []


def _way(table: Table, seen: frozenset[str] = frozenset()) -> tuple[Column[Any], ...] | None:
    """Return the columns that lead from a table to an organization's id, the nearest way; None where none does."""
    if table.name == _OWNERS:
        return (table.c.id,)
    if _OWNER in table.c:
        return (table.c[_OWNER],)
    steps = [
        (column, to.table) for column in table.c if (to := _leads_to(column)) is not None and to.table.name not in seen
    ]
    ways = ((column, _way(target, seen | {table.name})) for column, target in steps)
    return min(((column, *way) for column, way in ways if way is not None), key=len, default=None)


def _leads_to(column: Column[Any]) -> Column[Any] | None:
    """Return the key that a column refers to. Rows that outlive their campaign have its id without a foreign key."""
    for key in column.foreign_keys:
        return key.column
    campaigns = column.table.metadata.tables.get("campaigns")
    return campaigns.c.id if column.name == _CAMPAIGN and campaigns is not None else None


def _belongs(way: tuple[Column[Any], ...], ids: Collection[int]) -> ColumnElement[bool]:
    column, *rest = way
    key = _leads_to(column)
    if not rest or key is None:
        return column.in_(ids)
    return column.in_(select(key).where(_belongs(tuple(rest), ids)))
