"""PDF files with a text layer: characters with their places, ruled lines into grids.

A PDF holds neither paragraphs nor tables, only marks on pages. Lines of characters become
paragraphs by indent and by how full the line before was, over page ends as well. Ruled lines that
cross become grids: where no line parts two places, the cell spans both. Lines that stand at the
same place of several pages, and page numbers, are running heads and feet.

Runs inside `apart`: pdfium is native code and cannot be interrupted.
"""

from __future__ import annotations

import itertools
import math
import re
import statistics
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from gic_desktop.imports.source import (
    TOO_LONG,
    Align,
    Budget,
    Grid,
    GridCell,
    ImportRefused,
    Item,
    Paragraph,
    Source,
)
from gic_desktop.values import Struct, field

DAMAGED = "这份 PDF 已损坏，无法打开；请重新生成或重新拷贝后再导入。"
LOCKED = "这份 PDF 设有打开密码，请先去掉密码再导入。"
NO_TEXT = "这份 PDF 里没有文字，可能是扫描件；请找它的 Word 文件导入，或照着录入。"

_MAX_PAGES = 300
_MAX_OBJECTS = 60_000
_NEAR = 2.5
"""Points within which two ruled lines are one."""


class _Char(Struct):
    text: str
    x0: float
    x1: float
    y0: float
    y1: float
    base: float
    size: float


class _Line(Struct):
    text: str
    x0: float
    x1: float
    y: float
    size: float
    page: int
    center: bool = False
    tabs: int = 0


class _Table(Struct):
    grid: Grid
    top: float
    bottom: float
    left: float
    right: float


class _Page(Struct):
    number: int
    width: float
    height: float
    lines: list[_Line] = field(default_factory=list)
    tables: list[_Table] = field(default_factory=list)


def read_pdf(data: bytes, budget: Budget) -> Source:
    """Read the bytes of a PDF."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as refused:
        text = str(refused).lower()
        raise ImportRefused(LOCKED if "password" in text else DAMAGED) from refused
    try:
        count = len(document)
        if count > _MAX_PAGES:
            raise ImportRefused(TOO_LONG)
        pages: list[_Page] = []
        for number in range(count):
            budget.tick()
            try:
                page = document[number]
            except pypdfium2.PdfiumError:
                budget.lost(f"第 {number + 1} 页已损坏，未能读出。")
                continue
            try:
                pages.append(_read_page(page, number, budget))
            finally:
                page.close()
    finally:
        document.close()
    if not any(page.lines or page.tables for page in pages):
        raise ImportRefused(NO_TEXT if pages else DAMAGED)
    return _source(pages, budget)


# Marks of one page


def _read_page(page: Any, number: int, budget: Budget) -> _Page:
    turn = _Turn(page)
    made = _Page(number, turn.width, turn.height)
    chars = _chars(page, turn, budget)
    across, down = _rules(page, turn, budget)
    boxes = _tables(across, down, budget)
    rest: list[_Char] = []
    inside: list[list[_Char]] = [[] for _ in boxes]
    for char in chars:
        x, y = (char.x0 + char.x1) / 2, (char.y0 + char.y1) / 2
        for index, box in enumerate(boxes):
            if box.xs[0] - 1 <= x <= box.xs[-1] + 1 and box.ys[0] - 1 <= y <= box.ys[-1] + 1:
                inside[index].append(char)
                break
        else:
            rest.append(char)
    for box, content in zip(boxes, inside, strict=True):
        grid = _fill(box, content, budget)
        if grid is None:
            rest.extend(content)
        else:
            made.tables.append(_Table(grid, box.ys[-1], box.ys[0], box.xs[0], box.xs[-1]))
    made.lines = _lines(rest, number, turn.width)
    return made


class _Turn:
    """Turns a page's own coordinates into those of the page as it is read."""

    def __init__(self, page: Any) -> None:
        from pypdfium2 import raw

        left, bottom, right, top = page.get_cropbox()
        self.left, self.bottom, self.right, self.top = left, bottom, right, top
        self.rotation = raw.FPDFPage_GetRotation(page.raw) % 4
        width, height = right - left, top - bottom
        self.width, self.height = (height, width) if self.rotation % 2 else (width, height)

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.rotation == 1:
            return y - self.bottom, self.right - x
        if self.rotation == 2:
            return self.right - x, self.top - y
        if self.rotation == 3:
            return self.top - y, x - self.left
        return x - self.left, y - self.bottom


