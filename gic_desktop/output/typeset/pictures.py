"""What a PNG or JPEG says of itself, and a JPEG without its notes: no decoding, no library."""

import re
import struct
from typing import NamedTuple


class PictureError(ValueError):
    """The bytes are not a picture that can be printed; the text is the sentence for the clerk."""


DAMAGED = "有一张图片已损坏，无法打印。请在正文中删去它，再重新插入。"
TOO_LARGE = "有一张图片的像素过多，无法打印。请缩小后重新插入。"
MAX_PIXELS = 80_000_000


class Pixels(NamedTuple):
    """Width and height, and how many pixels make an inch (0 when the file does not say)."""

    width: int
    height: int
    per_inch: float


_JPEG_FRAMES = frozenset(
    (0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF)
)


def picture_size(data: bytes) -> Pixels:
    """The picture's size; PictureError for anything but a whole PNG or JPEG header."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR" and len(data) >= 33:
        width, height = struct.unpack(">II", data[16:24])
        pixels = Pixels(width, height, _png_density(data))
    elif data[:2] == b"\xff\xd8":
        pixels = _jpeg_size(data)
    else:
        raise PictureError(DAMAGED)
    if not (0 < pixels.width <= 100_000 and 0 < pixels.height <= 100_000):
        raise PictureError(DAMAGED)
    return pixels


def size_to_unpack(data: bytes) -> Pixels:
    """The size of a picture that will be decoded: a small file can hold one of a gigabyte."""
    pixels = picture_size(data)
    if pixels.width * pixels.height > MAX_PIXELS:
        raise PictureError(TOO_LARGE)
    return pixels


def _png_density(data: bytes) -> float:
    at = 8
    while at + 12 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind == b"pHYs" and length == 9 and at + 17 <= len(data):
            across, _, unit = struct.unpack(">IIB", data[at + 8 : at + 17])
            return across * 0.0254 if unit == 1 else 0.0
        if kind == b"IDAT":
            break
        at += 12 + length
    return 0.0


def _jpeg_size(data: bytes) -> Pixels:
    density = 0.0
    at = 2
    while at + 9 < len(data):
        if data[at] != 0xFF:
            raise PictureError(DAMAGED)
        marker = data[at + 1]
        if marker == 0xFF or marker == 0x01 or 0xD0 <= marker <= 0xD8:  # noqa: PLR1714 - fill, stand-alone
            at += 1 if marker == 0xFF else 2
            continue
        length = struct.unpack(">H", data[at + 2 : at + 4])[0]
        if marker == 0xE0 and data[at + 4 : at + 9] == b"JFIF\0" and at + 16 <= len(data):
            unit, across = struct.unpack(">BH", data[at + 11 : at + 14])
            density = across * (2.54 if unit == 2 else 1.0) if unit else 0.0
        if marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            if exif_orientation(data) >= 5:
                width, height = height, width
            return Pixels(width, height, density)
        if length < 2:
            break
        at += 2 + length
    raise PictureError(DAMAGED)


def exif_orientation(data: bytes) -> int:
    """How the camera was held, 1 to 8; 1 when the picture does not say or says nonsense."""
    at = 2
    while data[:2] == b"\xff\xd8" and at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xDA:
            break
        length = struct.unpack(">H", data[at + 2 : at + 4])[0]
        if marker == 0xE1 and data[at + 4 : at + 10] == b"Exif\0\0":
            try:
                return _orientation_of(data[at + 10 : at + 2 + length])
            except struct.error:
                return 1
        at += 2 + length
    return 1


def _orientation_of(tiff: bytes) -> int:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    (start,) = struct.unpack_from(f"{order}I", tiff, 4)
    (count,) = struct.unpack_from(f"{order}H", tiff, start)
    for index in range(count):
        tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * index)
        if tag == 0x0112 and kind == 3:
            return value if 1 <= value <= 8 else 1
    return 1


# What ends or interrupts a scan's data: any marker but padding and restarts.
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_JFIF, _ADOBE = b"\xff\xe0", b"\xff\xee"


def bare_jpeg(data: bytes) -> bytes:
    """The JPEG's own data: nothing of what a camera wrote beside or behind it, but size and colours.

    PictureError when it is not whole. Behind its end phones keep further pictures and films.
    """
    parts = [b"\xff\xd8"]
    at, scanned = 2, False
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at : at + 2]
        if marker == b"\xff\xff":
            at += 1
            continue
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        end = at + 2 + length
        if length < 2 or end > len(data):
            break
        note = 0xE0 <= marker[1] <= 0xEF or marker[1] == 0xFE
        if marker == b"\xff\xda":
            scanned = True
            found = _MARKER.search(data, end)
            if found is None:
                break
            end = found.start()
        if not note or marker == _ADOBE or (marker == _JFIF and data[at + 4 : at + 9] == b"JFIF\0"):
            parts.append(data[at:end])
        if scanned and data[end : end + 2] == b"\xff\xd9":
            return b"".join((*parts, b"\xff\xd9"))
        at = end
    raise PictureError(DAMAGED)
