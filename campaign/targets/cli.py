"""`campaign companies …`: in whose care the companies are."""

import click

from campaign.kernel.actors import OPERATOR
from campaign.kernel.consoles import Console
from campaign.targets.care import end_care, give_care, list_care


@click.group()
def companies() -> None:
    """The companies, which all organizations share."""


@companies.group()
def care() -> None:
    """Which organizations may change which companies, beside you."""


@care.command("list")
@click.pass_obj
def list_all(console: Console) -> None:
    """List the companies that are in somebody's care: company, organization."""
    with console.session(needs_secrets=False) as session:
        found = list_care(session, OPERATOR)
    for one in found:
        click.echo(f"{one.company:<32}  {one.organization}")
    if not found:
        click.echo("no company is in anybody's care but yours")


@care.command("give")
@click.argument("company")
@click.argument("organization")
@click.pass_obj
def give(console: Console, company: str, organization: str) -> None:
    """Let those who publish for ORGANIZATION change COMPANY and its offices; both are slugs."""
    is_new = console.transact(
        lambda session: give_care(session, OPERATOR, company=company, organization=organization), needs_secrets=False
    )
    click.echo(f"company {company}: {'in' if is_new else 'was in'} the care of {organization}")


@care.command("end")
@click.argument("company")
@click.argument("organization")
@click.pass_obj
def end(console: Console, company: str, organization: str) -> None:
    """Take the care of COMPANY back from ORGANIZATION."""
    was_there = console.transact(
        lambda session: end_care(session, OPERATOR, company=company, organization=organization), needs_secrets=False
    )
    click.echo(f"company {company}: {'no longer' if was_there else 'was not'} in the care of {organization}")
