"""Commands about organizations and a campaign's status."""

from contextlib import AbstractContextManager
from typing import Protocol

import click
from sqlalchemy.orm import Session

from campaign.campaigns.models import STATUSES
from campaign.campaigns.service import add_organization, change_status


class Console(Protocol):
    """What these commands need of the operator's console."""

    def session(self, *, needs_secrets: bool = True) -> AbstractContextManager[Session]:
        """Give a session: one transaction."""


@click.group()
def organization() -> None:
    """Organizations, which own campaigns."""


@organization.command("add")
@click.argument("slug")
@click.argument("name")
@click.pass_obj
def add(console: Console, slug: str, name: str) -> None:
    """Add an organization: SLUG is its short name in files and addresses, NAME what people read."""
    with console.session(needs_secrets=False) as session:
        add_organization(session, slug, name)
    click.echo(f"organization {slug}: added")


@click.command()
@click.argument("slug")
@click.argument("status", type=click.Choice(STATUSES), metavar="|".join(STATUSES))
@click.pass_obj
def status(console: Console, slug: str, status: str) -> None:
    """Bring the campaign SLUG to another status. Its letters are held, or go on, at once."""
    with console.session(needs_secrets=False) as session:
        before = change_status(session, slug, status)
    click.echo(f"campaign {slug}: {f'is {status} already' if before == status else f'{before} → {status}'}")
