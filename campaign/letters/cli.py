"""`campaign letters …`: what became of letters, for the operator; neither names nor texts are shown."""

import click

from campaign.delivery.cli import Console, requeue_all
from campaign.outbox.models import STATES
from campaign.outbox.queries import list_messages


@click.group()
def letters() -> None:
    """The letters to executives."""


@letters.command("list")
@click.option("--state", type=click.Choice(STATES), help="Only letters in this state.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="At most so many.")
@click.pass_obj
def list_letters(console: Console, state: str | None, limit: int) -> None:
    """List letters, newest first: public id, state, when, and why where there is a reason."""
    with console.session(needs_secrets=False) as session:
        messages = list_messages(session, lanes=["letters"], state=state, limit=limit)
    for _id, message in messages:
        reason = message.held_reason or message.reason or ""
        click.echo(f"{message.public_id}  {message.state:<10}  {message.created_at:%Y-%m-%d %H:%M}  {reason}".rstrip())
    if not messages:
        click.echo("no letters")


@letters.command("requeue")
@click.option("--state", type=click.Choice(("dead", "unknown")), default="dead", show_default=True)
@click.option("--yes", is_flag=True, help="Do not ask: letters in `unknown` may have arrived already.")
@click.pass_obj
def requeue_letters(console: Console, state: str, yes: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Put letters that failed in line again. Those in `unknown` may have arrived: this asks first."""
    requeue_all(console, ["letters"], state, "letters", asks=state == "unknown" and not yes)
