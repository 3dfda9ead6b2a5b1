"""`campaign organizer …`: who organizes, for whoever has the command line."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import click
from sqlalchemy.orm import Session

from campaign.accounts.changing import change_member, find_member_id, remove_member
from campaign.accounts.commands import NewMember
from campaign.accounts.grants import Grant
from campaign.accounts.linking import sign_link
from campaign.accounts.members import add_member, print_link, print_link_to
from campaign.accounts.models import SignInLink
from campaign.accounts.resetting import reset_factors
from campaign.accounts.roles import ROLES, role_of
from campaign.accounts.team import Member, list_team, names_of
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from campaign.kernel.commandline import Commands
from campaign.kernel.consoles import Console
from campaign.kernel.errors import ConflictError, RefusedError
from campaign.kernel.installation import installation_of
from campaign.people.addresses import BadAddressError, parse_address

T = TypeVar("T")

_ONCE = "works once, in the browser where its button is pressed, for 15 minutes (a day under --demo)"
_FAULTS = {
    "serves_already": "serves this organization already",
    "last_owner": "is the last owner whose time does not end: make another one first",
}


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
        return _link_of(session, print_link(session, OPERATOR, account, at), at)

    try:
        click.echo(console.transact(work))
    except RefusedError as error:
        raise ConflictError(f"{email}: {_FAULTS.get(error.problem.code, 'no email reaches it')}") from error
    click.echo(_ONCE, err=True)


@organizer.command("link")
@click.argument("email")
@click.option("--bare", is_flag=True, help="The link alone, without a word about it.")
@click.pass_obj
def link(console: Console, email: str, bare: bool) -> None:  # noqa: FBT001 - click's
    """Print a link that signs the organizer with EMAIL in, once."""

    def work(session: Session) -> str:
        at = now()
        return _link_of(session, print_link_to(session, OPERATOR, email, at), at)

    click.echo(console.transact(work))
    if not bare:
        click.echo(_ONCE, err=True)


@organizer.command("reset")
@click.argument("email")
@click.confirmation_option(prompt="Forget their passkeys, app and recovery codes, and sign them out everywhere?")
@click.pass_obj
def reset(console: Console, email: str) -> None:
    """Let the organizer with EMAIL in by an email link alone: for one who lost phone and codes.

    Make sure by other means than email that it is them.
    """
    ended = console.transact(lambda session: reset_factors(session, OPERATOR, email))
    click.echo(f"{email} signs in by an email link alone now; signed out of {ended} device{'' if ended == 1 else 's'}")


def _link_of(session: Session, made: SignInLink, at: datetime) -> str:
    return sign_link(installation_of(session), made.public_id, at)


@organizer.command("list")
@click.option("--organization", metavar="SLUG", required=True, help="The organization they serve.")
@click.pass_obj
def list_all(console: Console, organization: str) -> None:
    """List who serves an organization: email, role, powers, last day here, end."""
    at = now()
    with console.session(needs_secrets=False) as session:
        team = list_team(session, OPERATOR, organization, at)
    for one in team:
        click.echo(_line(one, is_over=one.is_over(at)))
    if not team:
        click.echo("no one serves this organization")


def _line(one: Member, *, is_over: bool) -> str:
    here = f"{one.used_at:%Y-%m-%d}" if one.used_at else "never"
    ends = f"{one.ends_at:%Y-%m-%d}{' (ended)' if is_over else ''}" if one.ends_at else "-"
    return f"{one.email:<32}  {one.role:<10}  {','.join(names_of(one.powers)) or '-':<48}  {here:<10}  {ends}"


@organizer.command("role")
@click.argument("email")
@click.argument("role", type=click.Choice(ROLES), metavar="|".join(ROLES))
@click.option("--organization", metavar="SLUG", required=True, help="The organization they serve.")
@click.pass_obj
def role(console: Console, email: str, role: str, organization: str) -> None:
    """Give the organizer EMAIL another role, without an end and without powers beside it."""
    grant, address = Grant(role_of(role)), _address(email)

    def work(session: Session) -> bool:
        member = find_member_id(session, OPERATOR, organization, address)
        return change_member(session, OPERATOR, organization, member, grant, at=now())

    is_new = _told(console, work, email)
    click.echo(f"{email}: {'now' if is_new else 'already'} {role} of {organization}")


@organizer.command("remove")
@click.argument("email")
@click.option("--organization", metavar="SLUG", required=True, help="The organization they serve.")
@click.pass_obj
def remove(console: Console, email: str, organization: str) -> None:
    """Remove the organizer EMAIL: they are out at their next click."""
    address = _address(email)

    def work(session: Session) -> Member:
        member = find_member_id(session, OPERATOR, organization, address)
        return remove_member(session, OPERATOR, organization, member, now())

    _told(console, work, email)
    click.echo(f"{email}: removed from {organization}")


def _address(email: str) -> str:
    try:
        return parse_address(email).canonical
    except BadAddressError as error:
        raise click.UsageError(f"{email}: {error}") from error


def _told(console: Console, work: Callable[[Session], T], email: str) -> T:
    try:
        return console.transact(work, needs_secrets=False)
    except RefusedError as error:
        raise ConflictError(f"{email}: {_FAULTS.get(error.problem.code, error.problem.code)}") from error
