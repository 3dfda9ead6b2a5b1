"""Styles, scripts and pictures under addresses that carry their content's hash, so that browsers keep them for a year.

All style sheets are one file in the order of `_SHEETS`: one request stands between a weak network and a readable page.
Scripts stay ES modules, one file each, served by their own name; a page links what it uses.
"""

import hashlib
import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, request

from campaign.kernel.access import Access, access

STYLESHEET = "css/site.css"
"""Name of the joined sheet, for `asset_url`."""

_SHEETS = ("css/tokens.css", "css/palettes.css", "css/base.css", "css/components/*.css", "css/*/*.css", "css/print.css")
_SUFFIXES = {".css", ".js", ".svg", ".png", ".woff2", ".ico"}
_YEAR_SECONDS = 31_536_000
_STALE_SECONDS = 60


@dataclass(frozen=True)
class Asset:
    """A file as it is served."""

    body: bytes
    mimetype: str
    digest: str
    url: str


class Assets:
    """All files of the static folder, read once."""

    def __init__(self, folder: Path) -> None:
        self._by_name: dict[str, Asset] = {}
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix in _SUFFIXES:
                self._add(path.relative_to(folder).as_posix(), path.read_bytes())
        self._add(STYLESHEET, b"\n".join(sheet.read_bytes() for sheet in _sheets(folder)))

    def get(self, name: str) -> Asset | None:
        """Return the file of that name, such as `js/token.js`."""
        return self._by_name.get(name)

    def _add(self, name: str, body: bytes) -> None:
        digest = hashlib.sha256(body).hexdigest()[:12]
        mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self._by_name[name] = Asset(body, mimetype, digest, f"/assets/{digest}/{name}")


assets = Blueprint("assets", __name__)


@assets.get("/assets/<digest>/<path:name>")
@access(Access.PUBLIC)
def asset(digest: str, name: str) -> Response:
    """Serve a file. A page of the previous release gets today's file, and is not told to keep it."""
    found = _assets().get(name)
    if found is None:
        abort(404)
    response = Response(found.body, mimetype=found.mimetype)
    response.set_etag(found.digest)
    is_current = digest == found.digest
    response.cache_control.public = True
    response.cache_control.max_age = _YEAR_SECONDS if is_current else _STALE_SECONDS
    if is_current:
        response.cache_control["immutable"] = None
    response.make_conditional(request)
    return response


def init_assets(app: Flask, folder: Path) -> None:
    """Read the static folder and give templates `asset_url(name)`."""
    app.extensions["campaign.assets"] = Assets(folder)
    app.register_blueprint(assets)
    app.jinja_env.globals["asset_url"] = asset_url


def asset_url(name: str) -> str:
    """Return the address of a file of the static folder; an unknown name is a mistake of ours and raises KeyError."""
    found = _assets().get(name)
    if found is None:
        raise KeyError(name)
    return found.url


def _assets() -> Assets:
    found: Assets = current_app.extensions["campaign.assets"]
    return found


def _sheets(folder: Path) -> Iterator[Path]:
    seen: set[Path] = set()
    for pattern in _SHEETS:
        for path in sorted(folder.glob(pattern)):
            if path not in seen:
                seen.add(path)
                yield path
