"""The names a text may hold in braces, and what each one prints.

`{收到申请总数}` is a name of the form's own list; any other cell goes by its labels, from the
innermost that tells it apart (`{自然人·予以公开}`). `上年` before a name is last year's value;
`较上年增减` and `较上年增长率` after one compare the two.
"""

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from gic_desktop.forms.catalogue import form_named
from gic_desktop.report.figures import Number, distance, number_text
from gic_desktop.report.narrative import Printed, printed
from gic_desktop.report.report import Report
from gic_desktop.report.totals import values_of

LAST = "上年"
CHANGE = "较上年增减"
GROWTH = "较上年增长率"
UNANSWERED = "＿＿"


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


class BoundFigures:
    """Prints the names of one report; totals are computed once."""

    def __init__(self, report: Report, values: dict[str, Number] | None = None) -> None:
        self._report = report
        self._values = values_of(report) if values is None else values
        self._names = names_of_form(report.form_id)
        self._last: dict[str, Number] | None = None

    def cell(self, name: str) -> str | None:
        """The cell that a plain name speaks of."""
        return self._names.get(name)

    def text(self, name: str) -> str | None:
        """What a name prints; None for a name that is none."""
        if (cell := self._names.get(name)) is not None:
            return self._shown(self._values.get(cell))
        for ending, show in ((CHANGE, self._change), (GROWTH, self._growth)):
            compared = self._names.get(name.removesuffix(ending))
            if name.endswith(ending) and compared is not None:
                return show(compared)
        if name.startswith(LAST) and (cell := self._names.get(name.removeprefix(LAST))):
            return self._shown(self._last_year().get(cell))
        return None

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

    def _change(self, cell: str) -> str:
        now, then = self._values.get(cell), self._last_year().get(cell)
        if now is None or then is None:
            return UNANSWERED
        return f"{'减少' if now < then else '增加'}{number_text(distance(now, then))}"

    def _growth(self, cell: str) -> str:
        now, then = self._values.get(cell), self._last_year().get(cell)
        if now is None or not then:
            return UNANSWERED
        share = Decimal(now - then) * 100 / Decimal(then)
        rounded = abs(share).quantize(Decimal("0.1"), ROUND_HALF_UP)
        shown = number_text(rounded).removesuffix(".0")
        return f"{'下降' if now < then else '增长'}{shown}%"
