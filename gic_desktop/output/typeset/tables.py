"""Tables: row heights under spans, and splitting between rows over pages.

A table is prepared once for its width; then `split` says which rows stand on which page and
`place` draws one such stretch. Header rows are repeated, a spanning label is drawn again in the part of
its cell that lies on the new page. A row is never cut.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gic_desktop.output.blocks import Table, TableCell
from gic_desktop.output.typeset.faces import Pen
from gic_desktop.output.typeset.lines import Line, Measure, break_lines, ragged, set_line
from gic_desktop.output.typeset.marks import ARTIFACT, Area, Mark, Node, Page, Rule, Stack, Text

FULL_SIZE = 10.5
READABLE = 7.5
_SIZES = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5)
# Only for a text that would not fit on a page otherwise.
_LAST_RESORT = (6.0, 5.0, 4.0, 3.0)
_LEADING = 1.3
_PAD_X = 2.5
_PAD_Y = 3.6
_INNER = 0.5
_OUTER = 1.0
_ASCENT = 0.86
_TURNED = frozenset("（）《》〈〉【】〔〕「」『』［］｛｝—…～－–()[]")
_UPPER_RIGHT = frozenset("、，。")


class Content(NamedTuple):
    """What a cell prints: lines at one size; vertical labels are laid out where they are drawn."""

    lines: list[Line]
    size: float
    height: float


class Stretch(NamedTuple):
    """Body rows `start` to `end` on one page; `repeated` says whether the header stands above."""

    start: int
    end: int
    repeated: bool


@dataclass(slots=True)
class PreparedTable:
    """A table with its columns' edges, its rows' heights and its cells' lines."""

    table: Table
    left: float
    edges: list[float]
    heights: list[float]
    contents: dict[int, Content]
    pen: Pen
    nodes: dict[int, int] = field(default_factory=dict)
    drawn: set[int] = field(default_factory=set)
    owners: list[list[int]] = field(default_factory=list)

    @property
    def height(self) -> float:
        return sum(self.heights)

    @property
    def header(self) -> float:
        return sum(self.heights[: self.table.header_rows])

    def top_height(self, rows: int = 3) -> float:
        """The least that may stand at the foot of a page: the header and some whole rows."""
        end = min(self.table.header_rows + rows, self.table.rows)
        while end < self.table.rows and self._heads_on(end - 1):
            end += 1
        return sum(self.heights[:end])

    def _heads_on(self, row: int) -> bool:
        """Whether a row holds headings only, so that it must not end a page."""
        if row < 0:
            return False
        owners = {index for index in self.owners[row] if index >= 0}
        return bool(owners) and all(
            self.table.cells[index].role in ("caption", "column", "corner") for index in owners
        )

    def split(self, first_room: float, room: float, reserve: float = 0.0) -> list[Stretch]:
        """Which rows stand on the current page (`first_room` high) and on those that follow."""
        table, heights = self.table, self.heights
        count, header = table.rows, table.header_rows
        header_height = self.header if self.header < room / 2 else 0.0
        stretches: list[Stretch] = []
        start = 0
        while start < count:
            repeated = bool(stretches) and start >= header and header_height > 0
            free = (room if stretches else first_room) - (header_height if repeated else 0.0)
            end, used = start, 0.0
            while end < count and used + heights[end] <= free + 1e-6:
                used += heights[end]
                end += 1
            if end == count and used + reserve > free and end - start > 2:
                end -= 1
                used -= heights[end]
            if end == start:
                end, used = start + 1, heights[start]
            elif end < count:
                end = self._best_break(start, end, used)
            stretches.append(Stretch(start, end, repeated))
            start = end
        return stretches

    def _best_break(self, start: int, furthest: int, used: float) -> int:
        table, heights = self.table, self.heights
        best, best_cost = furthest, float("inf")
        full = used
        first = max(start, table.header_rows) + 1
        for end in range(furthest, first, -1):
            lost = full - used
            if lost > 0.35 * full:
                break
            cost = lost / 25.0
            if self._heads_on(end - 1):
                cost += 60.0
            if table.rows - end == 1:
                cost += 20.0
            for index, cell in enumerate(table.cells):
                if cell.row < end < cell.row + cell.rows and cell.row >= table.header_rows:
                    above = sum(heights[max(cell.row, start) : end])
                    below = sum(heights[end : cell.row + cell.rows])
                    for part in (above, below):
                        if not self._fits(index, part):
                            cost += 6.0
            if cost < best_cost:
                best, best_cost = end, cost
            used -= heights[end - 1]
        return best

    def _fits(self, index: int, height: float) -> bool:
        cell = self.table.cells[index]
        if cell.vertical:
            columns = _columns_of(cell.text, self._inner_width(cell), height - 2 * _PAD_X)
            return columns is not None
        return self.contents[index].height + 2 <= height

    def _inner_width(self, cell: TableCell) -> float:
        return self.edges[cell.column + cell.columns] - self.edges[cell.column] - 2 * _PAD_X

    def place(self, page: Page, top: float, stretch: Stretch, *, later: Sequence[Stretch]) -> float:
        """Draws a stretch of rows; returns the y of its foot."""
        header = list(range(self.table.header_rows)) if stretch.repeated else []
        body = list(range(stretch.start, stretch.end))
        tops: dict[int, float] = {}
        y = top
        for row in (*header, *body):
            tops[row] = y
            y += self.heights[row]
        self._rules(page, header + body, tops, y)
        for index, cell in enumerate(self.table.cells):
            if stretch.repeated and cell.row < self.table.header_rows:
                self._draw(page, index, tops[cell.row], self._span(cell, 0, cell.rows), ARTIFACT)
                continue
            first = max(cell.row, stretch.start)
            last = min(cell.row + cell.rows, stretch.end)
            if first >= last:
                continue
            height = sum(self.heights[first:last])
            box = Area(
                self.edges[cell.column],
                tops[first],
                self.edges[cell.column + cell.columns] - self.edges[cell.column],
                height,
                cell.place,
            )
            page.areas.append(box)
            whole = first == cell.row and last == cell.row + cell.rows
            if whole or self._label_here(index, first, last, height, later):
                node = ARTIFACT if index in self.drawn else self.nodes.get(index, ARTIFACT)
                if node != ARTIFACT:
                    self.drawn.add(index)
                self._draw(page, index, tops[first], height, node)
        return y

    def _span(self, cell: TableCell, first: int, rows: int) -> float:
        return sum(self.heights[cell.row + first : cell.row + first + rows])

    def _label_here(
        self, index: int, first: int, last: int, height: float, later: Sequence[Stretch]
    ) -> bool:
        """Whether a cut cell's label is drawn in this part: where it fits, at least once."""
        if self._fits(index, height):
            return True
        if index in self.drawn:
            return False
        cell = self.table.cells[index]
        rest = [
            sum(self.heights[max(part.start, last) : min(part.end, cell.row + cell.rows)])
            for part in later
            if part.start < cell.row + cell.rows
        ]
        return not any(self._fits(index, part) or part > height for part in rest)

    def _draw(self, page: Page, index: int, top: float, height: float, node: int) -> None:
        cell = self.table.cells[index]
        left = self.edges[cell.column]
        width = self.edges[cell.column + cell.columns] - left
        if not cell.text:
            return
        if cell.vertical:
            stack = _stack(cell.text, self.pen, left, top, width, height)
            for text in stack:
                text.place = cell.place
            page.marks.append(Stack(stack, cell.text, node))
            return
        content = self.contents[index]
        if content.height > height:
            content = _squeezed(cell.text, self.pen, width - 2 * _PAD_X, height)
        leading = content.size * _LEADING
        y = top + (height - leading * len(content.lines)) / 2
        y += (leading - content.size) / 2 + _ASCENT * content.size
        marks: list[Mark] = page.marks
        for line in content.lines:
            if cell.align in ("left", "justify"):
                x = left + _PAD_X
            elif cell.align == "right":
                x = left + width - _PAD_X - line.width
            else:
                x = left + (width - line.width) / 2
            for run in line.runs:
                marks.append(
                    Text(
                        x + run.x,
                        y,
                        run.face,
                        content.size,
                        run.text,
                        run.width,
                        node,
                        run.spacing,
                        run.kerns,
                        place=cell.place,
                        offset=run.offset,
                    )
                )
            y += leading

    def _rules(self, page: Page, rows: list[int], tops: dict[int, float], foot: float) -> None:
        edges, owners, marks = self.edges, self.owners, page.marks
        columns = self.table.columns
        left, right, top = edges[0], edges[-1], tops[rows[0]]
        marks += [
            Rule(left, top, right, top, _OUTER),
            Rule(left, foot, right, foot, _OUTER),
            Rule(left, top, left, foot, _OUTER),
            Rule(right, top, right, foot, _OUTER),
        ]
        for above, below in zip(rows, rows[1:], strict=False):
            y = tops[below]
            start = None
            for column in range(columns + 1):
                parted = column < columns and owners[above][column] != owners[below][column]
                if parted and start is None:
                    start = column
                elif not parted and start is not None:
                    marks.append(Rule(edges[start], y, edges[column], y, _INNER))
                    start = None
        for column in range(1, columns):
            begin = None
            for row in rows:
                if owners[row][column - 1] != owners[row][column]:
                    begin = tops[row] if begin is None else begin
                elif begin is not None:
                    marks.append(Rule(edges[column], begin, edges[column], tops[row], _INNER))
                    begin = None
            if begin is not None:
                marks.append(Rule(edges[column], begin, edges[column], foot, _INNER))


