"""`campaign audit …`: who did what. No supporter's data is in it, so none is shown."""

from datetime import UTC, datetime

import click

from campaign.audit.queries import AuditView, Which, list_entries
from campaign.kernel.actors import OPERATOR
from campaign.kernel.commandline import Commands
from campaign.kernel.consoles import Console


@click.group(cls=Commands)
def audit() -> None:
    """Who changed what, and who looked at personal data."""


@audit.command("list")
@click.option("--organization", metavar="SLUG", help="Only this organization.")
@click.option("--since", type=click.DateTime(("%Y-%m-%d", "%Y-%m-%dT%H:%M")), help="Only from this time on (UTC).")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, help="How many at most.")
@click.pass_obj
def list_all(console: Console, organization: str | None, since: datetime | None, limit: int) -> None:
    """List what was done, newest first: time (UTC), who, organization, action, thing, fields."""
    moment = None if since is None else since.replace(tzinfo=UTC)
    with console.session(needs_secrets=False) as session:
        entries = list_entries(session, OPERATOR, organization=organization, which=Which(since=moment), most=limit)
    for entry in entries:
        click.echo(_line(entry))
    if not entries:
        click.echo("no entries")


def _line(entry: AuditView) -> str:
    whose = entry.organization or "-"
    what = f"{entry.verb} {entry.thing} {entry.thing_id}".rstrip()
    many = f"  × {entry.count}" if entry.count > 1 else ""
    fields = f"  ({', '.join(entry.changed)})" if entry.changed else ""
    return f"{entry.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}  {entry.who:<16}  {whose:<24}  {what}{many}{fields}"
