"""`campaign mails …`: what became of confirmations, links and other mails to supporters; no addresses are shown."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

import click
from sqlalchemy.orm import Session

from campaign.outbox.models import LANES, STATES
from campaign.outbox.queries import count_in_state, list_messages
from campaign.outbox.service import requeue

_LANES = tuple(lane for lane in LANES if lane != "letters")
"""Letters have commands of their own (`campaign letters`)."""


class Console(Protocol):
    """What these commands need of the operator's console."""

    def session(self, *, needs_secrets: bool = True) -> AbstractContextManager[Session]:
        """Give a session: one transaction."""


@click.group()
def mails() -> None:
    """The mails to supporters: confirmations, links, receipts."""


def _chosen(lane: str | None) -> Sequence[str]:
    return (lane,) if lane else _LANES


@mails.command("list")
@click.option("--lane", type=click.Choice(_LANES), help="Only mails of this lane.")
@click.option("--state", type=click.Choice(STATES), help="Only mails in this state.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="At most so many.")
@click.pass_obj
def list_mails(console: Console, lane: str | None, state: str | None, limit: int) -> None:
    """List mails, newest first: public id, topic, state, when, how often begun, and why where there is a reason."""
    with console.session(needs_secrets=False) as session:
        messages = list_messages(session, lanes=_chosen(lane), state=state, limit=limit)
    for _id, message in messages:
        tries = f"begun {message.attempts}, blind {message.blind_count}"
        why = message.held_reason or message.reason or ""
        line = f"{message.public_id}  {message.topic:<22}  {message.state:<10}  {message.created_at:%Y-%m-%d %H:%M}"
        click.echo(f"{line}  {tries}  {why}".rstrip())
    if not messages:
        click.echo("no mails")


@mails.command("requeue")
@click.option("--lane", type=click.Choice(_LANES), help="Only mails of this lane.")
@click.option("--state", type=click.Choice(("dead", "unknown")), default="unknown", show_default=True)
@click.option("--yes", is_flag=True, help="Do not ask: mails in `unknown` may have arrived already.")
@click.pass_obj
def requeue_mails(console: Console, lane: str | None, state: str, yes: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Put mails that did not go in line again, all of that state. Says how many, and asks, first.

    Unknown confirmations and links are sent again by themselves, at most twice; this is for what is left after that.
    What has lost its use meanwhile (confirmed, expired) is not sent.
    """
    lanes = _chosen(lane)
    with console.session(needs_secrets=False) as session:
        count = count_in_state(session, lanes, state)
        if count and not yes:
            may = "may have arrived already" if state == "unknown" else "were refused for good"
            click.confirm(f"{count} mails {may}; send them again?", abort=True)
        moved = requeue(session, lanes, state)
    click.echo(f"{moved} mails in line again")
