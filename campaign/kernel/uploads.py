"""Files that are posted: how large they may be, who may send one, and how a view reads it.

    page for a member ─► its form's address bears a ticket ─► the web server takes 11 MB of who has ticket and cookie
                                                              └─► anybody else: what every form may have

The ticket is told from the cookie that it was made for, without asking a table: a body is received before anybody knows
whether its session is still good. Whoever's session is over finds what they typed on the page that says so.

A file is kept in memory while it is looked at, and on no disk.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from flask import Request

from campaign.kernel.formdata import FormData, read_form

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LARGEST_BODY = 11 * 1024 * 1024
"""Most that a form with a file may have, in bytes: the file, and what is typed beside it."""

TICKET = "upload"
"""The parameter of a form's address that holds its ticket."""

MAY_UPLOAD_KEY = "campaign.may_upload"
"""Where the application keeps what says whether a request (its WSGI environment) may bring a file."""

MayUpload = Callable[["WSGIEnvironment"], bool]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was posted. `name` is the sender's word for it: never a path of ours."""

    name: str
    body: bytes


class MemoryRequest(Request):
    """A request whose files are read in memory: what somebody uploads is on no disk, under whatever name."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del total_content_length, content_type, filename, content_length
        return io.BytesIO()


def allow_file(request: Request) -> None:
    """Let this request's form be as large as one with a file."""
    request.max_content_length = LARGEST_BODY


def read_upload(request: Request, name: str) -> tuple[FormData, Upload | None]:
    """Return the form of `request` and the file in its field `name`, None where none was chosen.

    Raises:
        RequestEntityTooLarge: it is larger than this request may be.
    """
    form = read_form(request, takes_files=True)
    file = request.files.get(name)
    if file is None:
        return form, None
    body = file.read()
    return form, Upload(file.filename or "", body) if body or file.filename else None
