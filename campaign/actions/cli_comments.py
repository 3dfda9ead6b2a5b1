"""`campaign actions comments …`: words that signers let be shown, read by a person before they stand on a page."""

import sys
from collections.abc import Callable, Sequence

import click
from sqlalchemy.orm import Session

from campaign.actions.service import showing_comments
from campaign.kernel.actors import OPERATOR, Actor
from campaign.kernel.commandline import Commands
from campaign.kernel.consoles import Console
from campaign.people.towns import town_of

_SHOWN_OF_EACH = 72
"""Characters of a comment in a list; `show` gives all of it."""

_Judge = Callable[[Session, Actor, Sequence[str]], int]


@click.group("comments", cls=Commands, invoke_without_command=True)
@click.option("--campaign", "slug", help="Only of this campaign.")
@click.option("--released", "is_released", is_flag=True, help="Those on pages now, not those that wait.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="At most this many.")
@click.pass_context
def comments(context: click.Context, slug: str | None, limit: int, *, is_released: bool) -> None:
    """List comments that wait to be read: ID, campaign, name and town, first words.

    A comment is shown only if its signer asked for that and you release it. Its ID is made of its words: if the signer
    changes them, the ID is another, and they wait again.
    """
    if context.invoked_subcommand is not None:
        return
    console: Console = context.obj
    with console.session(needs_secrets=False) as session:
        rows = showing_comments.list_comments(session, OPERATOR, slug=slug, is_released=is_released, most=limit)
    for row in rows:
        who = ", ".join(part for part in (row.given_name, town_of(row.country or "", row.postal_code or "")) if part)
        click.echo(f"{row.mark}  {row.campaign:<24}  {_clean(who)}: {_first(row.comment)}")
    if not rows:
        click.echo("no comment is shown" if is_released else "no comment waits to be read")
    if len(rows) == limit:
        click.echo("there may be more: --limit shows more", err=True)


@comments.command("show")
@click.argument("marks", metavar="ID…", nargs=-1, required=True)
@click.pass_obj
def show(console: Console, marks: Sequence[str]) -> None:
    """Print comments in full."""
    with console.session(needs_secrets=False) as session:
        rows = showing_comments.find_comments(session, OPERATOR, marks)
    _check_all(marks, [row.mark for row in rows])
    for row in rows:
        state = "shown" if row.is_released else "not shown"
        click.echo(f"{row.mark}  {row.campaign}  {state}  {row.confirmed_at:%Y-%m-%d}")
        for line in row.comment.splitlines():
            click.echo(f"    {_clean(line)}")


@comments.command("release")
@click.argument("marks", metavar="ID…", nargs=-1, required=True)
@click.pass_obj
def release(console: Console, marks: Sequence[str]) -> None:
    """Show comments on their campaign pages, with first name and town."""
    click.echo(f"{_judge(console, marks, showing_comments.release_comments)} released")


@comments.command("take-back")
@click.argument("marks", metavar="ID…", nargs=-1, required=True)
@click.pass_obj
def take_back(console: Console, marks: Sequence[str]) -> None:
    """Stop showing comments, or never show them; they are not listed as waiting any more."""
    click.echo(f"{_judge(console, marks, showing_comments.take_back_comments)} not shown")


def _judge(console: Console, marks: Sequence[str], judge: _Judge) -> int:
    """Judge all of them or none: a slip of the hand, or words that changed meanwhile, change nothing."""

    def work(session: Session) -> int:
        judged = judge(session, OPERATOR, marks)
        if judged < len(set(marks)):
            _check_all(marks, [row.mark for row in showing_comments.find_comments(session, OPERATOR, marks)])
        return judged

    return console.transact(work, needs_secrets=False)


def _check_all(marks: Sequence[str], found: Sequence[str]) -> None:
    missing = sorted(set(marks) - set(found))
    if missing:
        raise click.ClickException(f"no comment has this ID now (were the words changed?): {', '.join(missing)}")


def _first(comment: str) -> str:
    line = _clean(" ".join(comment.split()))
    return line if len(line) <= _SHOWN_OF_EACH else f"{line[: _SHOWN_OF_EACH - 1]}…"


def _clean(words: str) -> str:
    """Return words that a terminal writes and does not obey."""
    encoding = sys.stdout.encoding or "utf-8"
    return "".join(c if c.isprintable() else "?" for c in words).encode(encoding, "replace").decode(encoding)
