"""The file of one font in the cache: its layout, and making it out of a TrueType file.

In the byte order of the machine: a start and a header with sums, the two names, 65,536 glyph
numbers of the basic plane with a sum for every 256, the other planes' characters and their glyphs,
one record a glyph, and the glyphs' plain outlines, each padded to four bytes and deflated by itself
with a full flush, so that a join of them is a deflated `glyf` table. The outlines of everyday
characters come first: those of a report lie on some dozen pages of memory then, not on seven hundred.
"""

from __future__ import annotations

import struct
import zlib

FORMAT = 2
"""Raise it when the layout of the cache file or what goes into it changes."""

MAGIC = b"GICFACE" + bytes([FORMAT])
BYTE_ORDER = 0x01020304

# magic, byte order, sum of the rest of the header, file size; then: glyphs, supplementary
# characters, sum of their table, offsets of: block sums, supplementary table, records, outlines;
# units, bounds, ascent, descent, cap height, x height, weight, fsType, advance max, max points, max
# contours, fixed pitch, italic angle in 1/65536; lengths of the two names, which follow.
START = struct.Struct("=8sIII")
HEADER = struct.Struct("=IIIIIII Hhhhh hhhh HHHHHH i HH")

# outline's place in the file, deflated length, plain length, adler32 and sum of words of the plain
# outline, crc32 of the deflated one, advance, left side bearing, crc32 of this record.
RECORD = struct.Struct("=IIIIIIHhI")
RECORD_BODY = RECORD.size - 4

BLOCK = 256  # characters whose part of the table has one sum
BLOCKS = 0x10000 // BLOCK

WHITE = frozenset((0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000))


_ROWS = (*range(0xA1, 0xAA), *range(0xB0, 0xD8))
"""Of GB 2312: marks and letters, and the hanzi of the first level."""
_CELLS = range(0xA1, 0xFF)


class FontError(Exception):
    """A font cannot be used; the text is a sentence for the person at the PC."""


class DamagedError(Exception):
    """The cache file is not what was written."""


def words_of(data: bytes) -> int:
    """Give the checksum of a table: the sum of its words."""
    total: int = sum(struct.unpack(f">{len(data) // 4}I", data))
    return total & 0xFFFFFFFF


# Making a cache file.


def compile_face(font: bytes, index: int = 0) -> bytes:
    """Turn a TrueType file into the content of a cache file. Raises FontError."""
    from gic_desktop.output.font_files import FontFile, FontFileError

    try:
        source = FontFile(font, index)
        metrics = source.metrics()
        characters = source.characters()
        widths = source.horizontal()
        outlines = source.plain_glyphs()
        names = source.names()
    except FontFileError as error:
        raise FontError(f"{error}。") from None
    outlines = outlines[: len(widths)]

    table = bytearray(0x20000)
    wide = []
    for character, glyph in sorted(characters.items()):
        if not outlines[glyph] and character not in WHITE:
            continue
        if character < 0x10000:
            struct.pack_into("=H", table, 2 * character, glyph)
        else:
            wide.append((character, glyph))
    sums = b"".join(
        struct.pack("=I", zlib.crc32(table[at : at + 2 * BLOCK]))
        for at in range(0, len(table), 2 * BLOCK)
    )
    wide_table = struct.pack(f"={len(wide)}I", *(character for character, _ in wide))
    wide_table += struct.pack(f"={len(wide)}I", *(glyph for _, glyph in wide))

    post_script = _post_script_name(names.get(6, []), font)
    family = (names.get(4) or names.get(1) or [post_script.decode()])[0].encode("utf-8")
    cap_height = metrics.cap_height or _height(outlines, characters, "H") or metrics.ascent
    x_height = metrics.x_height or _height(outlines, characters, "x")

    names_at = START.size + HEADER.size
    gap = -(names_at + len(post_script) + len(family)) % 16
    sums_at = names_at + len(post_script) + len(family) + gap + len(table)
    wide_at = sums_at + len(sums)
    records_at = wide_at + len(wide_table)
    outlines_at = records_at + RECORD.size * len(outlines)

    packed = []
    max_points = max_contours = 0
    for outline in outlines:
        deflated = b""
        if outline:
            contours = struct.unpack_from(">h", outline)[0]
            points = struct.unpack_from(">H", outline, 8 + 2 * contours)[0] + 1
            max_contours, max_points = max(max_contours, contours), max(max_points, points)
            squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
            deflated = squeeze.compress(outline) + squeeze.flush(zlib.Z_FULL_FLUSH)
        packed.append(deflated)

    order, place = _everyday_first(characters, len(outlines)), outlines_at
    places = [0] * len(outlines)
    for glyph in order:
        places[glyph] = place
        place += len(packed[glyph])

    records = []
    for at, outline, deflated, (advance, bearing) in zip(
        places, outlines, packed, widths, strict=True
    ):
        body = struct.pack(
            "=IIIIIIHh",
            at,
            len(deflated),
            len(outline),
            zlib.adler32(outline),
            words_of(outline),
            zlib.crc32(deflated),
            advance,
            bearing,
        )
        records.append(body + struct.pack("=I", zlib.crc32(body)))

    header = HEADER.pack(
        len(outlines),
        len(wide),
        zlib.crc32(wide_table),
        sums_at,
        wide_at,
        records_at,
        outlines_at,
        metrics.units,
        *metrics.bounds,
        metrics.ascent,
        metrics.descent,
        cap_height,
        x_height,
        metrics.weight,
        metrics.embedding,
        metrics.advance_max,
        max_points,
        max_contours,
        int(metrics.fixed_pitch),
        round(metrics.italic_angle * 65536),
        len(post_script),
        len(family),
    )
    header += post_script + family
    start = START.pack(MAGIC, BYTE_ORDER, zlib.crc32(header), place)
    stored = map(packed.__getitem__, order)
    return b"".join([start, header, bytes(gap), table, sums, wide_table, *records, *stored])


def _everyday_first(characters: dict[int, int], count: int) -> list[int]:
    """All glyph numbers, in the order in which their outlines are stored."""
    everyday = [chr(code) for code in range(0x20, 0x7F)]
    everyday += [bytes((row, cell)).decode("gbk", "ignore") for row in _ROWS for cell in _CELLS]
    found = (characters.get(ord(character), 0) for character in everyday if character)
    return list(dict.fromkeys((0, *(glyph for glyph in found if glyph < count), *range(count))))


def _post_script_name(candidates: list[str], font: bytes) -> bytes:
    """Give a name that a PDF takes without escapes."""
    for name in candidates:
        if 0 < len(name) <= 60 and all(c.isascii() and (c.isalnum() or c in "-_") for c in name):
            return name.encode("ascii")
    return b"Font-%08X" % zlib.crc32(font)


def _height(outlines: list[bytes], characters: dict[int, int], letter: str) -> int:
    outline = outlines[characters.get(ord(letter), 0)] if ord(letter) in characters else b""
    return int(struct.unpack_from(">h", outline, 8)[0]) if outline else 0
