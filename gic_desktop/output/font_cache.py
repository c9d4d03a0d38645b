"""Fonts ready for printing: each one a file that is mapped into memory, not parsed.

Use::

    face = font_cache.open_face("body")          # a font of the program, by name (STANDARD)
    face = font_cache.open_installed(path, 0)    # a font file of this PC, by path and face number
    face.glyph(ord("堃"))                        # glyph number; 0: this font cannot show it
    face.advance(glyph)                          # width in 1/1000 em (int)
    face.advances("第一条")                      # widths of a text, one per character, in 1/1000 em
    face.subset([0, 17, 4]) -> bytes             # a TrueType font program of these glyphs, in this
                                                 # order: new glyph number = place in the list
    face.deflated_subset([0, 17, 4])             # the same, already a FlateDecode stream:
        -> DeflatedFont(stream, length)          # stream for the PDF, length for /Length1
    face.key  face.post_script_name  face.family # key: equal for equal fonts, hashable, sortable
    face.ascent face.descent face.cap_height face.x_height face.bounds face.italic_angle
    face.weight face.fixed_pitch face.embedding  # for a FontDescriptor; lengths in 1/1000 em

A subset must begin with glyph 0 (.notdef) and name no glyph twice; it is meant for a CIDFontType2 with
Identity-H and CIDToGIDMap /Identity. Equal lists give equal bytes on every system. `glyph` answers 0
for a character whose outline is empty though it should not be (some fonts claim characters they do
not draw); white space keeps its glyph.

A cache file holds the character table, the metrics and every glyph's plain outline, deflated one by
one with a full flush: a subset's stream is a join of such blocks, without a call of the compressor.
Everything read is checked by its own sum at its first use, so a damaged file is noticed, made anew,
and nobody sees more than a delay. Files are written under another name and then renamed: two
processes doing so at once end with one whole file. Ready caches may be shipped in
`resources/font_cache`; else they are made in the user's cache folder at set-up or at first use. When
that folder cannot be written the font is made in memory.

    python -m gic_desktop.output.font_cache [--into FOLDER]     makes all caches, with progress

This module and what it imports at the top are part of the export's start: nothing heavy here.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import struct
import sys
import zlib
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

STANDARD = ("title", "body", "h1", "h2", "table", "rare", "latin")
"""The names of the fonts that the program carries."""

FORMAT = 1
"""Raise it when the layout of the cache file or what goes into it changes."""

_MAGIC = b"GICFACE" + bytes([FORMAT])
_BYTE_ORDER = 0x01020304

# magic, byte order, sum of the rest of the header, file size; then: glyphs, supplementary
# characters, sum of their table, offsets of: block sums, supplementary table, records, outlines;
# units, bounds, ascent, descent, cap height, x height, weight, fsType, advance max, max points, max
# contours, fixed pitch, italic angle in 1/65536; lengths of the two names, which follow.
_START = struct.Struct("=8sIII")
_HEADER = struct.Struct("=IIIIIII Hhhhh hhhh HHHHHH i HH")

# outline's place in the file, deflated length, plain length, adler32 and sum of words of the plain
# outline, crc32 of the deflated one, advance, left side bearing, crc32 of this record.
_RECORD = struct.Struct("=IIIIIIHhI")
_RECORD_BODY = _RECORD.size - 4

_BLOCK = 256  # characters whose part of the table has one sum
_BLOCKS = 0x10000 // _BLOCK

_ZLIB_HEADER = b"\x78\xda"
_ZLIB_LAST_BLOCK = b"\x03\x00"
_ADLER = 65521

_WHITE = frozenset((0x20, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000))


class FontError(Exception):
    """A font cannot be used; the text is a sentence for the person at the PC."""


class _DamagedError(Exception):
    """The cache file is not what was written."""


class DeflatedFont(NamedTuple):
    stream: bytes
    length: int


class _Glyph(NamedTuple):
    place: int
    size: int
    plain_size: int
    adler: int
    words: int
    crc: int
    advance: int
    bearing: int
    sum: int


class Face:
    """One font. Make it with `open_face` or `open_installed`; it lives as long as it is used."""

    def __init__(self, key: str, content: bytes | mmap.mmap, remake: Callable[[], bytes]) -> None:
        self.key = key
        self._remake = remake
        self._characters: dict[int, int] = {}
        self._records: dict[int, _Glyph] = {}
        self._advances: dict[int, int] = {}
        self._load(content)

    def __repr__(self) -> str:
        return f"<Face {self.key} {self.post_script_name}>"

    def _load(self, content: bytes | mmap.mmap) -> None:
        """Take over a cache file; a damaged one raises and leaves the face as it was."""
        size = len(content)
        start = _START.size + _HEADER.size
        if size < start:
            raise _DamagedError
        magic, order, crc, told = _START.unpack_from(content)
        if (magic, order, told) != (_MAGIC, _BYTE_ORDER, size):
            raise _DamagedError
        fields = _HEADER.unpack_from(content, _START.size)
        name_size, family_size = fields[-2:]
        names = content[start : start + name_size + family_size]
        if zlib.crc32(content[_START.size : start] + names) != crc:
            raise _DamagedError
        (
            self.glyph_count,
            self._wide_count,
            self._wide_crc,
            self._sums_at,
            self._wide_at,
            self._records_at,
            _,
            self.units,
            x0,
            y0,
            x1,
            y1,
            ascent,
            descent,
            cap_height,
            x_height,
            self.weight,
            self.embedding,
            self._advance_max,
            self._max_points,
            self._max_contours,
            fixed_pitch,
            angle,
            _,
            _,
        ) = fields
        self._raw_metrics = (x0, y0, x1, y1, ascent, descent)
        scale = self._scale
        self.bounds = (scale(x0), scale(y0), scale(x1), scale(y1))
        self.ascent, self.descent = scale(ascent), scale(descent)
        self.cap_height, self.x_height = scale(cap_height), scale(x_height)
        self.fixed_pitch = bool(fixed_pitch)
        self.italic_angle = angle / 65536
        self.post_script_name = names[:name_size].decode("ascii")
        self.family = names[name_size:].decode("utf-8")
        self._content = content
        self._view = memoryview(content)
        self._table_at = self._sums_at - 0x20000
        self._wide: tuple[Sequence[int], Sequence[int]] | None = None
        self._checked = bytearray(_BLOCKS)

    def _scale(self, value: int) -> int:
        """Font units to 1/1000 em, half away from the floor: the same on every system."""
        return (2000 * value + self.units) // (2 * self.units)

    def _renew(self) -> None:
        """Make the cache anew after damage was found; the numbers of the glyphs stay the same."""
        try:
            self._load(self._remake())
        except _DamagedError:  # pragma: no cover - what was just made in memory is whole
            raise FontError("字体缓存无法重建，请重新启动本程序。") from None

    def glyph(self, codepoint: int) -> int:
        """Give the glyph that shows the character; 0 when the font has none."""
        try:
            return self._characters[codepoint]
        except KeyError:
            pass
        try:
            found = self._find(codepoint)
        except _DamagedError:
            self._renew()
            found = self._find(codepoint)
        self._characters[codepoint] = found
        return found

    def _find(self, codepoint: int) -> int:
        if 0 <= codepoint < 0x10000:
            block = codepoint // _BLOCK
            if not self._checked[block]:
                at = self._table_at + 2 * _BLOCK * block
                (crc,) = struct.unpack_from("=I", self._content, self._sums_at + 4 * block)
                if zlib.crc32(self._view[at : at + 2 * _BLOCK]) != crc:
                    raise _DamagedError
                self._checked[block] = 1
            place = self._table_at + 2 * codepoint
            return int.from_bytes(self._content[place : place + 2], sys.byteorder)
        if self._wide is None:
            middle = self._wide_at + 4 * self._wide_count
            end = middle + 4 * self._wide_count
            if zlib.crc32(self._view[self._wide_at : end]) != self._wide_crc:
                raise _DamagedError
            self._wide = (
                self._view[self._wide_at : middle].cast("I"),
                self._view[middle:end].cast("I"),
            )
        characters, glyphs = self._wide
        place = bisect_left(characters, codepoint)
        if place < self._wide_count and characters[place] == codepoint:
            return int(glyphs[place])
        return 0

    def _record(self, glyph: int) -> _Glyph:
        try:
            return self._records[glyph]
        except KeyError:
            pass
        if not 0 <= glyph < self.glyph_count:
            raise IndexError(f"no glyph {glyph} in {self.key}")
        at = self._records_at + _RECORD.size * glyph
        found = _Glyph._make(_RECORD.unpack_from(self._content, at))
        if zlib.crc32(self._view[at : at + _RECORD_BODY]) != found.sum:
            raise _DamagedError
        self._records[glyph] = found
        return found

    def advance(self, glyph: int) -> int:
        """Give the width in 1/1000 em."""
        try:
            return self._advances[glyph]
        except KeyError:
            pass
        try:
            record = self._record(glyph)
        except _DamagedError:
            self._renew()
            record = self._record(glyph)
        width = self._advances[glyph] = self._scale(record.advance)
        return width

    def advances(self, text: str) -> list[int]:
        """Give the width of each character in 1/1000 em; that of .notdef for one not there."""
        return [self.advance(self.glyph(ord(character))) for character in text]

    def subset(self, glyphs: Sequence[int]) -> bytes:
        """Give a font program with these glyphs, numbered by their place in the list."""
        packed = self.deflated_subset(glyphs)
        return zlib.decompress(packed.stream)

    def deflated_subset(self, glyphs: Sequence[int]) -> DeflatedFont:
        """Give the same as a zlib stream, which is what a FlateDecode stream holds."""
        if not glyphs or glyphs[0] != 0 or len(set(glyphs)) != len(glyphs):
            raise ValueError("a subset begins with glyph 0 and names no glyph twice")
        try:
            return self._joined(glyphs)
        except _DamagedError:
            self._renew()
            return self._joined(glyphs)

    def outline(self, glyph: int) -> bytes:
        """Give the plain outline as it stands in `glyf`; empty for white space."""
        try:
            return self._inflated(self._record(glyph))
        except _DamagedError:
            self._renew()
            return self._inflated(self._record(glyph))

    def _deflated(self, record: _Glyph) -> memoryview:
        found = self._view[record.place : record.place + record.size]
        if zlib.crc32(found) != record.crc:
            raise _DamagedError
        return found

    def _inflated(self, record: _Glyph) -> bytes:
        return zlib.decompressobj(-15).decompress(self._deflated(record)) if record.size else b""

    def _joined(self, glyphs: Sequence[int]) -> DeflatedFont:
        records = [self._record(glyph) for glyph in glyphs]
        head = self._tables(records)
        start = zlib.compressobj(6, zlib.DEFLATED, -15)
        parts: list[bytes | memoryview] = [_ZLIB_HEADER, start.compress(head)]
        parts.append(start.flush(zlib.Z_FULL_FLUSH))
        adler, total = zlib.adler32(head), len(head)
        low, high = adler & 0xFFFF, adler >> 16
        for record in records:
            if record.size:
                parts.append(self._deflated(record))
                # The adler32 of a join, from the sums of its parts.
                size = record.plain_size
                high += (record.adler >> 16) + size * (low - 1)
                low += (record.adler & 0xFFFF) - 1
                total += size
        parts.append(_ZLIB_LAST_BLOCK)
        parts.append(struct.pack(">I", (high % _ADLER) << 16 | low % _ADLER))
        return DeflatedFont(b"".join(parts), total)

    def _tables(self, records: Sequence[_Glyph]) -> bytes:
        """Give all of the font program but the outlines, which come last."""
        count = len(records)
        places, place = [0], 0
        for record in records:
            place += record.plain_size
            places.append(place)
        x0, y0, x1, y1, ascent, descent = self._raw_metrics
        head = struct.pack(
            ">IIIIHHQQhhhhHHhhh",
            0x00010000,
            0x00010000,
            0,
            0x5F0F3CF5,
            0b11,
            self.units,
            0,
            0,
            x0,
            y0,
            x1,
            y1,
            0,
            8,
            2,
            1,
            0,
        )
        hhea = struct.pack(
            ">IhhhHhhhhhhhhhhhH",
            0x00010000,
            ascent,
            descent,
            0,
            self._advance_max,
            *(0, 0, 0),
            *(1, 0, 0, 0, 0, 0, 0, 0),
            count,
        )
        hmtx = b"".join([struct.pack(">Hh", r.advance, r.bearing) for r in records])
        loca = struct.pack(f">{count + 1}I", *places)
        maxp = struct.pack(
            ">IHHHHHHHHHHHHHH",
            0x00010000,
            count,
            self._max_points,
            self._max_contours,
            *(0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
        )
        # In the order of their tags, as the directory asks; the outlines' data comes last.
        tables = {b"head": head, b"hhea": hhea, b"hmtx": hmtx, b"loca": loca, b"maxp": maxp}
        at = 12 + 16 * (len(tables) + 1)
        entries, data, checksum = [], [], 0
        for tag, table in tables.items():
            padded = table + bytes(-len(table) % 4)
            words = _words(padded)
            entries.append(struct.pack(">4sIII", tag, words, at, len(table)))
            data.append(padded)
            at += len(padded)
            checksum += words
        words = sum([record.words for record in records]) & 0xFFFFFFFF
        entries.insert(0, struct.pack(">4sIII", b"glyf", words, at, place))
        directory = struct.pack(">IHHHH", 0x00010000, 6, 64, 2, 32) + b"".join(entries)
        checksum += words + _words(directory)
        whole = bytearray(directory)
        for table in data:
            whole += table
        struct.pack_into(">I", whole, len(directory) + 8, (0xB1B0AFBA - checksum) & 0xFFFFFFFF)
        return bytes(whole)


def _words(data: bytes) -> int:
    """Give the checksum of a table: the sum of its words."""
    return sum(struct.unpack(f">{len(data) // 4}I", data)) & 0xFFFFFFFF


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
        if not outlines[glyph] and character not in _WHITE:
            continue
        if character < 0x10000:
            struct.pack_into("=H", table, 2 * character, glyph)
        else:
            wide.append((character, glyph))
    sums = b"".join(
        struct.pack("=I", zlib.crc32(table[at : at + 2 * _BLOCK]))
        for at in range(0, len(table), 2 * _BLOCK)
    )
    wide_table = struct.pack(f"={len(wide)}I", *(character for character, _ in wide))
    wide_table += struct.pack(f"={len(wide)}I", *(glyph for _, glyph in wide))

    post_script = _post_script_name(names.get(6, []), font)
    family = (names.get(4) or names.get(1) or [post_script])[0].encode("utf-8")
    cap_height = metrics.cap_height or _height(outlines, characters, "H") or metrics.ascent
    x_height = metrics.x_height or _height(outlines, characters, "x")

    names_at = _START.size + _HEADER.size
    gap = -(names_at + len(post_script) + len(family)) % 16
    sums_at = names_at + len(post_script) + len(family) + gap + len(table)
    wide_at = sums_at + len(sums)
    records_at = wide_at + len(wide_table)
    outlines_at = records_at + _RECORD.size * len(outlines)

    records, packed, place = [], [], outlines_at
    max_points = max_contours = 0
    for outline, (advance, bearing) in zip(outlines, widths, strict=True):
        deflated = b""
        if outline:
            contours = struct.unpack_from(">h", outline)[0]
            points = struct.unpack_from(">H", outline, 8 + 2 * contours)[0] + 1
            max_contours, max_points = max(max_contours, contours), max(max_points, points)
            squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
            deflated = squeeze.compress(outline) + squeeze.flush(zlib.Z_FULL_FLUSH)
        body = struct.pack(
            "=IIIIIIHh",
            place,
            len(deflated),
            len(outline),
            zlib.adler32(outline),
            _words(outline),
            zlib.crc32(deflated),
            advance,
            bearing,
        )
        records.append(body + struct.pack("=I", zlib.crc32(body)))
        packed.append(deflated)
        place += len(deflated)

    header = _HEADER.pack(
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
    start = _START.pack(_MAGIC, _BYTE_ORDER, zlib.crc32(header), place)
    return b"".join([start, header, bytes(gap), table, sums, wide_table, *records, *packed])


def _post_script_name(candidates: list[str], font: bytes) -> bytes:
    """Give a name that a PDF takes without escapes."""
    for name in candidates:
        if 0 < len(name) <= 60 and all(c.isascii() and (c.isalnum() or c in "-_") for c in name):
            return name.encode("ascii")
    return b"Font-%08X" % zlib.crc32(font)


def _height(outlines: list[bytes], characters: dict[int, int], letter: str) -> int:
    outline = outlines[characters.get(ord(letter), 0)] if ord(letter) in characters else b""
    return int(struct.unpack_from(">h", outline, 8)[0]) if outline else 0


# Where the files are.


@cache
def _sums() -> dict[str, str]:
    """Give the sums of the packed fonts that the program carries, by file name."""
    from gic_desktop import resources

    lines = resources.path("fonts", "SHA256SUMS").read_text("ascii").splitlines()
    return {name: value for value, name in (line.split() for line in lines)}


def _standard_font(name: str) -> bytes:
    """Unpack a font of the program."""
    import hashlib
    import lzma

    from gic_desktop import resources

    file_name = f"{name}.ttf.xz"
    packed = resources.path("fonts", file_name).read_bytes()
    if hashlib.sha256(packed).hexdigest() != _sums()[file_name]:
        raise FontError(f"本程序的字体文件“{file_name}”已损坏，请重新安装本程序。")
    return lzma.decompress(packed)


def _key(name: str) -> str:
    return f"{name}-{_sums()[f'{name}.ttf.xz'][:16]}-{FORMAT}{sys.byteorder[0]}"


@cache
def open_face(name: str) -> Face:
    """Open a font of the program by its name in STANDARD; makes its cache when there is none."""
    if name not in STANDARD:
        raise ValueError(name)
    return _open(_key(name), name, lambda: compile_face(_standard_font(name)))


def open_installed(path: str, index: int = 0) -> Face:
    """Open a font file of this PC. A changed file is another font. Raises FontError."""
    try:
        facts = os.stat(path)
    except OSError:
        raise FontError(f"找不到字体文件“{os.path.basename(path)}”。") from None
    return _open_installed(os.path.abspath(path), index, facts.st_size, facts.st_mtime_ns)


@cache
def _open_installed(path: str, index: int, size: int, changed: int) -> Face:
    import hashlib

    if size > 120_000_000:
        raise FontError(f"字体文件“{os.path.basename(path)}”过大，不能使用。")
    told = f"{path}\0{index}\0{size}\0{changed}".encode("utf-8", "surrogateescape")
    digest = hashlib.blake2b(told, digest_size=10).hexdigest()
    key = f"installed-{digest}-{FORMAT}{sys.byteorder[0]}"

    def make() -> bytes:
        try:
            with open(path, "rb") as file:
                font = file.read()
        except OSError:
            raise FontError(f"字体文件“{os.path.basename(path)}”无法读取。") from None
        try:
            return compile_face(font, index)
        except FontError as error:
            raise FontError(f"字体“{os.path.basename(path)}”不能使用：{error}") from None

    return _open(key, "", make)


def _open(key: str, standard: str, make: Callable[[], bytes]) -> Face:
    def remake() -> bytes:
        content = make()
        _write(_file(key), content)
        return content

    for path in _places(key, standard):
        # A damaged or missing file is the usual case of a first start, nothing to tell anybody.
        with contextlib.suppress(OSError, ValueError, _DamagedError):
            return Face(key, _map(path), remake)
    return Face(key, remake(), remake)


def _places(key: str, standard: str) -> list[str]:
    places = []
    if standard:
        from gic_desktop import resources

        places.append(str(resources.folder() / "font_cache" / f"{key}.face"))
    own = _file(key)
    return [*places, own] if own else places


def _file(key: str) -> str:
    from gic_desktop import user_folders

    return os.path.join(user_folders.cache(), "fonts", f"{key}.face")


def _map(path: str) -> mmap.mmap:
    with open(path, "rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _write(path: str, content: bytes) -> bool:
    """Put a whole file there or none. Without success the font is used from memory."""
    folder = os.path.dirname(path)
    part = f"{path}.{os.getpid()}.{os.urandom(4).hex()}.part"
    try:
        os.makedirs(folder, exist_ok=True)
        with open(part, "wb") as file:
            file.write(content)
        # On Windows this fails while another process has the old file mapped; that one is as good.
        os.replace(part, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(part)
        return False
    return True


def prepare(folder: str | None = None, told: Callable[[str, int, int], None] | None = None) -> None:
    """Make every cache that is missing or damaged, in `folder` or the user's; `told` hears progress."""
    for number, name in enumerate(STANDARD):
        if told is not None:
            told(name, number, len(STANDARD))
        if folder is None:
            verify(open_face(name))
            continue
        path = os.path.join(folder, f"{_key(name)}.face")
        if not _is_whole(path) and not _write(path, compile_face(_standard_font(name))):
            raise FontError(f"字体缓存无法写入“{folder}”。")
    _sweep(folder or os.path.dirname(_file("")))
    if told is not None:
        told("", len(STANDARD), len(STANDARD))


