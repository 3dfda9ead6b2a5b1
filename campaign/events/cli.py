"""`campaign events …`: what the operator does to events. Only the roster's lists show names."""

import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from campaign.content.errors import ContentError
from campaign.content.file_errors import FileError
from campaign.content.loading import Loading
from campaign.content.reading import read_section
from campaign.events.files.previewing import load_events
from campaign.events.files.section import EVENTS
from campaign.events.marshals.links import sign_link
from campaign.events.marshals.service import HOURS, MOST_HOURS, make_link, revoke_links
from campaign.events.revisions.edited import EVENT
from campaign.events.revisions.running import cancel_event, get_event, set_leg
from campaign.events.rosters.drawing import PAPERS
from campaign.events.rosters.telling import tell_numbers
from campaign.events.rosters.writing import Wanted, write_roster
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from campaign.kernel.commandline import Commands
from campaign.kernel.consoles import Console
from campaign.kernel.errors import CampaignError
from campaign.kernel.installation import installation_of
from campaign.kernel.languages import INTERFACE
from campaign.revisions.histories import get_history
from campaign.revisions.previewing import attempt


@click.group(cls=Commands)
def events() -> None:
    """Marches and days of action: load, change, print rosters."""


@events.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option("--apply", "is_applied", is_flag=True, help="Do it. Without this, nothing is saved and no one is told.")
@click.pass_obj
def load(console: Console, file: Path, is_applied: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Preview what FILE changes in events and who will be told; --apply does it."""
    moment = now()
    try:
        specs, others = read_section(file.read_bytes(), moment, EVENTS)
        lines = console.transact(
            lambda session: load_events(
                Loading(session, OPERATOR, moment, lambda *_: True), specs, is_preview=not is_applied
            ),
            needs_secrets=False,
        )
    except ContentError as error:
        raise FileError(file, error) from error
    for line in lines or ["nothing changed" if is_applied else "nothing would change"]:
        click.echo(line)
    if others:
        click.echo(f"left to `campaign load`: {', '.join(others)}", err=True)
    if lines and not is_applied:
        click.echo("This is a preview: nothing is saved and no one is told. Add --apply to do it.", err=True)


@events.command("history")
@click.argument("slug")
@click.pass_obj
def history(console: Console, slug: str) -> None:
    """List the changes to event SLUG, oldest first: time, door, old value, people told."""
    try:
        with console.session(needs_secrets=False) as session:
            found = get_history(session, OPERATOR, EVENT, slug)
            for revision in found.revisions:
                for line in EVENT.tell_revision(revision, found.timezone, with_who=False):
                    click.echo(line)
    except CampaignError as error:
        raise click.ClickException(str(error)) from error


@events.command("cancel")
@click.argument("slug")
@click.option("--yes", is_flag=True, help="Don’t ask first. Everyone with a place or on the wait list gets an email.")
@click.pass_obj
def cancel(console: Console, slug: str, yes: bool) -> None:  # noqa: FBT001 - click passes it by name
    """Cancel event SLUG and email everyone with a place or on the wait list."""
    try:
        told = _cancel(console, slug, is_preview=not yes)
        if told is not None and not yes:  # between two transactions: nobody who comes waits for the answer
            click.confirm(f"Cancel {slug} and email {told} people?", abort=True)
            told = _cancel(console, slug, is_preview=False)
    except CampaignError as error:
        raise click.ClickException(str(error)) from error
    if told is None:
        click.echo("already canceled")
    else:
        click.echo(f"{slug} canceled; emails on their way: {told}")


def _cancel(console: Console, slug: str, *, is_preview: bool) -> int | None:
    """Cancel an event, or do it and take it back; return how many people that tells, None where it was before."""

    def work(session: Session) -> int | None:
        event = get_event(session, OPERATOR, slug)
        if event.status == "cancelled":
            return None
        return attempt(session, lambda: cancel_event(session, OPERATOR, event, now()), is_preview=is_preview)

    return console.transact(work, needs_secrets=False)


@events.command("marshal")
@click.argument("slug")
@click.option("--leg", "number", type=click.IntRange(min=1), required=True, help="The leg’s number.")
@click.option(
    "--hours",
    type=click.IntRange(0, MOST_HOURS),
    default=HOURS,
    show_default=True,
    help="How long after the leg ends it works.",
)
@click.option("--revoke", is_flag=True, help="Turn off every link made for this leg so far.")
@click.pass_obj
def marshal(console: Console, slug: str, number: int, hours: int, revoke: bool) -> None:  # noqa: FBT001 - as above
    """Print a link to a leg’s marshal page: whoever has it sees names and checks people in."""
    try:
        with console.session() as session:
            event = get_event(session, OPERATOR, slug)
            if revoke:
                revoke_links(session, OPERATOR, event, number)
                click.echo(f"leg {number}: every earlier link to its marshal page is off")
                return
            link = make_link(session, OPERATOR, event, number, now(), hours=hours)
            installation = installation_of(session)
    except CampaignError as error:
        raise click.ClickException(str(error)) from error
    until = link.ends_at.astimezone(ZoneInfo(event.timezone))
    click.echo(installation.url(sign_link(installation, link)))
    click.echo(f"works until {until:%Y-%m-%d %H:%M} {event.timezone}, or until --revoke", err=True)


@events.command("leg")
@click.argument("slug")
@click.argument("number", type=click.IntRange(min=1))
@click.option("--capacity", type=click.IntRange(0, 1_000_000), help="How many people fit. No one loses a place.")
@click.option("--close/--open", "is_closed", default=None, help="Stop, or reopen, sign-ups.")
@click.pass_obj
def leg(console: Console, slug: str, number: int, capacity: int | None, is_closed: bool | None) -> None:  # noqa: FBT001 - as above
    """Show leg NUMBER of event SLUG; change its capacity, close it or reopen it."""
    try:
        is_open = None if is_closed is None else not is_closed
        numbers = console.transact(
            lambda session: set_leg(
                session, OPERATOR, get_event(session, OPERATOR, slug), number, now(), capacity=capacity, is_open=is_open
            ),
            needs_secrets=False,
        )
    except CampaignError as error:
        raise click.ClickException(str(error)) from error
    of = "any number" if numbers.capacity is None else str(numbers.capacity)
    click.echo(f"leg {number}: {numbers.status}, {numbers.taken} of {of} taken, {numbers.waiting} waiting")


@events.command("roster")
@click.argument("slug")
@click.option("--leg", "number", type=click.IntRange(min=1), help="Only this leg.")
@click.option("--csv", "form", flag_value="csv", help="Names, as a spreadsheet.")
@click.option("--pdf", "form", flag_value="pdf", help="Names, to print.")
@click.option("--needs", is_flag=True, help="What people need, for whoever provides it, instead of the marshals’ list.")
@click.option("--language", type=click.Choice(INTERFACE), help="The language it is in [the campaign’s].")
@click.option("--paper", type=click.Choice(list(PAPERS)), default="letter", show_default=True)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file; only you can read it."
)
@click.pass_obj
def roster(
    console: Console,
    slug: str,
    *,
    number: int | None,
    form: str | None,
    needs: bool,
    language: str | None,
    paper: str,
    output: Path | None,
) -> None:
    """Tell the numbers of the event SLUG by leg; with --csv or --pdf, give the list of who comes."""
    if form is None and (needs or output is not None):
        raise click.UsageError("say --csv or --pdf, too: without them only numbers are told")
    if form == "pdf" and output is None and sys.stdout.isatty():
        raise click.UsageError("a PDF is nothing for a terminal: name a file by --output")
    with console.session(needs_secrets=False) as session:
        event = get_event(session, OPERATOR, slug)
        if form is None:
            click.echo(tell_numbers(session, OPERATOR, event, now(), number))
            return
        wanted = Wanted(form, number, paper, language, is_of_needs=needs)
        ended: BaseException | None = None
        try:
            write_roster(session, OPERATOR, event, now(), wanted, target=output or sys.stdout.buffer)
        except (BrokenPipeError, KeyboardInterrupt) as error:
            ended = error  # names left already: that they did stays in the audit log
    if ended is not None:
        raise ended
