"""Single cells: unanswered, improbable, out of proportion, not plain (V08, V23, V24, V25, V27)."""

from collections.abc import Iterator
from decimal import Decimal

from gic_desktop.checks.arithmetic import cell_name, cell_place
from gic_desktop.checks.finding import Finding, Repair, finding_key
from gic_desktop.checks.registry import Subject, rule
from gic_desktop.report.edits import fill_blanks
from gic_desktop.report.figures import figure_text, number_text

_STREET = ("街道办事处", "街道", "镇人民政府", "乡人民政府", "镇政府", "乡政府")
_SWING = 10
_SMALLEST_SWING = 20
_LARGE_FEE = Decimal(10_000)
_WAN = Decimal(10_000)


@rule("V08", pace="at once", reads={"cells"})
def every_cell_is_answered(subject: Subject) -> Iterator[Finding]:
    """V08: an untouched cell is not a zero, and inspectors complain about blanks, `/` and `—`.

    One finding a table, at its first blank; the repair answers 0 in all of them.
    """
    form, report = subject.form, subject.report
    for table in form.tables:
        blank = [c for c in table.cells if not form.cells[c].computed and c not in report.cells]
        if not blank:
            continue
        inputs = sum(not form.cells[c].computed for c in table.cells)
        shown = [report.printed[c] for c in blank if report.printed.get(c, "").strip()]
        marks = f"（原文件中印的是“{'”“'.join(dict.fromkeys(shown))}”）" if shown else ""
        what = "都没有填写" if len(blank) == inputs else f"有 {len(blank)} 格没有填写"
        heading = form.section(table.section).heading
        first = cell_name(form.cells[blank[0]])
        yield Finding(
            rule="V08",
            severity="warning",
            place=cell_place(form, blank[0]),
            message=f"“{heading}”的表格{what}{marks}，第一格是“{first}”。没有数量的请填 0。",
            key=finding_key("V08", table.id),
            also=tuple(blank[1:]),
            repair=Repair("空白填 0", fill_blanks(report, table.cells)),
        )


@rule("V23", pace="at once", reads={"cells", "fields"}, may_block=True)
def street_makes_no_regulations(subject: Subject) -> Iterator[Finding]:
    """V23: what the form file calls improbable must be 0 in a street office's or a town's report."""
    if not subject.report.organ.endswith(_STREET):
        return
    for table in subject.form.tables:
        for cell in table.improbable:
            value = subject.values.get(cell)
            if not value:
                continue
            described = subject.form.cells[cell]
            yield Finding(
                rule="V23",
                severity="error",
                place=cell_place(subject.form, cell),
                message=(
                    f"“{cell_name(described)}”填写了 {number_text(value)}。"
                    f"街道、乡镇一般不制定{described.row_name}，此处通常应为 0，请核对。"
                ),
                key=finding_key("V23", cell),
            )


@rule("V24", pace="at once", reads={"cells"})
def figures_are_plain(subject: Subject) -> Iterator[Finding]:
    """V24: a figure that was printed with a unit, wide digits or a remark: read, and shown as read."""
    form, report = subject.form, subject.report
    for cell, text in report.printed.items():
        described = form.cells.get(cell)
        figure = report.cells.get(cell)
        if described is None or described.computed or figure is None:
            continue
        if text.strip() == figure_text(figure, described):
            continue
        yield Finding(
            rule="V24",
            severity="hint",
            place=cell_place(form, cell),
            message=(
                f"“{cell_name(described)}”原文件中印的是“{text.strip()}”，"
                f"已读作 {figure_text(figure, described)}，请核对。"
            ),
            key=finding_key("V24", cell),
        )
    for cell, figure in report.cells.items():
        if figure.remark and cell not in report.printed:
            described = form.cells[cell]
            yield Finding(
                rule="V24",
                severity="hint",
                place=cell_place(form, cell),
                message=(
                    f"“{cell_name(described)}”带有备注“{figure.remark}”，"
                    f"计算时使用 {number_text(figure.value)}，备注照原样印出。"
                ),
                key=finding_key("V24", cell),
            )


@rule("V25", pace="after a pause", reads={"cells", "text"})
def no_unexplained_swing(subject: Subject) -> Iterator[Finding]:
    """V25: ten times more or less than last year, and not a word about it.

    12 件 → 240 件 without 同比、增加、减少… in the narrative → hint. Small numbers swing by nature:
    the larger of the two must be 20 or more.
    """
    last = subject.last
    if last is None or last.year != subject.report.year - 1:
        return
    explained = any(
        word in text.text
        for text in subject.texts
        for word in (
            "较上年",
            "同比",
            "比上年",
            "较去年",
            "与上年相比",
            "增长",
            "下降",
            "增加",
            "减少",
        )
    )
    if explained:
        return
    leaves = subject.form.leaves
    said: set[str] = set()
    # Totals first: a swing of the total is said once, not again for each of its parts.
    for cell in sorted(subject.form.cells, key=lambda c: -len(leaves[c])):
        now, then = subject.values.get(cell), subject.last_values.get(cell)
        if not now or not then or said.intersection(leaves[cell]):
            continue
        smaller, larger = sorted((abs(Decimal(now)), abs(Decimal(then))))
        if larger < _SMALLEST_SWING or larger < smaller * _SWING:
            continue
        said.update(leaves[cell])
        yield Finding(
            rule="V25",
            severity="hint",
            place=cell_place(subject.form, cell),
            message=(
                f"“{cell_name(subject.form.cells[cell])}”上年是 {number_text(then)}，"
                f"本年是 {number_text(now)}，相差十倍以上，正文中没有说明。请核对，或在正文中说明原因。"
            ),
            key=finding_key("V25", cell),
        )


@rule("V27", pace="at once", reads={"cells"})
def money_in_its_unit(subject: Subject) -> Iterator[Finding]:
    """V27: an amount that looks as if it were in 元 although the form asks for 万元."""
    for cell, described in subject.form.cells.items():
        if described.unit != "万元":
            continue
        value = subject.values.get(cell)
        then = subject.last_values.get(cell)
        if not value:
            continue
        jumped = bool(then) and Decimal(value) >= Decimal(then or 0) * 1000
        if value < _LARGE_FEE and not jumped:
            continue
        if then and not jumped and Decimal(value) < Decimal(then) * 100:
            continue
        moved = Decimal(value) / _WAN
        yield Finding(
            rule="V27",
            severity="warning",
            place=cell_place(subject.form, cell),
            message=(
                f"“{cell_name(described)}”填写了 {number_text(value)} 万元，像是以元为单位的金额。"
                f"若是 {number_text(value)} 元，应填 {number_text(moved.normalize() + 0)}。请核对单位。"
            ),
            key=finding_key("V27", cell),
        )
