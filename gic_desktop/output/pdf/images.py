"""Raster pictures as PDF images: passed through as they are wherever PDF can show them so.

A JPEG keeps its compressed data but loses what cameras write beside it (place, time, owner). A PNG without
transparency keeps its compressed rows. Everything else is decoded, laid on white and compressed anew.
"""

import struct
import zlib
from io import BytesIO
from typing import NamedTuple

from gic_desktop.output.pdf.archive import ArchiveDocument, stream
from gic_desktop.output.typeset.pictures import (
    DAMAGED,
    TOO_LARGE,
    PictureError,
    exif_orientation,
    picture_size,
)

MAX_PIXELS = 80_000_000
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


def embed_picture(document: ArchiveDocument, data: bytes) -> Embedded:
    """Writes a picture into the document."""
    pixels = picture_size(data)
    if pixels.width * pixels.height > MAX_PIXELS:
        raise PictureError(TOO_LARGE)
    if data[:2] == b"\xff\xd8":
        plain = _plain_jpeg(data)
        if plain is not None:
            entries, kept = plain
            return Embedded(document.add(stream(entries, kept)), _TURNS[exif_orientation(data)])
    else:
        kept_png = _plain_png(data)
        if kept_png is not None:
            entries, rows = kept_png
            return Embedded(document.add(stream(entries, rows)), "")
    entries, rows = _decoded(data)
    return Embedded(document.add(stream(entries, rows)), "")


def _image(width: int, height: int, bits: int, space: str, rest: str) -> str:
    return (
        f"/Type/XObject/Subtype/Image/Width {width}/Height {height}"
        f"/BitsPerComponent {bits}/ColorSpace{space}{rest}"
    )


def _plain_jpeg(data: bytes) -> tuple[str, bytes] | None:
    """Baseline or progressive, grey or colour: the entries and the data without camera notes."""
    parts = [b"\xff\xd8"]
    at = 2
    entries = ""
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            return None
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        length = int(struct.unpack(">H", data[at + 2 : at + 4])[0])
        end = at + 2 + length
        if length < 2 or end > len(data):
            return None
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            if marker not in (0xC0, 0xC1, 0xC2) or length < 8:
                return None
            bits, height, width, channels = struct.unpack(">BHHB", data[at + 4 : at + 10])
            if bits != 8 or channels not in (1, 3):
                return None
            space = "/DeviceGray" if channels == 1 else "/DeviceRGB"
            entries = _image(width, height, 8, space, "/Filter/DCTDecode")
        if marker == 0xDA:
            # Behind the scan's beginning everything belongs to the picture.
            if not entries or not data.rstrip(b"\0").endswith(b"\xff\xd9"):
                return None
            parts.append(data[at:])
            return entries, b"".join(parts)
        if marker == 0xE0 or marker == 0xEE or not (0xE0 <= marker <= 0xEF or marker == 0xFE):  # noqa: PLR1714
            parts.append(data[at:end])
        at = end
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


def _decoded(data: bytes) -> tuple[str, bytes]:
    """Any PNG or JPEG by way of its pixels."""
    from PIL import Image, ImageOps

    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as opened:
            opened.load()
            upright = ImageOps.exif_transpose(opened)
        if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
            over = upright.convert("RGBA")
            flat = Image.new("RGB", over.size, (255, 255, 255))
            flat.paste(over, mask=over.getchannel("A"))
        elif upright.mode in ("1", "L"):
            flat = upright.convert("L")
        else:
            flat = upright.convert("RGB")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as damage:
        raise PictureError(DAMAGED) from damage
    space = "/DeviceGray" if flat.mode == "L" else "/DeviceRGB"
    entries = _image(flat.width, flat.height, 8, space, "/Filter/FlateDecode")
    return entries, zlib.compress(flat.tobytes(), 6)
