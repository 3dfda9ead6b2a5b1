"""What a document must be, and what it may be called on a reader's disk.

A PDF may hold scripts, and is not looked into: it is only ever handed on as a file to be kept (`campaign.media.views`),
which no page of ours opens.
"""

import re
import unicodedata

from campaign.kernel.text import is_storable
from campaign.media.errors import UnfitFileError
from campaign.media.sizes import LARGEST_FILE_BYTES, MEGABYTE

NAME_LENGTH = 80
_SUFFIX = ".pdf"
_HEAD = re.compile(rb"%PDF-[12]\.\d")
_TAIL = b"%%EOF"
_TAIL_BYTES = 2048
_SPACE_OR_MARK = re.compile(r"[^\w.\-]+")


def check_pdf(body: bytes) -> None:
    """Raise `UnfitFileError` (`empty`, `too_heavy`, `not_a_pdf`, `broken`) unless these are the bytes of a PDF."""
    if not body:
        raise UnfitFileError("empty")
    if len(body) > LARGEST_FILE_BYTES:
        raise UnfitFileError("too_heavy", most=LARGEST_FILE_BYTES // MEGABYTE)
    if _HEAD.match(body) is None:
        raise UnfitFileError("not_a_pdf")
    if _TAIL not in body[-_TAIL_BYTES:]:
        raise UnfitFileError("broken")


def safe_name(told: str) -> str:
    r"""Return what a document is called, of what its sender's browser called it: letters, digits, `-`, `_` and `.pdf`.

    No path, no control or direction character, no second suffix that would say it is something else, no hidden file.
    `C:\fakepath\Report (final).exe` is `Report-final-exe.pdf`.
    """
    last = re.split(r"[/\\]", told if is_storable(told) else "")[-1]
    seen = "".join(c for c in unicodedata.normalize("NFKC", last) if unicodedata.category(c)[0] not in "CZ" or c == " ")
    stem = seen[: -len(_SUFFIX)] if seen.lower().endswith(_SUFFIX) else seen
    words = _SPACE_OR_MARK.sub("-", re.split(r"[/\\]", stem)[-1].replace(".", "-"))
    plain = re.sub(r"-{2,}", "-", words)[: NAME_LENGTH - len(_SUFFIX)].strip("-_")
    return f"{plain or 'document'}{_SUFFIX}"
