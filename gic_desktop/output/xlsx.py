"""Blocks → an Excel workbook (.xlsx): a sheet per section in print order, tables as printed.

Totals are living formulas over the cells they add up, figures are numbers that show exactly the
digits their author typed, remarks stand behind the number and as a comment. Every text of a person
is a text.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from gic_desktop.forms.description import Sum
from gic_desktop.output import blocks
from gic_desktop.output.bare_picture import Kind, bare_picture
from gic_desktop.output.blocks import Document, Table, TableCell
from gic_desktop.output.fonts import standard
from gic_desktop.output.pages import clean, moment_of
from gic_desktop.output.typeset.faces import Pen
from gic_desktop.output.typeset.flow import HEIGHT
from gic_desktop.output.typeset.pictures import picture_size
from gic_desktop.output.typeset.tables import PreparedTable, prepare
from gic_desktop.output.typeset.title import fit_title
from gic_desktop.output.workbook import (
    MAX_FORMAT,
    Cell,
    Line,
    Look,
    Picture,
    Sheet,
    decimals,
    exact,
    number_format,
    reference,
    sheet_names,
    workbook_bytes,
)
from gic_desktop.report.figures import Figure, figure_text, number_text
from gic_desktop.report.report import Report
from gic_desktop.report.totals import shown_figure, values_of
from gic_desktop.values import replace

Place = tuple[int, int]
"""Row and column of a sheet."""

# The printed line, in points: what all columns of a sheet together are wide.
_WIDTH = 442.2
_LABEL = "F0F3F8"
_TOTAL = "EEF1F4"
_HEADING = Look(face="黑体", size=14, wrap=True)
_LEVELS = {1: _HEADING, 2: Look(face="楷体", size=12, wrap=True, middle=False)}
_BODY = Look(face="仿宋", size=12, wrap=True, middle=False)
_NOTE = Look(size=10, wrap=True, middle=False)
_TITLE = Look(face="黑体", size=18, align="center", wrap=True)
# Excel draws 宋体 a little wider than it prints; rows are that much higher than on paper.
_AIR = 1.15
# No row can be higher than 409 points.
_HIGHEST = 400.0
# A sheet so high in points is printed on one page, a quarter smaller at the most.
_ONE_PAGE = 850.0


def xlsx_bytes(report: Report, made: Document) -> bytes:
    """The file's bytes; equal reports give equal bytes."""
    groups = list(_groups(made.blocks))
    names = sheet_names(heading for heading, _ in groups)
    book = _Book(report)
    sheets = [book.sheet(name, group) for name, (_, group) in zip(names, groups, strict=True)]
    return workbook_bytes(
        sheets, title=made.title, organ=made.organ, moment=moment_of(report), draft=made.draft
    )


def _groups(every: Sequence[blocks.Block]) -> Iterator[tuple[str, list[blocks.Block]]]:
    """The blocks of each section under its heading; what stands before the first goes with it."""
    name, group = "", list[blocks.Block]()
    for block in every:
        if isinstance(block, blocks.Heading) and block.level == 1:
            if name:
                yield name, group
                group = []
            name = block.text
        group.append(block)
    yield name or "年报", group


