"""`campaign actions …`: the operator's review of what a machine may have filled in; no names, no texts are shown."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol
from uuid import UUID

import click
from sqlalchemy.orm import Session

from campaign.actions.kind import ActionKind
from campaign.actions.service import reviewing

_MOST = 1000


class Console(Protocol):
    """What these commands need of the operator's console."""

    @property
    def kinds(self) -> Mapping[str, ActionKind]:
        """The kinds of action, by name."""

    def session(self, *, needs_secrets: bool = True) -> AbstractContextManager[Session]:
        """Give a session: one transaction."""


@click.group()
def actions() -> None:
    """Actions held for review, because a machine may have filled in the form."""


@actions.command("held")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="At most so many.")
@click.pass_obj
def list_held(console: Console, limit: int) -> None:
    """List what is held, oldest first: public id, kind, campaign, whether it was confirmed, when, source."""
    with console.session(needs_secrets=False) as session:
        rows = reviewing.list_held(session, limit)
    for row in rows:
        state = "confirmed" if row.state == "held" else "unconfirmed"
        line = f"{row.public_id}  {row.kind:<8}  {row.campaign:<24}  {state:<11}  {row.created_at:%Y-%m-%d %H:%M}"
        click.echo(f"{line}  {row.source or ''}".rstrip())
    if not rows:
        click.echo("nothing is held")


@actions.command("release")
@click.argument("ids", nargs=-1, type=click.UUID)
@click.option("--all", "is_all", is_flag=True, help="Everything that is held.")
@click.pass_obj
def release(console: Console, ids: Sequence[UUID], is_all: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Let held actions count: at once where they were confirmed, else as soon as they are."""
    _check_choice(ids, is_all=is_all)
    with console.session(needs_secrets=False) as session:
        count = reviewing.release(session, _chosen(session, ids, is_all=is_all), console.kinds)
    click.echo(f"{count} released")


@actions.command("discard")
@click.argument("ids", nargs=-1, type=click.UUID)
@click.option("--all", "is_all", is_flag=True, help="Everything that is held.")
@click.option("--yes", is_flag=True, help="Do not ask: what is discarded is emptied, and cannot be brought back.")
@click.pass_obj
def discard(console: Console, ids: Sequence[UUID], is_all: bool, yes: bool) -> None:  # noqa: FBT001 - as above
    """Empty held actions for good; they never count. With --all, asks first."""
    _check_choice(ids, is_all=is_all)
    with console.session() as session:
        chosen = _chosen(session, ids, is_all=is_all)
        if chosen and is_all and not yes:
            click.confirm(f"empty {len(chosen)} held actions for good?", abort=True)
        count = reviewing.discard(session, chosen, console.kinds)
    click.echo(f"{count} discarded")


def _check_choice(ids: Sequence[UUID], *, is_all: bool) -> None:
    if bool(ids) == is_all:
        raise click.UsageError("name the actions by their public ids, or say --all")


def _chosen(session: Session, ids: Sequence[UUID], *, is_all: bool) -> Sequence[UUID]:
    """Return the public ids meant; refuse all where one of them is not held (a slip of the hand changes nothing)."""
    if is_all:
        return [row.public_id for row in reviewing.list_held(session, _MOST)]
    missing = set(ids) - reviewing.find_held(session, ids)
    if missing:
        raise click.ClickException(f"not held: {', '.join(sorted(map(str, missing)))}")
    return ids
