"""Makes a picture anew: runs as a process of its own, which knows nothing and may do nothing but that.

    stdin: the upload ─► decoded, turned upright, its colours made those of every screen ─► in three widths ─► stdout

It is run by its path (`campaign.media.redrawing`), with an empty environment, so that no secret is in it; what memory,
time and files it may have it takes from itself before it reads a byte. Nothing of the upload is in what comes out but
its pixels: no EXIF, no place, no comment, no profile, nothing behind its end.

Said on stdout: a line of JSON, `{"files": [{"format", "width", "height", "bytes"} …]}` (the widest first), then their
bytes in that order; or `{"unfit": code}`.
"""

import io
import json
import resource
import sys
from typing import Any

from PIL import (
    AvifImagePlugin,  # known before anything is opened, so that no other format is ever asked
    Image,
    ImageCms,
    JpegImagePlugin,  # noqa: F401
    PngImagePlugin,
    WebPImagePlugin,  # noqa: F401
)

WIDTHS = (1920, 960, 480)
"""In pixels; one that the picture does not have is left out, and its own width stands for it."""

MOST_PIXELS = 40_000_000
_FALLBACK_WIDTH = 960
_QUALITY = 78
_ORIENTATION = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_LYING = (5, 6, 7, 8)
_DEEP = ("I", "I;16", "I;16B", "I;16L", "I;16N", "F")

_MEMORY_BYTES = 1536 * 1024 * 1024  # of addresses; what 40 megapixels take is a third of it
_PROCESSOR_SECONDS = 25

Made = tuple[dict[str, Any], bytes]


def confine() -> None:
    """Take from this process what it does not need: memory, time, files, a picture of its memory when it dies."""
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY_BYTES),
        (resource.RLIMIT_CPU, _PROCESSOR_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, allowed))


def make(body: bytes, name: str) -> list[Made]:
    """Return a picture of the format `name` in each width; raise whatever a decoder raises."""
    Image.MAX_IMAGE_PIXELS = None  # counted below, and refused rather than warned of
    with Image.open(io.BytesIO(body), formats=(name,)) as opened:
        width, height = opened.size
        if width * height > MOST_PIXELS:
            raise Unfit("too_many_pixels")
        if name != "JPEG" and getattr(opened, "n_frames", 1) > 1:
            raise Unfit("animated")
        if name == "JPEG":
            opened.draft(None, (WIDTHS[0], WIDTHS[0]))  # decoded no larger than it is needed
        profile = opened.info.get("icc_profile")
        opened.load()
        turn = _orientation(opened)  # asked before, a PNG would be decoded there, and its faults be forgotten
        base = _upright(_widest(_plain(opened), is_lying=turn in _LYING), turn)
    base = _in_common_colours(base, profile)
    base.info = {}
    return _files(base)


class Unfit(Exception):  # noqa: N818 - said as one word
    """What is refused by its code."""


def _orientation(image: Image.Image) -> int:
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except Exception:  # noqa: BLE001 - garbled words about a picture are no fault of the picture
        return 1


def _plain(image: Image.Image) -> Image.Image:
    """Return the picture in a mode that can be made smaller: gray, colours, colours with holes, or a printer's four."""
    if image.mode in _DEEP:
        _low, high = image.getextrema()
        most = 255 if isinstance(high, tuple) or high <= 255 else 65535
        return image.convert("F").point(lambda value: value * (255 / most)).convert("L")
    if "transparency" in image.info or image.mode in ("RGBA", "LA", "PA", "RGBa", "La"):
        return image.convert("RGBA")
    return image if image.mode in ("L", "RGB", "CMYK") else image.convert("RGB")


def _widest(image: Image.Image, *, is_lying: bool) -> Image.Image:
    """Return the picture no wider than the widest, as it is seen once it is upright."""
    width, height = image.size
    seen = height if is_lying else width
    if seen <= WIDTHS[0]:
        return image.copy()
    scale = WIDTHS[0] / seen
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)


def _upright(image: Image.Image, turn: int) -> Image.Image:
    return image.transpose(_UPRIGHT[turn]) if turn in _UPRIGHT else image


def _in_common_colours(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Return the picture in sRGB, which is what a picture without a profile is taken for."""
    holes = image.getchannel("A") if image.mode == "RGBA" else None
    inks = image.convert("RGB") if holes else image
    if profile:
        try:
            meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(inks, meant, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except Exception:  # noqa: BLE001 - a profile that is none, or of other inks
            turned = None
        inks = turned or inks
    inks = inks.convert("RGB")
    if holes:
        inks.putalpha(holes)
    return inks


def _files(base: Image.Image) -> list[Made]:
    widths = sorted({min(base.width, width) for width in WIDTHS}, reverse=True)
    sized = {base.width: base} | {width: _narrow(base, width) for width in widths if width != base.width}
    made = [_file(sized[width], "webp") for width in widths]
    fallback = min(width for width in widths if width >= min(_FALLBACK_WIDTH, base.width))
    return [*made, _file(sized[fallback], "jpeg")]


def _narrow(base: Image.Image, width: int) -> Image.Image:
    height = max(1, round(base.height * width / base.width))
    return base.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _file(image: Image.Image, name: str) -> Made:
    out = io.BytesIO()
    if name == "webp":
        image.save(out, "WEBP", quality=_QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    else:
        _flat(image).save(out, "JPEG", quality=_QUALITY, optimize=True, progressive=True)
    body = out.getvalue()
    return {"format": name, "width": image.width, "height": image.height, "bytes": len(body)}, body


def _flat(image: Image.Image) -> Image.Image:
    """Return the picture on white, where it has holes."""
    if image.mode != "RGBA":
        return image
    ground = Image.new("RGB", image.size, "white")
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def main() -> None:
    """Read a picture, say it anew."""
    confine()
    try:
        made = make(sys.stdin.buffer.read(), sys.argv[1])
        said: dict[str, Any] = {"files": [about for about, _ in made]}
        bodies = b"".join(body for _, body in made)
    except Unfit as error:
        said, bodies = {"unfit": str(error)}, b""
    except Exception:  # noqa: BLE001 - whatever a decoder raises, the picture cannot be read
        said, bodies = {"unfit": "broken"}, b""
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + bodies)


if __name__ == "__main__":
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1  # each has memory of its own
    PngImagePlugin.MAX_TEXT_MEMORY = PngImagePlugin.MAX_TEXT_CHUNK = 1024 * 1024
    main()
