"""Commands about organizations and a campaign's status."""

import click

from campaign.campaigns.models import STATUSES
from campaign.campaigns.service import add_organization, change_status
from campaign.kernel.actors import OPERATOR
from campaign.kernel.consoles import Console


@click.group()
def organization() -> None:
    """Organizations, which own campaigns."""


@organization.command("add")
@click.argument("slug")
@click.argument("name")
@click.pass_obj
def add(console: Console, slug: str, name: str) -> None:
    """Add an organization: SLUG is its short name in files and addresses, NAME what people read."""
    console.transact(lambda session: add_organization(session, OPERATOR, slug, name), needs_secrets=False)
    click.echo(f"organization {slug}: added")


@click.command()
@click.argument("slug")
@click.argument("status", type=click.Choice(STATUSES), metavar="|".join(STATUSES))
@click.pass_obj
def status(console: Console, slug: str, status: str) -> None:
    """Bring the campaign SLUG to another status. Its letters are held, or go on, at once."""
    before = console.transact(lambda session: change_status(session, OPERATOR, slug, status), needs_secrets=False)
    click.echo(f"campaign {slug}: {f'is {status} already' if before == status else f'{before} → {status}'}")
