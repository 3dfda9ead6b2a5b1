"""`campaign shell`: a shell, or one command, with the installation's database, queue and settings in its environment.

For whoever looks into an installation or works on its code: `campaign shell psql`. Passwords travel in the environment,
never on a command line, where every account of the machine could read them.
"""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

import click
from sqlalchemy import make_url

from campaign.console import Console
from campaign.embedded.errors import ServicesError
from campaign.embedded.wheels import postgres_programs
from campaign.folders import ROOT


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
@click.pass_context
def shell(ctx: click.Context, command: tuple[str, ...]) -> None:
    """Open a shell, or run COMMAND, with this installation’s settings: `campaign shell psql`."""
    console = ctx.find_object(Console)
    assert console is not None  # the root command makes one  # noqa: S101
    with console.services() as live:
        environ = {**os.environ, **live.environ, **psql_variables(live.database_url)}
        environ["PATH"] = os.pathsep.join(filter(None, (environ.get("PATH"), _psql_folder(console.data_dir))))
        environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(ROOT), environ.get("PYTHONPATH"))))
        wanted = list(command) or [environ.get("SHELL") or "/bin/sh"]
        try:
            ctx.exit(subprocess.run(wanted, env=environ, check=False).returncode)  # noqa: S603 - the operator's own words
        except OSError as error:
            raise click.ClickException(f"{wanted[0]}: {error.strerror}") from error


def _psql_folder(data_dir: Path) -> str:
    try:
        return str(postgres_programs(None, data_dir / "binaries"))
    except ServicesError:  # servers of one's own, and so psql, too
        return ""


def psql_variables(database_url: str) -> Mapping[str, str]:
    """Return what PostgreSQL's own programs read from the environment in place of an address with a password in it."""
    url = make_url(database_url)
    said = {
        "PGHOST": url.host,
        "PGPORT": url.port and str(url.port),
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
        "PGSSLMODE": url.query.get("sslmode"),
    }
    return {name: str(value) for name, value in said.items() if value}
