"""What becomes of an upload: drawn anew without what it carried, or refused before anything decodes it."""

import io

import pytest
from PIL import Image

from campaign.media import bench, redrawing, widths
from campaign.media.errors import UnfitFileError
from campaign.media.picture_heads import read_head
from campaign.media.redrawing import redraw
from tests.media import files


def _opened(body):
    image = Image.open(io.BytesIO(body))
    image.load()
    return image


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "AVIF"])
def test_three_widths_and_one_for_old_browsers(name):
    made = redraw(files.picture((2400, 1600), name))
    assert [(file.format, file.width) for file in made.files] == [
        ("webp", 1920),
        ("webp", 960),
        ("webp", 480),
        ("jpeg", 960),
    ]
    assert (made.width, made.height) == (1920, 1280)
    for file in made.files:
        image = _opened(file.body)
        assert (image.format, image.width) == (file.format.upper(), file.width)
        red, _green, blue = image.convert("RGB").getpixel((10, 10))
        assert red > 150 > blue


@pytest.mark.parametrize("width", [200, 480, 700, 960, 1500, 1920, 2500])
def test_no_picture_is_made_wider_than_it_is_and_pages_know_which_there_are(width):
    made = redraw(files.picture((width, width // 2 + 60)))
    assert sorted(file.width for file in made.files if file.format == "webp") == list(widths.widths_of(made.width))
    assert [file.width for file in made.files if file.format == "jpeg"] == [widths.fallback_of(made.width)]


def test_what_both_sides_count_is_the_same():
    assert bench.MOST_PIXELS == redrawing.MOST_MEGAPIXELS * 1_000_000
    assert tuple(sorted(bench.WIDTHS)) == widths.WIDTHS


def test_place_device_and_words_are_gone_and_the_picture_stands_upright():
    source = files.with_place()
    assert files.SECRET.encode() in source
    made = redraw(source)
    assert (made.width, made.height) == (800, 1200), "turned a quarter, as its EXIF says"
    for file in made.files:
        assert files.SECRET.encode() not in file.body
        assert b"Spyphone" not in file.body
        assert b"xmpmeta" not in file.body
        image = _opened(file.body)
        assert not image.getexif()
        assert not {"exif", "icc_profile", "comment", "xmp"} & image.info.keys()
        assert image.convert("RGB").getpixel((5, 5))[0] > 150, "red is at the top"
        assert image.convert("RGB").getpixel((5, image.height - 5))[2] > 150


def test_words_in_a_png_are_gone():
    assert files.SECRET.encode() in files.with_words()
    assert all(files.SECRET.encode() not in file.body for file in redraw(files.with_words()).files)


def test_what_hangs_behind_a_picture_is_gone():
    made = redraw(files.polyglot())
    assert all(b"script" not in file.body and b"PK\x03\x04" not in file.body for file in made.files)


@pytest.mark.parametrize(
    ("mode", "name"), [("CMYK", "JPEG"), ("L", "PNG"), ("P", "PNG"), ("RGBA", "PNG"), ("1", "PNG"), ("I;16", "PNG")]
)
def test_every_mode_is_drawn(mode, name):
    source = files.picture(mode=mode, name=name) if mode != "I;16" else _deep()
    made = redraw(source)
    assert {_opened(file.body).format for file in made.files} == {"WEBP", "JPEG"}


def _deep():
    out = io.BytesIO()
    Image.new("I;16", (600, 400), 40_000).save(out, "PNG")
    return out.getvalue()


def test_a_sixteen_bit_picture_keeps_its_gray():
    gray = _opened(redraw(_deep()).files[0].body).convert("L").getpixel((9, 9))
    assert 150 < gray < 162


def test_holes_stay_and_are_white_for_old_browsers():
    out = io.BytesIO()
    Image.new("RGBA", (600, 400), (0, 0, 0, 0)).save(out, "PNG")
    webp, *_rest, jpeg = redraw(out.getvalue()).files
    assert _opened(webp.body).getpixel((9, 9))[3] == 0
    assert _opened(jpeg.body).getpixel((9, 9)) == (255, 255, 255)


HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(100)
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (lambda: b"", "empty"),
        (lambda: b"\xff\xd8\xff" + bytes(10 * 1024 * 1024), "too_heavy"),
        (lambda: SVG, "not_a_picture"),
        (lambda: b"<html><script>alert(1)</script>" + files.picture(), "not_a_picture"),
        (lambda: b"GIF89a" + bytes(900), "not_a_picture"),
        (lambda: b"%PDF-1.7\n" + files.picture(), "not_a_picture"),
        (lambda: b"PK\x03\x04" + bytes(900), "not_a_picture"),
        (lambda: HEIC, "heic"),
        (lambda: files.claiming(10_000, 6_000), "too_many_pixels"),
        (lambda: files.claiming(2**31 - 1, 2**31 - 1), "too_many_pixels"),
        (lambda: files.claiming(0, 300), "broken"),
        (lambda: files.animated("PNG"), "animated"),
        (lambda: files.animated("WEBP"), "animated"),
        (lambda: files.animated("AVIF"), "animated"),
        (lambda: files.picture((150, 150)), "too_small"),
        (lambda: files.picture((1200, 200)), "too_thin"),
        (lambda: b"\xff\xd8\xff\xe0", "broken"),
        (lambda: b"\x89PNG\r\n\x1a\n", "broken"),
        (lambda: b"RIFF\x00\x00\x00\x00WEBPVP8 ", "broken"),
        (lambda: b"\x00\x00\x00\x14ftypavif\x00\x00\x00\x00avif", "broken"),
    ],
)
def test_what_shows_it_at_first_sight_is_refused_undecoded(body, code, monkeypatch):
    monkeypatch.setattr(redrawing, "_work", None)  # whatever asked it would fail
    with pytest.raises(UnfitFileError) as error:
        redraw(body())
    assert error.value.problem.code == code


def _cut(name):
    whole = files.picture((1200, 800), name)
    return whole[: len(whole) // 2]


@pytest.mark.parametrize(
    "body",
    [
        *(lambda name=name: _cut(name) for name in ("JPEG", "PNG", "WEBP", "AVIF")),
        lambda: files.claiming(3000, 3000),
        files.text_bomb,
        lambda: files.picture(name="PNG")[:60] + b"\xff" * 4000,
    ],
)
def test_what_cannot_be_decoded_is_broken(body):
    with pytest.raises(UnfitFileError) as error:
        redraw(body())
    assert error.value.problem.code == "broken"


def test_a_bomb_goes_off_in_nobodys_memory():
    made = redraw(files.zip_bomb())
    assert (made.width, made.height) == (1000, 1000), "no more than it claims is ever unpacked"


def test_a_picture_that_lies_about_its_size_is_not_drawn():
    body = bytearray(files.picture((3000, 2000), "WEBP", lossless=True))
    assert body[12:16] == b"VP8L"
    one = bytearray(files.picture((300, 300), "WEBP", lossless=True, exif=b"Exif\0\0" + bytes(8)))
    assert one[12:16] == b"VP8X"
    lying = bytes(one[:30]) + bytes(body[12:])
    lying = b"RIFF" + (len(lying) - 8).to_bytes(4, "little") + lying[8:]
    assert read_head(lying).width == 300
    with pytest.raises(UnfitFileError):
        redraw(lying)


def test_one_waits_for_its_turn_and_is_told(monkeypatch):
    monkeypatch.setattr(redrawing, "_WAIT_SECONDS", 0.01)
    with redrawing._turn, pytest.raises(UnfitFileError) as error:
        redraw(files.picture())
    assert error.value.problem.code == "busy"
    assert redraw(files.picture()).width == 1200


def test_what_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(redrawing, "_WORK_SECONDS", 0.001)
    with pytest.raises(UnfitFileError) as error:
        redraw(files.picture())
    assert error.value.problem.code == "broken"


def test_the_process_that_decodes_has_no_secret(monkeypatch, tmp_path):
    told = tmp_path / "told"
    spy = tmp_path / "spy.py"
    spy.write_text(
        f"import os, json; open({str(told)!r}, 'w').write(json.dumps(dict(os.environ))); raise SystemExit(1)"
    )
    monkeypatch.setattr(redrawing, "_BENCH", spy)
    monkeypatch.setenv("SECRET_KEY", "s" * 32)
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere")
    with pytest.raises(UnfitFileError):
        redraw(files.picture())
    assert not {"SECRET_KEY", "DATABASE_URL"} & set(__import__("json").loads(told.read_text()))