def _chars(page: Any, turn: _Turn, budget: Budget) -> list[_Char]:
    import ctypes

    from pypdfium2 import raw

    textpage = page.get_textpage()
    try:
        handle = textpage.raw
        count = raw.FPDFText_CountChars(handle)
        budget.characters -= count
        if budget.characters < 0 or count > 200_000:
            raise ImportRefused(TOO_LONG)
        box = raw.FS_RECTF()
        origin_x, origin_y = ctypes.c_double(), ctypes.c_double()
        chars: list[_Char] = []
        unreadable = 0
        slanted = False
        seen: dict[tuple[str, int, int], int] = {}
        for index in range(count):
            if index % 2000 == 0:
                budget.tick()
            code = raw.FPDFText_GetUnicode(handle, index)
            if code in (0, 10, 13, 0xFEFF, 0x200B, 0xFFFE, 2):
                continue
            if raw.FPDFText_IsGenerated(handle, index) == 1:
                continue
            slant = abs(raw.FPDFText_GetCharAngle(handle, index)) % (math.pi / 2)
            if 0.09 < slant < math.pi / 2 - 0.09:
                # Printed aslant across the page: a draft's or a copy's mark, not its text.
                slanted = True
                continue
            if code == 0xFFFD or 0xE000 <= code <= 0xF8FF:
                unreadable += 1
                code = 0x25A1
            if 0xD800 <= code < 0xE000 or code > 0x10FFFF:
                continue
            text = chr(code)
            if 0x2E80 <= code <= 0x2FDF:
                # Some writers name the radical instead of the character that looks like it.
                text = unicodedata.normalize("NFKC", text)
            if not raw.FPDFText_GetLooseCharBox(handle, index, box):
                continue
            raw.FPDFText_GetCharOrigin(handle, index, origin_x, origin_y)
            x0, y0 = turn.point(box.left, box.bottom)
            x1, y1 = turn.point(box.right, box.top)
            x0, x1 = min(x0, x1), max(x0, x1)
            y0, y1 = min(y0, y1), max(y0, y1)
            if y1 < 0 or y0 > turn.height or x1 < 0 or x0 > turn.width:
                continue
            size = min(max(y1 - y0, 1.0), 200.0)
            # Bold that is made by printing twice, a hair apart, is one character.
            key = (text, round(x0 / max(2.0, size * 0.2)), round(y0 / 2))
            if text.strip() and key in seen and index - seen[key] < 400:
                continue
            seen[key] = index
            base = turn.point(origin_x.value, origin_y.value)[1]
            chars.append(_Char(text, x0, x1, y0, y1, base, size))
        if slanted:
            budget.lost("斜着印在页面上的水印文字未导入。")
        if unreadable:
            budget.lost(f"有 {unreadable} 个字的字体没有说明是什么字，以“□”代替，请与原文核对。")
        return chars
    finally:
        textpage.close()


