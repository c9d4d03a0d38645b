# ruff: noqa: PLR0917 - what is measured together is passed together
"""Tables: row heights under spans, and splitting between rows over pages.

A table is prepared once for its width; then `split` says which rows stand on which page and
`place` draws one such stretch. Header rows are repeated, a spanning label is drawn again in the part of
its cell that lies on the new page. A row is never cut.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from gic_desktop.output.blocks import Table, TableCell
from gic_desktop.output.typeset.clusters import After, Cluster
from gic_desktop.output.typeset.faces import Pen
from gic_desktop.output.typeset.lines import (
    Line,
    Measure,
    break_lines,
    ragged,
    set_line,
    short_line,
)
from gic_desktop.output.typeset.marks import ARTIFACT, Area, Mark, Node, Page, Rule, Stack, Text

FULL_SIZE = 10.5
READABLE = 7.5
_LEAST_NUMBER = 6.0
_SIZES = (10.5, 10.0, 9.5, 9.0, 8.5, 8.0, 7.5)
# A table is set smaller than in full size only to bring it onto one page.
_SMALLER = (10.0, 9.5, 9.0)
# The least width of a column of figures, in characters of full size: its heading's words of two.
_TWO_CHARACTERS = 2.5
# How much smaller a label may be set to stay on one line.
_CONDENSED = 0.92
# Up to so many rows under one label are rather kept together where a table is split.
_GROUP = 9
# Only for a text that would not fit on a page otherwise.
_LAST_RESORT = (6.0, 5.0, 4.0, 3.0)
_LEADING = 1.3
_PAD_X = 2.5
_PAD_LABEL = 4.0
_PAD_Y = 3.6
_PAD_Y_AIRY = 5.2
_PAD_Y_DENSE = 3.0
_INNER = 0.5
_OUTER = 1.0
_ASCENT = 0.86
_TURNED = frozenset("（）《》〈〉【】〔〕「」『』［］｛｝—…～－–()[]")
_PAUSES = frozenset("，；：。")
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


class PreparedTable:
    """A table with its columns' edges, its rows' heights and its cells' lines."""

    def __init__(
        self,
        table: Table,
        edges: list[float],
        heights: list[float],
        contents: dict[int, Content],
        pen: Pen,
        size: float,
        owners: list[list[int]],
    ) -> None:
        self.table = table
        self.edges = edges
        self.heights = heights
        self.contents = contents
        self.pen = pen
        self.size = size
        # Which cell covers each unit of the grid.
        self.owners = owners
        self.nodes: dict[int, int] = {}
        self.drawn: set[int] = set()

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
                    if cell.rows < _GROUP and not cell.vertical:
                        cost += 1.2
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
            columns = _columns_of(
                cell.text, self._inner_width(cell), height - 2 * _PAD_X, self.size
            )
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
                self._draw(page, index, tops[cell.row], self._height_of(cell), ARTIFACT)
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
            if whole or self._label_here(index, last, height, later):
                node = ARTIFACT if index in self.drawn else self.nodes.get(index, ARTIFACT)
                if node != ARTIFACT:
                    self.drawn.add(index)
                self._draw(page, index, tops[first], height, node)
        return y

    def _height_of(self, cell: TableCell) -> float:
        return sum(self.heights[cell.row : cell.row + cell.rows])

    def _label_here(self, index: int, last: int, height: float, later: Sequence[Stretch]) -> bool:
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
            stack = _stack(cell.text, self.pen, left, top, width, height, self.size)
            for text in stack:
                text.place = cell.place
            page.marks.append(Stack(stack, cell.text, node))
            return
        content = self.contents[index]
        if content.height > height:
            content = _squeezed(cell.text, self.pen, width - 2 * _pad(cell), height)
        leading = content.size * _LEADING
        y = top + (height - leading * len(content.lines)) / 2
        y += (leading - content.size) / 2 + _ASCENT * content.size
        # A label on several lines is one thing to whoever searches or copies it.
        broken: list[Text] = []
        marks: list[Mark] | list[Text] = page.marks
        if len(content.lines) > 1:
            marks = broken
        for line in content.lines:
            if cell.align in ("left", "justify"):
                x = left + _pad(cell)
            elif cell.align == "right":
                x = left + width - _pad(cell) - line.width
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
        if broken:
            page.marks.append(Stack(broken, cell.text, node))

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
        for above, below in pairwise(rows):
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
    """Lays out every cell's text and finds the rows' heights; `room`: what a page of its own has.

    A table that is too high for one page gives its labels the room that its figures do not need, and is set
    a little smaller if that brings it onto one page.
    """
    full = None
    # With so many rows some labels on two lines are too many: no need to try.
    if table.rows * (FULL_SIZE * _LEADING + 2 * _PAD_Y) * 1.2 <= room:
        full = _prepare(table, pen, left, width, room, FULL_SIZE, table.widths)
        if full.height <= room:
            return full
    widths = _roomy(table, pen, width, FULL_SIZE)
    if widths is not None or full is None:
        widths = widths or table.widths
        full = _prepare(table, pen, left, width, room, FULL_SIZE, widths)
    if room < full.height < 1.5 * room:
        for size in _SMALLER:
            # Lines get shorter and fewer, so that the height falls faster than the size.
            if full.height * (size / FULL_SIZE) ** 2.4 > room:
                continue
            widths = _roomy(table, pen, width, size) or table.widths
            smaller = _prepare(table, pen, left, width, room, size, widths)
            if smaller.height <= room:
                return smaller
    return full