class _Book:
    """What all sheets of one report ask for."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.values = values_of(report)
        # A total that two sums define is the same either way; the one along the row is shorter.
        self.sums = {one.total: one for one in report.form.sums}

    def figure(self, cell: str) -> Figure | None:
        return shown_figure(self.report, self.values, cell)

    def sheet(self, name: str, group: Sequence[blocks.Block]) -> Sheet:
        made = _Sheet(self, next((b for b in group if isinstance(b, Table)), None))
        for block in group:
            made.add(block)
        return made.finished(name)


class _Sheet:
    """One sheet while it is being filled from the top."""

    def __init__(self, book: _Book, table: Table | None) -> None:
        self.book = book
        self.cells: list[Cell] = []
        self.heights: dict[int, float] = {}
        self.pictures: list[Picture] = []
        self.merged: list[tuple[int, int, int, int]] = []
        self.frozen = (0, 0)
        self.repeated: tuple[int, int] | None = None
        self.row = 0
        self.widths: tuple[float, ...] = (_WIDTH,)
        self._prepared = None if table is None else _prepared(table)
        if self._prepared is not None:
            edges = self._prepared.edges
            self.widths = tuple(b - a for a, b in pairwise(edges))

    def finished(self, name: str) -> Sheet:
        return Sheet(
            name,
            self.cells,
            self.widths,
            self.heights,
            self.merged,
            self.frozen,
            self.repeated,
            # A table that a page can hold stands on one.
            one_page=self._prepared is not None and sum(self.heights.values()) < _ONE_PAGE,
            pictures=self.pictures,
        )

    def add(self, block: blocks.Block) -> None:
        match block:
            case blocks.Annex():
                self._line(block.text, Look(face="黑体", size=12))
            case blocks.Title():
                pen = Pen(standard(), "title")
                organ = self.book.report.organ
                for line in fit_title(block.lines, organ, pen, _TITLE.size, _WIDTH):
                    self._line(line, _TITLE)
            case blocks.Heading():
                self._line(block.text, _LEVELS.get(block.level, _BODY))
            case blocks.Paragraph():
                self._line(block.text, _NOTE if block.note else _BODY)
            case blocks.Picture():
                data, kind = bare_picture(block.data)
                width = _WIDTH * block.percent / 100
                self._picture(data, kind, width, (block.alternative, block.caption))
            case blocks.Chart():
                from gic_desktop.output import drawings

                # A chart that has no figures is left out, as on the printed page.
                report = self.book.report
                if data := drawings.png(report, block.series):
                    said = (drawings.words(report, block.series), block.caption)
                    self._picture(data, "png", _WIDTH, said)
            case blocks.Table():
                self._table(block)
            case blocks.Signature():
                for line in block.lines:
                    self._line(line, replace(_BODY, align="right"))

    def _line(self, words: str, look: Look) -> None:
        """A text over the whole width; its row is as high as it needs (Excel does not see to merged ones)."""
        self.cells.append(Cell(self.row, 0, words, look))
        if len(self.widths) > 1:
            self.merged.append((self.row, 0, 1, len(self.widths)))
        wide = sum(1.0 if ord(c) > 0x2E7F else 0.55 for c in words) * look.size
        lines = max(1, -int(-wide // (_WIDTH - look.size)))
        self.heights[self.row] = lines * look.size * 1.3 + 7
        self.row += 1

    def _picture(self, data: bytes, kind: Kind, width: float, said: tuple[str, str]) -> None:
        """`said`: to those who do not see it, and below it."""
        pixels = picture_size(data)
        height = width * pixels.height / pixels.width
        if height > _HIGHEST:
            width, height = width * _HIGHEST / height, _HIGHEST
        alternative, caption = said
        left = 0.0 if len(self.widths) > 1 else (_WIDTH - width) / 2
        self.pictures.append(Picture(self.row, data, kind, width, height, alternative, left))
        self.cells.append(Cell(self.row, 0))
        self.heights[self.row] = height + 6
        self.row += 1
        if caption:
            self._line(caption, replace(_NOTE, align="center"))

    def _table(self, table: Table) -> None:
        prepared = self._prepared or _prepared(table)
        top = self.row
        places = {cell.cell: (top + cell.row, cell.column) for cell in table.cells if cell.cell}
        for index in range(len(table.cells)):
            self._cell(prepared, index, top, places)
        for row, height in enumerate(prepared.heights):
            self.heights[top + row] = height * _AIR
        if table.header_rows:
            self.repeated = (top, top + table.header_rows - 1)
        # What stands above the table scrolls away, unless it is the heading alone.
        beginning = top + table.header_rows if top <= 1 else 0
        self.frozen = (beginning, _label_columns(table))
        self.row += table.rows

    def _cell(
        self, prepared: PreparedTable, index: int, top: int, places: Mapping[str, Place]
    ) -> None:
        table = prepared.table
        cell = table.cells[index]
        row, column = top + cell.row, cell.column
        content = prepared.contents.get(index)
        look = replace(_look(cell), size=prepared.size if content is None else content.size)
        for y in range(cell.rows):
            for x in range(cell.columns):
                lines = _lines(table, cell.row + y, cell.column + x, cell)
                if x or y:
                    self.cells.append(Cell(row + y, column + x, None, replace(look, lines=lines)))
                else:
                    look = replace(look, lines=lines)
                    first = self._content(cell, look, row, column, places)
        self.cells.append(first)
        if cell.rows > 1 or cell.columns > 1:
            self.merged.append((row, column, cell.rows, cell.columns))

    def _content(
        self, cell: TableCell, look: Look, row: int, column: int, places: Mapping[str, Place]
    ) -> Cell:
        if not cell.cell:
            return Cell(row, column, cell.text, look)
        figure = self.book.figure(cell.cell)
        described = self.book.report.form.cells[cell.cell]
        if cell.cell in self.book.sums:
            return self._total(self.book.sums[cell.cell], look, row, column, places)
        if figure is None:
            return Cell(row, column, None, replace(look, form=number_format(0)))
        if not exact(figure.value):
            return Cell(row, column, clean(figure_text(figure, described)), look)
        remark = clean(figure.remark)
        shown = f"{clean(figure.unit)}（{remark}）" if remark else clean(figure.unit)
        form = number_format(
            decimals(figure.value), signed=described.kind == "signed", behind=shown
        )
        if len(form) > MAX_FORMAT:
            form = number_format(decimals(figure.value))
        return Cell(row, column, figure.value, replace(look, form=form), remark=remark)

    def _total(
        self, one: Sum, look: Look, row: int, column: int, places: Mapping[str, Place]
    ) -> Cell:
        parts = [self.book.values.get(part) for part in one.parts]
        most = max((decimals(part) for part in parts if part is not None), default=0)
        look = replace(look, form=number_format(most))
        total = self.book.values.get(one.total)
        leaves = (self.book.values.get(leaf) for leaf in self.book.report.form.leaves[one.total])
        if total is not None and not all(exact(v) for v in (total, *leaves) if v is not None):
            return Cell(row, column, number_text(total), look)
        ranges = _ranges([places[part] for part in one.parts])
        formula = f"SUM({ranges})"
        if total is None:
            # Nothing answered is not zero.
            return Cell(row, column, "", look, formula=f'IF(COUNT({ranges})=0,"",{formula})')
        return Cell(row, column, total, look, formula=formula)


def _prepared(table: Table) -> PreparedTable:
    """The printed table: its columns and rows are this sheet's."""
    return prepare(table, Pen(standard(), "table"), 0.0, _WIDTH, HEIGHT)


