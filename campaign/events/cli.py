"""`campaign events …`: what the operator does to events; nobody's name is shown."""

from contextlib import AbstractContextManager
from typing import Protocol

import click
from sqlalchemy.orm import Session

from campaign.events.running import cancel_event, get_event, set_leg
from campaign.kernel.clock import now
from campaign.kernel.errors import CampaignError


class Console(Protocol):
    """What these commands need of the operator's console."""

    def session(self, *, needs_secrets: bool = True) -> AbstractContextManager[Session]:
        """Give a session: one transaction."""


@click.group()
def events() -> None:
    """The marches and days of action."""


@events.command("cancel")
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Do not ask: everybody who has or waits for a place gets a mail.")
@click.pass_obj
def cancel(console: Console, slug: str, yes: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Cancel the event SLUG, and tell everybody who has or waits for a place."""
    try:
        with console.session(needs_secrets=False) as session:
            event = get_event(session, slug)
            if event.status == "cancelled":
                click.echo("it was cancelled before")
                return
            told = cancel_event(session, event, now())
            if not yes:
                click.confirm(f"cancel {slug} and write to {told} people?", abort=True)
    except CampaignError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{slug} cancelled; people to be told by mail: {told}")


@events.command("leg")
@click.argument("slug")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--capacity", type=click.IntRange(0, 1_000_000), help="How many people it takes; nobody loses a place.")
@click.option("--close/--open", "is_closed", default=None, help="Whether it takes nobody any more.")
@click.pass_obj
def leg(console: Console, slug: str, number: int, capacity: int | None, is_closed: bool | None) -> None:  # noqa: FBT001 - as above
    """Say how leg NUMBER of the event SLUG stands; give it another capacity, close or open it: the wait list moves."""
    try:
        with console.session(needs_secrets=False) as session:
            is_open = None if is_closed is None else not is_closed
            event = get_event(session, slug)
            numbers = set_leg(session, event, number, now(), capacity=capacity, is_open=is_open)
    except CampaignError as error:
        raise click.ClickException(str(error)) from error
    of = "any number" if numbers.capacity is None else str(numbers.capacity)
    click.echo(f"leg {number}: {numbers.status}, {numbers.taken} of {of} taken, {numbers.waiting} waiting")
