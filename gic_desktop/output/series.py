"""The numbers and names of every chart of a report, as exact as its cells: no shape, no format.

Which cells a chart adds up, and what it is called, stands in the form's file. A sum of which no
figure is answered has no number; a chart without any number says in `missing` what to do about it.
"""

from collections.abc import Iterator, Mapping

from gic_desktop.forms.description import Chart as Description
from gic_desktop.forms.description import ChartBar, ChartKind, ChartPart, Form
from gic_desktop.report.figures import Number, number_text
from gic_desktop.report.report import Report
from gic_desktop.report.totals import values_of
from gic_desktop.values import Struct

NO_FIGURES = "尚未填写数字，填写后自动成图"
NO_YEARS = "尚未关联往年年报，导入上年年报后自动成图"
UNANSWERED = "未填写"


class Value(Struct, frozen=True):
    """One length to draw: a bar, a part of a stacked bar, a year. None: nothing is answered."""

    name: str
    number: Number | None

    @property
    def text(self) -> str:
        return UNANSWERED if self.number is None else number_text(self.number)


class Bar(Struct, frozen=True):
    """`values` are its parts from left to right, or its years from old to new; else one."""

    name: str
    values: tuple[Value, ...]

    @property
    def total(self) -> Number | None:
        """Of a stacked bar."""
        return _added(value.number for value in self.values)


class Chart(Struct, frozen=True):
    """`words` says all of it in sentences, for those who do not see it."""

    key: str
    title: str
    kind: ChartKind
    unit: str
    section: str
    bars: tuple[Bar, ...]
    missing: str
    words: str


def charts(report: Report) -> tuple[Chart, ...]:
    """Every chart of the report's form, in the form's order."""
    drawn = _Drawn(report)
    return tuple(drawn.chart(description) for description in report.form.charts)


def chart(report: Report, key: str) -> Chart | None:
    """One of them, None if the form has no chart of that name."""
    found = next((one for one in report.form.charts if one.id == key), None)
    return None if found is None else _Drawn(report).chart(found)


class _Drawn:
    """The charts of one report; totals are computed once."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._values = values_of(report)
        self._earlier: list[tuple[Report, dict[str, Number]]] | None = None

    def chart(self, description: Description) -> Chart:
        report = self._report
        if description.kind == "years":
            bars = tuple(self._years(description, bar) for bar in description.bars)
        else:
            bars = tuple(_bar(bar, self._values) for bar in description.bars)
        missing = ""
        if all(value.number is None for bar in bars for value in bar.values):
            missing = NO_FIGURES
        elif description.kind == "years" and not self._earlier_years():
            missing = NO_YEARS
        title = description.title.replace("{year}", str(report.year))
        return Chart(
            description.id,
            title,
            description.kind,
            description.unit,
            description.section,
            bars,
            missing,
            _words(title, description, bars, missing),
        )

    def _earlier_years(self) -> list[tuple[Report, dict[str, Number]]]:
        """Linked reports with their totals, old to new."""
        if self._earlier is None:
            known = sorted(self._report.earlier, key=lambda one: one.year)
            self._earlier = [(one, values_of(one)) for one in known]
        return self._earlier

    def _years(self, description: Description, bar: ChartBar) -> Bar:
        values = []
        for report, known in self._earlier_years():
            there = _same_bar(report.form, description.id, bar.name)
            number = None if there is None else _sum(there.parts[0], known)
            values.append(Value(str(report.year), number))
        values.append(Value(str(self._report.year), _sum(bar.parts[0], self._values)))
        return Bar(bar.name, tuple(values))


def _same_bar(form: Form, chart_id: str, name: str) -> ChartBar | None:
    """An earlier form may add up other cells: its own chart of the same name knows which."""
    bars = (bar for one in form.charts if one.id == chart_id for bar in one.bars)
    return next((bar for bar in bars if bar.name == name), None)


def _bar(bar: ChartBar, values: Mapping[str, Number]) -> Bar:
    return Bar(bar.name, tuple(Value(part.name, _sum(part, values)) for part in bar.parts))


def _sum(part: ChartPart, values: Mapping[str, Number]) -> Number | None:
    return _added(values.get(cell) for cell in part.cells)


def _added(numbers: Iterator[Number | None]) -> Number | None:
    """None where nothing is answered, as for a total of the form."""
    total: Number | None = None
    for number in numbers:
        if number is not None:
            total = number if total is None else total + number
    return total


def _words(title: str, description: Description, bars: tuple[Bar, ...], missing: str) -> str:
    if missing:
        return f"{title}：{missing}。"

    def said(value: Value, name: str) -> str:
        return f"{name}{value.text}" + (description.unit if value.number is not None else "")

    if description.kind == "bars":
        each = [said(value, bar.name) for bar in bars for value in bar.values]
        return f"{title}：{'，'.join(each)}。"
    sentences = []
    for bar in bars:
        stacked = description.kind == "stacked"
        parts = "，".join(said(v, v.name if stacked else f"{v.name}年") for v in bar.values)
        whole = f"{said(Value('', bar.total), '共')}，其中" if stacked and bar.total else ""
        sentences.append(f"{bar.name}{'：' if not stacked or not whole else ''}{whole}{parts}")
    return f"{title}：{'；'.join(sentences)}。"
