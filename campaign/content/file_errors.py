"""A content file that cannot be loaded, as commands say it."""

from pathlib import Path

import click

from campaign.content.errors import ContentError


class FileError(click.ClickException):
    """A content file that cannot be loaded, each line naming the file and its line. Exit code 2."""

    exit_code = 2

    def __init__(self, file: Path, error: ContentError) -> None:
        self.lines = [f"{file}:{problem.line}: {problem.text}" for problem in error.problems]
        super().__init__("\n".join(self.lines))
