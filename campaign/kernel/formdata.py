"""Reads a posted form strictly: what is not UTF-8, or cannot be stored, is told, never silently altered.

Werkzeug answers an undecodable urlencoded body with an empty form and leaves undecodable escapes as text; so the
urlencoded body is parsed here, byte-strict. What could not be read comes back as U+FFFD, with `is_damaged` set, so that
the rest of what was typed is still on the page.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.exceptions import RequestEntityTooLarge

from campaign.kernel.text import is_storable

MAX_BYTES = 256 * 1024
"""Largest form. A page answers more with a worded 413."""
_MAX_FIELDS = 400
_MOST_SALVAGED = 4000
"""So many fields are given back of a form that has too many: ten times what any form of ours may have."""
_REPLACEMENT = "\ufffd"
_PART_NAME = re.compile(rb'name="([^"\r\n]*)"')
_FILE_NAME = re.compile(rb"filename\*?=")


Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FormData:
    """What was posted.

    Args:
        pairs: names and values as typed, in order.
        is_damaged: whether a byte of it could not be read or cannot be stored.
        values: the first value of each name.
    """

    pairs: list[Pair]
    is_damaged: bool
    values: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", dict(reversed(self.pairs)))

    @property
    def lists(self) -> Mapping[str, list[str]]:
        """All values of each name, in order; a name that was not posted has none."""
        lists: dict[str, list[str]] = {}
        for name, value in self.pairs:
            lists.setdefault(name, []).append(value)
        return lists


def read_form(request: Request, *, takes_files: bool = False) -> FormData:
    """Return the form of `request`; never raises for what is in it (too large: werkzeug's 413).

    `takes_files`: whether files are in their place in it (`campaign.kernel.uploads`); they are not among its pairs.
    """
    body = _body(request)
    if request.mimetype == "application/x-www-form-urlencoded":
        return _read_urlencoded(body)
    pairs = list(request.form.items(multi=True))
    if not pairs and request.mimetype == "multipart/form-data" and not (takes_files and _has_files(request)):
        # Werkzeug gives up a form that was cut off or garbled on its way; what arrived goes back to who typed it.
        salvaged = _salvage(body, request.mimetype_params.get("boundary", ""))
        return FormData(_cleaned(salvaged), is_damaged=True)
    return FormData(_cleaned(pairs), is_damaged=_is_damaged(pairs) or (not takes_files and _has_files(request)))


def _body(request: Request) -> bytes:
    """Return what was posted. Without a length (chunked) werkzeug cuts it at the limit without a word."""
    body = request.get_data(cache=True)
    if request.content_length is None and len(body) >= MAX_BYTES:
        raise RequestEntityTooLarge
    return body


def _has_files(request: Request) -> bool:
    return any(True for _ in request.files)


def _salvage(body: bytes, boundary: str) -> list[Pair]:
    pairs = []
    for part in body.split(f"--{boundary}".encode())[1:_MAX_FIELDS] if boundary else ():
        head, gap, text = part.partition(b"\r\n\r\n")
        name = _PART_NAME.search(head)
        if gap and name and not _FILE_NAME.search(head):
            pairs.append((name[1].decode(errors="replace"), text.removesuffix(b"\r\n").decode(errors="replace")))
    return pairs


def _read_urlencoded(body: bytes) -> FormData:
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except ValueError:  # UnicodeDecodeError is one, and so is "too many fields"
        pairs = parse_qsl(_longest_fields(body).decode(errors="replace"), keep_blank_values=True, errors="replace")
        return FormData(_cleaned(pairs), is_damaged=True)
    if not is_storable("".join(text for pair in pairs for text in pair)):
        return FormData(_cleaned(pairs), is_damaged=True)
    return FormData(pairs, is_damaged=False)


def _longest_fields(body: bytes) -> bytes:
    """Return a form that is given back, with no more fields than are worth the work: a letter is among the longest.

    What fills a form up by the hundred thousand is the same again and again, or short; people's words are neither, and
    stay in their order.
    """
    if body.count(b"&") < _MOST_SALVAGED:
        return body
    fields = list(dict.fromkeys(body.split(b"&")))
    if len(fields) <= _MOST_SALVAGED:
        return b"&".join(fields)
    shortest = sorted(map(len, fields), reverse=True)[_MOST_SALVAGED]
    longer = [field for field in fields if len(field) > shortest]
    return b"&".join(longer)


def _is_damaged(pairs: Iterable[Pair]) -> bool:
    return any(_REPLACEMENT in text or not is_storable(text) for pair in pairs for text in pair)


def _cleaned(pairs: Iterable[Pair]) -> list[Pair]:
    """Replace what no page could show; only for giving the text back, never for storing it."""
    return [(_clean(key), _clean(text)) for key, text in pairs]


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", _REPLACEMENT)
