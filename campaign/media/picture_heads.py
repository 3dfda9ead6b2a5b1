"""Reads what a picture's first bytes say of it: the format, the size, whether it moves. Decodes nothing.

What claims too much here is refused before any decoder sees it; what lies here is refused by the decoder
(`campaign.media.bench`), which runs where it can do no harm.

Sources: ITU-T T.81 annex B (JPEG); W3C PNG, third edition (IHDR, acTL); Google, "WebP Container Specification"; ISO/IEC
14496-12 and 23008-12 (`ftyp`, `ispe`), AV1 Image File Format 1.1 (brands `avif`, `avis`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from campaign.media.errors import UnfitFileError

_PNG = b"\x89PNG\r\n\x1a\n"
_START_OF_FRAME = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_START_OF_SCAN, _END = 0xDA, 0xD9
_STANDALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1"})
_AVIF, _AVIF_MOVING = b"avif", b"avis"
_HOLDERS = frozenset({b"meta", b"iprp", b"ipco"})
_ANIMATED = 0x02  # the flag of VP8X
_DEEPEST = 4
_MOST_BOXES = 4096


@dataclass(frozen=True, slots=True)
class PictureHead:
    """What a picture says of itself: `format` as Pillow calls it, size in pixels, whether it has several frames."""

    format: str
    width: int
    height: int
    is_animated: bool = False


def read_head(body: bytes) -> PictureHead:
    """Return what the first bytes say.

    Raises:
        UnfitFileError: `heic`; `not_a_picture` for what is none of ours; `broken` for one of ours that says no size.
    """
    if body.startswith(b"\xff\xd8\xff"):
        return _jpeg(body)
    if body.startswith(_PNG):
        return _png(body)
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return _webp(body)
    if body[4:8] == b"ftyp":
        return _iso(body)
    raise UnfitFileError("not_a_picture")


def _jpeg(body: bytes) -> PictureHead:
    at = 2
    while at + 9 < len(body):
        if body[at] != 0xFF:
            break
        marker = body[at + 1]
        if marker == 0xFF or marker in _STANDALONE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in (_START_OF_SCAN, _END):
            break
        if marker in _START_OF_FRAME:
            return _sized("JPEG", _number(body, at + 7, 2), _number(body, at + 5, 2))
        at += 2 + max(2, _number(body, at + 2, 2))
    raise UnfitFileError("broken")


def _png(body: bytes) -> PictureHead:
    if body[12:16] != b"IHDR" or len(body) < 33:
        raise UnfitFileError("broken")
    width, height = _number(body, 16, 4), _number(body, 20, 4)
    return _sized("PNG", width, height, is_animated=_png_moves(body))


def _png_moves(body: bytes) -> bool:
    """Whether there is a chunk acTL before the first data."""
    at, seen = len(_PNG), 0
    while at + 8 <= len(body) and seen < _MOST_BOXES:
        name = body[at + 4 : at + 8]
        if name in (b"acTL", b"IDAT"):
            return name == b"acTL"
        at, seen = at + 12 + _number(body, at, 4), seen + 1
    return False


def _webp(body: bytes) -> PictureHead:
    name, at = body[12:16], 20
    if len(body) < 32:
        raise UnfitFileError("broken")
    if name == b"VP8X":
        width, height = 1 + _little(body, at + 4, 3), 1 + _little(body, at + 7, 3)
        return _sized("WEBP", width, height, is_animated=bool(body[at] & _ANIMATED))
    if name == b"VP8 " and body[at + 3 : at + 6] == b"\x9d\x01\x2a":
        return _sized("WEBP", _little(body, at + 6, 2) & 0x3FFF, _little(body, at + 8, 2) & 0x3FFF)
    if name == b"VP8L" and body[at] == 0x2F:
        bits = _little(body, at + 1, 4)
        return _sized("WEBP", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    raise UnfitFileError("broken")


def _iso(body: bytes) -> PictureHead:
    length = _number(body, 0, 4)
    words = body[8 : min(length, 256)]
    brands = {words[:4], *(words[at : at + 4] for at in range(8, len(words), 4))}
    if _AVIF not in brands and _AVIF_MOVING not in brands:
        raise UnfitFileError("heic" if brands & _HEIC else "not_a_picture")
    sizes = [(_number(body, at + 4, 4), _number(body, at + 8, 4)) for at in _boxes(body, 0, len(body))]
    if not sizes:
        raise UnfitFileError("broken")
    # A grid of tiles tells the size of each, and of the whole: the largest is what is to be drawn.
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    return _sized("AVIF", width, height, is_animated=words[:4] == _AVIF_MOVING)


def _boxes(body: bytes, at: int, end: int, depth: int = 0) -> Iterator[int]:
    """Yield where the contents of each box `ispe` begin, which say a size."""
    seen = 0
    while at + 8 <= end and seen < _MOST_BOXES:
        length, name, inside = _number(body, at, 4), body[at + 4 : at + 8], at + 8
        if length == 1:
            length, inside = _number(body, at + 8, 8), at + 16
        over = min(end, at + length) if length else end
        if over <= at:
            return
        if name == b"ispe" and inside + 12 <= over:
            yield inside
        elif name in _HOLDERS and depth < _DEEPEST:
            yield from _boxes(body, inside + (4 if name == b"meta" else 0), over, depth + 1)
        at, seen = over, seen + 1


def _sized(name: str, width: int, height: int, *, is_animated: bool = False) -> PictureHead:
    if width < 1 or height < 1:
        raise UnfitFileError("broken")
    return PictureHead(name, width, height, is_animated)


def _number(body: bytes, at: int, length: int) -> int:
    return int.from_bytes(body[at : at + length], "big")


def _little(body: bytes, at: int, length: int) -> int:
    return int.from_bytes(body[at : at + length], "little")
