"""汇总: a folder of reports becomes one; who sent what, with which errors, and who is missing.

The folder is read off the GUI thread; the list grows while it is read, can be sorted and narrowed at
any time, and opens each report. The sum opens as a report of its own, not yet saved.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
    Signal,
)
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from gic_desktop import verbs
from gic_desktop.report.report import Report
from gic_desktop.rollup.outcome import STATES, Cancelled, Progress, Rollup, RollupRefused, Row
from gic_desktop.store.faults import StoreError
from gic_desktop.store.places import is_folder
from gic_desktop.window import background, on_screen
from gic_desktop.window.dialogs.ask import ask, tell
from gic_desktop.window.dialogs.help import help_on_f1
from gic_desktop.window.dialogs.path_line import PathLine
from gic_desktop.window.dialogs.push_button import push_button
from gic_desktop.window.dialogs.save_name import save_name
from gic_desktop.window.settings import Settings
from gic_desktop.window.theme import STEP, Theme

if TYPE_CHECKING:
    from collections.abc import Mapping

Index = QModelIndex | QPersistentModelIndex
NOT_SENT = "未报送"
COLUMNS = ("机关", "年度", "状态", "错误", "提醒", "未填写", "文件时间", "文件", "说明")
_ORGAN, _YEAR, _STATE, _ERRORS, _WARNINGS, _BLANKS, _TIME, _FILE, _REASON = range(len(COLUMNS))
_NUMBERS = (_YEAR, _ERRORS, _WARNINGS, _BLANKS)
_SORTED_BY = Qt.ItemDataRole.UserRole
_ROW = Qt.ItemDataRole.UserRole + 1
_LOW = 440

FILTERS: "Mapping[str, Callable[[Row], bool]]" = {
    "全部": lambda _: True,
    "有错误": lambda row: row.count.errors > 0,
    "有未填写": lambda row: row.blanks > 0,
    "未计入和无法读取": lambda row: (
        row.state in {"other", "duplicate", "unreadable"} and bool(row.file)
    ),
    NOT_SENT: lambda row: not row.file,
}


def state_of(row: Row) -> str:
    return STATES[row.state] if row.file else NOT_SENT


class RowsModel(QAbstractTableModel):
    """One line a file, and one for each organ of the list that sent none."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._rows: list[Row] = []
        self._theme = theme

    def apply_look(self, theme: Theme) -> None:
        self._theme = theme

    def replace(self, rows: Sequence[Row]) -> None:
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def add(self, rows: Sequence[Row]) -> None:
        if rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(rows) - 1)
            self._rows.extend(rows)
            self.endInsertRows()

    def row(self, number: int) -> Row:
        return self._rows[number]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, column)
        if role == _SORTED_BY:
            return self._order(row, column)
        if role == _ROW:
            return row
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.reason or self._text(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in _NUMBERS:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(row, column)
        return None

    def _text(self, row: Row, column: int) -> str:
        known = bool(row.file) and row.state != "unreadable"
        errors, warnings = row.count.errors, row.count.warnings
        return {
            _ORGAN: row.organ or ("（没有机关名称）" if known else ""),
            _YEAR: str(row.year) if row.year else "",
            _STATE: state_of(row),
            _ERRORS: (f"● {errors}" if errors else "0") if known else "",
            _WARNINGS: (f"▲ {warnings}" if warnings else "0") if known else "",
            _BLANKS: str(row.blanks) if known else "",
            _TIME: _time(row),
            _FILE: row.name,
            _REASON: row.reason,
        }[column]

    def _order(self, row: Row, column: int) -> Any:
        return {
            _YEAR: row.year,
            _ERRORS: row.count.errors,
            _WARNINGS: row.count.warnings,
            _BLANKS: row.blanks,
            _TIME: row.received,
        }.get(column, self._text(row, column))

    def _colour(self, row: Row, column: int) -> Any:
        if column == _ERRORS and row.count.errors:
            return self._theme.colour("error")
        if column == _WARNINGS and row.count.warnings:
            return self._theme.colour("warning")
        if column in {_STATE, _REASON} and row.state not in {"read", "counted"}:
            return self._theme.colour("error" if row.state == "unreadable" else "warning")
        return None


def _time(row: Row) -> str:
    if not row.received:
        return ""
    from datetime import datetime

    return f"{datetime.fromtimestamp(row.received).astimezone():%Y-%m-%d %H:%M}"


class _Narrowed(QSortFilterProxyModel):
    """Sorted by what a column means, not by its letters; narrowed to one kind of line."""

    def __init__(self, model: RowsModel) -> None:
        super().__init__()
        self._wanted = FILTERS["全部"]
        self._words = ""
        self._model = model
        self.setSourceModel(model)
        self.setSortRole(_SORTED_BY)
        self.setSortLocaleAware(True)

    def narrow(self, kind: str, words: str) -> None:
        self._wanted, self._words = FILTERS[kind], words.strip()
        self.invalidateFilter()

    def filterAcceptsRow(self, number: int, _parent: Index) -> bool:
        row = self._model.row(number)
        return self._wanted(row) and (self._words in row.organ or self._words in row.name)


class _Told(QObject):
    """Carries progress from the reading thread to the window's."""

    progress = Signal(object)


class RollUpDialog(QDialog):
    """Stays open beside the reports; `report_asked` and `file_asked` go to the application."""

    report_asked = Signal(object)
    """A report to show, not yet saved: the sum."""
    file_asked = Signal(object)
    """A file to open."""

    def __init__(self, settings: Settings, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self._expected: tuple[str, ...] = ()
        self._last: Report | None = None
        self._stop = False
        self._closing = False
        self._told = _Told()
        self._told.progress.connect(self._progress)
        self.rollup: Rollup | None = None
        self.setWindowTitle("汇总年报")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        # Closing the last report must not end the program while this one works.
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose)
        on_screen.resize(self, 1080, 680)
        column = QVBoxLayout(self)
        low = self.height() < _LOW
        column.setContentsMargins(16, 8 if low else 16, 16, 8 if low else 16)
        column.setSpacing(6 if low else 12)
        column.addLayout(self._choices())
        self.bar = QProgressBar()
        self.bar.setAccessibleName("读取进度")
        self.bar.setVisible(False)
        column.addWidget(self.bar)
        self.model = RowsModel(theme)
        self.narrowed = _Narrowed(self.model)
        column.addLayout(self._narrowing())
        column.addWidget(self._list(), 1)
        self.said = QLabel(
            "选择放有各单位年报的文件夹：项目文件、本程序导出的 PDF、Word 年报都可以。"
        )
        self.said.setWordWrap(True)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.said)
        column.addLayout(self._ends())
        help_on_f1(self, "roll_up")
        self.setAcceptDrops(True)
        self._refresh()

    # -- what is on it ---------------------------------------------------------------------------

    def _choices(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setColumnStretch(1, 1)
        self.folder, self.names, self.last = (
            PathLine(name) for name in ("文件夹", "应报送名单", "上年汇总")
        )
        for field in (self.folder, self.names, self.last):
            field.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.names.setPlaceholderText("可不选。文本文件，一行一个机关全称")
        self.last.setPlaceholderText("可不选。上年的汇总年报，用于核对结转")
        self.choose_folder = push_button("选择…", self._choose_folder)
        self.choose_names = push_button("选择…", self._choose_names)
        self.choose_last = push_button("选择…", self._choose_last)
        for number, (name, field, button) in enumerate(
            (
                ("文件夹", self.folder, self.choose_folder),
                ("应报送名单", self.names, self.choose_names),
                ("上年汇总", self.last, self.choose_last),
            )
        ):
            label = QLabel(name)
            label.setBuddy(button)
            grid.addWidget(label, number, 0)
            grid.addWidget(field, number, 1)
            grid.addWidget(button, number, 2)
            button.setAccessibleName(f"选择{name}")
        self.drop_names = push_button("不用", self._drop_names)
        self.drop_last = push_button("不用", self._drop_last)
        for number, (name, button) in enumerate(
            (("应报送名单", self.drop_names), ("上年汇总", self.drop_last)), 1
        ):
            button.setAccessibleName(f"不用{name}")
            button.hide()
            grid.addWidget(button, number, 3)
        self.words = QCheckBox("同时核对正文（文件多时需要更久）")
        grid.addWidget(self.words, 3, 1)
        self.start_button = push_button("开始汇总", self._start_or_stop)
        self.start_button.setDefault(True)
        grid.addWidget(self.start_button, 3, 2)
        return grid

    def _narrowing(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.kind = QComboBox()
        self.kind.addItems(list(FILTERS))
        self.kind.setAccessibleName("显示哪些")
        self.search = QLineEdit()
        self.search.setPlaceholderText("按机关或文件名查找")
        self.search.setAccessibleName("按机关或文件名查找")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(260)
        self.kind.currentTextChanged.connect(self._narrow)
        self.search.textChanged.connect(self._narrow)
        row.addWidget(self.kind)
        row.addWidget(self.search)
        row.addStretch(1)
        self.count = QLabel()
        self.count.setProperty("faint", True)
        row.addWidget(self.count)
        return row

    def _list(self) -> QTreeView:
        self.list = QTreeView()
        self.list.setModel(self.narrowed)
        self.list.setAccessibleName("各单位年报")
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAllColumnsShowFocus(True)
        self.list.setSortingEnabled(True)
        self.list.sortByColumn(_FILE, Qt.SortOrder.AscendingOrder)
        self.list.activated.connect(self._open_line)
        header = self.list.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for number, width in enumerate((190, 54, 100, 56, 56, 64, 134, 190)):
            header.resizeSection(number, width)
        moment = self.list.fontMetrics().horizontalAdvance("2000-00-00 00:00")
        header.resizeSection(_TIME, moment + 6 * STEP)
        state = self.list.fontMetrics().horizontalAdvance(max(STATES.values(), key=len))
        header.resizeSection(_STATE, state + 6 * STEP)
        return self.list

    def _ends(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.open_line = push_button("打开选中的年报", self._open_selected)
        self.table_button = push_button("保存汇总表（Excel）…", self._save_table)
        self.result_button = push_button("打开汇总年报", self._open_result)
        self.close_button = push_button("关闭", self.reject)
        row.addWidget(self.open_line)
        row.addStretch(1)
        for button in (self.table_button, self.result_button, self.close_button):
            row.addWidget(button)
        self.list.selectionModel().currentChanged.connect(self._refresh)
        return row

    # -- choosing --------------------------------------------------------------------------------

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "选择文件夹", str(self._settings.folder))
        if name:
            self.take_folder(Path(name))

    def take_folder(self, path: Path) -> None:
        self.folder.show_path(str(path))
        self._refresh()

    def _choose_names(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, "选择应报送名单", str(self._settings.folder), "文本文件 (*.txt *.csv)"
        )
        if name:
            self.take_names(Path(name))

    def take_names(self, path: Path) -> None:
        from gic_desktop.rollup.gather import read_expected

        try:
            self._expected = read_expected(path)
        except RollupRefused as error:
            tell(self, "应报送名单", str(error), warning=True)
            return
        self.names.setText(f"{path.name}（{len(self._expected)} 个机关）")
        self.drop_names.show()

    def _drop_names(self) -> None:
        self._expected = ()
        self.names.clear()
        self.choose_names.setFocus()
        self.drop_names.hide()

    def _choose_last(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, "选择上年汇总", str(self._settings.folder), "项目文件和 PDF (*.gicr *.pdf)"
        )
        if not name:
            return
        try:
            self._last = verbs.open_report(Path(name)).report
        except (verbs.Refused, StoreError) as error:
            tell(self, "上年汇总", str(error), warning=True)
            return
        self.last.setText(f"{Path(name).name}（{self._last.year}年度）")
        self.drop_last.show()

    def _drop_last(self) -> None:
        self._last = None
        self.last.clear()
        self.choose_last.setFocus()
        self.drop_last.hide()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if not self.bar.isVisible() and _dragged(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dragged(event)
        if path is not None and is_folder(path):
            self.take_folder(path)
        elif path is not None:
            self.take_names(path)

    # -- reading ---------------------------------------------------------------------------------

    def _start_or_stop(self) -> None:
        if self.bar.isVisible():
            self._stop = True
            self.start_button.setEnabled(False)
            self.start_button.setText("正在停止…")
        else:
            self.start()

    def start(self) -> None:
        from gic_desktop.rollup.gather import gather

        self._stop = False
        self.rollup = None
        self.model.replace([])
        self.bar.setRange(0, 0)
        self.bar.setVisible(True)
        self.start_button.setText("停止")
        self.said.setText("正在读取…")
        work = partial(
            gather,
            Path(self.folder.text()),
            expected=self._expected,
            last=self._last,
            words=self.words.isChecked(),
            compare_texts=True,
            on_progress=self._told.progress.emit,
            cancelled=lambda: self._stop,
        )
        background.start(work, self._done, self._failed)
        self._refresh()

    def _progress(self, progress: Progress) -> None:
        if self.rollup is None:
            self.bar.setRange(0, progress.total)
            self.bar.setValue(progress.done)
            self.model.add(progress.rows)
            self._narrow()

    def _done(self, rollup: Rollup) -> None:
        self.rollup = rollup
        self._settings.folder = rollup.folder
        missing = [
            Row(rollup.folder, "", "", "other", one.organ, reason=_near(one.near))
            for one in rollup.missing
        ]
        self.model.replace([*missing, *rollup.rows])
        self._ended(rollup.summary())

    def _failed(self, error: Exception) -> None:
        if isinstance(error, Cancelled):
            self._ended("已停止，没有汇总。")
        elif isinstance(error, (RollupRefused, StoreError)):
            self._ended(str(error))
        else:
            self._ended("未能汇总，原因已记入日志。")
            raise error

    def _ended(self, said: str) -> None:
        self.bar.setVisible(False)
        self.start_button.setText("重新汇总" if self.rollup else "开始汇总")
        lines = said.split("\n")
        heads = [line for line in lines if not line.startswith("  ")]
        # The names below each head are lines of the list; the tip has them in order.
        self.said.setText("".join(re.sub("：$", "。", line) for line in heads))
        self.said.setToolTip(said if len(heads) < len(lines) else "")
        self._narrow()
        self._refresh()
        if self._closing:
            super().reject()

    # -- what came of it -------------------------------------------------------------------------

    def _narrow(self) -> None:
        self.narrowed.narrow(self.kind.currentText(), self.search.text())
        shown, total = self.narrowed.rowCount(), self.model.rowCount()
        self.count.setText(f"{total} 项" if shown == total else f"显示 {shown} 项，共 {total} 项")

    def _refresh(self, *_: object) -> None:
        running = self.bar.isVisible()
        for button in (
            *(self.choose_folder, self.choose_names, self.choose_last, self.words),
            *(self.drop_names, self.drop_last),
        ):
            button.setEnabled(not running)
        self.start_button.setEnabled(bool(self.folder.text()))
        for button in (self.table_button, self.result_button):
            button.setEnabled(self.rollup is not None and not running)
        row = self._selected()
        self.open_line.setEnabled(row is not None and bool(row.file))

    def _selected(self) -> Row | None:
        row: Row | None = self.list.currentIndex().data(_ROW)
        return row

    def _open_selected(self) -> None:
        self._open_line(self.list.currentIndex())

    def _open_line(self, index: QModelIndex) -> None:
        row: Row | None = index.data(_ROW)
        if row is None or not row.file:
            return
        if row.state == "unreadable" and row.reason:
            tell(self, row.name, row.reason, warning=True)
        else:
            self.file_asked.emit(row.path)

    def _open_result(self) -> None:
        if self.rollup is not None:
            self.report_asked.emit(self.rollup.report)

    def _save_table(self) -> None:
        if self.rollup is None:
            return
        rollup = self.rollup
        proposed = f"{rollup.report.organ}{rollup.report.year}年年报汇总表.xlsx"
        path = save_name(
            self, "保存汇总表", rollup.folder / proposed, "Excel 工作簿 (*.xlsx)", [".xlsx"]
        )
        if path is not None:
            self.save_table(path)

    def save_table(self, path: Path) -> None:
        from gic_desktop.rollup.workbook import workbook_bytes
        from gic_desktop.store.durable import EXPORT, replace

        assert self.rollup is not None
        rollup = self.rollup
        self.said.setText("正在写汇总表…")
        self.table_button.setEnabled(False)

        def work() -> None:
            replace(path, workbook_bytes(rollup), purpose=EXPORT)

        def failed(error: Exception) -> None:
            self._refresh()
            if not isinstance(error, StoreError):
                raise error
            if ask(self, "保存汇总表", error.sentence, ["再试一次", "取消"]) == "再试一次":
                self.save_table(path)

        background.start(work, lambda _: self._table_saved(path), failed)

    def _table_saved(self, path: Path) -> None:
        self._refresh()
        self.said.setText(f"汇总表已保存到“{path}”。")

    def reject(self) -> None:
        """While a folder is read: stop first, then close."""
        if self.bar.isVisible():
            self._stop = self._closing = True
            self.said.setText("正在停止…")
            return
        super().reject()


def _dragged(event: QDropEvent) -> Path | None:
    """The folder of reports, or the list of names."""
    for url in event.mimeData().urls():
        path = Path(url.toLocalFile())
        if url.isLocalFile() and (is_folder(path) or path.suffix.lower() in {".txt", ".csv"}):
            return path
    return None


def _near(names: Sequence[str]) -> str:
    return f"名单上有，没有收到；可能是：{'、'.join(names)}" if names else "名单上有，没有收到"
