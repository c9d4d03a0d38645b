"""Raster pictures as PDF images: passed through as they are wherever PDF can show them so.

A JPEG keeps its compressed data but loses what cameras write beside it (place, time, owner). A PNG without
transparency keeps its compressed rows. Everything else is decoded, laid on white and compressed anew; so
is a photo of far more pixels than paper shows, if that makes it smaller.
"""

import struct
import zlib
from io import BytesIO
from typing import NamedTuple

from gic_desktop.digest import md5
from gic_desktop.output.bare_picture import bare_picture
from gic_desktop.output.pdf.archive import ArchiveDocument, stream
from gic_desktop.output.typeset.flow import WIDTH
from gic_desktop.output.typeset.pictures import (
    DAMAGED,
    PictureError,
    bare_jpeg,
    exif_orientation,
    size_to_unpack,
)

PER_INCH = 300
"""What printing shops ask of photos: more is not seen on paper."""
# With fewer pixels to save, a picture is not worth being compressed a second time.
_WORTH_IT = 1.25
_QUALITY = 88
_MOST_MADE = 100
_made: dict[tuple[bytes, int], bytes] = {}
_CHANNELS = {0: 1, 2: 3, 3: 1}
# How the unit square is turned for each way a camera was held.
_TURNS = {
    1: "",
    2: "-1 0 0 1 1 0 cm ",
    3: "-1 0 0 -1 1 1 cm ",
    4: "1 0 0 -1 0 1 cm ",
    5: "0 -1 -1 0 1 1 cm ",
    6: "0 -1 1 0 0 1 cm ",
    7: "0 1 1 0 0 0 cm ",
    8: "0 1 -1 0 1 0 cm ",
}


class Embedded(NamedTuple):
    """The reference to an image and the operator that turns it upright."""

    reference: str
    turn: str


def embed_picture(document: ArchiveDocument, data: bytes, printed: float) -> Embedded:
    """Writes a picture that is printed at most so wide, in points, into the document."""
    pixels = size_to_unpack(data)
    jpeg = data[:2] == b"\xff\xd8"
    plain = _plain_jpeg if jpeg else _plain_png
    kept, turn = plain(data), _TURNS[exif_orientation(data)] if jpeg else ""
    enough = max(round(printed * PER_INCH / 72), 1)
    if kept is None or pixels.width > enough * _WORTH_IT:
        made = plain(_fitting(data, enough))
        if made is None:
            raise PictureError(DAMAGED)
        if kept is None or len(made[1]) < len(kept[1]):
            kept, turn = made, ""
    return Embedded(document.add(stream(*kept)), turn)


def for_others(data: bytes) -> bytes:
    """The picture as the attached project carries it: all that paper shows, nothing of its taker."""
    width, enough = size_to_unpack(data).width, round(WIDTH * PER_INCH / 72)
    turned = exif_orientation(data) != 1
    if turned or width > enough * _WORTH_IT:
        made = _fitting(data, min(width, enough))
        if turned or len(made) < len(data):
            return made
    return bare_picture(data)[0]


def _image(width: int, height: int, bits: int, space: str, rest: str) -> str:
    return (
        f"/Type/XObject/Subtype/Image/Width {width}/Height {height}"
        f"/BitsPerComponent {bits}/ColorSpace{space}{rest}"
    )


