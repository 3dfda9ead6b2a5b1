"""`campaign companies …`: in whose care the companies are."""

import click

from campaign.kernel.actors import OPERATOR
from campaign.kernel.commandline import Commands
from campaign.kernel.consoles import Console
from campaign.targets.care import end_care, give_care, list_care


@click.group(cls=Commands)
def companies() -> None:
    """Companies, which all organizations share."""


@companies.group(cls=Commands)
def care() -> None:
    """Which organizations may edit which companies, besides you."""


@care.command("list")
@click.pass_obj
def list_all(console: Console) -> None:
    """List companies in an organization’s care: company, organization."""
    with console.session(needs_secrets=False) as session:
        found = list_care(session, OPERATOR)
    for one in found:
        click.echo(f"{one.company:<32}  {one.organization}")
    if not found:
        click.echo("no organization has a company in its care")


@care.command("give")
@click.argument("company")
@click.argument("organization")
@click.pass_obj
def give(console: Console, company: str, organization: str) -> None:
    """Let ORGANIZATION edit COMPANY and its offices (both slugs)."""
    is_new = console.transact(
        lambda session: give_care(session, OPERATOR, company=company, organization=organization), needs_secrets=False
    )
    click.echo(f"company {company}: {'in' if is_new else 'was in'} the care of {organization}")


@care.command("end")
@click.argument("company")
@click.argument("organization")
@click.pass_obj
def end(console: Console, company: str, organization: str) -> None:
    """Stop ORGANIZATION from editing COMPANY."""
    was_there = console.transact(
        lambda session: end_care(session, OPERATOR, company=company, organization=organization), needs_secrets=False
    )
    click.echo(f"company {company}: {'no longer' if was_there else 'was not'} in the care of {organization}")
