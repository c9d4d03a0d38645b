"""Pictures from phones and from nowhere: what is kept, what is taken out, what is refused."""

import struct
import zlib
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image

from gic_desktop.output import fonts, pdf, typeset
from gic_desktop.output.blocks import Document, Picture
from gic_desktop.output.typeset.pictures import PictureError, picture_size
from gic_desktop.report.place import Place


def printed(data: bytes) -> bytes:
    picture = Picture(data, "", "照片", 50, Place("overview", paragraph=0))
    document = Document("图", "街道", 2025, (picture,))
    return pdf.write(typeset.layout(document, fonts.standard()))


def two_colours(width: int, height: int, kind: str, **options: object) -> bytes:
    """Left half red, right half blue."""
    image = Image.new("RGB", (width, height), (0, 0, 250))
    image.paste((250, 0, 0), (0, 0, width // 2, height))
    data = BytesIO()
    image.save(data, kind, **options)
    return data.getvalue()


def held(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "CAMERA-OF-ZHANG"
    return exif


def colours_at(data: bytes, points: list[tuple[float, float]]) -> list[str]:
    """Red, blue or white at points of the picture, in shares of its width and height."""
    with pypdfium2.PdfDocument(data) as document:
        page = document[0].render(scale=1).to_pil().convert("RGB")
    box = Image.eval(page, lambda value: 255 - value).convert("L").point(lambda v: 255 * (v > 60))
    left, top, right, bottom = box.crop((0, 0, page.width, 740)).getbbox()
    found = []
    for x, y in points:
        red, _, blue = page.getpixel(
            (int(left + x * (right - left)), int(top + y * (bottom - top)))
        )
        found.append("red" if red > 150 > blue else "blue" if blue > 150 > red else "white")
    return found


def test_what_a_camera_wrote_beside_the_picture_stays_out() -> None:
    data = two_colours(200, 100, "JPEG", exif=held(1), comment=b"OWNER")
    assert b"CAMERA-OF-ZHANG" in data
    made = printed(data)
    assert b"CAMERA-OF-ZHANG" not in made
    assert b"OWNER" not in made


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright_however_the_camera_was_held(orientation: int) -> None:
    from PIL import ImageOps

    data = two_colours(200, 100, "JPEG", exif=held(orientation), quality=95)
    upright = ImageOps.exif_transpose(Image.open(BytesIO(data)))
    assert picture_size(data)[:2] == upright.size
    points = [(0.1, 0.1), (0.9, 0.1), (0.1, 0.9), (0.9, 0.9)]
    wanted = []
    for x, y in points:
        red, _, _ = upright.convert("RGB").getpixel(
            (int(x * upright.width), int(y * upright.height))
        )
        wanted.append("red" if red > 150 else "blue")
    assert colours_at(printed(data), points) == wanted


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_plain_pictures_are_passed_through_unchanged(kind: str) -> None:
    data = two_colours(300, 200, kind)
    assert colours_at(printed(data), [(0.2, 0.5), (0.8, 0.5)]) == ["red", "blue"]
    with pypdfium2.PdfDocument(printed(data)) as document:
        (image,) = document[0].get_objects(filter=[3])
        assert image.get_filters() == ["DCTDecode" if kind == "JPEG" else "FlateDecode"]


def test_transparency_becomes_white() -> None:
    image = Image.new("RGBA", (100, 50), (250, 0, 0, 255))
    image.paste((0, 0, 250, 0), (50, 10, 90, 40))
    data = BytesIO()
    image.save(data, "PNG")
    assert colours_at(printed(data.getvalue()), [(0.2, 0.5), (0.7, 0.5)]) == ["red", "white"]


def test_the_same_picture_twice_is_in_the_file_once() -> None:
    from random import Random

    noise = Image.frombytes("RGB", (120, 120), Random(1).randbytes(120 * 120 * 3))
    data = BytesIO()
    noise.save(data, "PNG")
    picture = Picture(data.getvalue(), "", "照片", 50, Place("overview", paragraph=0))
    sizes = [
        len(
            pdf.write(
                typeset.layout(Document("图", "街道", 2025, (picture,) * n), fonts.standard())
            )
        )
        for n in (1, 2)
    ]
    assert sizes[1] - sizes[0] < 3000


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_of(width: int, height: int, rows: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a....",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        two_colours(200, 100, "PNG")[:200],
        two_colours(200, 100, "JPEG")[:300],
        png_of(0, 10, b""),
        png_of(4, 4, b"not deflated"),
        png_of(100_000, 100_000, zlib.compress(bytes(1000))),
        png_of(9000, 8800, zlib.compress(bytes(1000))),
    ],
    ids=[
        "empty",
        "gif",
        "head",
        "start",
        "cut png",
        "cut jpeg",
        "no width",
        "rows",
        "huge",
        "bomb",
    ],
)
def test_a_damaged_picture_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(PictureError, match="图片"):
        printed(data)
