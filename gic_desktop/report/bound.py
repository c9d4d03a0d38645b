"""The names a text may hold in braces, and what each one prints.

`{收到申请总数}` is a name of the form's own list; any other cell goes by its labels, from the
innermost that tells it apart (`{自然人·予以公开}`). `上年` before a name is last year's value;
`较上年增减` and `较上年增长率` after one compare the two. A group of rows under one printed label
(`{不予公开}`) is a name too, although the form prints no total for it: the sum of its rows.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from gic_desktop.forms.catalogue import form_named
from gic_desktop.forms.description import Form, Sum
from gic_desktop.report.figures import Number, distance, number_text
from gic_desktop.report.narrative import Printed, printed
from gic_desktop.report.report import Report
from gic_desktop.report.totals import values_of

LAST = "上年"
CHANGE = "较上年增减"
GROWTH = "较上年增长率"
UNANSWERED = "＿＿"
_NUMBER = r"^(?:[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]+、|[0-9]+[.．])"


@lru_cache(maxsize=16)
def names_of_form(form_id: str) -> dict[str, str]:
    """Every name → its cell, the form's own names first, then one for each cell by its labels."""
    form = form_named(form_id)
    names = dict(form.names)
    for cell in form.cells.values():
        labels = [*cell.column[-1:], *([cell.row_name] if cell.row_name else [])]
        for name in ("·".join(labels), "·".join((*cell.column, *cell.row))):
            if name not in names:
                names[name] = cell.id
                break
        names.setdefault(cell.id, cell.id)
    return names


@lru_cache(maxsize=16)
def groups_of_form(form_id: str) -> dict[str, tuple[str, ...]]:
    """Names of groups of rows → the cells of their total column.

    A label over several rows makes a group, unless one of its rows sums up others of them.
    """
    form = form_named(form_id)
    taken = names_of_form(form_id)
    groups: dict[str, tuple[str, ...]] = {}
    for table in form.tables:
        rows: dict[str, list[str]] = {}
        for id_ in table.cells:
            cell = form.cells[id_]
            across = [s for s in form.sums if s.total == id_ and s.parts[0] != id_]
            if not cell.series or not any(_same_row(form, s) for s in across):
                continue
            for label in cell.row[:-1]:
                rows.setdefault(label, []).append(id_)
        for label, ids in rows.items():
            leaves = [leaf for id_ in ids for leaf in form.leaves[id_]]
            name = re.sub(_NUMBER, "", label)
            if len(ids) > 1 and len(set(leaves)) == len(leaves) and name not in taken:
                groups[name] = tuple(ids)
    return groups


def _same_row(form: Form, one: Sum) -> bool:
    return all(form.cells[part].at_row == form.cells[one.total].at_row for part in one.parts)


class BoundFigures:
    """Prints the names of one report; totals are computed once, and names looked up where a text has any."""

    def __init__(self, report: Report, values: dict[str, Number] | None = None) -> None:
        self._report = report
        self._values = values_of(report) if values is None else values
        self._last: dict[str, Number] | None = None

    def cell(self, name: str) -> str | None:
        """The cell that a plain name speaks of."""
        return names_of_form(self._report.form_id).get(name)

    def text(self, name: str) -> str | None:
        """What a name prints; None for a name that is none."""
        if (cells := self._cells(name)) is not None:
            return self._shown(self._sum(self._values, cells))
        for ending, show in ((CHANGE, self._change), (GROWTH, self._growth)):
            if name.endswith(ending) and (cells := self._cells(name.removesuffix(ending))):
                return show(cells)
        if name.startswith(LAST) and (cells := self._cells(name.removeprefix(LAST))):
            return self._shown(self._sum(self._last_year(), cells))
        return None

    def _cells(self, name: str) -> tuple[str, ...] | None:
        if (cell := self.cell(name)) is not None:
            return (cell,)
        return groups_of_form(self._report.form_id).get(name)

    @staticmethod
    def _sum(values: dict[str, Number], cells: tuple[str, ...]) -> Number | None:
        """None where nothing is answered, as for a total of the form."""
        total: Number | None = None
        for cell in cells:
            value = values.get(cell)
            if value is not None:
                total = value if total is None else total + value
        return total

    def printed(self, text: str) -> Printed:
        return printed(text, self.text)

    def _last_year(self) -> dict[str, Number]:
        if self._last is None:
            last = self._report.last
            self._last = {} if last is None else values_of(last)
        return self._last

    @staticmethod
    def _shown(value: Number | None) -> str:
        return UNANSWERED if value is None else number_text(value)

    def _both(self, cells: tuple[str, ...]) -> tuple[Number | None, Number | None]:
        return self._sum(self._values, cells), self._sum(self._last_year(), cells)

    def _change(self, cells: tuple[str, ...]) -> str:
        now, then = self._both(cells)
        if now is None or then is None:
            return UNANSWERED
        return f"{'减少' if now < then else '增加'}{number_text(distance(now, then))}"

    def _growth(self, cells: tuple[str, ...]) -> str:
        now, then = self._both(cells)
        if now is None or not then:
            return UNANSWERED
        share = Decimal(now - then) * 100 / Decimal(then)
        rounded = abs(share).quantize(Decimal("0.1"), ROUND_HALF_UP)
        shown = number_text(rounded).removesuffix(".0")
        return f"{'下降' if now < then else '增长'}{shown}%"
