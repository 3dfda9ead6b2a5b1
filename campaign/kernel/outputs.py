"""Opens what names are written to: a file that is there whole or not at all, for its owner alone; or a pipe.

begun ─► a file beside it (0600) ─► all written, on the disk ─► takes the name; what had it gives way
                                 └► anything goes wrong ─► deleted, the name is as it was
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import BinaryIO

from campaign.kernel.errors import CampaignError


@contextmanager
def opened(target: Path | BinaryIO) -> Iterator[BinaryIO]:
    """Give what to write to, for the length of the block.

    Raises:
        CampaignError: the file cannot be written.
        BrokenPipeError: nobody reads what is piped any more; a command that does not catch it ends without a word.
    """
    if not isinstance(target, Path):
        yield target
        target.flush()
        return
    try:
        with _file(target.resolve()) as file:
            yield file
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CampaignError(f"{target} cannot be written: {error.strerror or error}") from error


@contextmanager
def _file(target: Path) -> Iterator[BinaryIO]:
    if target.exists() and not target.is_file():  # a pipe, a device
        with target.open("wb") as out:
            yield out
        return
    handle, name = mkstemp(dir=target.parent, prefix=".unfinished-")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
