"""A statutory table in Word: real merged cells in whole-twip columns that add up exactly.

Columns, sizes and heights of rows are those of the printed page. Word rounds every column to a
twip by itself; columns that were no whole twips would no longer meet, and merges come apart.
"""

from itertools import pairwise
from typing import TYPE_CHECKING

from gic_desktop.output.blocks import Table, TableCell
from gic_desktop.output.office_package import attribute, text

if TYPE_CHECKING:
    from gic_desktop.output.typeset.tables import PreparedTable

_LEADING = 1.3
# A label in a column of so few characters breaks where the printed page breaks it.
_NARROW = 6
_SMALLEST = 7.5
_PAD = 50
_PAD_LABEL = 80


def table_xml(prepared: "PreparedTable", room: float) -> str:
    """`room`: what a page of its own offers the table under its heading, in points.

    A table that fits into it stands on one page: Word repeats header rows, but not a label that runs
    down over the end of a page.
    """
    table = prepared.table
    edges = [round((edge - prepared.edges[0]) * 20) for edge in prepared.edges]
    grid = "".join(f'<w:gridCol w:w="{b - a}"/>' for a, b in pairwise(edges))
    whole = prepared.height <= room
    rows = "".join(_row(prepared, edges, row, whole=whole) for row in range(table.rows))
    return (
        '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="{edges[-1]}" w:type="dxa"/><w:jc w:val="center"/>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
        f'<w:left w:w="{_PAD}" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>'
        f'<w:right w:w="{_PAD}" w:type="dxa"/></w:tblCellMar>'
        f'<w:tblLook w:val="{_look(table)}"/><w:tblCaption w:val="{attribute(table.summary)}"/>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{rows}</w:tbl>"
    )


def _look(table: Table) -> str:
    """Which rows and columns are headers, for readers that read tables aloud."""
    return "04A0" if table.header_rows else "0480"


def _heads_on(prepared: "PreparedTable", row: int) -> bool:
    """Whether a row holds headings only: it does not end a page."""
    cells = {prepared.owners[row][column] for column in range(prepared.table.columns)}
    return all(prepared.table.cells[i].role in ("caption", "column", "corner") for i in cells)


def _row(prepared: "PreparedTable", edges: list[int], row: int, *, whole: bool) -> str:
    table = prepared.table
    height = round(prepared.heights[row] * 20)
    kept = row < table.rows - 1 and (whole or _heads_on(prepared, row))
    header = "<w:tblHeader/>" if row < table.header_rows else ""
    cells = []
    column = 0
    while column < table.columns:
        index = prepared.owners[row][column]
        cell = table.cells[index]
        cells.append(_cell(prepared, edges, index, row, kept=kept))
        column = cell.column + cell.columns
    return (
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{height}" w:hRule="atLeast"/>{header}'
        f"</w:trPr>{''.join(cells)}</w:tr>"
    )


def _cell(prepared: "PreparedTable", edges: list[int], index: int, row: int, *, kept: bool) -> str:
    cell = prepared.table.cells[index]
    width = edges[cell.column + cell.columns] - edges[cell.column]
    span = f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
    begins = row == cell.row
    merge = ""
    if cell.rows > 1:
        merge = '<w:vMerge w:val="restart"/>' if begins else "<w:vMerge/>"
    margins = ""
    if cell.align == "left":
        margins = (
            f'<w:tcMar><w:left w:w="{_PAD_LABEL}" w:type="dxa"/>'
            f'<w:right w:w="{_PAD_LABEL}" w:type="dxa"/></w:tcMar>'
        )
    turned = '<w:textDirection w:val="tbRlV"/>' if cell.vertical else ""
    together = "<w:keepNext/>" if kept else ""
    content = _content(prepared, index, cell, together) if begins else _paragraph([], together)
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{merge}{margins}{turned}'
        f'<w:vAlign w:val="center"/></w:tcPr>{content}</w:tc>'
    )


def _content(prepared: "PreparedTable", index: int, cell: TableCell, together: str) -> str:
    align = f'<w:jc w:val="{cell.align}"/>' if cell.align in ("left", "right") else ""
    size = _vertical_size(prepared, cell) if cell.vertical else prepared.contents[index].size
    half = int(size * 2 + 1e-6)
    spacing = ""
    if half != 21:
        line = round(half * 10 * _LEADING)
        spacing = f'<w:spacing w:line="{line}" w:lineRule="exact"/>'
    properties = together + spacing + align
    run = f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>' if half != 21 else ""
    words = [cell.text]
    lines = [] if cell.vertical else prepared.contents[index].lines
    if not cell.cell and max((line.end - line.start for line in lines), default=0) <= _NARROW:
        words = [cell.text[line.start : line.end] for line in lines] or words
    return _paragraph(words, properties, run)


def _vertical_size(prepared: "PreparedTable", cell: TableCell) -> float:
    """A size at which the label runs down its rows in one line, as long as that can be read."""
    room = sum(prepared.heights[cell.row : cell.row + cell.rows]) - 2
    return max(min(prepared.size, room / max(len(cell.text), 1)), _SMALLEST)


def _paragraph(lines: list[str], properties: str, run: str = "") -> str:
    words = "<w:br/>".join(f'<w:t xml:space="preserve">{text(one)}</w:t>' for one in lines if one)
    said = words and f'<w:r><w:rPr><w:rFonts w:hint="eastAsia"/>{run}</w:rPr>{words}</w:r>'
    return f'<w:p><w:pPr><w:pStyle w:val="TableText"/>{properties}</w:pPr>{said}</w:p>'
