"""A picture as it may leave the house: upright, without what a camera or a program wrote beside it.

Place, time, owner and thumbnails stay out; the picture's own data is passed on untouched wherever
it needs no turning.
"""

import io
import struct
from typing import Literal

from gic_desktop.output.typeset.pictures import (
    DAMAGED,
    PictureError,
    bare_jpeg,
    exif_orientation,
    picture_size,
    size_to_unpack,
)

Kind = Literal["png", "jpeg"]

# What a PNG's look depends on; everything else is a note.
_LOOK = {
    *(b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS"),
    *(b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs"),
}


def bare_picture(data: bytes) -> tuple[bytes, Kind]:
    """The bytes and their kind, `png` or `jpeg`; PictureError for anything else."""
    picture_size(data)
    if data[:2] != b"\xff\xd8":
        return _bare_png(data), "png"
    if exif_orientation(data) == 1:
        return bare_jpeg(data), "jpeg"
    size_to_unpack(data)
    return _turned(data), "jpeg"


def _bare_png(data: bytes) -> bytes:
    parts = [data[:8]]
    at = 8
    while at + 12 <= len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        if name in _LOOK:
            parts.append(data[at : at + 12 + length])
        at += 12 + length
        if name == b"IEND":
            return b"".join(parts)
    raise PictureError(DAMAGED)


def _turned(data: bytes) -> bytes:
    """Not every reader turns what the camera only notes."""
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as picture:
            upright = ImageOps.exif_transpose(picture)
            if upright.mode not in ("L", "RGB"):
                upright = upright.convert("RGB")
            out = io.BytesIO()
            upright.save(out, "JPEG", quality=92, comment=b"")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as damage:
        raise PictureError(DAMAGED) from damage
    return out.getvalue()
