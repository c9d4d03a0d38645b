"""Computed cells. A total with no answered part is itself unanswered."""

from collections.abc import Mapping

from gic_desktop.forms.description import Form
from gic_desktop.report.figures import Figure, Number
from gic_desktop.report.report import Report


def values_with_totals(form: Form, cells: Mapping[str, Figure]) -> dict[str, Number]:
    """Every answered input and every total that has an answered part."""
    values = {cell: figure.value for cell, figure in cells.items()}
    get = values.get
    for one in form.sums:
        total: Number | None = None
        for part in one.parts:
            value = get(part)
            if value is not None:
                total = value if total is None else total + value
        if total is not None:
            values[one.total] = total
        else:
            values.pop(one.total, None)
    return values


def values_of(report: Report) -> dict[str, Number]:
    return values_with_totals(report.form, report.cells)


def shown_figure(report: Report, values: Mapping[str, Number], cell: str) -> Figure | None:
    """What stands in a cell, typed or computed; `values` from `values_of`."""
    figure = report.cells.get(cell)
    if figure is not None and not report.form.cells[cell].computed:
        return figure
    value = values.get(cell)
    return None if value is None else Figure(value)
