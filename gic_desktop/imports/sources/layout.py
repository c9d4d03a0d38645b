"""Tables that are only layout, and tables inside tables: the same decision for every format.

A table whose cells hold whole tables, or that is one single cell, is a frame around the page, not a
grid of figures: its content is handed on in reading order. A small table inside a cell of a real
grid is flattened into that cell's text.
"""

from __future__ import annotations

from collections.abc import Sequence

from gic_desktop.imports.source import Budget, Grid, GridCell, Item, Paragraph
from gic_desktop.values import Struct, field


class RawCell(Struct):
    """A cell still with its content as items."""

    row: int
    column: int
    rows: int = 1
    columns: int = 1
    items: list[Item] = field(default_factory=list)


def flat_text(items: Sequence[Item]) -> str:
    """Give the text of some items on lines; a grid's cells in a row are parted by tabs."""
    lines: list[str] = []
    for item in items:
        if isinstance(item, Paragraph):
            lines.append(item.text)
        elif isinstance(item, Grid):
            lines.extend("\t".join(cell.text for cell in row) for row in item.rows())
    return "\n".join(line for line in lines if line.strip())


def table_items(cells: Sequence[RawCell], budget: Budget) -> list[Item]:
    """Turn a read table into a grid, or into its content when it is only layout."""
    inside = outside = 0
    for cell in cells:
        size = len(flat_text(cell.items))
        if any(isinstance(item, Grid) for item in cell.items):
            inside += size
        else:
            outside += size
    if inside > outside or len(cells) == 1:
        return [item for cell in cells for item in cell.items]
    pictures: list[Item] = []
    made: list[GridCell] = []
    for cell in cells:
        if any(isinstance(item, Grid) for item in cell.items):
            budget.lost("有一个单元格里还套着表格，已并成该单元格的文字。")
        pictures.extend(
            item
            for item in cell.items
            if not isinstance(item, Paragraph) and not isinstance(item, Grid)
        )
        text = flat_text(cell.items).strip(" \t\n\u3000\xa0")
        made.append(GridCell(cell.row, cell.column, text, cell.rows, cell.columns))
    return [Grid(tuple(made)), *pictures]
