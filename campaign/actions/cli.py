"""`campaign actions …`: the operator's review of what a machine may have filled in; no names, no texts are shown.

What a kind wants looked at for reasons of its own is reviewed by that kind's commands, in the same manner.
"""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from uuid import UUID

import click
from sqlalchemy.orm import Session

from campaign.actions.cli_comments import comments
from campaign.actions.service import reviewing
from campaign.kernel.actors import OPERATOR, Actor
from campaign.kernel.commandline import Commands
from campaign.kernel.consoles import Console
from campaign.kernel.retrying import transact

_BATCH = 200
"""How many of all are reviewed in one transaction: their rows are locked for a moment, and what is done stays done."""

Review = Callable[[Session, Actor, Sequence[UUID]], int]


@click.group(cls=Commands)
def actions() -> None:
    """Sign-ups held for review because a bot may have filled in the form."""


actions.add_command(comments)


@actions.command("held")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="How many at most.")
@click.pass_obj
def list_held(console: Console, limit: int) -> None:
    """List what is held, oldest first: ID, kind, campaign, confirmed or not, time, source."""
    with console.session(needs_secrets=False) as session:
        rows = reviewing.list_held(session, OPERATOR, limit)
        count = reviewing.count_held(session, OPERATOR).count
    for row in rows:
        state = "confirmed" if row.state == "held" else "unconfirmed"
        line = f"{row.public_id}  {row.kind:<8}  {row.campaign:<24}  {state:<11}  {row.created_at:%Y-%m-%d %H:%M}"
        click.echo(f"{line}  {row.source or ''}".rstrip())
    if not rows:
        click.echo("nothing is held")
    if count > len(rows):
        click.echo(f"{count - len(rows)} more are held; raise --limit to see them", err=True)


@actions.command("release")
@click.argument("ids", nargs=-1, type=click.UUID)
@click.option("--all", "is_all", is_flag=True, help="Everything held right now.")
@click.pass_obj
def release(console: Console, ids: Sequence[UUID], is_all: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Approve held sign-ups: they count now, or as soon as they are confirmed."""
    release_chosen(console, ids, is_all=is_all)


@actions.command("discard")
@click.argument("ids", nargs=-1, type=click.UUID)
@click.option("--all", "is_all", is_flag=True, help="Everything held right now.")
@click.option("--yes", is_flag=True, help="Don’t ask first. What you discard can’t be brought back.")
@click.pass_obj
def discard(console: Console, ids: Sequence[UUID], is_all: bool, yes: bool) -> None:  # noqa: FBT001 - as above
    """Discard held sign-ups for good; they never count. With --all, asks first."""
    discard_chosen(console, ids, "actions", is_all=is_all, is_sure=yes)


def release_chosen(console: Console, ids: Sequence[UUID], *, is_all: bool, has_reasons: bool = False) -> None:
    """Let through what is held: by public ids, or all of it (`reviewing`: `has_reasons`)."""
    _check_choice(ids, is_all=is_all)
    review = partial(reviewing.release, kinds=console.kinds)
    with console.sessions() as sessions:
        if is_all:
            _review_all(sessions, review, "released", has_reasons=has_reasons)
        else:
            work = partial(_review, ids=ids, review=review, has_reasons=has_reasons)
            click.echo(f"{transact(sessions, work)} released")


def discard_chosen(
    console: Console, ids: Sequence[UUID], what: str, *, is_all: bool, is_sure: bool, has_reasons: bool = False
) -> None:
    """Empty what is held for good: by public ids, or all of it, asking first. `what`: what they are called."""
    _check_choice(ids, is_all=is_all)
    review = partial(reviewing.discard, kinds=console.kinds)
    question = "" if is_sure else f"Discard {{}} held {what} for good?"
    with console.sessions() as sessions:
        if is_all:
            _review_all(sessions, review, "discarded", question=question, has_reasons=has_reasons)
        else:
            work = partial(_review, ids=ids, review=review, has_reasons=has_reasons)
            click.echo(f"{transact(sessions, work)} discarded")


def _check_choice(ids: Sequence[UUID], *, is_all: bool) -> None:
    if bool(ids) == is_all:
        raise click.UsageError("name them by their public ids, or say --all")


def _review(session: Session, *, ids: Sequence[UUID], review: Review, has_reasons: bool) -> int:
    """Review named actions; refuse all where one of them is not held (a slip of the hand changes nothing)."""
    missing = set(ids) - reviewing.find_held(session, OPERATOR, ids, has_reasons=has_reasons)
    if missing:
        raise click.ClickException(f"not held: {', '.join(sorted(map(str, missing)))}")
    return review(session, OPERATOR, ids)


def _review_all(
    sessions: Callable[[], Session], review: Review, done_word: str, *, question: str = "", has_reasons: bool
) -> None:
    """Review all that is held now, `_BATCH` a transaction; what comes meanwhile is left, for nobody was told of it.

    Tells the number first and how far it is, and in the end how many were reviewed, also where it did not come through.
    """
    with sessions() as session:
        held = reviewing.count_held(session, OPERATOR, has_reasons=has_reasons)
    if held.count and question:
        click.confirm(question.format(held.count), abort=True)
    done, after = 0, 0

    def next_batch(session: Session) -> tuple[int, int]:
        rows = reviewing.list_next_held(session, OPERATOR, held, after=after, most=_BATCH, has_reasons=has_reasons)
        return (review(session, OPERATOR, [row.public_id for row in rows]), rows[-1].id) if rows else (0, held.last)

    try:
        with click.progressbar(length=held.count, label=f"{held.count} held", file=sys.stderr) as bar:
            while after < held.last:
                reviewed, after = transact(sessions, next_batch)
                done += reviewed
                bar.update(reviewed)
    finally:
        click.echo(f"{done} {done_word}")