def _look(cell: TableCell) -> Look:
    label = not cell.cell
    return Look(
        bold=cell.role == "total",
        fill=_LABEL if label else _TOTAL if cell.role == "total" else "",
        align="left" if cell.align == "left" else "center",
        wrap=True,
        stacked=cell.vertical,
    )


def _lines(table: Table, row: int, column: int, cell: TableCell) -> tuple[Line, Line, Line, Line]:
    """The lines of one unit: thick at the table's edge, none inside a merged cell."""

    def line(*, edge: bool, inside: bool) -> Line:
        return "medium" if edge else "" if inside else "thin"

    return (
        line(edge=row == 0, inside=row > cell.row),
        line(edge=column == table.columns - 1, inside=column < cell.column + cell.columns - 1),
        line(edge=row == table.rows - 1, inside=row < cell.row + cell.rows - 1),
        line(edge=column == 0, inside=column > cell.column),
    )


def _label_columns(table: Table) -> int:
    """How many columns from the left hold nothing but labels."""
    figures = [cell.column for cell in table.cells if cell.cell]
    first = min(figures, default=0)
    # Frozen columns that fill the screen would hide the figures.
    return first if sum(table.widths[:first]) <= 500 else 0


def _ranges(places: Sequence[Place]) -> str:
    """`A1,A2,A3,C7` → `A1:A3,C7`: neighbours in a column or in a row become one range."""
    runs: list[list[Place]] = []
    for row, column in places:
        if runs:
            (first_row, first_column), (last_row, last_column) = runs[-1][0], runs[-1][-1]
            down = (row, column) == (last_row + 1, last_column) and column == first_column
            along = (row, column) == (last_row, last_column + 1) and row == first_row
            if down or along:
                runs[-1].append((row, column))
                continue
        runs.append([(row, column)])
    return ",".join(
        reference(*run[0]) + (f":{reference(*run[-1])}" if len(run) > 1 else "") for run in runs
    )
