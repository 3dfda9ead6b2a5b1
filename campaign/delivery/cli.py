"""`campaign mails …`: what became of confirmations, links and other mails to supporters; no addresses are shown."""

import sys
from collections.abc import Callable, Sequence

import click
from sqlalchemy.orm import Session

from campaign.delivery.strangers import lift
from campaign.kernel.actors import OPERATOR
from campaign.kernel.commandline import Commands
from campaign.kernel.consoles import Console
from campaign.kernel.lanes import LANES, LaneName
from campaign.kernel.retrying import transact
from campaign.outbox.models import STATES
from campaign.outbox.queries import count_in_state, list_messages
from campaign.outbox.requeuing import requeue

_LANES = tuple(lane for lane in LANES if lane != "letters")
"""Letters have commands of their own (`campaign letters`)."""

_BATCH = 500
"""How many messages are put in line again in one transaction."""

_WARNINGS = {"unknown": "may have arrived already", "dead": "were refused for good"}


@click.group(cls=Commands)
def mails() -> None:
    """Emails to supporters: confirmations, links, receipts."""


def _chosen(lane: LaneName | None) -> Sequence[LaneName]:
    return (lane,) if lane else _LANES


@mails.command("list")
@click.option("--lane", type=click.Choice(_LANES), help="Only emails in this lane.")
@click.option("--state", type=click.Choice(STATES), help="Only emails in this state.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=100, show_default=True, help="How many at most.")
@click.pass_obj
def list_mails(console: Console, lane: LaneName | None, state: str | None, limit: int) -> None:
    """List emails, newest first: ID, topic, state, time, tries, and the reason if there is one."""
    with console.session(needs_secrets=False) as session:
        messages = list_messages(session, OPERATOR, lanes=_chosen(lane), state=state, limit=limit)
    for _id, message in messages:
        tries = f"begun {message.attempts}, blind {message.blind_count}"
        why = message.held_reason or message.reason or ""
        line = f"{message.public_id}  {message.topic:<22}  {message.state:<10}  {message.created_at:%Y-%m-%d %H:%M}"
        click.echo(f"{line}  {tries}  {why}".rstrip())
    if not messages:
        click.echo("no mails")


@mails.command("requeue")
@click.option("--lane", type=click.Choice(_LANES), help="Only emails in this lane.")
@click.option("--state", type=click.Choice(("dead", "unknown")), default="unknown", show_default=True)
@click.option("--yes", is_flag=True, help="Don’t ask first. Emails in `unknown` may already have arrived.")
@click.pass_obj
def requeue_mails(console: Console, lane: LaneName | None, state: str, yes: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Send failed emails again, all in that state. Says how many and asks first.

    Unknown confirmations and links are sent again by themselves, at most twice; this is for what is left after that.
    What has lost its use meanwhile (confirmed, expired) is not sent.
    """
    requeue_all(console, _chosen(lane), state, "mails", asks=not yes)


def requeue_all(console: Console, lanes: Sequence[LaneName], state: str, what: str, *, asks: bool) -> None:
    """Put all messages of these lanes that are in `state` now in line again; say how many first, and how it goes on.

    Args:
        console: the operator's.
        lanes: of which lanes.
        state: `dead` or `unknown`.
        what: what they are called, e.g. ``"letters"``.
        asks: whether the operator is to agree first.
    """
    with console.sessions(needs_secrets=False) as sessions:
        with sessions() as session:
            total = count_in_state(session, OPERATOR, lanes, state)
        if total and asks:
            click.confirm(f"{total} {what} {_WARNINGS[state]}. Send them again?", abort=True)
        moved: list[int] = []
        try:
            with click.progressbar(length=total, label=f"{total} {state}", file=sys.stderr) as bar:
                while batch := transact(sessions, _next_batch(lanes, state, moved[-1] if moved else None)):
                    moved += batch
                    bar.update(len(batch))
        finally:
            click.echo(f"{len(moved)} {what} queued again")


def _next_batch(lanes: Sequence[LaneName], state: str, before: int | None) -> Callable[[Session], list[int]]:
    def work(session: Session) -> list[int]:
        return sorted(requeue(session, OPERATOR, lanes, state, before=before, most=_BATCH), reverse=True)

    return work


@mails.command("lift")
@click.argument("domain")
@click.pass_obj
def lift_brake(console: Console, domain: str) -> None:
    """Email unconfirmed addresses at DOMAIN again, up to its usual limit (`all`: every domain)."""
    with console.session() as session:
        if not lift(session, OPERATOR, domain.lower()):
            raise click.ClickException(f"no confirmation emails to {domain} are waiting")
    click.echo(f"confirmation emails to {domain} are being sent again")