def _roomy(table: Table, pen: Pen, width: float, size: float) -> tuple[float, ...] | None:
    """Column widths with narrower figures, so that the longest labels have more room."""
    total = sum(table.widths) or 1
    widths = [width * share / total for share in table.widths]
    labels = [0] * table.columns
    figures = [True] * table.columns
    needed = _TWO_CHARACTERS * size + 2 * _PAD_X
    for cell in table.cells:
        if cell.columns == 1 and cell.role == "row":
            labels[cell.column] += 0 if cell.vertical else len(cell.text)
        if cell.role in ("row", "corner"):
            for column in range(cell.column, cell.column + cell.columns):
                figures[column] = False
        elif cell.columns == 1 and (cell.role != "column" or len(cell.text) <= 3):
            # A figure, or a heading too short to be broken well.
            needed = max(needed, pen.width(cell.text) * size + 2 * _PAD_X + 0.1)
    if not any(labels) or not any(figures):
        return None
    longest = labels.index(max(labels))
    spared = 0.0
    for column in range(table.columns):
        if figures[column] and widths[column] > needed:
            spared += widths[column] - needed
            widths[column] = needed
    if not spared:
        return None
    widths[longest] += spared
    return tuple(widths)


def _prepare(
    table: Table,
    pen: Pen,
    left: float,
    width: float,
    room: float,
    full: float,
    widths: Sequence[float],
) -> PreparedTable:
    total = sum(widths) or 1
    edges = [left]
    done = 0.0
    for share in widths:
        done += share
        edges.append(left + width * done / total)
    contents: dict[int, Content] = {}
    heights = [0.0] * table.rows
    airy = _PAD_Y if table.rows > 16 else _PAD_Y_AIRY
    if full < FULL_SIZE:
        airy = _PAD_Y_DENSE
    highest = room - 120.0
    for index, cell in enumerate(table.cells):
        if cell.vertical:
            continue
        inner = edges[cell.column + cell.columns] - edges[cell.column] - 2 * _pad(cell)
        content = _content(cell, pen, inner, highest, full)
        contents[index] = content
        if cell.rows == 1:
            heights[cell.row] = max(heights[cell.row], content.height + 2 * airy)
    least = full * _LEADING + 2 * airy
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
    return PreparedTable(table, edges, heights, contents, pen, full, owners)


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


def _content(cell: TableCell, pen: Pen, width: float, highest: float, full: float) -> Content:
    """A cell's lines at the largest size at which nothing has to be torn apart."""
    text = cell.text
    if not text:
        return Content([], full, 0.0)
    figure = cell.role in ("figure", "total")
    one_line = pen.width(text)
    if one_line * full <= width:
        return _one_line(text, pen, full, width)
    # A number torn in two is read wrongly: rather a little smaller than is pleasant.
    if figure and one_line * (_LEAST_NUMBER if _is_number(text) else READABLE) <= width:
        return _one_line(text, pen, int(2 * width / one_line) / 2, width)
    if not figure and one_line * full * _CONDENSED <= width:
        # A hair smaller is better than one character on a second line.
        return _one_line(text, pen, int(10 * width / one_line) / 10, width)
    if not figure or not _is_number(text):
        for size in _SIZES:
            if size > full:
                continue
            measure = Measure(text, pen, size)
            spans = _label_lines(measure, width, centred=cell.align == "center")
            if spans and (len(spans) <= 3 or not figure):
                content = _made(measure, width, spans)
                if content.height <= highest:
                    return content
    return _squeezed(text, pen, width, highest, sizes=(READABLE, *_LAST_RESORT))


