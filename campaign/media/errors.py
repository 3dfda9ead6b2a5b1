"""What can be wrong with a file."""

from campaign.kernel.errors import RefusedError
from campaign.kernel.problems import Problem

FIELD = "file"
"""The field of a form that a file is chosen in."""


class UnfitFileError(RefusedError):
    """A file that cannot be shown: `problem` says why (`too_heavy`, `not_a_picture`, `animated` …)."""

    status = 422

    def __init__(self, code: str, **parameters: object) -> None:
        super().__init__(Problem((FIELD,), code, parameters))
