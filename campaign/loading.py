"""Commands that bring content in: `campaign load`, `campaign demo load`, `campaign demo clear`."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import click
from sqlalchemy import text

from campaign.accounts.made_up import clear_demo_owners, load_demo_owners
from campaign.actions.queries import has_actions
from campaign.console import Console
from campaign.content.errors import ContentError
from campaign.content.file_errors import FileError
from campaign.content.loading import Loading
from campaign.content.reading import read_content
from campaign.content.service import load as load_content
from campaign.demonstration import clear_demo, load_demo
from campaign.features import KINDS, SECTIONS
from campaign.kernel.actors import OPERATOR
from campaign.kernel.clock import now
from campaign.kernel.commandline import Commands

_MADE_UP = text("SELECT count(*) FROM actions WHERE is_made_up")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.pass_obj
def load(console: Console, file: Path) -> None:
    """Load organizations, campaigns, companies and events from a YAML file; load it again to update."""
    moment = now()
    try:
        content = read_content(file.read_bytes(), moment, SECTIONS)
        lines = console.transact(
            lambda session: load_content(Loading(session, OPERATOR, moment, has_actions), content, SECTIONS),
            needs_secrets=False,
        )
    except ContentError as error:
        raise FileError(file, error) from error
    _say([*lines, *_left_out(content.left_out)], "nothing changed")


@click.group(cls=Commands)
def demo() -> None:
    """Demonstration content, marked as made up."""


@demo.command("load")
@click.pass_obj
def demo_load(console: Console) -> None:
    """Add what is missing from the demonstration, with made-up supporters; touches nothing else."""
    console.may_make = True
    with console.session() as session:
        lines = load_demo(session, OPERATOR, now(), has_actions, SECTIONS)
        owners = load_demo_owners(session, OPERATOR)
        if owners:
            lines.append(f"owners: {owners} made up")
        for kind in KINDS:
            count = kind.load_demo(session) if kind.load_demo is not None else 0
            if count:
                lines.append(f"{kind.name}: {count} made up")
    _say(lines, "nothing was missing")


@demo.command("clear")
@click.pass_obj
def demo_clear(console: Console) -> None:
    """Remove what `demo load` added; campaigns with real supporters stay."""
    with console.session() as session:
        count = session.scalar(_MADE_UP)
        for kind in KINDS:
            if kind.clear_demo is not None:
                kind.clear_demo(session)
        clear_demo_owners(session, OPERATOR)
        lines = clear_demo(session, OPERATOR)
    _say([f"{count} made-up actions: deleted", *lines] if count or lines else [], "there was no demonstration")


def _left_out(sections: Mapping[str, int]) -> Sequence[str]:
    return [f"{section}: {count} left out: this version does not load them" for section, count in sections.items()]


def _say(lines: Sequence[str], otherwise: str) -> None:
    for line in lines or [otherwise]:
        click.echo(line)
