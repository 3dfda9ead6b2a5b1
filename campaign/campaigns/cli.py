"""Commands about organizations, a campaign's status, and mail that is stopped by hand."""

from collections.abc import Callable

import click

from campaign.campaigns.models import STATUSES
from campaign.campaigns.pausing import Mail, pause_mail, resume_mail
from campaign.campaigns.previewing import LASTS, allow_preview, preview_signer
from campaign.campaigns.service import add_organization, change_status
from campaign.kernel.actors import OPERATOR
from campaign.kernel.commandline import Commands
from campaign.kernel.consoles import Console
from campaign.kernel.errors import NotFoundError
from campaign.kernel.installation import installation_of
from campaign.kernel.lanes import LANES, LaneName


@click.group(cls=Commands)
def organization() -> None:
    """Organizations, which lead campaigns."""


@organization.command("add")
@click.argument("slug")
@click.argument("name")
@click.pass_obj
def add(console: Console, slug: str, name: str) -> None:
    """Add an organization: SLUG is its short name in files and addresses, NAME is what people read."""
    console.transact(lambda session: add_organization(session, OPERATOR, slug, name), needs_secrets=False)
    click.echo(f"organization {slug}: added")


@click.command()
@click.argument("slug")
@click.argument("status", type=click.Choice(STATUSES), metavar="|".join(STATUSES))
@click.pass_obj
def status(console: Console, slug: str, status: str) -> None:
    """Change a campaign’s status; its letters stop or continue at once."""
    before = console.transact(lambda session: change_status(session, OPERATOR, slug, status), needs_secrets=False)
    click.echo(f"campaign {slug}: {f'already {status}' if before == status else f'{before} → {status}'}")


@click.command()
@click.argument("slug")
@click.pass_obj
def preview(console: Console, slug: str) -> None:
    """Print a link to preview draft SLUG: works for seven days, and its forms are off."""
    with console.session() as session:
        public_id = allow_preview(session, OPERATOR, slug)
        installation = installation_of(session)
    click.echo(installation.url(f"/preview/{preview_signer(installation).sign(str(public_id))}"))
    click.echo(f"works for {LASTS.days} days; whoever has the link sees the page", err=True)


def _takes_mail(command: Callable[..., None]) -> Callable[..., None]:
    for option in (
        click.option("--campaign", metavar="SLUG", help="Only this campaign’s email."),
        click.option("--organization", metavar="SLUG", help="Only this organization’s email."),
        click.option("--lane", type=click.Choice(LANES), help="Only this lane’s email."),
        click.option("--all", "is_all", is_flag=True, help="All email."),
    ):
        command = option(command)
    return command


@click.command()
@_takes_mail
@click.option("--why", required=True, help="The reason; `campaign doctor` shows it until you resume.")
@click.pass_obj
def pause(
    console: Console,
    *,
    lane: LaneName | None,
    organization: str | None,
    campaign: str | None,
    why: str,
    is_all: bool,
) -> None:
    """Stop mail until `campaign resume`: nothing more is begun, and nothing is lost."""
    mail = _chosen(lane, organization, campaign, is_all=is_all)
    is_new = console.transact(lambda session: pause_mail(session, OPERATOR, mail, why), needs_secrets=False)
    click.echo(f"{_called(mail)}: {'paused' if is_new else 'already paused'}")


@click.command()
@_takes_mail
@click.pass_obj
def resume(
    console: Console,
    *,
    lane: LaneName | None,
    organization: str | None,
    campaign: str | None,
    is_all: bool,
) -> None:
    """Resume email that `campaign pause` stopped; use the same options."""
    mail = _chosen(lane, organization, campaign, is_all=is_all)
    if not console.transact(lambda session: resume_mail(session, OPERATOR, mail), needs_secrets=False):
        raise NotFoundError(f"{_called(mail)}: is not paused; `campaign doctor` tells what is stopped")
    click.echo(f"{_called(mail)}: resumed")


def _chosen(lane: LaneName | None, organization: str | None, campaign: str | None, *, is_all: bool) -> Mail:
    if is_all == any((lane, organization, campaign)):
        raise click.UsageError("say which mail: --lane, --organization, --campaign, or --all")
    return Mail(lane, organization, campaign)


def _called(mail: Mail) -> str:
    parts = (("lane", mail.lane), ("organization", mail.organization), ("campaign", mail.campaign))
    return ", ".join(f"{name} {value}" for name, value in parts if value) or "all mail"
