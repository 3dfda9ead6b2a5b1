"""Commands that run the processes of an installation: all at once (`up`), or the web alone."""

import os
import signal
import subprocess

import click

from campaign.console import Console
from campaign.embedded import ports
from campaign.embedded.counters import fresh_counters
from campaign.embedded.options import UpOptions
from campaign.embedded.programs import default_web_workers, web_command
from campaign.embedded.supervisor import up as run_installation
from campaign.folders import ROOT
from campaign.kernel.soundness import read_sound_settings

_PORT = click.IntRange(1, 65_535)
_COUNT = click.IntRange(1, 64)


@click.command()
@click.option("--host", help="Address to listen on [127.0.0.1].")
@click.option("--port", type=_PORT, help="Port [8000; with --demo, the next free one, remembered].")
@click.option(
    "--demo", is_flag=True, help="Try it: this machine only, made-up secrets and content, and email that never leaves."
)
@click.option("--web-workers", type=_COUNT, metavar="N", help="Web processes [by the machine’s cores].")
@click.option("--queue-workers", type=_COUNT, metavar="N", default=1, help="Workers for each email lane [1].")
@click.pass_obj
@click.pass_context
def up(  # noqa: PLR0917 - click passes them by name
    ctx: click.Context,
    console: Console,
    host: str | None,
    port: int | None,
    demo: bool,  # noqa: FBT001 - click passes it by name
    web_workers: int | None,
    queue_workers: int,
) -> None:
    """Start a whole installation; Ctrl-C stops it and loses nothing."""
    options = UpOptions(host, port, console.data_dir if console.is_named else None, demo, web_workers, queue_workers)
    ctx.exit(run_installation(options))


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=_PORT, default=8000, show_default=True, help="Port.")
@click.option("--workers", type=_COUNT, metavar="N", help="Web processes [by the machine’s cores].")
@click.pass_obj
@click.pass_context
def web(ctx: click.Context, console: Console, host: str, port: int, workers: int | None) -> None:
    """Serve the pages (one process of `up`)."""
    if not ports.is_free(port):
        # A second server on the port would start silently and answer in turn with the first.
        raise click.ClickException(f"port {port} is in use: stop what is using it, or choose another --port")
    with console.services() as live:
        environ = {**os.environ, **live.environ, **fresh_counters(console.data_dir)}
        read_sound_settings(environ)
        command = web_command(host, port, workers or default_web_workers())
        os.chdir(ROOT)
        if not console.owns_services:
            os.execve(command[0], command, environ)  # noqa: S606 - our own command line
        ctx.exit(_attend(command, environ))


@click.command()
@click.pass_obj
def migrate(console: Console) -> None:
    """Bring the database up to date."""
    from campaign.migrating import bring_up_to_date  # noqa: PLC0415 - Alembic costs `campaign up` half a second

    with console.services() as live:
        bring_up_to_date(live.database_url)


def _attend(command: list[str], environ: dict[str, str]) -> int:
    """Run the web server while the embedded services are ours, and pass our end on to it; return its exit code."""
    child = subprocess.Popen(command, env=environ)  # noqa: S603 - our own command line

    def pass_on(_number: int, _frame: object) -> None:
        child.terminate()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, pass_on)
    return child.wait()