def _plain_jpeg(data: bytes) -> tuple[str, bytes] | None:
    """Baseline or progressive, grey or colour: the entries and the data without camera notes."""
    try:
        bare = bare_jpeg(data)
    except PictureError:
        return None
    at = 2
    while bare[at + 1] != 0xDA:
        marker, length = struct.unpack(">xBH", bare[at : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            if marker not in (0xC0, 0xC1, 0xC2) or length < 8:
                return None
            bits, height, width, channels = struct.unpack(">BHHB", bare[at + 4 : at + 10])
            if bits != 8 or channels not in (1, 3):
                return None
            space = "/DeviceGray" if channels == 1 else "/DeviceRGB"
            return _image(width, height, 8, space, "/Filter/DCTDecode"), bare
        at += 2 + length
    return None


def _plain_png(data: bytes) -> tuple[str, bytes] | None:
    """No transparency, not interlaced, whole: the entries and the compressed rows."""
    width, height, bits, kind, _, _, interlaced = struct.unpack(">IIBBBBB", data[16:29])
    if kind not in _CHANNELS or interlaced or bits not in (1, 2, 4, 8):
        return None
    rows: list[bytes] = []
    palette = b""
    at = 33
    while at + 12 <= len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        if at + 12 + length > len(data):
            return None
        body = data[at + 8 : at + 8 + length]
        if name == b"IDAT":
            rows.append(body)
        elif name == b"PLTE":
            palette = body
        elif name in (b"tRNS", b"iCCP", b"gAMA"):
            # Transparency, or colours that are not plainly sRGB unless the file also says so.
            if name == b"tRNS" or b"sRGB" not in data[:at]:
                return None
        elif name == b"IEND":
            break
        at += 12 + length
    packed = b"".join(rows)
    channels = _CHANNELS[kind]
    row = (width * channels * bits + 7) // 8 + 1
    if not _holds(packed, row * height):
        return None
    space = {0: "/DeviceGray", 2: "/DeviceRGB"}.get(kind, "")
    if kind == 3:
        if not palette or len(palette) % 3 or len(palette) > 3 << bits:
            return None
        space = f"[/Indexed/DeviceRGB {len(palette) // 3 - 1}<{palette.hex()}>]"
    rest = (
        "/Filter/FlateDecode/DecodeParms"
        f"<</Predictor 15/Colors {channels}/BitsPerComponent {bits}/Columns {width}>>"
    )
    return _image(width, height, bits, space, rest), packed


def _holds(packed: bytes, size: int) -> bool:
    """Whether compressed rows are whole and of exactly the size promised."""
    inflate = zlib.decompressobj()
    left = size
    try:
        rest = packed
        while rest and not inflate.eof:
            left -= len(inflate.decompress(rest, 1 << 20))
            if left < 0:
                return False
            rest = inflate.unconsumed_tail
    except zlib.error:
        return False
    return left == 0 and inflate.eof


def _fitting(data: bytes, width: int) -> bytes:
    """The picture made anew for a width in pixels; the preview asks for the same ones every time."""
    key = md5(data).digest(), width
    made = _made.get(key)
    if made is None:
        if len(_made) >= _MOST_MADE:
            _made.clear()
        made = _made[key] = _made_anew(data, width)
    return made


def _made_anew(data: bytes, width: int) -> bytes:
    """A plain PNG or JPEG of any PNG or JPEG: upright, on white, at most so wide."""
    from PIL import Image, ImageOps

    kind = "JPEG" if data[:2] == b"\xff\xd8" else "PNG"
    try:
        with Image.open(BytesIO(data), formats=(kind,)) as opened:
            # A JPEG is decoded at a half, a quarter or an eighth of its size where that is enough.
            opened.draft(None, (width, width))
            opened.load()
            upright = ImageOps.exif_transpose(opened)
        if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
            over = upright.convert("RGBA")
            flat = Image.new("RGB", over.size, (255, 255, 255))
            flat.paste(over, mask=over.getchannel("A"))
        elif upright.mode.startswith("I"):
            # 65536 shades of grey, which Pillow would cut off at 256.
            flat = upright.convert("I").point(lambda shade: shade * (1 / 257)).convert("L")
        else:
            flat = upright.convert("L" if upright.mode in ("1", "L") else "RGB")
        if flat.width > width:
            height = max(round(flat.height * width / flat.width), 1)
            flat = flat.resize((width, height), Image.Resampling.LANCZOS)
        # Nothing that the file says of itself goes along.
        flat.info.clear()
        out = BytesIO()
        flat.save(out, kind, quality=_QUALITY)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as damage:
        raise PictureError(DAMAGED) from damage
    return out.getvalue()
