"""What a statutory form prints, as frozen values without behaviour.

Made only by `reader.py` from a form file. Every label is verbatim; every list is in print order.
"""

from collections.abc import Mapping
from typing import Literal

from gic_desktop.values import Struct

Kind = Literal["count", "signed", "money", "total"]
Role = Literal["caption", "column", "row", "corner", "cell"]
Severity = Literal["error", "warning", "hint"]
ChartKind = Literal["bars", "stacked", "years"]


class FormError(Exception):
    """A form file that does not fit together: the program does not start with it."""


class Cell(Struct, frozen=True):
    """A figure of the form. `row` and `column` are its printed labels, outermost first."""

    id: str
    table: str
    row: tuple[str, ...]
    column: tuple[str, ...]
    kind: Kind
    unit: str
    row_name: str
    """The short name of its row in a sentence (`新收`); the innermost label where none is given."""
    series: str
    """Its member of the table's series (`person`), empty in tables without one."""
    at_row: int
    at_column: int

    @property
    def computed(self) -> bool:
        return self.kind == "total"


class GridCell(Struct, frozen=True):
    """A printed rectangle of a table: a label, or the place of a cell."""

    row: int
    column: int
    rows: int
    columns: int
    role: Role
    text: str = ""
    cell: str = ""
    vertical: bool = False
    short: str = ""


class Sum(Struct, frozen=True):
    """`total` is computed as the sum of `parts`. `subject` names it in a sentence (`自然人`)."""

    id: str
    rule: str
    subject: str
    total: str
    parts: tuple[str, ...]


class Term(Struct, frozen=True):
    """One cell in a relation; `last` means the cell of last year's report."""

    cell: str
    last: bool = False
    negative: bool = False


class Relation(Struct, frozen=True):
    """`left` and `right` must be equal, or left not less than right.

    `look` are the cells to look at first when it breaks, the likeliest first. `implied` is set
    where it follows from its neighbours, so that it is reported only when they all hold.
    """

    id: str
    rule: str
    severity: Severity
    subject: str
    left: tuple[Term, ...]
    sign: Literal["=", ">="]
    right: tuple[Term, ...]
    look: tuple[str, ...]
    same_form: bool
    implied: bool

    @property
    def across_years(self) -> bool:
        return any(term.last for term in (*self.left, *self.right))


class Table(Struct, frozen=True):
    """A statutory table: a grid of `rows` × `columns` units tiled by `grid`."""

    id: str
    section: str
    summary: str
    rows: int
    columns: int
    header_rows: int
    widths: tuple[int, ...]
    grid: tuple[GridCell, ...]
    cells: tuple[str, ...]
    improbable: tuple[str, ...]


class Aspect(Struct, frozen=True):
    """Something a section should speak about: a prompt to insert, words that show it is there."""

    name: str
    prompt: str
    words: tuple[str, ...]


class Section(Struct, frozen=True):
    """A statutory section. `number` is the part of `heading` before the first 、."""

    id: str
    heading: str
    kind: Literal["narrative", "table"]
    table: str
    aliases: tuple[str, ...]
    aspects: tuple[Aspect, ...]
    expects: str

    @property
    def number(self) -> str:
        return self.heading.partition("、")[0]

    @property
    def name(self) -> str:
        return self.heading.partition("、")[2]


class ChartPart(Struct, frozen=True):
    """Something a chart shows the size of: the sum of `cells`, no figure of it counted twice."""

    name: str
    cells: tuple[str, ...]


class ChartBar(Struct, frozen=True):
    """One bar. In a stacked chart of several parts, else of one, which has the bar's name."""

    name: str
    parts: tuple[ChartPart, ...]


class Chart(Struct, frozen=True):
    """A chart of the form's figures. `years`: each bar once for this and every linked earlier year."""

    id: str
    title: str
    """With `{year}` where the report's year stands."""
    kind: ChartKind
    unit: str
    section: str
    """Where it is put in the report unless the clerk says otherwise."""
    bars: tuple[ChartBar, ...]


class Head(Struct, frozen=True):
    """What a form's file says of itself before its first table."""

    id: str
    first_year: int
    last_year: int | None


class Form(Struct, frozen=True):
    """A whole form. `sums` are ordered so that each one's parts are computed before it."""

    id: str
    name: str
    first_year: int
    last_year: int | None
    legal_base: str
    title: str
    preamble: str
    contact: str
    """The sentence that names the office's address and telephone, with `{organ}` and `{contacts}`."""
    deadline: str
    sections: tuple[Section, ...]
    tables: tuple[Table, ...]
    cells: Mapping[str, Cell]
    sums: tuple[Sum, ...]
    relations: tuple[Relation, ...]
    names: Mapping[str, str]
    leaves: Mapping[str, tuple[str, ...]]
    """For every cell the input cells it is made of; an input cell is its own."""
    facts: Mapping[str, object]
    """What the text checks know of this form; read by `checks`, as the file gives it."""
    charts: tuple[Chart, ...] = ()

    def section(self, section_id: str) -> Section:
        return next(s for s in self.sections if s.id == section_id)

    def table(self, table_id: str) -> Table:
        return next(t for t in self.tables if t.id == table_id)

    def covers(self, year: int) -> bool:
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)
