"""Pictures and documents as somebody might upload them, good and bad; each is made when it is asked for."""

import io
import struct
import zlib

from PIL import Image, PngImagePlugin

RED, BLUE = (200, 30, 30), (30, 30, 200)
SECRET = "Immokalee, 26.4187 N"


def picture(size=(1200, 800), name="JPEG", mode="RGB", **more):
    """A picture whose left half is red, whose right half is blue."""
    image = Image.new("RGB", size, BLUE)
    image.paste(RED, (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.convert(mode).save(out, name, **more)
    return out.getvalue()


def with_place():
    """A photo that says where it was taken, by which device, and that it is to be turned a quarter."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Spyphone", SECRET, 6
    exif.get_ifd(0x8825).update({1: "N", 2: (26.0, 25.0, 7.0), 3: "W", 4: (81.0, 25.0, 0.0)})
    return picture(exif=exif, comment=SECRET.encode(), xmp=f"<x:xmpmeta>{SECRET}</x:xmpmeta>".encode())


def with_words():
    """A PNG with words in it."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", SECRET)
    words.add_itxt("XML:com.adobe.xmp", SECRET)
    return picture(name="PNG", pnginfo=words)


def claiming(width, height):
    """A PNG that says it is so large, and holds a single line of data: nothing to be decoded."""
    return _png(width, height, zlib.compress(b"\0" * 1000))


def zip_bomb():
    """A PNG of a modest size whose data is a quarter of a gigabyte of zeros, packed."""
    packer = zlib.compressobj(1)
    body = b"".join(packer.compress(bytes(1 << 20)) for _ in range(256)) + packer.flush()
    return _png(1000, 1000, body)


def text_bomb():
    """A PNG that holds fifty megabytes of words, packed."""
    words = zlib.compress(bytes(50 << 20), 1)
    return _png(1000, 1000, zlib.compress(bytes(3001 * 1000)), extra=_chunk(b"zTXt", b"Comment\0\0" + words))


def animated(name):
    """A picture with two frames."""
    first, second = Image.new("RGB", (300, 300), RED), Image.new("RGB", (300, 300), BLUE)
    out = io.BytesIO()
    first.save(out, name, save_all=True, append_images=[second], duration=100)
    return out.getvalue()


def polyglot():
    """A photo that is a page with a script and an archive, too."""
    return picture() + b"<html><script>alert(1)</script></html>PK\x03\x04evil.exe"


def pdf(text=b"", head=b"%PDF-1.7\n"):
    """A PDF that holds `text`."""
    return head + b"1 0 obj << /Type /Catalog >> endobj\n" + text + b"\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def scripted_pdf():
    """A PDF that runs a script where somebody opens it."""
    return pdf(b"2 0 obj << /S /JavaScript /JS (app.alert(1)) >> endobj <script>alert(1)</script>")


def _png(width, height, data, extra=b""):
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + extra + _chunk(b"IDAT", data) + _chunk(b"IEND", b"")


def _chunk(name, body):
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
