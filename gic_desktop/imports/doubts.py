"""What a person should look at before an import is used: a list, and marks for the source.

Every entry says what stands in the file, why it is listed, and where it stands on both sides. An
`error` was not placed or does not add up, a `warning` was placed with a doubt, a `hint` is worth
knowing. What is not listed and has a mark `placed` is certain.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from gic_desktop.forms.description import Severity
from gic_desktop.imports.match import Problem, holds_figure
from gic_desktop.imports.outcome import ImportOutcome, name_of
from gic_desktop.report.figures import number_text
from gic_desktop.values import Struct

Kind = Literal["unrecognised", "uncertain", "mismatch", "missing", "label", "section", "loss"]
Mark = Severity | Literal["placed", "left out"]


class Doubt(Struct, frozen=True):
    kind: Kind
    severity: Severity
    text: str
    reason: str
    line: int = -1
    cells: tuple[str, ...] = ()
    """The first is the one to look at."""
    problem: Problem | None = None
    section: str = ""


def doubts_of(outcome: ImportOutcome) -> tuple[Doubt, ...]:
    """List what is not certain, the gravest kind first, in printed order within a kind."""
    return (
        *_unrecognised(outcome),
        *_mismatches(outcome),
        *_uncertain(outcome),
        *_sections(outcome),
        *_labels(outcome),
        *_missing(outcome),
        *(Doubt("loss", "hint", "", loss) for loss in outcome.losses),
    )


def _unrecognised(outcome: ImportOutcome) -> list[Doubt]:
    return [
        Doubt(
            "unrecognised", "error", one.text, one.reason, one.line, _cells(one), problem=one
        )
        for one in outcome.unrecognised
    ]  # fmt: skip


def _mismatches(outcome: ImportOutcome) -> list[Doubt]:
    made = []
    for one in outcome.mismatches:
        computed = "没有数据" if one.computed is None else f"是 {number_text(one.computed)}"
        made.append(
            Doubt(
                "mismatch",
                "error",
                name_of(outcome.report.form, one.cell),
                f"印的是 {one.printed}，各项之和{computed}；请核对各项。",
                _line(outcome, one.cell),
                (one.cell,),
            )
        )
    return made


def _uncertain(outcome: ImportOutcome) -> list[Doubt]:
    return [
        Doubt("uncertain", "warning", one.text, one.reason, one.line, _cells(one), problem=one)
        for one in outcome.uncertain
    ]


def _sections(outcome: ImportOutcome) -> list[Doubt]:
    form = outcome.report.form
    return [
        Doubt("section", "warning", form.section(one).heading, "没有找到这一部分。", section=one)
        for one in outcome.missing_sections
    ]


def _labels(outcome: ImportOutcome) -> list[Doubt]:
    return [
        Doubt(
            "label",
            "warning",
            note.printed,
            f"栏目名称与格式不同，已按“{note.expected}”导入。",
            _line(outcome, note.cell),
            (note.cell,) if note.cell else (),
        )
        for note in outcome.labels
    ]


def _missing(outcome: ImportOutcome) -> list[Doubt]:
    """Blanks and marks such as `/`: one entry a table each."""
    if outcome.opened:
        return []
    report = outcome.report
    made = []
    for table in report.form.tables:
        heading = report.form.section(table.section).heading
        inputs = [cell for cell in table.cells if not report.form.cells[cell].computed]
        blank = tuple(c for c in inputs if c not in report.cells and c not in report.printed)
        marked = tuple(c for c in inputs if c not in report.cells and c in report.printed)
        if blank:
            told = f"有 {len(blank)} 格没有数据。"
            made.append(Doubt("missing", "hint", heading, told, cells=blank, section=table.section))
        if marked:
            shown = "、".join(dict.fromkeys(f"“{report.printed[cell]}”" for cell in marked))
            told = f"有 {len(marked)} 格印的是{shown}，没有当作 0 导入。"
            line = _line(outcome, marked[0])
            made.append(
                Doubt("missing", "hint", heading, told, line, marked, section=table.section)
            )
    return made


def source_marks(outcome: ImportOutcome) -> Mapping[tuple[int, int], tuple[Mark, str]]:
    """Of every printed cell, or line (cell -1), of which something can be said: what, and why."""
    taken = set(outcome.places.values())
    marks: dict[tuple[int, int], tuple[Mark, str]] = {}
    for place in taken:
        marks[place] = ("placed", "")
    left_out = dict(outcome.dropped)
    for number, line in enumerate(outcome.lines):
        if line.words in left_out:
            marks[number, -1] = ("left out", left_out[line.words])
    for doubt in reversed(doubts_of(outcome)):
        if doubt.kind in ("missing", "section", "loss"):
            continue
        for cell in doubt.cells:
            if cell in outcome.places:
                marks[outcome.places[cell]] = (doubt.severity, doubt.reason)
        problem = doubt.problem
        if problem is None or not 0 <= problem.line < len(outcome.lines):
            continue
        line = outcome.lines[problem.line]
        if doubt.kind == "unrecognised":
            whole = problem.text.replace("\n", "") if problem.cell else ""
            texts = [
                place
                for place, text in enumerate(line.cells)
                if holds_figure(text)
                and (problem.line, place) not in taken
                and (not whole or text.replace("\n", "") == whole)
            ]
            marks.update({(problem.line, at): (doubt.severity, doubt.reason) for at in texts})
            if not texts:
                marks[problem.line, 0 if line.is_row else -1] = (doubt.severity, doubt.reason)
        elif not doubt.cells:
            marks[problem.line, 0 if line.is_row else -1] = (doubt.severity, doubt.reason)
    return marks


def _cells(problem: Problem) -> tuple[str, ...]:
    return problem.cells or ((problem.cell,) if problem.cell else ())


def _line(outcome: ImportOutcome, cell: str) -> int:
    return outcome.places[cell][0] if cell in outcome.places else -1
