"""`campaign …`: every command of an operator, one line for everything that is wrong, and exit code 2 for it.

Commands are loaded when they are called: `campaign migrate` need not import what serves pages. Commands of the kinds of
action (`campaign letters …`) come from the registry.

Every command finds its installation by `--data`, before or after its name, or `CAMPAIGN_DATA`; see `console`.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from campaign import __version__
from campaign.console import Console
from campaign.embedded.children import dump_no_core
from campaign.embedded.errors import NoInstallationError, ServicesError
from campaign.kernel.commandline import Commands
from campaign.kernel.errors import CampaignError
from campaign.kernel.settings import SettingsError

_COMMANDS = {
    "up": "campaign.processes:up",
    "web": "campaign.processes:web",
    "worker": "campaign.background:worker",
    "ticker": "campaign.background:ticker",
    "migrate": "campaign.processes:migrate",
    "doctor": "campaign.doctor:doctor",
    "shell": "campaign.shell:shell",
    "actions": "campaign.actions.cli:actions",
    "agreements": "campaign.campaigns.agreement_cli:agreements",
    "audit": "campaign.audit.cli:audit",
    "companies": "campaign.proposals.cli:companies",
    "mails": "campaign.delivery.cli:mails",
    "suppressions": "campaign.actions.suppressions:suppressions",
    "organization": "campaign.campaigns.cli:organization",
    "organizer": "campaign.accounts.cli:organizer",
    "status": "campaign.campaigns.cli:status",
    "preview": "campaign.campaigns.cli:preview",
    "pause": "campaign.campaigns.cli:pause",
    "resume": "campaign.campaigns.cli:resume",
    "history": "campaign.history:history",
    "load": "campaign.loading:load",
    "demo": "campaign.loading:demo",
}
_REGISTRY = "campaign.features:KINDS"

WRONG = 2
"""Exit code: what was asked for cannot be done as it was asked."""

FAILED = 1
"""Exit code: it should have worked, and did not."""


class Campaign(Commands):
    """The root of all commands: loads them late, and turns errors into words."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted([*super().list_commands(ctx), *_COMMANDS, *_kinds_commands()])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, which takes `--data` too."""
        command = super().get_command(ctx, cmd_name)
        if command is None and cmd_name in _COMMANDS:
            command = _load(_COMMANDS[cmd_name])
        if command is None:
            command = _kinds_commands().get(cmd_name)
        if command is not None:
            _take_data(command)
        return command

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: FBT001, FBT002 - click's signature
        **extra: Any,  # noqa: ANN401 - click's signature
    ) -> Any:  # noqa: ANN401 - click's signature
        """Run the command line; never a traceback for what can be said in words, nor a core for what crashes."""
        dump_no_core()
        try:
            code = super().main(args, prog_name or "campaign", complete_var, standalone_mode=False, **extra)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message())
            code = 0
        except click.Abort:
            code = 130  # as a shell counts SIGINT
        except (click.ClickException, CampaignError, SettingsError, ServicesError, DBAPIError) as error:
            code = _tell(error)
        if not standalone_mode:
            return code
        sys.exit(code if isinstance(code, int) else 0)


def _tell(error: Exception) -> int:
    """Say in words what is wrong; return the exit code."""
    for line in _lines(error):
        click.echo(f"campaign: {line}", err=True)
    if isinstance(error, NoInstallationError):
        return WRONG
    return FAILED if isinstance(error, ServicesError | DBAPIError) else WRONG


def _lines(error: Exception) -> Iterator[str]:
    if isinstance(error, SettingsError):
        yield "these settings are missing or bad:"
        yield from (f"  - {problem}" for problem in error.problems)
    elif isinstance(error, click.ClickException):
        yield from error.format_message().splitlines()
    elif isinstance(error, DBAPIError):
        # The statement and its values may hold what people typed: only the server's first line is told.
        first = str(error.orig).strip().splitlines() or ["no answer"]
        yield f"the database refused: {first[0]}"
        if 'relation "' in first[0]:
            yield "are its tables up to date? `campaign migrate` brings them there"
    else:
        yield from str(error).splitlines()
    if isinstance(error, NoInstallationError):
        yield f"to start one there: {error.line}"


def _load(path: str) -> click.Command:
    module, name = path.split(":")
    command = getattr(import_module(module), name)
    if not isinstance(command, click.Command):
        raise TypeError(f"{path} is no command")
    return command


def _kinds_commands() -> Mapping[str, click.Command]:
    module, name = _REGISTRY.split(":")
    kinds = getattr(import_module(module), name)
    return {command.name: command for kind in kinds for command in kind.commands if command.name}


def _remember_data(ctx: click.Context, _option: click.Parameter, value: Path | None) -> None:
    if ctx.obj is None or value is not None:
        console = ctx.ensure_object(Console)
        console.data = value or console.data


def _data_option() -> click.Option:
    return click.Option(
        ["--data"],
        type=click.Path(file_okay=False, path_type=Path),
        callback=_remember_data,
        expose_value=False,
        is_eager=True,
        metavar="DIR",
        help="Where the installation keeps its data (or set CAMPAIGN_DATA).",
    )


def _take_data(command: click.Command) -> None:
    """Let a command, and all below it, take `--data` after its name."""
    if not any("--data" in option.opts for option in command.params):
        command.params.append(_data_option())
    if isinstance(command, click.Group):
        for below in command.commands.values():
            _take_data(below)


@click.group(cls=Campaign, params=[_data_option()], context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="campaign")
def main() -> None:
    """Run campaign: petitions, letters and marches for worker-driven campaigns."""


if __name__ == "__main__":
    main()
