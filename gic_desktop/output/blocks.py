"""What is printed, in order, the same for PDF, Word, Excel and HTML: no format, no page, no report.

`pages.py` turns a report into these blocks; each writer turns blocks into bytes. A text in a block is
final: figures bound to cells already stand in it as numbers.
"""

from typing import Literal

from gic_desktop.report.place import Place
from gic_desktop.values import Struct

Align = Literal["left", "center", "right", "justify"]


class Annex(Struct, frozen=True):
    """The mark `附件1` above the title, flush left."""

    text: str
    place: Place


class Title(Struct, frozen=True):
    """The report's title; `lines` are the author's own breaks (mostly one line)."""

    lines: tuple[str, ...]
    place: Place


class Heading(Struct, frozen=True):
    """Level 1 is a statutory section, `一、`; 2 `（一）`, 3 `1.`, 4 `（1）`. The number is in the text."""

    level: int
    text: str
    place: Place


class Paragraph(Struct, frozen=True):
    """Body text: two characters' first-line indent, justified. `note`: a line under a table."""

    text: str
    place: Place
    note: bool = False


class Picture(Struct, frozen=True):
    """A raster picture (PNG or JPEG bytes) with caption and alternative text."""

    data: bytes
    caption: str
    alternative: str
    width_percent: int
    place: Place

    @property
    def percent(self) -> int:
        """Of the line's width, as it is drawn: a file may ask for anything."""
        return min(max(self.width_percent, 10), 100)


class Chart(Struct, frozen=True):
    """A drawing made from the report's figures. `series` is its id in the form."""

    series: str
    caption: str
    alternative: str
    place: Place


Role = Literal["caption", "column", "row", "corner", "figure", "total"]


class TableCell(Struct, frozen=True):
    """One printed cell. `row`/`column` are grid units from 0; a span covers further units.

    `role`: a caption row over the whole width, a column header, a row label, the corner (neither:
    `信息内容`, the note on the arithmetic), a figure, or a computed total. `headers` names the
    header cells (as row, column) that speak for a figure, for screen readers and HTML.
    """

    row: int
    column: int
    rows: int
    columns: int
    text: str
    role: Role
    vertical: bool
    align: Align
    place: Place
    headers: tuple[tuple[int, int], ...] = ()
    cell: str = ""


class Table(Struct, frozen=True):
    """A statutory table. `widths` are the relative widths of the grid columns, sum 1000.

    The first `header_rows` rows are repeated on each page that the table runs over.
    """

    id: str
    rows: int
    columns: int
    header_rows: int
    widths: tuple[int, ...]
    cells: tuple[TableCell, ...]
    summary: str
    place: Place


class Signature(Struct, frozen=True):
    """Right-aligned lines at the end: organ, then date."""

    lines: tuple[str, ...]
    place: Place


Block = Annex | Title | Heading | Paragraph | Picture | Chart | Table | Signature


class Document(Struct, frozen=True):
    """A whole report as blocks, with what a file's properties need."""

    title: str
    organ: str
    year: int
    blocks: tuple[Block, ...]
    draft: bool = False
