"""Makes of what somebody uploaded the pictures that pages show, or says in a code why there are none.

    bytes ─► what they say of themselves (`picture_heads`) ─► too much, moving, none of ours: refused, undecoded
                │
                └─► a process of its own (`bench`) ─► the files
                        └─ too long, too large, broken: refused

One at a time in each web process: a picture of forty megapixels takes some hundreds of megabytes while it is decoded.
"""

import hashlib
import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaign.media.errors import UnfitFileError
from campaign.media.picture_heads import PictureHead, read_head
from campaign.media.sizes import LARGEST_FILE_BYTES, MEGABYTE

MOST_MEGAPIXELS = 40
LEAST_SIDE = 200
"""In pixels, of the longer side."""

MOST_ASPECT = 5
"""How many times longer than the other a side may be."""

_WAIT_SECONDS = 20.0
_WORK_SECONDS = 40.0
_BENCH = Path(__file__).with_name("bench.py")
_turn = threading.BoundedSemaphore(1)


@dataclass(frozen=True, slots=True)
class PictureBody:
    """A picture in one width (pixels) and format, as it is sent."""

    format: str
    width: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A picture in all its widths; `width` and `height`: of the widest. `digest`: of all bytes."""

    width: int
    height: int
    digest: str
    files: tuple[PictureBody, ...]


def redraw(body: bytes) -> Redrawn:
    """Return the pictures to be shown of an upload. Takes up to some seconds: nothing may wait for it meanwhile.

    Raises:
        UnfitFileError: it is none that can be shown: `empty`, `too_heavy`, `not_a_picture`, `heic`, `too_many_pixels`,
            `animated`, `too_small`, `too_thin`, `broken`; or too many come at once: `busy`.
    """
    head = check_upload(body)
    if not _turn.acquire(timeout=_WAIT_SECONDS):
        raise UnfitFileError("busy")
    try:
        said, rest = _work(body, head.format)
    finally:
        _turn.release()
    if "unfit" in said:
        raise UnfitFileError(said["unfit"], most=MOST_MEGAPIXELS)
    return _read(said["files"], rest)


def check_upload(body: bytes) -> PictureHead:
    """Return what an upload says of itself; raise `UnfitFileError` for what it shows at first sight, undecoded."""
    if not body:
        raise UnfitFileError("empty")
    if len(body) > LARGEST_FILE_BYTES:
        raise UnfitFileError("too_heavy", most=LARGEST_FILE_BYTES // MEGABYTE)
    head = read_head(body)
    if head.width * head.height > MOST_MEGAPIXELS * 1_000_000:
        megapixels = round(head.width * head.height / 1_000_000)
        raise UnfitFileError("too_many_pixels", most=MOST_MEGAPIXELS, has=megapixels)
    if head.is_animated:
        raise UnfitFileError("animated")
    shorter, longer = sorted((head.width, head.height))
    if longer < LEAST_SIDE:
        raise UnfitFileError("too_small", least=LEAST_SIDE)
    if longer > shorter * MOST_ASPECT:
        raise UnfitFileError("too_thin", most=MOST_ASPECT)
    return head


def _work(body: bytes, name: str) -> tuple[dict[str, Any], bytes]:
    command = [sys.executable, "-I", str(_BENCH), name]
    environment = {"MALLOC_ARENA_MAX": "2"}  # nothing of ours: there are secrets in it
    try:
        done = subprocess.run(  # noqa: S603 - our own program, and a name of ours
            command, input=body, capture_output=True, timeout=_WORK_SECONDS, env=environment, cwd="/", check=False
        )
    except subprocess.TimeoutExpired:
        return {"unfit": "broken"}, b""
    line, _, rest = done.stdout.partition(b"\n")
    if done.returncode or not line:
        return {"unfit": "broken"}, b""  # it died of what it was given
    said: dict[str, Any] = json.loads(line)
    return said, rest


def _read(about: list[dict[str, Any]], rest: bytes) -> Redrawn:
    files, at = [], 0
    for one in about:
        files.append(PictureBody(one["format"], one["width"], rest[at : at + one["bytes"]]))
        at += one["bytes"]
    return Redrawn(about[0]["width"], about[0]["height"], digest_of(rest), tuple(files))


def digest_of(body: bytes) -> str:
    """Return what names bytes in their address."""
    return hashlib.sha256(body).hexdigest()[:12]
