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
    face.key  face.name  face.family             # key: a str, equal for equal fonts; name: as in a
                                                 # PDF, ASCII; family: for people
    face.ascent face.descent face.cap_height face.x_height face.bounds face.italic_angle
    face.weight face.fixed_pitch face.embedding  # for a FontDescriptor; lengths in 1/1000 em

A subset must begin with glyph 0 (.notdef) and name no glyph twice; it is meant for a CIDFontType2
with Identity-H and CIDToGIDMap /Identity. Equal lists give equal bytes everywhere. `glyph` is 0 for
a character whose outline is empty though it should not be (some fonts claim characters they do
not draw); white space keeps its glyph.

A cache file holds the character table, the metrics and every glyph's plain outline, deflated one by
one with a full flush: a subset's stream is a join of such blocks, without a call of the compressor.
Everything read is checked by its own sum at its first use, so a damaged file is noticed, made anew,
and nobody sees more than a delay. Files are written under another name and then renamed: two
processes doing so at once end with one whole file. Ready caches may be shipped in
`resources/font_cache`; else they are made in the user's cache folder at set-up or at first use.
When that folder cannot be written the font is made in memory.

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
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeVar

from gic_desktop import resources
from gic_desktop.digest import blake2b, sha256
from gic_desktop.output.face_file import (
    BLOCK,
    BLOCKS,
    BYTE_ORDER,
    FORMAT,
    HEADER,
    MAGIC,
    RECORD,
    RECORD_BODY,
    START,
    DamagedError,
    FontError,
    compile_face,
    words_of,
)

STANDARD = ("title", "body", "h1", "h2", "table", "rare", "latin")
"""The names of the fonts that the program carries."""

_ZLIB_HEADER = b"\x78\xda"
_ZLIB_LAST_BLOCK = b"\x03\x00"
_ADLER = 65521
_FIXED_TIME = 3_786_912_000  # 2024-01-01 in the seconds of `head`

_SHIPPED = "font_cache"
"""The folder of resources with ready caches; a source tree need not have it."""

MAX_FONT_FILE = 120_000_000

