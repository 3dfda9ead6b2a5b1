"""`campaign organizer …`: who organizes, for whoever has the command line."""

import click
from sqlalchemy.orm import Session

from campaign.accounts.commands import NewMember
from campaign.accounts.linking import LASTS, sign_link
from campaign.accounts.members import add_member, print_link
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from campaign.kernel.commandline import Commands
from campaign.kernel.consoles import Console
from campaign.kernel.errors import ConflictError, RefusedError
from campaign.kernel.installation import installation_of

_FAULTS = {"serves_already": "serves this organization already"}


@click.group(cls=Commands)
def organizer() -> None:
    """Organizers: who signs in, for which organization."""


@organizer.command("add")
@click.argument("email")
@click.option("--organization", metavar="SLUG", required=True, help="The organization they serve.")
@click.option("--owner", is_flag=True, help="They may do everything, and add others [an organizer].")
@click.option("--name", default="", help="What they are called [what is before the @].")
@click.pass_obj
def add(console: Console, email: str, organization: str, owner: bool, name: str) -> None:  # noqa: FBT001 - click's
    """Add an organizer by EMAIL, and print a link that signs them in, once."""
    command = NewMember(email, organization, "owner" if owner else "organizer", name)

    def work(session: Session) -> str:
        account, at = add_member(session, OPERATOR, command), now()
        return sign_link(installation_of(session), print_link(session, OPERATOR, account, at).public_id, at)

    try:
        click.echo(console.transact(work))
    except RefusedError as error:
        raise ConflictError(f"{email}: {_FAULTS.get(error.problem.code, 'no email reaches it')}") from error
    click.echo(f"works once, for {LASTS.seconds // 60} minutes, in the browser where its button is pressed", err=True)
