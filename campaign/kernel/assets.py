"""Styles, scripts and pictures under addresses that carry their content's hash, so that browsers keep them for a year.

All style sheets are one file in the order of `_SHEETS`: one request stands between a weak network and a readable page.
The organizers' side has one more beside it, which no supporter loads.
Scripts stay ES modules, one file each, served by their own name; a page links what it uses. Texts are packed once, when
the process starts. The fonts and their sheet are made at set-up (`campaign.typefaces`); where they are missing, pages
are set in faces of the reader's system.
"""

import hashlib
import mimetypes
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, request

from campaign.kernel.access import Access, access
from campaign.kernel.encodings import CODINGS, LEAST_BYTES, choose_coding, is_text, pack_ahead

STYLESHEET = "css/site.css"
"""Name of the joined sheet, for `asset_url`."""

ORGANIZERS_STYLESHEET = "css/organize.css"
"""Name of what organizers' pages have beside it."""

_ORGANIZERS_SHEETS = ("organize/*.css",)
_SHEETS = (
    "css/fonts.css",
    "css/tokens.css",
    "css/palettes.css",
    "css/base.css",
    "css/components/*.css",
    "css/*/*.css",
    "css/print.css",
)
_PRELOADS = ("fonts/poster-900.woff2",)
"""What the first screen is read in: the face of the demand."""

_FONT_URL = re.compile(rb'url\("\.\./(fonts/[\w-]+\.woff2)"\)')
mimetypes.add_type("font/woff2", ".woff2")  # not in Python's own table, and not every machine has another

_SUFFIXES = {".css", ".js", ".svg", ".png", ".woff2", ".ico"}
_YEAR_SECONDS = 31_536_000
_STALE_SECONDS = 60


@dataclass(frozen=True)
class Asset:
    """A file as it is served; `packed` by coding, empty where packing gains nothing."""

    body: bytes
    mimetype: str
    digest: str
    url: str
    packed: Mapping[str, bytes]


class Assets:
    """All files of the static folder, read once."""

    def __init__(self, folder: Path) -> None:
        self._by_name: dict[str, Asset] = {}
        sheets, organizers = list(_sheets(folder, _SHEETS)), list(_sheets(folder, _ORGANIZERS_SHEETS))
        joined = {*sheets, *organizers}  # no page asks for one alone
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in _SUFFIXES:
                self._add(path.relative_to(folder).as_posix(), path.read_bytes(), is_linked=path not in joined)
        self._add(STYLESHEET, self._with_font_urls(b"\n".join(sheet.read_bytes() for sheet in sheets)))
        self._add(ORGANIZERS_STYLESHEET, b"\n".join(sheet.read_bytes() for sheet in organizers))
        self.preloads = tuple(self._by_name[name].url for name in _PRELOADS if name in self._by_name)
        """Addresses of the fonts that a page may ask for before it knows its style."""

    def get(self, name: str) -> Asset | None:
        """Return the file of that name, such as `js/token.js`."""
        return self._by_name.get(name)

    def _add(self, name: str, body: bytes, *, is_linked: bool = True) -> None:
        digest = hashlib.sha256(body).hexdigest()[:12]
        mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
        packed = _pack(body, mimetype) if is_linked else {}
        self._by_name[name] = Asset(body, mimetype, digest, f"/assets/{digest}/{name}", packed)

    def _with_font_urls(self, sheet: bytes) -> bytes:
        """Put the hashed addresses of fonts into the sheet; one that is not there keeps its name, and is not found."""

        def address(match: re.Match[bytes]) -> bytes:
            font = self._by_name.get(match[1].decode())
            return f'url("{font.url}")'.encode() if font else match[0]

        return _FONT_URL.sub(address, sheet)


assets = Blueprint("assets", __name__)


@assets.get("/assets/<digest>/<path:name>")
@access(Access.PUBLIC)
def asset(digest: str, name: str) -> Response:
    """Serve a file. A page of the previous release gets today's file, and is not told to keep it."""
    found = _assets().get(name)
    if found is None:
        abort(404)
    coding = choose_coding(request.headers.get("Accept-Encoding", "")) if found.packed else None
    if coding:
        response = Response(found.packed[coding], mimetype=found.mimetype)
        response.content_encoding = coding
        response.set_etag(f"{found.digest}-{coding}")
    else:
        response = Response(found.body, mimetype=found.mimetype)
        response.set_etag(found.digest)
    if found.packed:
        response.vary.add("Accept-Encoding")
    is_current = digest == found.digest
    response.cache_control.public = True
    response.cache_control.max_age = _YEAR_SECONDS if is_current else _STALE_SECONDS
    if is_current:
        response.cache_control["immutable"] = None
    response.make_conditional(request)
    return response


def init_assets(app: Flask, folder: Path) -> None:
    """Read the static folder and give templates `asset_url(name)` and `font_preloads()`."""
    app.extensions["campaign.assets"] = Assets(folder)
    app.register_blueprint(assets)
    app.jinja_env.globals["asset_url"] = asset_url
    app.jinja_env.globals["font_preloads"] = font_preloads


def asset_url(name: str) -> str:
    """Return the address of a file of the static folder; an unknown name is a mistake of ours and raises KeyError."""
    found = _assets().get(name)
    if found is None:
        raise KeyError(name)
    return found.url


def asset_body(name: str) -> bytes:
    """Return a file of the static folder, for an address of its own; an unknown name raises KeyError."""
    found = _assets().get(name)
    if found is None:
        raise KeyError(name)
    return found.body


def font_preloads() -> tuple[str, ...]:
    """Return the addresses of fonts to preload; none where the fonts were not made."""
    return _assets().preloads


def _assets() -> Assets:
    found: Assets = current_app.extensions["campaign.assets"]
    return found


def _sheets(folder: Path, patterns: Iterable[str]) -> Iterator[Path]:
    seen: set[Path] = set()
    for pattern in patterns:
        for path in sorted(folder.glob(pattern)):
            if path not in seen:
                seen.add(path)
                yield path


def _pack(body: bytes, mimetype: str) -> Mapping[str, bytes]:
    if not is_text(mimetype) or len(body) < LEAST_BYTES:
        return {}
    return {coding: pack_ahead(body, coding) for coding in CODINGS}
