"""`campaign export SLUG`: who signed, with their words and what they agreed to, as CSV."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

import click

from campaign.kernel.actors import OPERATOR
from campaign.kernel.consoles import Console
from campaign.kernel.outputs import opened
from campaign.kernel.retrying import transact
from campaign.pledges.signers import Signers, Told, begin_export, write_signers


@click.command()
@click.argument("slug")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file; only you can read it."
)
@click.option("--bom", is_flag=True, help="For spreadsheets: marks the file as UTF-8 and keeps leading zeros.")
@click.option("--made-up", is_flag=True, help="Include the demonstration’s made-up signers.")
@click.pass_obj
def export(console: Console, slug: str, *, output: Path | None, bom: bool, made_up: bool) -> None:
    """Export the signatures of campaign SLUG as CSV: names, comments, and consents.

    `may_be_mailed` marks who agreed to updates from the organization that leads the campaign. Each export is in the
    audit log. Nothing is given of a high-safety campaign.
    """
    target: Path | BinaryIO = output or sys.stdout.buffer
    is_watched = sys.stderr.isatty() and (output is not None or not sys.stdout.isatty())
    with console.sessions() as sessions:
        signers = transact(sessions, lambda session: begin_export(session, OPERATOR, slug))
        with sessions() as session, opened(target) as file, _lines(file) as out, _progress(signers, is_watched) as bar:
            told = write_signers(session, OPERATOR, signers, out, is_for_people=bom, with_made_up=made_up, on_rows=bar)
    for line in _tell(told, with_made_up=made_up):
        click.echo(line, err=True)


@contextmanager
def _lines(file: BinaryIO) -> Iterator[TextIOWrapper]:
    lines = TextIOWrapper(file, encoding="utf-8", newline="")
    try:
        yield lines
        lines.flush()
    finally:
        lines.detach()


@contextmanager
def _progress(signers: Signers, is_watched: bool) -> Iterator[Callable[[int], object]]:  # noqa: FBT001 - of one command
    if not is_watched:
        yield lambda _count: None
        return
    with click.progressbar(length=signers.count, label=f"{signers.count:,} signed", file=sys.stderr) as bar:
        yield bar.update


def _tell(told: Told, *, with_made_up: bool) -> Iterator[str]:
    yield f"{told.signers:,} {'signature' if told.signers == 1 else 'signatures'}"
    if told.made_up and not with_made_up:
        yield f"{told.made_up:,} more are made up, from the demonstration: --made-up includes them"
