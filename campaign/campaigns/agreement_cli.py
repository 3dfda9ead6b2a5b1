"""`campaign agreements …`: in whose care the agreements are."""

import click

from campaign.campaigns.agreement_care import end_agreement_care, give_agreement_care, list_agreement_care
from campaign.kernel.actors import OPERATOR
from campaign.kernel.commandline import Commands
from campaign.kernel.consoles import Console


@click.group(cls=Commands)
def agreements() -> None:
    """Agreements, which all organizations share."""


@agreements.group(cls=Commands)
def care() -> None:
    """Which organizations may edit which agreements, besides you."""


@care.command("list")
@click.pass_obj
def list_in_care(console: Console) -> None:
    """List agreements in an organization’s care: agreement, organization."""
    with console.session(needs_secrets=False) as session:
        found = list_agreement_care(session, OPERATOR)
    for one in found:
        click.echo(f"{one.agreement:<32}  {one.organization}")
    if not found:
        click.echo("no organization has an agreement in its care")


@care.command("give")
@click.argument("agreement")
@click.argument("organization")
@click.pass_obj
def give(console: Console, agreement: str, organization: str) -> None:
    """Let ORGANIZATION edit AGREEMENT and its signatories (both slugs)."""
    is_new = console.transact(
        lambda session: give_agreement_care(session, OPERATOR, agreement=agreement, organization=organization),
        needs_secrets=False,
    )
    click.echo(f"agreement {agreement}: {'in' if is_new else 'was in'} the care of {organization}")


@care.command("end")
@click.argument("agreement")
@click.argument("organization")
@click.pass_obj
def end(console: Console, agreement: str, organization: str) -> None:
    """Stop ORGANIZATION from editing AGREEMENT."""
    was_there = console.transact(
        lambda session: end_agreement_care(session, OPERATOR, agreement=agreement, organization=organization),
        needs_secrets=False,
    )
    click.echo(f"agreement {agreement}: {'no longer' if was_there else 'was not'} in the care of {organization}")
