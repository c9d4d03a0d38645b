"""A source as one stream of lines: paragraphs' lines and table rows, in printed order.

Grids end and begin where a page does, so the matching asks a row for its labels and its figures and
not for the grid it came in. A row holds its own cells from left to right.
"""

from __future__ import annotations

from gic_desktop.imports.source import Grid, Paragraph, Picture, Source
from gic_desktop.values import Struct

BLANK = " \t\r\n\u3000\xa0"


class Line(Struct, frozen=True):
    """One paragraph line, one picture, or one row of a grid."""

    item: int
    row: int = -1
    text: str = ""
    align: str = ""
    role: str = ""
    cells: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    """First column and the one after the last of every cell; empty where nobody knows."""
    picture: Picture | None = None

    @property
    def is_row(self) -> bool:
        return self.row >= 0

    @property
    def words(self) -> str:
        """The whole line as one text."""
        if not self.is_row:
            return self.text
        return "　".join(cell.replace("\n", "") for cell in self.cells if cell)

    def text_at(self, cell: int) -> str:
        """What is printed in a cell of a row; -1: the whole line."""
        return self.cells[cell] if self.is_row and cell >= 0 else self.words

    @property
    def only_text(self) -> str:
        """The text of a paragraph, or of a row with a single filled cell."""
        if not self.is_row:
            return self.text
        filled = [cell for cell in self.cells if cell]
        return filled[0] if len(filled) == 1 else ""


def lines_of(source: Source) -> list[Line]:
    """Lay out a source as lines; empty ones are left out."""
    lines: list[Line] = []
    for number, item in enumerate(source.items):
        if isinstance(item, Paragraph):
            lines.extend(
                Line(number, text=text, align=item.align, role=item.role)
                for part in item.text.split("\n")
                if (text := part.strip(BLANK))
            )
        elif isinstance(item, Grid):
            for row, cells in enumerate(item.rows()):
                texts = tuple(cell.text.strip(BLANK) for cell in cells)
                if any(texts):
                    spans = (
                        tuple((cell.column, cell.column + cell.columns) for cell in cells)
                        if item.spans_known
                        else ()
                    )
                    lines.append(Line(number, row, cells=texts, spans=spans))
        else:
            lines.append(Line(number, picture=item))
    return lines
