"""Groups of commands that say all they have to say: whole summaries, help without an error, and near misses by name."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from itertools import takewhile

import click
from click.exceptions import NoSuchCommand

_WHOLE = 1_000  # characters of a summary: none is cut, click wraps them
_MOST = 3  # suggestions
_ALIKE = 0.75  # difflib's ratio, of whole lines


class Commands(click.Group):
    """A group whose help cuts no summary, and which names the commands that a mistyped one may have meant."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their whole first sentences."""
        rows = [(name, command.get_short_help_str(_WHOLE)) for name, command in _shown(self, ctx)]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is called.

        Raises:
            UsageError: there is none of this name; it says which are near.
        """
        try:
            return super().resolve_command(ctx, args)
        except NoSuchCommand as error:
            root = ctx.find_root()
            above = ctx.command_path.split()[1:]
            typed = [*above, *takewhile(lambda word: not word.startswith("-"), args)]
            near = nearest(typed, [" ".join(path) for path in _paths(root.command, root)])
            which = " or ".join(f"`campaign {path}`" for path in near)
            hint = f"Did you mean {which}?" if near else "`campaign --help` lists all commands."
            called = " ".join(["campaign", *above, error.command_name])
            raise click.UsageError(f"There is no command `{called}`. {hint}", ctx) from error


def nearest(typed: Sequence[str], paths: Sequence[str]) -> list[str]:
    """Return which commands somebody may have meant, the likeliest first; at most three.

    Args:
        typed: the words that were typed in place of a command, and what followed.
        paths: all commands there are, `letters list` as two words.
    """
    of_this_name = [path for path in paths if path.split()[1:] == typed[-1:]]
    alike = [
        path for path in get_close_matches(" ".join(typed), paths, n=_MOST, cutoff=_ALIKE) if len(path.split()) > 1
    ]
    begun = get_close_matches(typed[0], [path for path in paths if " " not in path], n=_MOST)
    if len(typed) == 1:
        # Of a group that is meant its name says more than each of its commands.
        return (of_this_name or begun or alike)[:_MOST]
    return (alike or begun or of_this_name)[:_MOST]


def _shown(group: click.Group, ctx: click.Context) -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if command is not None and not command.hidden:
            yield name, command


def _paths(group: click.Command, ctx: click.Context) -> Iterator[list[str]]:
    if isinstance(group, click.Group):
        for name, command in _shown(group, ctx):
            yield [name]
            yield from ([name, *below] for below in _paths(command, ctx))