def prepare(table: Table, pen: Pen, left: float, width: float, room: float) -> PreparedTable:
    """Lays out every cell's text and finds the rows' heights. `room` is a whole page's height."""
    total = sum(table.widths) or 1
    edges = [left]
    done = 0
    for share in table.widths:
        done += share
        edges.append(left + width * done / total)
    contents: dict[int, Content] = {}
    heights = [0.0] * table.rows
    airy = _PAD_Y + (1.6 if table.rows <= 16 else 0.0)
    highest = room - 120.0
    for index, cell in enumerate(table.cells):
        inner = edges[cell.column + cell.columns] - edges[cell.column] - 2 * _PAD_X
        if cell.vertical:
            continue
        content = _content(cell, pen, inner, highest)
        contents[index] = content
        if cell.rows == 1:
            heights[cell.row] = max(heights[cell.row], content.height + 2 * airy)
    least = FULL_SIZE * _LEADING + 2 * airy
    heights = [max(height, least) for height in heights]
    for index, cell in sorted(enumerate(table.cells), key=lambda pair: pair[1].rows):
        if cell.rows > 1:
            if cell.vertical:
                need = min(len(cell.text) * READABLE * 1.05, highest) + 2 * _PAD_X
            else:
                need = contents[index].height + 2 * airy
            rows = range(cell.row, cell.row + cell.rows)
            missing = need - sum(heights[row] for row in rows)
            if missing > 0:
                for row in rows:
                    heights[row] += missing / cell.rows
    owners = [[-1] * table.columns for _ in range(table.rows)]
    for index, cell in enumerate(table.cells):
        for row in range(cell.row, cell.row + cell.rows):
            for column in range(cell.column, cell.column + cell.columns):
                owners[row][column] = index
    return PreparedTable(table, left, edges, heights, contents, pen, owners=owners)


