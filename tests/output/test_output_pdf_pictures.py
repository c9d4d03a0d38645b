"""Pictures from phones and from nowhere: what is kept, what is taken out, what is refused."""

import struct
import zlib
from io import BytesIO
from random import Random

import pypdfium2
import pytest
from PIL import Image, ImageDraw

from gic_desktop import verbs
from gic_desktop.forms.catalogue import form_for_year
from gic_desktop.output import fonts, pdf, typeset
from gic_desktop.output.blocks import Document, Picture
from gic_desktop.output.typeset.pictures import PictureError, picture_size
from gic_desktop.report import narrative
from gic_desktop.report.edits import SetSection
from gic_desktop.report.place import Place
from gic_desktop.report.report import new_report
from gic_desktop.store import gicr
from gic_desktop.values import replace


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


def photo(width: int, height: int, **options: object) -> bytes:
    """As a phone takes it: no two pixels alike, an upper half that is redder than the lower."""
    rough = Image.frombytes(
        "RGB", (width // 8, height // 8), Random(7).randbytes(width * height // 64 * 3)
    )
    image = Image.blend(
        rough.resize((width, height)), Image.new("RGB", (width, height), (0, 0, 250)), 0.7
    )
    image.paste((250, 0, 0), (0, 0, width, height // 2))
    data = BytesIO()
    image.save(data, "JPEG", quality=95, **options)
    return data.getvalue()


def images_in(data: bytes) -> list[tuple[tuple[int, int], list[str]]]:
    """Size and coding of the pictures of the first page."""
    with pypdfium2.PdfDocument(data) as document:
        found = document[0].get_objects(filter=[3])
        return [(image.get_px_size(), image.get_filters()) for image in found]


def test_a_phones_photo_is_printed_with_300_dots_an_inch_and_tells_nothing() -> None:
    exif = held(6)
    exif[0x8825] = {1: "N", 2: (25.0, 2.0, 30.0), 29: "2025:05:20"}
    # Phones put a second picture, with notes of its own, behind the first.
    data = photo(3200, 2400, exif=exif) + photo(320, 240, exif=exif, comment=b"LIVE-PHOTO")
    made = printed(data)
    # Half of 156 mm, 300 dots an inch; held upright it is higher than wide.
    assert images_in(made) == [((921, 1228), ["DCTDecode"])]
    assert colours_at(made, [(0.9, 0.2), (0.9, 0.8), (0.1, 0.2)]) == ["red", "red", "blue"]
    assert len(made) < len(data) / 3
    for told in (b"CAMERA-OF-ZHANG", b"LIVE-PHOTO", b"2025:05:20", b"Exif"):
        assert told in data
        assert told not in made
    assert printed(data) == made


def test_the_project_inside_the_pdf_does_not_tell_either() -> None:
    exif = held(6)
    exif[0x8825] = {1: "N", 2: (25.0, 2.0, 30.0), 29: "2025:05:20"}
    drawing = two_colours(300, 200, "PNG")
    pictures = {
        "large.jpg": photo(3200, 2400, exif=exif),
        "small.jpg": photo(400, 300, exif=exif),
        "drawing.png": drawing,
    }
    body = tuple(narrative.Picture(name, width=50) for name in pictures)
    report = new_report(form_for_year(2025), 2025, "青山街道办事处")
    overview = replace(report.section("overview"), body=body)
    report = SetSection(overview).apply(replace(report, pictures=pictures))
    (attached,) = attachments(verbs.export_bytes(report, ".pdf"))
    inside = gicr.read(attached).report
    assert replace(inside, pictures=pictures) == report
    assert inside.pictures["drawing.png"] == drawing
    for name, size in (("large.jpg", (1843, 2457)), ("small.jpg", (300, 400))):
        opened = Image.open(BytesIO(inside.pictures[name]))
        assert opened.size == size
        assert not opened.getexif()
        assert colour_of(opened.getpixel((size[0] - 9, 9))) == "red"
        assert colour_of(opened.getpixel((9, 9))) == "blue"


def attachments(data: bytes) -> list[bytes]:
    with pypdfium2.PdfDocument(data) as document:
        return [
            bytes(document.get_attachment(at).get_data())
            for at in range(document.count_attachments())
        ]


def colour_of(pixel: tuple[int, int, int]) -> str:
    return "red" if pixel[0] > 150 else "blue"


def test_a_small_photo_too_loses_what_stands_behind_its_end() -> None:
    made = printed(photo(400, 300) + photo(320, 240, comment=b"LIVE-PHOTO"))
    assert images_in(made) == [((400, 300), ["DCTDecode"])]
    assert b"LIVE-PHOTO" not in made


def test_a_drawing_that_would_only_grow_is_left_alone() -> None:
    image = Image.new("1", (2400, 1200), 1)
    pen = ImageDraw.Draw(image)
    for size in range(20, 1200, 20):
        pen.ellipse((0, 0, 2 * size, size), outline=0, width=3)
    data = BytesIO()
    image.save(data, "PNG")
    assert images_in(printed(data.getvalue())) == [((2400, 1200), ["FlateDecode"])]


def test_a_photo_that_stands_small_and_large_is_sharp_where_it_is_large() -> None:
    data = photo(3200, 2400)
    places = [Place("overview", paragraph=number) for number in (0, 1)]
    pictures = tuple(
        Picture(data, "", "照片", percent, place)
        for percent, place in zip((10, 60), places, strict=True)
    )
    made = pdf.write(typeset.layout(Document("图", "街道", 2025, pictures), fonts.standard()))
    assert {size for size, _ in images_in(made)} == {(1106, 830)}


@pytest.mark.parametrize(
    ("mode", "shade", "wanted"),
    [("I;16", 128 * 257, 128), ("CMYK", (0, 255, 255, 0), 254), ("P", 0, 0), ("PA", 0, 255)],
    ids=["16 bits", "for a press", "palette", "transparent palette"],
)
def test_unusual_pictures_keep_their_colour(mode: str, shade: int, wanted: int) -> None:
    """The red of the picture's middle, on paper."""
    image = Image.new("P" if mode == "PA" else mode, (300, 200), shade)
    data = BytesIO()
    image.save(
        data, "JPEG" if mode == "CMYK" else "PNG", **({"transparency": 0} if mode == "PA" else {})
    )
    with pypdfium2.PdfDocument(printed(data.getvalue())) as document:
        page = document[0].render(scale=1).to_pil().convert("RGB")
    assert page.getpixel((int(79.4 + 221), 150))[0] == pytest.approx(wanted, abs=3)


def test_of_a_moving_picture_the_first_is_printed() -> None:
    frames = [Image.new("RGB", (200, 100), colour) for colour in ((250, 0, 0), (0, 0, 250))]
    data = BytesIO()
    frames[0].save(data, "PNG", save_all=True, append_images=frames[1:])
    assert colours_at(printed(data.getvalue()), [(0.5, 0.5)]) == ["red"]


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
