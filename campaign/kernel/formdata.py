"""Reads a posted form strictly: what is not UTF-8, or cannot be stored, is told, never silently altered.

Werkzeug answers an undecodable urlencoded body with an empty form and leaves undecodable escapes as text; so the
urlencoded body is parsed here, byte-strict. What could not be read comes back as U+FFFD, with `is_damaged` set, so that
the rest of what was typed is still on the page.
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import MultiDict

from campaign.kernel.text import is_storable

MAX_BYTES = 256 * 1024
"""Largest form. A page answers more with a worded 413."""
_MAX_FIELDS = 400
_REPLACEMENT = "\ufffd"


@dataclass(frozen=True)
class FormData:
    """What was posted. `values` as typed; `is_damaged` when a byte of it could not be read or cannot be stored."""

    values: "MultiDict[str, str]"
    is_damaged: bool


def read_form(request: Request) -> FormData:
    """Return the form of `request`; never raises for what is in it (too large: werkzeug's 413)."""
    if request.mimetype == "application/x-www-form-urlencoded":
        return _read_urlencoded(request.get_data(cache=True))
    values = MultiDict(request.form)
    return FormData(_cleaned(values), is_damaged=_is_damaged(values) or _has_files(request))


def _has_files(request: Request) -> bool:
    return any(True for _ in request.files)


def _read_urlencoded(body: bytes) -> FormData:
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
        values = MultiDict(pairs)
    except ValueError:  # UnicodeDecodeError is one, and so is "too many fields"
        pairs = _read_leniently(body)
        return FormData(_cleaned(MultiDict(pairs)), is_damaged=True)
    if any(not is_storable(text) for pair in pairs for text in pair):
        return FormData(_cleaned(values), is_damaged=True)
    return FormData(values, is_damaged=False)


def _read_leniently(body: bytes) -> list[tuple[str, str]]:
    text = body.decode(errors="replace")
    try:
        return parse_qsl(text, keep_blank_values=True, errors="replace", max_num_fields=_MAX_FIELDS)
    except ValueError:
        return []


def _is_damaged(values: "MultiDict[str, str]") -> bool:
    return any(
        _REPLACEMENT in text or not is_storable(text) for key, text in values.items(multi=True) for text in (key, text)
    )


def _cleaned(values: "MultiDict[str, str]") -> "MultiDict[str, str]":
    """Replace what no page could show; only for giving the text back, never for storing it."""
    return MultiDict([(_clean(key), _clean(text)) for key, text in values.items(multi=True)])


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\0", _REPLACEMENT)