def add_nodes(prepared: PreparedTable, nodes: list[Node], parent: int) -> int:
    """The table's elements, row by row, for the document's structure."""
    table = prepared.table
    nodes.append(Node("Table", parent, summary=table.summary))
    root = len(nodes) - 1
    spoken_for = {key for cell in table.cells for key in cell.headers}
    row_nodes: dict[int, int] = {}
    for row in range(table.rows):
        nodes.append(Node("TR", root))
        row_nodes[row] = len(nodes) - 1
    prefix = f"{table.id}-"
    for index, cell in sorted(
        enumerate(table.cells), key=lambda pair: (pair[1].row, pair[1].column)
    ):
        node = Node("TD", row_nodes[cell.row], rows=cell.rows, columns=cell.columns)
        if cell.role in ("caption", "column", "row", "corner"):
            node.kind = "TH"
            node.scope = "Row" if cell.role == "row" else "Column"
            if (cell.row, cell.column) in spoken_for:
                node.key = f"{prefix}{cell.row}-{cell.column}"
        else:
            node.headers = tuple(f"{prefix}{row}-{column}" for row, column in cell.headers)
        nodes.append(node)
        prepared.nodes[index] = len(nodes) - 1
    return root


def _content(cell: TableCell, pen: Pen, width: float, highest: float) -> Content:
    """A cell's lines at the largest size at which nothing has to be torn apart."""
    text = cell.text
    if not text:
        return Content([], FULL_SIZE, 0.0)
    one_line = pen.width(text)
    if one_line * FULL_SIZE <= width:
        return _made(text, pen, FULL_SIZE, width, [(0, len(text))])
    figure = cell.role in ("figure", "total")
    for size in _SIZES:
        if figure and one_line * size <= width:
            return _made(text, pen, size, width, [(0, len(text))])
        if figure and _is_number(text):
            continue
        even = _even_columns(text, pen, size, width) if cell.role == "column" else None
        if even:
            return _made(text, pen, size, width, even)
        measure = Measure(text, pen, size)
        if all(measure.width(piece.start, piece.end) <= width for piece in measure.clusters):
            spans = break_lines(measure, width)
            if len(spans) <= 3 or not figure:
                content = _made(text, pen, size, width, spans)
                if content.height <= highest:
                    return content
    return _squeezed(text, pen, width, highest, sizes=(READABLE, *_LAST_RESORT))