def _rules(
    page: Any, turn: _Turn, budget: Budget
) -> tuple[list[tuple[float, float, float]], list[tuple[float, float, float]]]:
    """Collect ruled lines: across as (y, x0, x1) and down as (x, y0, y1)."""
    import ctypes

    from pypdfium2 import raw

    across: list[tuple[float, float, float]] = []
    down: list[tuple[float, float, float]] = []
    pictures = 0
    left = _MAX_OBJECTS

    def segment(ax: float, ay: float, bx: float, by: float) -> None:
        if abs(ay - by) <= 1.0 and abs(ax - bx) > 1.0:
            across.append(((ay + by) / 2, min(ax, bx), max(ax, bx)))
        elif abs(ax - bx) <= 1.0 and abs(ay - by) > 1.0:
            down.append(((ax + bx) / 2, min(ay, by), max(ay, by)))

    def path(obj: Any, matrix: tuple[float, ...]) -> None:
        nonlocal left
        mode, stroke = ctypes.c_int(), ctypes.c_int()
        raw.FPDFPath_GetDrawMode(obj, mode, stroke)
        if not stroke.value and not mode.value:
            return
        own = raw.FS_MATRIX()
        if not raw.FPDFPageObj_GetMatrix(obj, own):
            return
        full = _multiply((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
        x, y = ctypes.c_float(), ctypes.c_float()
        points: list[tuple[float, float]] = []
        figures: list[list[tuple[float, float]]] = []
        count = raw.FPDFPath_CountSegments(obj)
        left -= count
        if left < 0:
            return
        for index in range(count):
            piece = raw.FPDFPath_GetPathSegment(obj, index)
            kind = raw.FPDFPathSegment_GetType(piece)
            raw.FPDFPathSegment_GetPoint(piece, x, y)
            a, b, c, d, e, f = full
            point = turn.point(
                a * x.value + c * y.value + e,
                b * x.value + d * y.value + f,
            )
            if kind == raw.FPDF_SEGMENT_MOVETO:
                points = [point]
                figures.append(points)
            elif kind == raw.FPDF_SEGMENT_LINETO:
                points.append(point)
            else:
                points = [point]
                figures.append(points)
            if raw.FPDFPathSegment_GetClose(piece) and points and points[0] != point:
                points.append(points[0])
        for figure in figures:
            if len(figure) < 2:
                continue
            xs, ys = [p[0] for p in figure], [p[1] for p in figure]
            wide, high = max(xs) - min(xs), max(ys) - min(ys)
            if not stroke.value:
                # Word draws a border as a long thin filled box; a thick one is only a background.
                if high <= 3 and wide > 3:
                    segment(min(xs), (min(ys) + max(ys)) / 2, max(xs), (min(ys) + max(ys)) / 2)
                elif wide <= 3 and high > 3:
                    segment((min(xs) + max(xs)) / 2, min(ys), (min(xs) + max(xs)) / 2, max(ys))
                continue
            for (ax, ay), (bx, by) in itertools.pairwise(figure):
                segment(ax, ay, bx, by)

    def walk(count: int, get: Any, holder: Any, matrix: tuple[float, ...], depth: int) -> None:
        nonlocal left, pictures
        for index in range(count):
            left -= 1
            if left < 0:
                return
            if index % 1000 == 0:
                budget.tick()
            obj = get(holder, index)
            kind = raw.FPDFPageObj_GetType(obj)
            if kind == raw.FPDF_PAGEOBJ_PATH:
                path(obj, matrix)
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                pictures += 1
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < 6:
                own = raw.FS_MATRIX()
                raw.FPDFPageObj_GetMatrix(obj, own)
                inner = _multiply((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
                walk(
                    raw.FPDFFormObj_CountObjects(obj),
                    raw.FPDFFormObj_GetObject,
                    obj,
                    inner,
                    depth + 1,
                )

    walk(
        raw.FPDFPage_CountObjects(page.raw), raw.FPDFPage_GetObject, page.raw,
        (1.0, 0.0, 0.0, 1.0, 0.0, 0.0), 0,
    )  # fmt: skip
    if left < 0:
        budget.lost("有一页的图形太多，其中的表格可能没有读全，请与原文核对。")
    if pictures:
        budget.lost("PDF 里的图片未导入；需要时请从原文件中取出再插入。")
    return across, down


def _multiply(first: Sequence[float], second: Sequence[float]) -> tuple[float, ...]:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (
        a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j,
        e * g + f * i + k, e * h + f * j + m,
    )  # fmt: skip


# Ruled lines into tables


class _Box(Struct):
    """The ruled places of one table: where its lines stand, and which walls are drawn."""

    xs: list[float]
    ys: list[float]
    across: list[tuple[float, float, float]]
    down: list[tuple[float, float, float]]


def _merged(lines: Iterable[tuple[float, float, float]]) -> list[tuple[float, float, float]]:
    """Join pieces of one line that touch."""
    by_place: list[list[tuple[float, float, float]]] = []
    for line in sorted(lines):
        if by_place and line[0] - by_place[-1][0][0] <= _NEAR:
            by_place[-1].append(line)
        else:
            by_place.append([line])
    made: list[tuple[float, float, float]] = []
    for group in by_place:
        pieces: list[tuple[float, float, float]] = []
        for place, begin, end in sorted(group, key=lambda line: line[1]):
            if pieces and begin <= pieces[-1][2] + _NEAR:
                pieces[-1] = (pieces[-1][0], pieces[-1][1], max(end, pieces[-1][2]))
            else:
                pieces.append((place, begin, end))
        made += pieces
    return made


def _places(values: Iterable[float]) -> list[float]:
    made: list[list[float]] = []
    for value in sorted(values):
        if made and value - made[-1][-1] <= _NEAR:
            made[-1].append(value)
        else:
            made.append([value])
    return [statistics.fmean(group) for group in made]


def _tables(
    across: list[tuple[float, float, float]], down: list[tuple[float, float, float]], budget: Budget
) -> list[_Box]:
    across, down = _merged(across), _merged(down)
    if len(across) + len(down) > 4000:
        budget.lost("有一页的图形太多，其中的表格可能没有读全，请与原文核对。")
        return []
    parent = list(range(len(across) + len(down)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for i, (y, x0, x1) in enumerate(across):
        budget.tick()
        for j, (x, y0, y1) in enumerate(down):
            if x0 - _NEAR <= x <= x1 + _NEAR and y0 - _NEAR <= y <= y1 + _NEAR:
                parent[root(i)] = root(len(across) + j)
    groups: dict[int, tuple[list[Any], list[Any]]] = defaultdict(lambda: ([], []))
    for i, line in enumerate(across):
        groups[root(i)][0].append(line)
    for j, line in enumerate(down):
        groups[root(len(across) + j)][1].append(line)
    boxes = []
    for rows, columns in groups.values():
        if len(rows) < 2 or len(columns) < 2:
            continue
        xs, ys = _places(line[0] for line in columns), _places(line[0] for line in rows)
        if len(xs) < 2 or len(ys) < 2 or (len(xs) - 1) * (len(ys) - 1) < 2:
            continue
        if len(xs) > 300 or len(ys) > 600:
            continue
        boxes.append(_Box(xs, ys, rows, columns))
    return sorted(boxes, key=lambda box: -box.ys[-1])


def _fill(box: _Box, chars: list[_Char], budget: Budget) -> Grid | None:
    columns, rows = len(box.xs) - 1, len(box.ys) - 1
    ys = box.ys[::-1]

    def wall_right(row: int, column: int) -> bool:
        x = box.xs[column + 1]
        middle = (ys[row] + ys[row + 1]) / 2
        return any(abs(line[0] - x) <= _NEAR and line[1] <= middle <= line[2] for line in box.down)

    def wall_below(row: int, column: int) -> bool:
        y = ys[row + 1]
        middle = (box.xs[column] + box.xs[column + 1]) / 2
        return any(
            abs(line[0] - y) <= _NEAR and line[1] <= middle <= line[2] for line in box.across
        )

    owner = {(row, column): (row, column) for row in range(rows) for column in range(columns)}

    def find(place: tuple[int, int]) -> tuple[int, int]:
        while owner[place] != place:
            owner[place] = owner[owner[place]]
            place = owner[place]
        return place

    for row in range(rows):
        budget.row()
        for column in range(columns):
            here = find((row, column))
            if column + 1 < columns and not wall_right(row, column):
                other = find((row, column + 1))
                owner[max(here, other)] = min(here, other)
            here = find((row, column))
            if row + 1 < rows and not wall_below(row, column):
                other = find((row + 1, column))
                owner[max(here, other)] = min(here, other)
    members: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for place in owner:
        members[find(place)].append(place)
    texts: dict[tuple[int, int], list[_Char]] = defaultdict(list)
    for char in chars:
        x, y = (char.x0 + char.x1) / 2, (char.y0 + char.y1) / 2
        column = next((i for i in range(columns) if x < box.xs[i + 1]), columns - 1)
        row = next((i for i in range(rows) if y > ys[i + 1]), rows - 1)
        texts[find((row, column))].append(char)
    cells: list[GridCell] = []
    for place, covered in members.items():
        budget.cell()
        top, left = min(r for r, _ in covered), min(c for _, c in covered)
        bottom, right = max(r for r, _ in covered), max(c for _, c in covered)
        text = _cell_text([line.text for line in _lines(texts[place], 0, 0.0)])
        budget.paragraph(text)
        cells.append(GridCell(top, left, text, bottom - top + 1, right - left + 1))
    filled = [cell for cell in cells if cell.text]
    if len(cells) < 2 or not filled:
        return None
    cells.sort(key=lambda cell: (cell.row, cell.column))
    return Grid(tuple(cells))


def _cell_text(lines: list[str]) -> str:
    """Join a cell's lines. A label that says its whole text for each of its lines says it once."""
    words = {line for line in lines if not re.search(r"[0-9０-９/—-]", line)}
    if len(lines) > 1 and len(words) == 1 and set(lines) == words:
        # Replacement text (for searching and copying) is given anew for every line it covers.
        return lines[0]
    return "\n".join(lines)


# Characters into lines, lines into paragraphs


def _lines(chars: list[_Char], page: int, width: float) -> list[_Line]:
    """Gather characters that stand on one base line, left to right."""
    groups: list[list[_Char]] = []
    for char in sorted(chars, key=lambda c: -c.base):
        if groups:
            last = groups[-1][0]
            if abs(last.base - char.base) <= 0.35 * min(last.size, char.size):
                groups[-1].append(char)
                continue
        groups.append([char])
    lines: list[_Line] = []
    for group in groups:
        group.sort(key=lambda c: c.x0)
        shown = [char for char in group if char.text.strip(" \xa0\u3000")]
        if not shown:
            continue
        first, last = shown[0], shown[-1]
        # Digits are of another font than the characters around them, with other heights.
        wide = [char for char in shown if not char.text.isascii()]
        size = statistics.median(char.size for char in wide or shown)
        pieces: list[str] = []
        tabs = 0
        before: _Char | None = None
        for char in group:
            if char.x0 < first.x0 - 0.1 or char.x0 > last.x0 + 0.1:
                continue
            if before is not None and before.text.strip():
                gap = char.x0 - before.x1
                if gap > 2.5 * size:
                    pieces.append("\t")
                    tabs += 1
                elif (
                    gap > 0.25 * size
                    and char.text.strip()
                    and (before.text.isascii() or char.text.isascii())
                    and gap > 0.6 * size * (not (before.text.isascii() and char.text.isascii()))
                ):
                    pieces.append(" ")
            pieces.append(char.text)
            before = char
        text = re.sub(r"[ \xa0]+", " ", "".join(pieces)).strip(" \u3000\t")
        left, right = first.x0, last.x1
        center = (
            width > 0 and abs((left + right) / 2 - width / 2) < 0.03 * width and left > 0.2 * width
        )
        lines.append(_Line(text, left, right, first.base, size, page, center, tabs))
    return lines


_PAGE_NUMBER = re.compile(
    r"[-—–－_·•\s]*(第\s*)?[0-9０-９]{1,3}(\s*页)?(\s*[/／共]\s*(共\s*)?[0-9]{1,3}\s*页?)?[-—–－_·•\s]*"
)


def _running(pages: list[_Page]) -> tuple[list[str], list[str]]:
    """Take running heads and feet out of the pages."""
    heads: list[str] = []
    feet: list[str] = []
    zones: Counter[tuple[bool, str]] = Counter()

    def zone(page: _Page, line: _Line) -> bool | None:
        if line.y > page.height * 0.9:
            return True
        if line.y < page.height * 0.115:
            return False
        return None

    def shape(text: str) -> str:
        return re.sub(r"[0-9０-９]+", "#", re.sub(r"\s", "", text))

    for page in pages:
        for key in {
            (where, shape(line.text))
            for line in page.lines
            if (where := zone(page, line)) is not None
        }:
            zones[key] += 1
    for page in pages:
        kept: list[_Line] = []
        body = [line for line in page.lines if zone(page, line) is None]
        for line in page.lines:
            where = zone(page, line)
            repeated = (
                where is not None
                and len(pages) > 1
                and zones[where, shape(line.text)] > (len(pages) / 2)
            )
            number = _PAGE_NUMBER.fullmatch(line.text) is not None and (
                (where is False and not any(other.y < line.y for other in body))
                or (where is True and not any(other.y > line.y for other in body))
                or (line.center and _is_last(page, line))
            )
            if repeated or number:
                shelf = heads if where else feet
                if line.text not in shelf:
                    shelf.append(line.text)
            else:
                kept.append(line)
        page.lines = kept
    return heads, feet


def _is_last(page: _Page, line: _Line) -> bool:
    return all(other is line or other.y > line.y for other in page.lines) and all(
        table.bottom > line.y for table in page.tables
    )


def _source(pages: list[_Page], budget: Budget) -> Source:
    heads, feet = _running(pages)
    body = [line for page in pages for line in page.lines if not line.center and len(line.text) > 8]
    right = _edge([line.x1 for line in body], largest=True)
    left = _edge([line.x0 for line in body], largest=False)
    items: list[Item] = []
    open_lines: list[_Line] = []

    def end_paragraph() -> None:
        if open_lines:
            text = _joined(open_lines)
            budget.paragraph(text)
            align: Align = ""
            if all(line.center for line in open_lines):
                align = "center"
            elif len(open_lines) == 1 and open_lines[0].x0 > (left + right) / 2:
                align = "right"
            items.append(Paragraph(text, align=align))
            open_lines.clear()

    for page in pages:
        tables = sorted(page.tables, key=lambda table: -table.top)
        for line in sorted(page.lines, key=lambda line: (-round(line.y, 1), line.x0)):
            while tables and tables[0].top > line.y:
                end_paragraph()
                items.append(tables.pop(0).grid)
            if open_lines and _starts_anew(open_lines[-1], line, left, right):
                end_paragraph()
            if line.tabs >= 2:
                # Unruled columns: left as a row of texts, so that no two figures run together.
                end_paragraph()
                items.append(_row(line))
                continue
            open_lines.append(line)
        for table in tables:
            end_paragraph()
            items.append(table.grid)
    end_paragraph()
    return Source("pdf", tuple(items), tuple(heads), tuple(feet), tuple(budget.losses))


def _row(line: _Line) -> Grid:
    return Grid(
        tuple(GridCell(0, place, text) for place, text in enumerate(line.text.split("\t"))),
        spans_known=False,
    )


def _edge(values: list[float], *, largest: bool) -> float:
    """Find where most lines end or begin: the outermost place that several lines share."""
    if not values:
        return 0.0
    counts = Counter(round(value / 6) for value in values)
    common = [place for place, times in counts.items() if times >= max(2, len(values) // 20)]
    if not common:
        return max(values) if largest else min(values)
    place = max(common) if largest else min(common)
    near = [value for value in values if abs(round(value / 6) - place) <= 0]
    return max(near) if largest else min(near)


_NUMBERED = re.compile(
    r"([一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[）)]|\d{1,2}[.．、](?!\d))"
)


def _starts_anew(before: _Line, line: _Line, left: float, right: float) -> bool:
    size = max(before.size, line.size)
    if abs(before.size - line.size) > 0.18 * size:
        return True
    if before.center != line.center:
        return True
    if before.center and line.center:
        return before.page != line.page or before.y - line.y > 2.6 * size
    if before.page == line.page and before.y - line.y > 2.8 * size:
        return True
    if line.x0 > left + 1.2 * size:
        # Indented, as a paragraph begins; only in a block that is set in as a whole a line goes on.
        # At the two characters of a first line a block looks like paragraphs of one full line each:
        # there a sentence that ended ends the paragraph too.
        full = before.x1 > right - 1.5 * size
        if line.x0 < left + 2.6 * size:
            in_block = -2 < before.x0 - line.x0 < 2.6 * size
            return not (in_block and full and before.text[-1:] not in "。；：！？")
        return not (abs(line.x0 - before.x0) < 2 and full)
    # A line also ends early when the next word is a long number that does not fit any more.
    word = re.match(r"[!-~]*", line.text)
    needed = 0.62 * size * len(word[0]) if word else 0.0
    if before.x1 < right - 1.9 * size - needed:
        return True
    return bool(_NUMBERED.match(line.text)) and before.text[-1:] in "。；：！？"


def _joined(lines: Sequence[_Line]) -> str:
    text = ""
    for line in lines:
        piece = line.text
        if (
            text
            and text[-1].isascii()
            and text[-1].isalpha()
            and piece[:1].isascii()
            and piece[:1].isalpha()
        ):
            text += " "
        text += piece
    return text.replace("\t", " ")
