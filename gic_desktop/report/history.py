"""Undo and redo. Reports are values, so undo is keeping the old one.

A *visit* joins the edits made while the person stays at one cell or keeps typing in one paragraph:
they become one step, however many keys were pressed.
"""

from gic_desktop.report.edits import Edit
from gic_desktop.report.report import Report
from gic_desktop.values import Struct

MAX_STEPS = 2000


class _Step(Struct, frozen=True):
    before: Report
    name: str
    visit: object


class History:
    """The open report with its past and its undone future."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._past: list[_Step] = []
        self._future: list[_Step] = []

    @property
    def report(self) -> Report:
        return self._report

    @property
    def undo_name(self) -> str | None:
        return self._past[-1].name if self._past else None

    @property
    def redo_name(self) -> str | None:
        return self._future[-1].name if self._future else None

    def apply(self, edit: Edit, visit: object = None) -> Report:
        """Applies an edit; one that changes nothing leaves no step."""
        after = edit.apply(self._report)
        if after == self._report:
            return self._report
        self._future.clear()
        joins = visit is not None and bool(self._past) and self._past[-1].visit == visit
        if joins:
            if after == self._past[-1].before:
                # Typed back to where the visit began: nothing is left to undo.
                self._past.pop()
        else:
            self._past.append(_Step(self._report, edit.name, visit))
            del self._past[:-MAX_STEPS]
        self._report = after
        return after

    def end_visit(self) -> None:
        """What is typed from now on is a new step, even at the same place."""
        if self._past:
            last = self._past[-1]
            self._past[-1] = _Step(last.before, last.name, None)

    def cancel_visit(self, visit: object) -> Report:
        """Escape: the visit never happened, not even for redo."""
        if self._past and visit is not None and self._past[-1].visit == visit:
            self._report = self._past.pop().before
        return self._report

    def undo(self) -> Report:
        if self._past:
            step = self._past.pop()
            self._future.append(_Step(self._report, step.name, None))
            self._report = step.before
        return self._report

    def redo(self) -> Report:
        if self._future:
            step = self._future.pop()
            self._past.append(_Step(self._report, step.name, None))
            self._report = step.before
        return self._report