def _pad(cell: TableCell) -> float:
    """The room beside a cell's text; labels that begin at a rule keep some distance from it."""
    return _PAD_LABEL if cell.align in ("left", "right", "justify") else _PAD_X


def _is_number(text: str) -> bool:
    return all(character in "0123456789.+-−,元" for character in text)


def _label_lines(measure: Measure, width: float, *, centred: bool) -> list[tuple[int, int]] | None:
    """Where a cell's lines end; None when something would have to be torn apart.

    In a narrow cell the fewest lines are not the best: （三）不予公开 pauses behind its number, and most
    words are of two characters. Centred lines may end early: they end where the sentence pauses.
    """
    pieces = measure.clusters
    if any(measure.width(piece.start, piece.end) > width for piece in pieces):
        return None
    text, size = measure.text, measure.size
    if len(text) > 60 or (width > 12 * size and not centred):
        return break_lines(measure, width)
    enumerator = text.find("）") + 1 if text[0] == "（" and len(text) > 6 else -1
    count = len(pieces)
    penalties = _break_costs(text, pieces, enumerator)
    starts = [measure.sums[piece.start] for piece in pieces]
    ends = [
        measure.sums[piece.end] - measure.gaps[measure.without_blanks(piece.start, piece.end) - 1]
        for piece in pieces
    ]
    best: list[tuple[float, int]] = [(0.0, 0)] * count + [(0.0, count)]
    for first in range(count - 1, -1, -1):
        start = starts[first]
        cheapest = (float("inf"), count)
        for last in range(first, count):
            wide = ends[last] - start
            if wide > width:
                break
            cost = 1.0 + best[last + 1][0] + penalties[last]
            if last < count - 1:
                cost += 0.2 * ((width - wide) / width) ** 2
            elif wide < 1.3 * size and first:
                cost += 1.5
            if cost < cheapest[0]:
                cheapest = (cost, last + 1)
        best[first] = cheapest
    spans: list[tuple[int, int]] = []
    at = 0
    while at < count:
        following = best[at][1]
        spans.append((pieces[at].start, pieces[following - 1].end))
        at = following
    return spans


def _break_costs(text: str, pieces: Sequence[Cluster], enumerator: int) -> list[float]:
    """What it costs to end a line after each piece."""
    odd = 3.0 if len(text) <= 10 else 0.4
    costs: list[float] = []
    run = 0
    at = 0
    for piece in pieces:
        cost = 2.0 if piece.after == After.RELUCTANT else 0.0
        for character in text[at : piece.end]:
            run = run + 1 if "\u3400" <= character <= "\u9fff" else 0
        at = piece.end
        if at == enumerator:
            cost -= 2.5
        elif text[at - 1] in _PAUSES:
            cost -= 0.65
        elif run % 2 and at < len(text) and "\u3400" <= text[at] <= "\u9fff":
            # Probably in the middle of a word of two characters.
            cost += odd
        costs.append(cost)
    return costs


def _one_line(text: str, pen: Pen, size: float, width: float) -> Content:
    line = short_line(text, pen, size)
    if line is None:
        return _made(Measure(text, pen, size), width, [(0, len(text))])
    return Content([line], size, size * _LEADING)


def _made(measure: Measure, width: float, spans: Sequence[tuple[int, int]]) -> Content:
    lines = [set_line(measure, start, end, width, justify=False) for start, end in spans]
    return Content(lines, measure.size, len(lines) * measure.size * _LEADING)


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


def _columns_of(
    text: str, width: float, height: float, full: float
) -> tuple[float, float, int] | None:
    """Size, pitch and characters in a column for a vertical label; None when it does not fit."""
    count = len(text)
    for size in _SIZES:
        if size > full:
            continue
        for columns in (1, 2):
            if columns * size * 1.05 > width + 2 * _PAD_X and columns > 1:
                continue
            each = -(-count // columns)
            for pitch in (1.2, 1.1, 1.0):
                if each * size * pitch <= height:
                    return size, size * pitch, each
    return None


def _stack(
    text: str, pen: Pen, left: float, top: float, width: float, height: float, full: float
) -> list[Text]:
    """A vertical label's characters, top to bottom, its columns right to left."""
    fit = _columns_of(text, width - 2 * _PAD_X, height - 2 * _PAD_X, full)
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
