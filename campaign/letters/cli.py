"""`campaign letters …`: what became of letters, and the operator's review of those that are held for what they say.

Names and words are shown of letters under review alone: they are what is to be judged.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import click
from sqlalchemy import Row

from campaign.actions.cli import discard_chosen, release_chosen
from campaign.actions.service import reviewing
from campaign.delivery.cli import requeue_all
from campaign.kernel.actors import OPERATOR
from campaign.kernel.commandline import Commands
from campaign.kernel.consoles import Console
from campaign.kernel.text import full_name
from campaign.letters.queries import list_for_review
from campaign.letters.reasons import foreign_links, links_of
from campaign.outbox.models import STATES
from campaign.outbox.queries import list_messages


@click.group(cls=Commands)
def letters() -> None:
    """Letters to executives: list, review, resend."""


@letters.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only letters in this state.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="How many at most.")
@click.pass_obj
def list_letters(console: Console, state: str | None, limit: int) -> None:
    """List letters, newest first: ID, state, time, and the reason if there is one."""
    with console.session(needs_secrets=False) as session:
        messages = list_messages(session, OPERATOR, lanes=["letters"], state=state, limit=limit)
    for _id, message in messages:
        reason = message.held_reason or message.reason or ""
        click.echo(f"{message.public_id}  {message.state:<10}  {message.created_at:%Y-%m-%d %H:%M}  {reason}".rstrip())
    if not messages:
        click.echo("no letters")


@letters.command("requeue")
@click.option("--state", type=click.Choice(("dead", "unknown")), default="dead", show_default=True)
@click.option("--yes", is_flag=True, help="Don’t ask first. Letters in `unknown` may already have arrived.")
@click.pass_obj
def requeue_letters(console: Console, state: str, yes: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Send failed letters again. Asks first for `unknown` ones, which may already have arrived."""
    requeue_all(console, ["letters"], state, "letters", asks=state == "unknown" and not yes)


@letters.command("held")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="How many at most.")
@click.option("--text", "with_text", is_flag=True, help="Show each letter in full.")
@click.pass_obj
def list_held(console: Console, limit: int, with_text: bool) -> None:  # noqa: FBT001 - click passes it by name
    """List confirmed letters waiting for review, oldest first: writer, links, and deadline."""
    with console.session(needs_secrets=False) as session:
        rows = reviewing.list_held(session, OPERATOR, limit, has_reasons=True)
        count = reviewing.count_held(session, OPERATOR, has_reasons=True).count
        words = list_for_review(session, OPERATOR, [row.id for row in rows])
    for row in rows:
        _show(row, words[row.id], with_text=with_text)
    if not rows:
        click.echo("nothing is held")
    if count > len(rows):
        click.echo(f"{count - len(rows)} more are held; raise --limit to see them", err=True)


def _show(row: Row[Any], words: Row[Any], *, with_text: bool) -> None:
    reasons = ", ".join(row.reasons)
    what = f"{words.letters} letters" if words.letters > 1 else "1 letter"
    click.echo(f"{row.public_id}  {row.campaign:<24}  {what:<10}  until {row.ends_at:%Y-%m-%d}  {reasons}")
    click.echo(f"    name     {full_name(words.given_name, words.family_name)}")
    click.echo(f"    subject  {words.subject}")
    own = links_of(words.own_subjects, words.own_body, "")
    for link in foreign_links(f"{words.subject}\n{words.body}", own):
        click.echo(f"    link     {link}")
    if with_text:
        click.echo("".join(f"    | {line}\n" for line in (words.body or "").splitlines()), nl=False)


@letters.command("release")
@click.argument("ids", nargs=-1, type=click.UUID)
@click.option("--all", "is_all", is_flag=True, help="Everything held right now.")
@click.pass_obj
def release(console: Console, ids: Sequence[UUID], is_all: bool) -> None:  # noqa: FBT001 - as above
    """Approve held letters, so that they are sent."""
    release_chosen(console, ids, is_all=is_all, has_reasons=True)


@letters.command("discard")
@click.argument("ids", nargs=-1, type=click.UUID)
@click.option("--all", "is_all", is_flag=True, help="Everything held right now.")
@click.option("--yes", is_flag=True, help="Don’t ask first. What you discard can’t be brought back.")
@click.pass_obj
def discard(console: Console, ids: Sequence[UUID], is_all: bool, yes: bool) -> None:  # noqa: FBT001 - as above
    """Discard held letters for good; they are never sent. With --all, asks first."""
    discard_chosen(console, ids, "letters", is_all=is_all, is_sure=yes, has_reasons=True)