def verify(face: Face) -> None:
    """Read all of a cache file; one that is damaged anywhere is made anew."""
    try:
        _read_all(face)
    except _DamagedError:
        face._renew()  # noqa: SLF001 - its own module


def _read_all(face: Face) -> None:
    for character in range(0, 0x10001, _BLOCK):
        face._find(character)  # noqa: SLF001 - its own module
    for glyph in range(face.glyph_count):
        face._deflated(face._record(glyph))  # noqa: SLF001 - its own module


def _is_whole(path: str) -> bool:
    def never() -> bytes:  # pragma: no cover - the reading below does not repair
        raise _DamagedError

    try:
        _read_all(Face("", _map(path), never))
    except (OSError, ValueError, _DamagedError):
        return False
    return True


def _sweep(folder: str) -> None:
    """Remove what processes that were ended left behind, and caches of earlier formats."""
    import time

    current = {f"{_key(name)}.face" for name in STANDARD}
    ending = f"-{FORMAT}{sys.byteorder[0]}.face"
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            name = entry.name
            old_part = name.endswith(".part") and time.time() - entry.stat().st_mtime > 3600
            old_face = (
                name.endswith(".face")
                and name not in current
                and (not name.startswith("installed-") or not name.endswith(ending))
            )
            if old_part or old_face:
                with contextlib.suppress(OSError):
                    os.unlink(entry.path)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the caches: part of setting the program up."""
    import argparse

    parser = argparse.ArgumentParser(
        prog="python -m gic_desktop.output.font_cache", description="准备打印用的字体。"
    )
    parser.add_argument("--into", metavar="文件夹", help="写入该文件夹（制作安装包时用）")
    folder = parser.parse_args(arguments).into

    def told(name: str, done: int, total: int) -> None:
        text = f"正在准备字体 {done + 1}/{total}：{name}" if name else "字体已准备好"
        print(text, flush=True)  # noqa: T201 - the command's own output

    try:
        prepare(folder, told)
    except (FontError, OSError) as error:
        print(f"字体没有准备好：{error}", file=sys.stderr)  # noqa: T201
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
