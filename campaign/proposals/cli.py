"""`campaign companies proposals …`: what organizations would have of companies and agreements, for the operator."""

from uuid import UUID

import click

from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from campaign.kernel.commandline import Commands
from campaign.kernel.consoles import Console
from campaign.proposals.queries import ProposalView, list_proposals
from campaign.proposals.service import accept, refuse
from campaign.revisions.service import Edit
from campaign.targets.cli import companies

__all__ = ["companies"]


@companies.group(cls=Commands)
def proposals() -> None:
    """What organizations propose about companies and agreements."""


@proposals.command("list")
@click.pass_obj
def list_all(console: Console) -> None:
    """List open proposals, newest first: ID, date, what it is about, who proposed it, and what it says."""
    with console.session(needs_secrets=False) as session:
        found = list_proposals(session, OPERATOR)
    for one in found:
        _show(one)
    if not found:
        click.echo("no proposals are open")


def _show(one: ProposalView) -> None:
    click.echo(f"{one.public_id}  {one.created_at:%Y-%m-%d}  {one.thing} {one.slug}  {one.organization}")
    if one.note:
        click.echo(f"    note     {one.note}")
    for name, value in one.content.get("values", {}).items():
        click.echo(f"    {name:<8} {'' if value is None else value}")
    for office, address in one.content.get("offices", {}).items():
        told = one.content.get("office_values", {}).get(office, {})
        source = ", ".join(str(value) for value in told.values() if value)
        click.echo(f"    office   {office}: {address}{f' ({source})' if source else ''}")
    for name, since in one.content.get("signatories", {}).items():
        click.echo(f"    signed   {name}{f' ({since})' if since else ''}")
    for name in one.content.get("gone", ()):
        click.echo(f"    gone     {name}")


@proposals.command("accept")
@click.argument("proposal", type=click.UUID)
@click.pass_obj
def accept_one(console: Console, proposal: UUID) -> None:
    """Accept PROPOSAL: it takes effect now. Unsent letters follow to a new address."""
    outcome = console.transact(
        lambda session: accept(session, OPERATOR, proposal, Edit("proposal", now())), needs_secrets=False
    )
    click.echo(f"{outcome.thing} {outcome.slug}: accepted")
    for office, one in outcome.readdressed.items():
        click.echo(f"{office}: {one.letters_count} unsent letters follow to {one.new}")


@proposals.command("refuse")
@click.argument("proposal", type=click.UUID)
@click.argument("reason")
@click.pass_obj
def refuse_one(console: Console, proposal: UUID, reason: str) -> None:
    """Refuse PROPOSAL. REASON is shown to the organization that proposed it."""
    console.transact(lambda session: refuse(session, OPERATOR, proposal, reason, now()), needs_secrets=False)
    click.echo("refused")