_In = TypeVar("_In")
_Out = TypeVar("_Out")


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

    def __init__(
        self,
        key: str,
        content: bytes | mmap.mmap,
        make: Callable[[], bytes],
        store: Callable[[bytes], object],
    ) -> None:
        """`make` gives the content anew, `store` keeps it for the next process."""
        self.key = key
        self._make = make
        self._store = store
        self._characters: dict[int, int] = {}
        self._records: dict[int, _Glyph] = {}
        self._advances: dict[int, int] = {}
        self._load(content)

    def __repr__(self) -> str:
        return f"<Face {self.key} {self.name}>"

    def _load(self, content: bytes | mmap.mmap) -> None:
        """Take over a cache file; a damaged one raises and leaves the face as it was."""
        size = len(content)
        start = START.size + HEADER.size
        if size < start:
            raise DamagedError
        magic, order, crc, told = START.unpack_from(content)
        if (magic, order, told) != (MAGIC, BYTE_ORDER, size):
            raise DamagedError
        fields = HEADER.unpack_from(content, START.size)
        name_size, family_size = fields[-2:]
        names = content[start : start + name_size + family_size]
        if zlib.crc32(content[START.size : start] + names) != crc:
            raise DamagedError
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
        self.name = names[:name_size].decode("ascii")
        self.family = names[name_size:].decode("utf-8")
        self._content = content
        self._view = memoryview(content)
        self._table_at = self._sums_at - 0x20000
        self._table = self._view[self._table_at : self._table_at + 0x20000].cast("H")
        self._wide: tuple[Sequence[int], Sequence[int]] | None = None
        self._checked = bytearray(BLOCKS)

    def _scale(self, value: int) -> int:
        """Font units to 1/1000 em, half away from the floor: the same on every system."""
        scaled: int = (2000 * value + self.units) // (2 * self.units)
        return scaled

    def _sound(self, read: Callable[[_In], _Out], what: _In) -> _Out:
        """Read; if there is damage make the cache anew and read again. Glyphs keep numbers."""
        with contextlib.suppress(DamagedError):
            return read(what)
        # Only now, outside of the error, is nothing of the old file in use: on Windows a file that
        # is mapped cannot be replaced.
        self.renew()
        return read(what)

    def renew(self) -> None:
        """Make the cache anew from the font."""
        content = self._make()
        self._load(content)
        self._store(content)

    def glyph(self, codepoint: int) -> int:
        """Give the glyph that shows the character; 0 when the font has none."""
        try:
            return self._characters[codepoint]
        except KeyError:
            pass
        if codepoint < 0x10000 and self._checked[codepoint // BLOCK]:
            found = self._table[codepoint]
        else:
            found = self._sound(self._find, codepoint)
        self._characters[codepoint] = found
        return found

    def _find(self, codepoint: int) -> int:
        if 0 <= codepoint < 0x10000:
            block = codepoint // BLOCK
            if not self._checked[block]:
                at = self._table_at + 2 * BLOCK * block
                (crc,) = struct.unpack_from("=I", self._content, self._sums_at + 4 * block)
                if zlib.crc32(self._view[at : at + 2 * BLOCK]) != crc:
                    raise DamagedError
                self._checked[block] = 1
            return self._table[codepoint]
        if self._wide is None:
            middle = self._wide_at + 4 * self._wide_count
            end = middle + 4 * self._wide_count
            if zlib.crc32(self._view[self._wide_at : end]) != self._wide_crc:
                raise DamagedError
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
        at = self._records_at + RECORD.size * glyph
        found = _Glyph._make(RECORD.unpack_from(self._content, at))
        if zlib.crc32(self._view[at : at + RECORD_BODY]) != found.sum:
            raise DamagedError
        self._records[glyph] = found
        return found

    def advance(self, glyph: int) -> int:
        """Give the width in 1/1000 em."""
        try:
            return self._advances[glyph]
        except KeyError:
            pass
        record = self._sound(self._record, glyph)
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
        return self._sound(self._joined, glyphs)

    def outline(self, glyph: int) -> bytes:
        """Give the plain outline as it stands in `glyf`; empty for white space."""
        return self._sound(self._inflated, glyph)

    def read_all(self) -> None:
        """Read the whole file; damage raises DamagedError."""
        for character in range(0, 0x10001, BLOCK):
            self._find(character)
        for glyph in range(self.glyph_count):
            self._deflated(self._record(glyph))

    def _deflated(self, record: _Glyph) -> memoryview:
        found = self._view[record.place : record.place + record.size]
        if zlib.crc32(found) != record.crc:
            raise DamagedError
        return found

    def _inflated(self, glyph: int) -> bytes:
        record = self._record(glyph)
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
            _FIXED_TIME,
            _FIXED_TIME,
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
            words = words_of(padded)
            entries.append(struct.pack(">4sIII", tag, words, at, len(table)))
            data.append(padded)
            at += len(padded)
            checksum += words
        words = sum([record.words for record in records]) & 0xFFFFFFFF
        entries.insert(0, struct.pack(">4sIII", b"glyf", words, at, place))
        directory = struct.pack(">IHHHH", 0x00010000, 6, 64, 2, 32) + b"".join(entries)
        checksum += words + words_of(directory)
        whole = bytearray(directory)
        for table in data:
            whole += table
        struct.pack_into(">I", whole, len(directory) + 8, (0xB1B0AFBA - checksum) & 0xFFFFFFFF)
        return bytes(whole)


# Where the files are.


@cache
def _sums() -> dict[str, str]:
    """Give the sums of the packed fonts that the program carries, by file name."""
    lines = resources.path("fonts", "SHA256SUMS").read_text("ascii").splitlines()
    return {name: value for value, name in (line.split() for line in lines)}


def _standard_font(name: str) -> bytes:
    """Unpack a font of the program."""
    import lzma

    file_name = f"{name}.ttf.xz"
    packed = resources.path("fonts", file_name).read_bytes()
    if sha256(packed) != _sums()[file_name]:
        raise FontError(f"本程序的字体文件“{file_name}”已损坏，请重新安装本程序。")
    return lzma.decompress(packed)


_ENDING = f"-{FORMAT}{sys.byteorder[0]}"


def _key(name: str) -> str:
    return f"{name}-{_sums()[f'{name}.ttf.xz'][:16]}{_ENDING}"


@cache
def open_face(name: str) -> Face:
    """Open a font of the program by its name in STANDARD; makes its cache when there is none."""
    if name not in STANDARD:
        raise ValueError(name)
    shipped = resources.folder() / _SHIPPED
    return _open(_key(name), [shipped], lambda: compile_face(_standard_font(name)))


def open_installed(path: str | Path, index: int = 0) -> Face:
    """Open a font file of this PC. A changed file is another font. Raises FontError."""
    file = Path(path)
    try:
        facts = file.stat()
    except OSError:
        raise FontError(f"找不到字体文件“{file.name}”。") from None
    return _open_installed(file.absolute(), index, facts.st_size, facts.st_mtime_ns)


@cache
def _open_installed(file: Path, index: int, size: int, changed: int) -> Face:
    if size > MAX_FONT_FILE:
        raise FontError(f"字体文件“{file.name}”过大，不能使用。")
    told = f"{file}\0{index}\0{size}\0{changed}".encode("utf-8", "surrogateescape")
    digest = blake2b(told, digest_size=10).hexdigest()

    def make() -> bytes:
        try:
            font = file.read_bytes()
        except OSError:
            raise FontError(f"字体文件“{file.name}”无法读取。") from None
        try:
            return compile_face(font, index)
        except FontError as error:
            raise FontError(f"字体“{file.name}”不能使用：{error}") from None

    return _open(f"installed-{digest}{_ENDING}", [], make)


def _open(key: str, shipped: list[Path], make: Callable[[], bytes]) -> Face:
    def store(content: bytes) -> bool:
        return _write(_own_folder() / f"{key}.face", content)

    for folder in _folders(shipped):
        # A damaged or missing file is the usual case of a first start, nothing to tell anybody.
        with contextlib.suppress(OSError, ValueError, DamagedError):
            return Face(key, _map(folder / f"{key}.face"), make, store)
    content = make()
    store(content)
    return Face(key, content, make, store)


def _folders(shipped: list[Path]) -> Iterator[Path]:
    yield from shipped
    yield _own_folder()


def _own_folder() -> Path:
    # Imported only when no ready cache was shipped: it is a third of the start of an export.
    from gic_desktop import user_folders

    return user_folders.cache() / "fonts"


def _map(path: Path) -> mmap.mmap:
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def _write(path: Path, content: bytes) -> bool:
    """Put a whole file there or none. Without success the font is used from memory."""
    part = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(content)
        # On Windows this fails while another process has the old file mapped; that one is as good.
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink()
        return False
    return True


def prepare(folder: Path | None = None, told: Callable[[str, int], None] | None = None) -> None:
    """Make every cache that is missing or damaged, in `folder` or where `open_face` looks.

    `told` hears the name of each font and how many are done before it.
    """
    for done, name in enumerate(STANDARD):
        if told is not None:
            told(name, done)
        if folder is None:
            verify(open_face(name))
            continue
        path = folder / f"{_key(name)}.face"
        if not _is_whole(path) and not _write(path, compile_face(_standard_font(name))):
            raise FontError(f"字体缓存无法写入“{folder}”。")
    _sweep(folder or _own_folder())


def verify(face: Face) -> None:
    """Read all of a cache file; one that is damaged anywhere is made anew."""
    with contextlib.suppress(DamagedError):
        face.read_all()
        return
    face.renew()


def _is_whole(path: Path) -> bool:
    try:
        Face(path.stem, _map(path), bytes, len).read_all()
    except (OSError, ValueError, DamagedError):
        return False
    return True


def _sweep(folder: Path) -> None:
    """Remove what ended processes left behind, and caches of earlier formats and fonts."""
    import time

    current = {_key(name) for name in STANDARD}
    with contextlib.suppress(OSError):
        for path in list(folder.iterdir()):
            ours = path.suffix == ".face"
            installed = path.stem.startswith("installed-") and path.stem.endswith(_ENDING)
            stale = path.suffix == ".part" and time.time() - path.stat().st_mtime > 3600
            if stale or (ours and path.stem not in current and not installed):
                with contextlib.suppress(OSError):
                    path.unlink()


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the caches: part of setting the program up."""
    import argparse

    parser = argparse.ArgumentParser(
        prog="python -m gic_desktop.output.font_cache", description="准备打印用的字体。"
    )
    parser.add_argument(
        "--into", metavar="文件夹", type=Path, help="写入该文件夹（制作安装包时用）"
    )
    folder = parser.parse_args(arguments).into

    def told(name: str, done: int) -> None:
        print(f"正在准备字体 {done + 1}/{len(STANDARD)}：{name}", flush=True)  # noqa: T201 - a command

    try:
        prepare(folder, told)
    except (FontError, OSError) as error:
        print(f"字体没有准备好：{error}", file=sys.stderr)  # noqa: T201 - a command
        return 2
    print("字体已准备好")  # noqa: T201 - a command
    return 0


if __name__ == "__main__":
    sys.exit(main())
