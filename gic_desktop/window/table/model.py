"""Presents one table of the session's report: texts, marks, names for a screen reader. Decides nothing.

Every printed rectangle of the form is one item, at its upper left unit. After a change only those
items are announced whose look differs, never the one whose editor is open, and never a reset: both
would throw away what is being typed.
"""

from collections.abc import Iterable
from typing import Any, Protocol

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from gic_desktop.checks.finding import Finding
from gic_desktop.forms.description import GridCell, Severity
from gic_desktop.report.edits import Change, Edit
from gic_desktop.report.figures import Number, Refusal, figure_text, number_text
from gic_desktop.report.report import Report
from gic_desktop.report.totals import shown_figure
from gic_desktop.window.finding_row import words
from gic_desktop.window.table.places import Places

Index = QModelIndex | QPersistentModelIndex
Mark = tuple[Severity | None, bool, bool]
"""The severity, whether this is the cell to look at, whether a reason is given."""


class TableSession(Protocol):
    """What a table needs of the session."""

    changed: Any
    findings_changed: Any
    open_cell: str | None

    @property
    def report(self) -> Report: ...
    @property
    def values(self) -> dict[str, Number]: ...
    @property
    def read_only(self) -> bool: ...
    def type_figure(self, cell: str, text: str, visit: object) -> Refusal | None: ...
    def apply(self, edit: Edit, visit: object = None) -> Change: ...
    def end_visit(self) -> None: ...
    def cancel_visit(self, visit: object) -> Change: ...
    def set_open_cell(self, cell: str | None) -> None: ...
    def undo(self) -> Change: ...
    def redo(self) -> Change: ...
    def findings_for_cell(self, cell: str) -> list[Finding]: ...
    def mark_for_cell(self, cell: str) -> Mark: ...


class TableModel(QAbstractTableModel):
    looks_changed = Signal(object)
    """The cells whose text or mark differs now."""

    def __init__(
        self, session: TableSession, places: Places, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.places = places
        self.shown: dict[str, tuple[str, str]] = {}
        """Of every cell its number and its remark, as painted."""
        self.marks: dict[str, Mark] = {}
        self.drafts: dict[str, tuple[str, str]] = {}
        """Texts that were refused, with the reason; kept until the cell is answered otherwise."""
        self._read(self.places.of_cell)
        self._read_marks()

    # -- following the report --------------------------------------------------------------------

    def _read(self, cells: Iterable[str]) -> set[str]:
        report, values = self._session.report, self._session.values
        different = set()
        for cell in cells:
            described = self.places.form.cells[cell]
            figure = shown_figure(report, values, cell)
            if figure is None:
                shown = ("", "")
            else:
                whole = figure_text(figure, described)
                remark = f"（{figure.remark}）" if figure.remark else ""
                shown = (whole.removesuffix(remark), remark)
            if self.shown.get(cell) != shown:
                self.shown[cell] = shown
                different.add(cell)
        return different

    def _read_marks(self) -> set[str]:
        different = set()
        mark_for_cell, marks = self._session.mark_for_cell, self.marks
        for cell in self.places.of_cell:
            mark = mark_for_cell(cell)
            if marks.get(cell) != mark:
                marks[cell] = mark
                different.add(cell)
        return different

    def follow(self, change: Change | None) -> None:
        """Take over what the session says has changed; `None` stands for the findings alone."""
        if self._session.report.form is not self.places.form:
            return  # another form: the window is about to replace this table
        different: set[str] = set()
        if change is not None:
            different |= self._read(change.cells & self.places.of_cell.keys())
        different |= self._read_marks()
        open_cell = self._session.open_cell
        for cell in different:
            if cell != open_cell:
                index = self.index_of(cell)
                self.dataChanged.emit(index, index)
        if different:
            self.looks_changed.emit(different)

    # -- what Qt asks ----------------------------------------------------------------------------

    def index_of(self, cell: str) -> QModelIndex:
        place = self.places.of_cell[cell]
        return self.index(place.row, place.column)

    def place(self, index: Index) -> GridCell | None:
        return self.places.at(index.row(), index.column()) if index.isValid() else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else self.places.table.rows

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else self.places.table.columns

    def flags(self, index: Index) -> Qt.ItemFlag:
        place = self.place(index)
        if place is None:
            return Qt.ItemFlag.NoItemFlags
        if not place.cell:
            return Qt.ItemFlag.ItemIsEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if not self.places.computed(place) and not self._session.read_only:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        place = self.place(index)
        if place is None:
            return None
        if not place.cell:
            if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                return place.text
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self.text(place.cell)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.accessible_text(place.cell)
        if role == Qt.ItemDataRole.AccessibleDescriptionRole:
            return self.reasons(place.cell)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.tip(place.cell)
        return None

    # -- words -----------------------------------------------------------------------------------

    def text(self, cell: str) -> str:
        return "".join(self.shown[cell])

    def accessible_text(self, cell: str) -> str:
        state = "只读" if self._session.read_only else "可填写"
        if self.places.form.cells[cell].computed:
            state = "自动计算"
        return "，".join((self.places.spoken(cell), self.text(cell) or "未填", state))

    def reasons(self, cell: str) -> str:
        """The findings at a cell, one a line, the gravest first; with the reasons given."""
        found = self._session.findings_for_cell(cell)
        return "\n".join(f"{f.severity_name}：{words(f)}" for f in found)

    def tip(self, cell: str) -> str:
        lines = []
        number, remark = self.shown[cell]
        if remark:
            lines.append(number + remark)
        if cell in self.drafts:
            text, reason = self.drafts[cell]
            lines.append(f"“{text}”未填入：{reason}按 F2 可接着改。")
        if reasons := self.reasons(cell):
            lines.append(reasons)
        if self.places.form.cells[cell].computed:
            lines.append(self._made_of(cell))
        return "\n".join(lines)

    def _made_of(self, cell: str) -> str:
        """How a total comes about: its parts with their figures, or how many there are."""
        made = next((one for one in self.places.form.sums if one.total == cell), None)
        if made is None:
            return "自动计算"
        values = self._session.values
        if len(made.parts) > 8:
            return f"自动计算：{len(made.parts)} 项之和"
        found = [values.get(part) for part in made.parts]
        return "自动计算：" + " + ".join("未填" if v is None else number_text(v) for v in found)
