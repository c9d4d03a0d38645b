"""Reading a TrueType file: tables, names, characters, metrics, and every glyph as a plain outline.

The file may be anything a person has on the PC, whole or damaged, so nothing in it is believed: a
broken table is a `FontFileError` that says why in Chinese, a broken glyph is an empty one (its
character then comes from the next font). Collections (.ttc) hold several faces, by `index`.

A *plain* glyph has no hints and no components, so that glyphs of any origin can be joined byte by
byte into a new font: components are drawn into one outline, instructions are left out.
"""

from __future__ import annotations

import math
import mmap
import struct

from gic_desktop.values import Struct

MAX_FILE = 120_000_000
MAX_POINTS = 16_000
"""In one glyph."""
_MAX_ALL_POINTS = 16_000_000
"""In one font; four times what the largest Chinese fonts have."""
_MAX_GLYPH = 131_072
_MAX_COMPONENTS = 256
_MAX_DEPTH = 6
_MAX_FACES = 64
_MAX_NAMES = 2_000

Point = tuple[float, float, bool]
"""x, y, on the curve."""


class FontFileError(ValueError):
    """The file cannot be used as a font; the text says why, in Chinese."""


class Metrics(Struct, frozen=True):
    """In font units, as the file has them."""

    units: int
    bounds: tuple[int, int, int, int]
    ascent: int
    descent: int
    cap_height: int
    x_height: int
    italic_angle: float
    weight: int
    embedding: int
    """`fsType` of OS/2."""
    advance_max: int
    fixed_pitch: bool


def face_count(data: bytes | mmap.mmap) -> int:
    """How many faces the file holds; 1 when it is no collection."""
    if data[:4] != b"ttcf":
        return 1
    if len(data) < 12:
        raise FontFileError("字体文件不完整")
    (count,) = struct.unpack_from(">I", data, 8)
    return min(int(count), _MAX_FACES)