def _is_number(text: str) -> bool:
    return all(character in "0123456789.+-−,元" for character in text)


def _even_columns(text: str, pen: Pen, size: float, width: float) -> list[tuple[int, int]] | None:
    """Lines of two, four, … characters for a narrow column's label: most words are of two."""
    length = len(text)
    per_line = int((width + 1e-6) / size)
    if per_line >= length or per_line > 5 or per_line < 2:
        return None
    if not all("\u3400" <= character <= "\u9fff" for character in text):
        return None
    step = per_line - per_line % 2
    if length % 2:
        return None
    return [(at, min(at + step, length)) for at in range(0, length, step)]


def _made(
    text: str, pen: Pen, size: float, width: float, spans: Sequence[tuple[int, int]]
) -> Content:
    measure = Measure(text, pen, size)
    lines = [set_line(measure, start, end, width, justify=False) for start, end in spans]
    return Content(lines, size, len(lines) * size * _LEADING)


def _squeezed(
    text: str,
    pen: Pen,
    width: float,
    height: float,
    sizes: Sequence[float] = (*_SIZES, *_LAST_RESORT),
) -> Content:
    """The largest of `sizes` at which the text keeps within the height; the smallest at worst."""
    content = Content([], FULL_SIZE, 0.0)
    for size in sizes:
        lines = ragged(text, pen, size, max(width, size))
        content = Content(lines, size, len(lines) * size * _LEADING)
        if content.height <= height:
            break
    return content


def _columns_of(text: str, width: float, height: float) -> tuple[float, float, int] | None:
    """Size, pitch and characters in a column for a vertical label; None when it does not fit."""
    count = len(text)
    for size in _SIZES:
        for columns in (1, 2):
            if columns * size * 1.05 > width + 2 * _PAD_X and columns > 1:
                continue
            each = -(-count // columns)
            for pitch in (1.2, 1.1, 1.0):
                if each * size * pitch <= height:
                    return size, size * pitch, each
    return None


def _stack(
    text: str, pen: Pen, left: float, top: float, width: float, height: float
) -> list[Text]:
    """A vertical label's characters, top to bottom, its columns right to left."""
    fit = _columns_of(text, width - 2 * _PAD_X, height - 2 * _PAD_X)
    if fit is None:
        size = max(min((height - 2) / max(len(text), 1), READABLE), 2.0)
        fit = size, size, len(text)
    size, pitch, each = fit
    columns = [text[at : at + each] for at in range(0, len(text), each)]
    column_pitch = size * 1.05
    x = left + (width + column_pitch * len(columns)) / 2 - (column_pitch + size) / 2
    longest = max(len(column) for column in columns)
    first = top + (height - longest * pitch) / 2 + (pitch - size) / 2
    texts: list[Text] = []
    offset = 0
    for column in columns:
        y = first
        for character in column:
            face, advance = pen[character]
            wide = advance * size
            if character in _TURNED:
                # A narrow mark is centred along the column as a wide one fills it.
                start = y + (size - wide) / 2
                mark = Text(x + 0.12 * size, start, face, size, character, wide, angle=90)
            elif character in _UPPER_RIGHT:
                right, up = 0.5 * size, 0.5 * size
                mark = Text(x + right, y + _ASCENT * size - up, face, size, character, wide)
            else:
                mark = Text(x + (size - wide) / 2, y + _ASCENT * size, face, size, character, wide)
            mark.offset = offset
            offset += 1
            texts.append(mark)
            y += pitch
        x -= column_pitch
    return texts
