"""An import while a person looks through it: what was read, what is in doubt, undo and redo.

The tables of the dialog are those of the main window; to them this is a session whose findings are
the import's doubts. Every correction is one step back.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from gic_desktop.checks.finding import SEVERITIES, Finding
from gic_desktop.forms.description import Severity
from gic_desktop.imports import corrections
from gic_desktop.imports.doubts import Doubt, doubts_of
from gic_desktop.imports.outcome import ImportOutcome
from gic_desktop.report.edits import Change, Edit, change_between
from gic_desktop.report.figures import Number, Refusal, read_figure
from gic_desktop.report.place import Place
from gic_desktop.report.report import Report
from gic_desktop.report.totals import values_of
from gic_desktop.values import Struct


class _Step(Struct, frozen=True):
    outcome: ImportOutcome
    name: str
    visit: object = None


class Corrections(QObject):
    changed = Signal(object)
    findings_changed = Signal()

    def __init__(self, outcome: ImportOutcome) -> None:
        super().__init__()
        self._outcome = outcome
        self._past: list[_Step] = []
        self._future: list[_Step] = []
        self.open_cell: str | None = None
        self.doubts: tuple[Doubt, ...] = ()
        self._values: dict[str, Number] = {}
        self._by_cell: dict[str, list[Finding]] = {}
        self._judge()

    # -- reading ---------------------------------------------------------------------------------

    @property
    def outcome(self) -> ImportOutcome:
        return self._outcome

    @property
    def report(self) -> Report:
        return self._outcome.report

    @property
    def values(self) -> dict[str, Number]:
        return self._values

    @property
    def read_only(self) -> bool:
        return False

    @property
    def undo_name(self) -> str | None:
        return self._past[-1].name if self._past else None

    @property
    def redo_name(self) -> str | None:
        return self._future[-1].name if self._future else None

    def findings_for_cell(self, cell: str) -> list[Finding]:
        return [] if cell == self.open_cell else self._by_cell.get(cell, [])

    def mark_for_cell(self, cell: str) -> tuple[Severity | None, bool, bool]:
        found = self.findings_for_cell(cell)
        if not found:
            return None, False, False
        return found[0].severity, found[0].severity != "hint", False

    # -- correcting ------------------------------------------------------------------------------

    def correct(self, after: ImportOutcome, name: str, visit: object = None) -> Change:
        """Take over a corrected outcome as one step; what stays at one cell joins."""
        if after == self._outcome:
            return Change()
        self._future.clear()
        if visit is not None and self._past and self._past[-1].visit == visit:
            if after.report == self._past[-1].outcome.report:
                # Typed back to what was read: it is again what the file says.
                after = self._past.pop().outcome
        else:
            self._past.append(_Step(self._outcome, name, visit))
        return self._show(after)

    def type_figure(self, cell: str, text: str, visit: object) -> Refusal | None:
        read = read_figure(text, self.report.form.cells[cell])
        if isinstance(read, Refusal):
            return read
        self.correct(corrections.type_in(self._outcome, cell, read), "填写数据", visit)
        return None

    def apply(self, edit: Edit, visit: object = None) -> Change:
        after = corrections.take(self._outcome, edit.apply(self.report))
        return self.correct(after, edit.name, visit)

    def end_visit(self) -> None:
        if self._past:
            last = self._past[-1]
            self._past[-1] = _Step(last.outcome, last.name)

    def cancel_visit(self, visit: object) -> Change:
        if self._past and visit is not None and self._past[-1].visit == visit:
            return self._show(self._past.pop().outcome)
        return Change()

    def undo(self) -> Change:
        return self._turn(self._past, self._future)

    def redo(self) -> Change:
        return self._turn(self._future, self._past)

    def _turn(self, taken: list[_Step], kept: list[_Step]) -> Change:
        if not taken:
            return Change()
        step = taken.pop()
        kept.append(_Step(self._outcome, step.name))
        return self._show(step.outcome)

    def set_open_cell(self, cell: str | None) -> None:
        if cell != self.open_cell:
            touched = {c for c in (cell, self.open_cell) if c is not None}
            self.open_cell = cell
            self.changed.emit(Change(cells=frozenset(touched)))

    def attempt(
        self, after: ImportOutcome | Refusal, name: str, refused: Callable[[str], None]
    ) -> bool:
        """A correction that may be refused with a reason."""
        if isinstance(after, Refusal):
            refused(after.reason)
            return False
        self.correct(after, name)
        return True

    def _show(self, after: ImportOutcome) -> Change:
        before, self._outcome = self._outcome, after
        self._judge()
        change = change_between(before.report, after.report)
        self.changed.emit(change)
        return change

    def _judge(self) -> None:
        """The doubts as findings at their cells, the gravest first."""
        form = self.report.form
        self._values = values_of(self.report)
        self.doubts = doubts_of(self._outcome)
        found: dict[str, list[Finding]] = {}
        for doubt in self.doubts:
            for cell in doubt.cells:
                section = form.table(form.cells[cell].table).section
                one = Finding(
                    "import", doubt.severity, Place(section, cell), doubt.reason, doubt.kind
                )
                found.setdefault(cell, []).append(one)
        for findings in found.values():
            findings.sort(key=lambda one: SEVERITIES.index(one.severity))
        self._by_cell = found