class FontFile:
    """One face of a font file."""

    def __init__(self, data: bytes | mmap.mmap, index: int = 0) -> None:
        if len(data) > MAX_FILE:
            raise FontFileError("字体文件过大")
        self._data = data
        self._tables = _directory(data, index)
        self._points_left = _MAX_ALL_POINTS

    def has(self, tag: bytes) -> bool:
        return tag in self._tables

    def table(self, tag: bytes, least: int = 0) -> bytes:
        place = self._tables.get(tag)
        if place is None:
            raise FontFileError(f"字体文件缺少必需的数据（{tag.decode('ascii', 'replace')}）")
        offset, length = place
        found = self._data[offset : offset + length]
        if len(found) < least:
            raise FontFileError("字体文件不完整")
        return found

    def names(self) -> dict[int, list[str]]:
        """Name number → every reading of it, Chinese ones first, without unreadable entries."""
        table = self.table(b"name", 6)
        _, count, base = struct.unpack_from(">HHH", table)
        found: dict[int, list[tuple[int, str]]] = {}
        for i in range(min(count, _MAX_NAMES)):
            if 18 + 12 * i > len(table):
                break
            platform, encoding, language, number, length, offset = struct.unpack_from(
                ">6H", table, 6 + 12 * i
            )
            raw = table[base + offset : base + offset + length]
            text = _decode_name(raw, platform, encoding)
            if not text:
                continue
            chinese = (platform, language) == (3, 0x804) or (platform, encoding) == (1, 25)
            found.setdefault(number, []).append((0 if chinese else 1, text))
        return {
            number: list(dict.fromkeys(text for _, text in sorted(texts, key=lambda t: t[0])))
            for number, texts in found.items()
        }

    def embedding(self) -> int:
        """Give `fsType`; 0 (installable) when there is no OS/2 table, as the format says."""
        if not self.has(b"OS/2"):
            return 0
        return int(struct.unpack_from(">H", self.table(b"OS/2", 10), 8)[0])

    def glyph_count(self) -> int:
        return int(struct.unpack_from(">H", self.table(b"maxp", 6), 4)[0])

    def metrics(self) -> Metrics:
        head = self.table(b"head", 54)
        hhea = self.table(b"hhea", 36)
        (units,) = struct.unpack_from(">H", head, 18)
        if not 16 <= units <= 16384:
            raise FontFileError("字体文件的度量数据不正确")
        ascent, descent, _, advance_max = struct.unpack_from(">hhhH", hhea, 4)
        bounds = struct.unpack_from(">4h", head, 36)
        weight, embedding, cap_height, x_height = 400, 0, 0, 0
        if self.has(b"OS/2"):
            os2 = self.table(b"OS/2", 68)
            (weight,) = struct.unpack_from(">H", os2, 4)
            (embedding,) = struct.unpack_from(">H", os2, 8)
            if len(os2) >= 72:
                typo = struct.unpack_from(">hh", os2, 68)
                if typo[0] > typo[1]:
                    ascent, descent = typo
            if len(os2) >= 90 and struct.unpack_from(">H", os2)[0] >= 2:
                x_height, cap_height = struct.unpack_from(">hh", os2, 86)
        angle, fixed = 0.0, False
        if self.has(b"post"):
            post = self.table(b"post", 16)
            angle = struct.unpack_from(">i", post, 4)[0] / 65536
            fixed = struct.unpack_from(">I", post, 12)[0] != 0
        return Metrics(
            units=units,
            bounds=(bounds[0], bounds[1], bounds[2], bounds[3]),
            ascent=ascent,
            descent=descent,
            cap_height=max(cap_height, 0),
            x_height=max(x_height, 0),
            italic_angle=angle if -60 < angle < 60 else 0.0,
            weight=weight if 1 <= weight <= 1000 else 400,
            embedding=embedding,
            advance_max=advance_max,
            fixed_pitch=fixed,
        )

    def horizontal(self) -> list[tuple[int, int]]:
        """Give advance and left side bearing of every glyph."""
        count = self.glyph_count()
        (long_count,) = struct.unpack_from(">H", self.table(b"hhea", 36), 34)
        table = self.table(b"hmtx")
        long_count = min(long_count, count, len(table) // 4)
        if long_count == 0:
            raise FontFileError("字体文件的度量数据不正确")
        pairs: list[tuple[int, int]] = list(struct.iter_unpack(">Hh", table[: 4 * long_count]))
        rest = table[4 * long_count : 4 * long_count + 2 * (count - long_count)]
        last = pairs[-1][0]
        pairs += [
            (last, bearing) for (bearing,) in struct.iter_unpack(">h", rest[: len(rest) & ~1])
        ]
        pairs += [(last, 0)] * (count - len(pairs))
        return pairs

    def characters(self) -> dict[int, int]:
        """Code point → glyph, from the widest Unicode subtable."""
        table = self.table(b"cmap", 4)
        (count,) = struct.unpack_from(">H", table, 2)
        best: tuple[int, int] | None = None
        order = {(3, 10): 0, (0, 6): 1, (0, 4): 2, (3, 1): 3, (0, 3): 4, (0, 2): 5, (0, 1): 6}
        for i in range(min(count, 100)):
            if 12 + 8 * i > len(table):
                break
            platform, encoding, offset = struct.unpack_from(">HHI", table, 4 + 8 * i)
            rank = order.get((platform, encoding))
            if rank is not None and (best is None or rank < best[0]):
                best = (rank, offset)
        if best is None:
            raise FontFileError("字体文件没有按统一码排列的字符表")
        glyphs = self.glyph_count()
        found = _read_characters(table[best[1] :])
        return {code: glyph for code, glyph in found.items() if 0 < glyph < glyphs}

    def plain_glyphs(self) -> list[bytes]:
        """Every glyph as a plain outline, padded to four bytes; empty where there is none."""
        if not self.has(b"glyf"):
            raise FontFileError("该字体不是 TrueType 轮廓，不能嵌入")
        glyf = self.table(b"glyf")
        places = self._places(len(glyf))
        return [self._plain(glyf, places, glyph) for glyph in range(self.glyph_count())]

    def _places(self, size: int) -> list[int]:
        (long_format,) = struct.unpack_from(">h", self.table(b"head", 54), 50)
        table = self.table(b"loca")
        wanted = self.glyph_count() + 1
        if long_format:
            places = [place for (place,) in struct.iter_unpack(">I", table[: len(table) & ~3])]
        else:
            places = [2 * place for (place,) in struct.iter_unpack(">H", table[: len(table) & ~1])]
        places = places[:wanted]
        places += [size] * (wanted - len(places))
        return places

    def _plain(self, glyf: bytes, places: list[int], glyph: int) -> bytes:
        data = glyf[places[glyph] : places[glyph + 1]]
        if not 10 <= len(data) <= _MAX_GLYPH:
            return b""
        try:
            (contours,) = struct.unpack_from(">h", data)
            if contours > 0:
                self._count(_points_of(data, contours)[0])
                plain = _without_hints(data, contours)
            elif contours < 0:
                plain = encode_outline(self._outline(glyf, places, glyph, 0, [_MAX_COMPONENTS]))
            else:
                return b""
        except (struct.error, IndexError, _BrokenGlyphError):
            return b""
        return plain + bytes(-len(plain) % 4)

    def _count(self, points: int) -> None:
        self._points_left -= points
        if self._points_left < 0:
            raise FontFileError("字体文件过于复杂")

    def _outline(
        self, glyf: bytes, places: list[int], glyph: int, depth: int, left: list[int]
    ) -> list[list[Point]]:
        """Give the contours of a glyph with its components drawn in; `left` may still be used."""
        if depth > _MAX_DEPTH or not 0 <= glyph < len(places) - 1:
            raise _BrokenGlyphError
        data = glyf[places[glyph] : places[glyph + 1]]
        if not data:
            return []
        (contours,) = struct.unpack_from(">h", data)
        if contours >= 0:
            outline = decode_outline(data[:_MAX_GLYPH])
            self._count(sum(map(len, outline)))
            return outline
        whole: list[list[Point]] = []
        at, more = 10, True
        while more:
            component, at, more = _component(data, at)
            left[0] -= 1
            if left[0] < 0:
                raise _BrokenGlyphError
            part = self._outline(glyf, places, component.glyph, depth + 1, left)
            whole += component.applied(part, whole)
            if sum(map(len, whole)) > MAX_POINTS:
                raise _BrokenGlyphError
        return whole


class _BrokenGlyphError(Exception):
    """This glyph makes no sense; the font as a whole may."""


def _directory(data: bytes | mmap.mmap, index: int) -> dict[bytes, tuple[int, int]]:
    start = 0
    try:
        if data[:4] == b"ttcf":
            if not 0 <= index < face_count(data):
                raise FontFileError("字体集合中没有所选的字体")
            (start,) = struct.unpack_from(">I", data, 12 + 4 * index)
        kind, count = struct.unpack_from(">4sH", data, start)
        if kind not in (b"\0\1\0\0", b"true", b"OTTO"):
            raise FontFileError("不是可识别的字体文件")
        found = {}
        for i in range(min(count, 200)):
            tag, _, offset, length = struct.unpack_from(">4sIII", data, start + 12 + 16 * i)
            if offset > len(data) or length > len(data) - offset:
                raise FontFileError("字体文件不完整")
            found[tag] = (offset, length)
    except struct.error:
        raise FontFileError("字体文件不完整") from None
    return found


def _decode_name(raw: bytes, platform: int, encoding: int) -> str:
    if platform in (0, 3):
        text = raw[: len(raw) & ~1].decode("utf-16-be", "replace")
    elif platform == 1:
        text = raw.decode("gb18030" if encoding == 25 else "mac_roman", "replace")
    else:
        return ""
    if "�" in text:
        return ""
    return "".join(c for c in text if c.isprintable()).strip()[:200]


def _read_characters(table: bytes) -> dict[int, int]:
    if len(table) < 8:
        raise FontFileError("字体文件的字符表不完整")
    (kind,) = struct.unpack_from(">H", table)
    try:
        if kind == 4:
            return _read_format_4(table)
        if kind == 12:
            return _read_format_12(table)
    except struct.error:
        raise FontFileError("字体文件的字符表不完整") from None
    raise FontFileError("字体文件的字符表格式不受支持")


def _read_format_4(table: bytes) -> dict[int, int]:
    segments = struct.unpack_from(">H", table, 6)[0] // 2
    ends = struct.unpack_from(f">{segments}H", table, 14)
    starts = struct.unpack_from(f">{segments}H", table, 16 + 2 * segments)
    deltas = struct.unpack_from(f">{segments}H", table, 16 + 4 * segments)
    ranges_at = 16 + 6 * segments
    ranges = struct.unpack_from(f">{segments}H", table, ranges_at)
    found = {}
    for i, (start, end, delta, shift) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        for code in range(start, min(end, 0xFFFE) + 1):
            if shift == 0:
                found[code] = (code + delta) & 0xFFFF
                continue
            at = ranges_at + 2 * i + shift + 2 * (code - start)
            if at + 2 > len(table):
                break
            (glyph,) = struct.unpack_from(">H", table, at)
            if glyph:
                found[code] = (glyph + delta) & 0xFFFF
    return found


def _read_format_12(table: bytes) -> dict[int, int]:
    (count,) = struct.unpack_from(">I", table, 12)
    found: dict[int, int] = {}
    total = 0
    for i in range(min(count, (len(table) - 16) // 12)):
        start, end, glyph = struct.unpack_from(">III", table, 16 + 12 * i)
        if start > end or end > 0x10FFFF or glyph > 0xFFFF:
            continue
        total += end - start + 1
        if total > 0x110000:
            raise FontFileError("字体文件的字符表不正确")
        for code in range(start, min(end, start + 0xFFFF - glyph) + 1):
            found[code] = glyph + code - start
    return found


# One byte of a glyph's flags.
_ON_CURVE, _X_SHORT, _Y_SHORT, _REPEAT, _X_SAME, _Y_SAME = 1, 2, 4, 8, 16, 32


def _points_of(data: bytes, contours: int) -> tuple[int, int]:
    """Give the number of points, and where the instructions' length stands."""
    at = 10 + 2 * contours
    previous = -1
    for (end,) in struct.iter_unpack(">H", data[10:at]):
        if end <= previous:
            raise _BrokenGlyphError
        previous = end
    if not 0 <= previous < MAX_POINTS or at + 2 > len(data):
        raise _BrokenGlyphError
    return previous + 1, at


def _without_hints(data: bytes, contours: int) -> bytes:
    """Copy a simple glyph without its instructions, checking that its points are all there."""
    points, at = _points_of(data, contours)
    start = at + 2 + struct.unpack_from(">H", data, at)[0]
    cursor, left, size = start, points, 0
    while left > 0:
        flag = data[cursor]
        cursor += 1
        repeat = 1
        if flag & _REPEAT:
            repeat += data[cursor]
            cursor += 1
        width = 1 if flag & _X_SHORT else 0 if flag & _X_SAME else 2
        width += 1 if flag & _Y_SHORT else 0 if flag & _Y_SAME else 2
        size += repeat * width
        left -= repeat
    end = cursor + size
    if left < 0 or end > len(data):
        raise _BrokenGlyphError
    return data[:at] + b"\0\0" + data[start:end]


def decode_outline(data: bytes) -> list[list[Point]]:
    """Give the contours of a simple glyph."""
    (contours,) = struct.unpack_from(">h", data)
    if contours <= 0:
        return []
    count, at = _points_of(data, contours)
    cursor = at + 2 + struct.unpack_from(">H", data, at)[0]
    flags = bytearray()
    while len(flags) < count:
        flag = data[cursor]
        cursor += 1
        flags.append(flag)
        if flag & _REPEAT:
            flags += bytes([flag]) * data[cursor]
            cursor += 1
    if len(flags) != count:
        raise _BrokenGlyphError
    xs, cursor = _coordinates(data, cursor, flags, _X_SHORT, _X_SAME)
    ys, cursor = _coordinates(data, cursor, flags, _Y_SHORT, _Y_SAME)
    whole, first = [], 0
    for (end,) in struct.iter_unpack(">H", data[10:at]):
        whole.append([(xs[i], ys[i], bool(flags[i] & 1)) for i in range(first, end + 1)])
        first = end + 1
    return whole


def _coordinates(
    data: bytes, cursor: int, flags: bytearray, short: int, same: int
) -> tuple[list[float], int]:
    found: list[float] = []
    value = 0
    for flag in flags:
        if flag & short:
            value += data[cursor] if flag & same else -data[cursor]
            cursor += 1
        elif not flag & same:
            value += struct.unpack_from(">h", data, cursor)[0]
            cursor += 2
        found.append(value)
    return found, cursor


def encode_outline(contours: list[list[Point]]) -> bytes:
    """Write contours as a simple glyph without instructions; nothing for no contours."""
    contours = [contour for contour in contours if contour]
    if not contours:
        return b""
    points = [
        (math.floor(x + 0.5), math.floor(y + 0.5), on)
        for contour in contours
        for x, y, on in contour
    ]
    if len(points) > MAX_POINTS:
        raise _BrokenGlyphError
    ends, total = [], -1
    for contour in contours:
        total += len(contour)
        ends.append(total)
    flags, horizontal, vertical = bytearray(), bytearray(), bytearray()
    last_x = last_y = 0
    for x, y, on in points:
        flag = _ON_CURVE if on else 0
        flag |= _append(horizontal, x - last_x, _X_SHORT, _X_SAME)
        flag |= _append(vertical, y - last_y, _Y_SHORT, _Y_SAME)
        flags.append(flag)
        last_x, last_y = x, y
    xs, ys = [x for x, _, _ in points], [y for _, y, _ in points]
    header = struct.pack(">5h", len(contours), min(xs), min(ys), max(xs), max(ys))
    return (
        header
        + struct.pack(f">{len(ends)}HH", *ends, 0)
        + _packed_flags(flags)
        + bytes(horizontal)
        + bytes(vertical)
    )


def _append(to: bytearray, delta: int, short: int, same: int) -> int:
    if delta == 0:
        return same
    if -256 < delta < 256:
        to.append(abs(delta))
        return short | same if delta > 0 else short
    to += struct.pack(">h", delta)  # a delta too large is a struct.error: the glyph is broken
    return 0


def _packed_flags(flags: bytearray) -> bytes:
    packed, i = bytearray(), 0
    while i < len(flags):
        run = 1
        while i + run < len(flags) and flags[i + run] == flags[i] and run < 256:
            run += 1
        if run > 2:
            packed += bytes((flags[i] | _REPEAT, run - 1))
        else:
            packed += bytes(flags[i : i + 1]) * run
        i += run
    return bytes(packed)


class _Component(Struct, frozen=True):
    glyph: int
    first: int
    second: int
    by_offset: bool
    scaled_offset: bool
    matrix: tuple[float, float, float, float]

    def applied(self, part: list[list[Point]], whole: list[list[Point]]) -> list[list[Point]]:
        xx, xy, yx, yy = self.matrix
        turned = [
            [(xx * x + yx * y, xy * x + yy * y, on) for x, y, on in contour] for contour in part
        ]
        if self.by_offset:
            dx, dy = float(self.first), float(self.second)
            if self.scaled_offset:
                dx, dy = dx * math.hypot(xx, xy), dy * math.hypot(yx, yy)
        else:
            old = [point for contour in whole for point in contour][self.first]
            new = [point for contour in turned for point in contour][self.second]
            dx, dy = old[0] - new[0], old[1] - new[1]
        return [[(x + dx, y + dy, on) for x, y, on in contour] for contour in turned]


def _component(data: bytes, at: int) -> tuple[_Component, int, bool]:
    flags, glyph = struct.unpack_from(">HH", data, at)
    by_offset = bool(flags & 0x0002)
    layout = {(1, 1): ">hh", (1, 0): ">HH", (0, 1): ">bb", (0, 0): ">BB"}[
        flags & 1, 1 if by_offset else 0
    ]
    first, second = struct.unpack_from(layout, data, at + 4)
    at += 4 + struct.calcsize(layout)
    matrix = (1.0, 0.0, 0.0, 1.0)
    if flags & 0x0008:
        (scale,) = struct.unpack_from(">h", data, at)
        matrix = (scale / 16384, 0.0, 0.0, scale / 16384)
        at += 2
    elif flags & 0x0040:
        x_scale, y_scale = struct.unpack_from(">hh", data, at)
        matrix = (x_scale / 16384, 0.0, 0.0, y_scale / 16384)
        at += 4
    elif flags & 0x0080:
        xx, xy, yx, yy = struct.unpack_from(">4h", data, at)
        matrix = (xx / 16384, xy / 16384, yx / 16384, yy / 16384)
        at += 8
    scaled = bool(flags & 0x0800) and not flags & 0x1000
    component = _Component(glyph, first, second, by_offset, scaled, matrix)
    return component, at, bool(flags & 0x0020)
