"""Where the cells of one table stand: neighbours, ranges, the way Tab and Enter take. No Qt.

A *place* is a printed rectangle of the form (`GridCell`). Everything follows from the form's data:
which rows and columns are labels, what lies next to what, what a label stands for.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Literal

from gic_desktop.forms.description import Cell, Form, GridCell
from gic_desktop.values import Struct

Direction = Literal["up", "down", "left", "right"]
Inside = Literal["row start", "row end", "first", "last"]


class Range(Struct, frozen=True):
    """A rectangle of grid units, both ends included."""

    top: int
    left: int
    bottom: int
    right: int

    def meets(self, place: GridCell) -> bool:
        return (
            place.row <= self.bottom
            and place.row + place.rows > self.top
            and place.column <= self.right
            and place.column + place.columns > self.left
        )


class Places:
    """One table of a form, laid out once."""

    def __init__(self, form: Form, table_id: str) -> None:
        self.form = form
        self.table = form.table(table_id)
        self._at: dict[tuple[int, int], GridCell] = {}
        self.of_cell: dict[str, GridCell] = {}
        for place in self.table.grid:
            if place.cell:
                self.of_cell[place.cell] = place
            for row in range(place.row, place.row + place.rows):
                for column in range(place.column, place.column + place.columns):
                    self._at[row, column] = place
        rows: dict[int, list[GridCell]] = {}
        for place in sorted(self.of_cell.values(), key=lambda p: (p.row, p.column)):
            rows.setdefault(place.row, []).append(place)
        self.rows: dict[int, tuple[GridCell, ...]] = {r: tuple(found) for r, found in rows.items()}
        """The figures of each row that has some, left to right."""

    def at(self, row: int, column: int) -> GridCell | None:
        return self._at.get((row, column))

    def cell(self, place: GridCell) -> Cell:
        return self.form.cells[place.cell]

    def computed(self, place: GridCell) -> bool:
        return self.cell(place).computed

    @cached_property
    def inputs(self) -> tuple[GridCell, ...]:
        """In print order: the way of Tab."""
        found = (p for row in sorted(self.rows) for p in self.rows[row])
        return tuple(p for p in found if not self.computed(p))

    @cached_property
    def label_columns(self) -> int:
        """How many columns from the left never hold a figure."""
        return min((p.column for p in self.of_cell.values()), default=0)

    @cached_property
    def first(self) -> GridCell:
        return self.inputs[0]

    # -- ranges ----------------------------------------------------------------------------------

    def range_between(self, one: GridCell, other: GridCell) -> Range:
        """The smallest rectangle that holds both and cuts no merged figure."""
        found = Range(
            min(one.row, other.row),
            min(one.column, other.column),
            max(one.row + one.rows, other.row + other.rows) - 1,
            max(one.column + one.columns, other.column + other.columns) - 1,
        )
        while True:
            held = [p for p in self.of_cell.values() if found.meets(p)]
            grown = Range(
                min([found.top, *(p.row for p in held)]),
                min([found.left, *(p.column for p in held)]),
                max([found.bottom, *(p.row + p.rows - 1 for p in held)]),
                max([found.right, *(p.column + p.columns - 1 for p in held)]),
            )
            if grown == found:
                return found
            found = grown

    def inside(self, area: Range) -> Iterator[GridCell]:
        """The figures in a rectangle, in print order."""
        for row in range(area.top, area.bottom + 1):
            for place in self.rows.get(row, ()):
                if area.meets(place):
                    yield place

    def of_label(self, label: GridCell) -> tuple[GridCell, GridCell] | None:
        """The first and last figure that a row's, column's or caption's label stands for."""
        if label.role == "row":
            rows = range(label.row, label.row + label.rows)
            found = [p for row in rows for p in self.rows.get(row, ())]
        elif label.role == "column":
            found = self._below(label)
        elif label.role == "caption":
            found = self._until_caption(label)
        else:
            found = [p for row in sorted(self.rows) for p in self.rows[row]]
        return (found[0], found[-1]) if found else None

    def _below(self, label: GridCell) -> list[GridCell]:
        right = label.column + label.columns
        found: list[GridCell] = []
        for row in range(label.row + label.rows, self.table.rows):
            here = [
                p for p in self.rows.get(row, ()) if label.column <= p.column and p.column < right
            ]
            met = self._at.get((row, label.column))
            if found and not here and met is not None and met.role in ("caption", "column"):
                break
            found += here
        return found

    def _until_caption(self, label: GridCell) -> list[GridCell]:
        found: list[GridCell] = []
        for row in range(label.row + 1, self.table.rows):
            met = self._at.get((row, 0))
            if met is not None and met.role == "caption":
                break
            found += self.rows.get(row, ())
        return found

    # -- ways ------------------------------------------------------------------------------------

    def step(self, place: GridCell, to: Direction, *, inputs_only: bool = False) -> GridCell:
        """The next figure in a direction, over labels and gaps; the same one at the edge."""
        if to in ("left", "right"):
            return self._sideways(place, 1 if to == "right" else -1, inputs_only=inputs_only)
        way = 1 if to == "down" else -1
        middle = 2 * place.column + place.columns
        row = place.row + way
        while 0 <= row < self.table.rows:
            here = [
                p
                for p in self.rows.get(row, ())
                if not (inputs_only and self.computed(p))
                and abs(2 * p.column + p.columns - middle) < max(p.columns, place.columns) + 1
            ]
            if here:
                return min(here, key=lambda p: abs(2 * p.column + p.columns - middle))
            row += way
        return place

    def _sideways(self, place: GridCell, way: int, *, inputs_only: bool) -> GridCell:
        row = self.rows[place.row]
        index = row.index(place) + way
        while 0 <= index < len(row):
            if not (inputs_only and self.computed(row[index])):
                return row[index]
            index += way
        return place

    def tab(self, place: GridCell, way: int) -> GridCell:
        """The next or previous cell to fill, over the ends of the rows."""
        order = [p for row in sorted(self.rows) for p in self.rows[row]]
        index = order.index(place) + way
        while 0 <= index < len(order):
            if not self.computed(order[index]):
                return order[index]
            index += way
        return place

    def edge(self, place: GridCell, to: Direction, answered: Iterable[str]) -> GridCell:
        """Ctrl and an arrow: to the end of the answered stretch, or over the blanks to the next."""
        full = set(answered)
        ahead = self.step(place, to)
        if ahead == place:
            return place
        within = place.cell in full and ahead.cell in full
        here = ahead
        while True:
            ahead = self.step(here, to)
            if ahead == here or (within and ahead.cell not in full):
                return here
            if not within and here.cell in full:
                return here
            here = ahead

    def end(self, place: GridCell, where: Inside) -> GridCell:
        if where == "row start":
            return self.rows[place.row][0]
        if where == "row end":
            return self.rows[place.row][-1]
        rows = sorted(self.rows)
        return self.rows[rows[0]][0] if where == "first" else self.rows[rows[-1]][-1]

    # -- words -----------------------------------------------------------------------------------

    def spoken(self, cell: str) -> str:
        """`自然人，一、本年新收政府信息公开申请数量`: the column's and the row's printed labels.

        A heading over every column of the table (`申请人情况`) tells no cell from another.
        """
        described = self.form.cells[cell]
        columns = [label for label in described.column if label not in self._over_all]
        return "，".join((*columns, *described.row))

    @cached_property
    def _over_all(self) -> frozenset[str]:
        columns = [set(self.form.cells[cell].column) for cell in self.of_cell]
        return frozenset(set.intersection(*columns)) if len(columns) > 1 else frozenset()

    def name(self, cell: str) -> str:
        """The short name that a sentence uses: `自然人·新收`."""
        described = self.form.cells[cell]
        names = [*described.column[-1:], described.row_name or (described.row or ("",))[-1]]
        if len(described.column) > 1 and not described.row:
            names = list(described.column)
        return "·".join(dict.fromkeys(name for name in names if name))
