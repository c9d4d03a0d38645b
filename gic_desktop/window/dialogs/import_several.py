"""导入多份年报: several files become projects in one folder, read off the GUI thread.

The list grows while files are read; a line opens its project. One that cannot be read says why and
stops no other. What was saved before a stop stays.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEventLoop, QObject, Qt, Signal
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QProgressDialog,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gic_desktop import verbs
from gic_desktop.forms.catalogue import all_forms
from gic_desktop.imports.batch import Batch, Imported
from gic_desktop.window import background
from gic_desktop.window.dialogs.push_button import push_button
from gic_desktop.window.theme import Theme

if TYPE_CHECKING:
    from gic_desktop.imports.outcome import ImportOutcome

COLUMNS = ("文件", "机关", "年度", "数据", "没有认出", "请核对", "合计不符", "说明")
FOLDER = "导入的年报"
SHOWN_AFTER_MS = 300


class _Told(QObject):
    """Carries a line from the reading thread to the window's."""

    row = Signal(object)


class _Line(QTreeWidgetItem):
    """Sorted by number where there are numbers."""

    def __lt__(self, other: QTreeWidgetItem) -> bool:
        view = self.treeWidget()
        column = view.sortColumn() if view is not None else 0
        one, two = _number(self.text(column)), _number(other.text(column))
        if one is not None and two is not None:
            return one < two
        return self.text(column) < other.text(column)


def _number(text: str) -> int | None:
    digits = text.lstrip("●▲ ").partition(" ")[0]
    return int(digits) if digits.isdigit() else None


class ImportSeveralDialog(QDialog):
    """Stays open beside the reports that are opened from it."""

    file_asked = Signal(object)

    def __init__(self, files: Sequence[Path], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.files = list(files)
        self._theme = theme
        self.batch: Batch | None = None
        self._stop = False
        self._reading = False
        self._told = _Told()
        self._told.row.connect(self._add)
        self.setWindowTitle("导入多份年报")
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose)
        room = self.screen().availableSize()
        self.resize(min(1040, room.width() - 24), min(560, room.height() - 56))
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(self._make_head())
        self.bar = QProgressBar()
        self.bar.setAccessibleName("读取进度")
        self.bar.setRange(0, len(self.files))
        # Words over the bar's own colour could not be read; the line below says how far it is.
        self.bar.setTextVisible(False)
        column.addWidget(self.bar)
        self.list = QTreeWidget()
        self.list.setHeaderLabels(list(COLUMNS))
        self.list.setAccessibleName("各份文件的导入结果")
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setAllColumnsShowFocus(True)
        self.list.setSortingEnabled(True)
        self.list.sortByColumn(-1, Qt.SortOrder.AscendingOrder)
        for number, width in enumerate((240, 200, 56, 96, 80, 72, 80)):
            self.list.header().resizeSection(number, width)
        self.list.itemActivated.connect(self._open)
        self.list.currentItemChanged.connect(lambda *_: self._refresh())
        column.addWidget(self.list, 1)
        # The reason is longer than its column, and a keyboard hovers over nothing.
        self.why = QLabel()
        self.why.setTextFormat(Qt.TextFormat.PlainText)
        self.why.setWordWrap(True)
        self.why.hide()
        column.addWidget(self.why)
        self.said = QLabel(f"选中了 {len(self.files)} 份文件，各存为一个项目文件；原文件不会改动。")
        self.said.setWordWrap(True)
        self.said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.said)
        row = QHBoxLayout()
        self.open_button = push_button("打开选中的年报", self._open)
        row.addWidget(self.open_button)
        row.addStretch(1)
        row.addWidget(push_button("关闭", self.reject))
        column.addLayout(row)
        self._refresh()

    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        self.folder = QLineEdit(str(self.files[0].absolute().parent / FOLDER))
        self.folder.setReadOnly(True)
        self.folder.setAccessibleName("保存到文件夹")
        self.choose_button = push_button("选择…", self._choose)
        self.choose_button.setAccessibleName("选择保存的文件夹")
        self.start_button = push_button("开始导入", self.start_or_stop)
        self.start_button.setDefault(True)
        self.form = QComboBox()
        self.form.setAccessibleName("表样")
        self.form.setToolTip("一般按各份文件的内容辨认；也可以指定，全部文件都按这种表样读取。")
        self.form.addItem("按内容辨认", None)
        for form in all_forms().values():
            self.form.addItem(form.name, form.id)
        label = QLabel("保存到")
        label.setBuddy(self.choose_button)
        row.addWidget(label)
        row.addWidget(self.folder, 1)
        row.addWidget(self.choose_button)
        forms = QLabel("表样")
        forms.setBuddy(self.form)
        row.addWidget(forms)
        row.addWidget(self.form)
        row.addWidget(self.start_button)
        return row

    def _choose(self) -> None:
        parent = str(Path(self.folder.text()).parent)
        name = QFileDialog.getExistingDirectory(self, "选择保存的文件夹", parent)
        if name:
            self.folder.setText(name)

    # -- reading ---------------------------------------------------------------------------------

    def start_or_stop(self) -> None:
        if self._reading:
            self._stop = True
            self.start_button.setEnabled(False)
            self.start_button.setText("正在停止…")
            return
        self._stop, self._reading = False, True
        self.list.clear()
        self.bar.setValue(0)
        self.said.setText("正在读取…")
        work = partial(
            verbs.import_files,
            self.files,
            Path(self.folder.text()),
            form_id=self.form.currentData(),
            on_row=self._told.row.emit,
            cancelled=lambda: self._stop,
        )
        background.start(work, self._done, self._failed)
        self._refresh()

    def _add(self, row: Imported) -> None:
        read = not row.reason
        line = _Line(
            [
                row.source.name,
                row.organ or ("（没有机关名称）" if read else ""),
                str(row.year) if row.year is not None else "",
                f"{row.figures} / {row.expected}" if read else "",
                _signed("●", row.unrecognised) if read else "",
                _signed("▲", row.uncertain) if read else "",
                _signed("●", row.disagreeing) if read else "",
                row.reason or ("✓ 全部相符" if row.certain else "请打开核对"),
            ]
        )
        for column, number, token in (
            (4, row.unrecognised, "error"),
            (5, row.uncertain, "warning"),
            (6, row.disagreeing, "error"),
            (7, int(bool(row.reason)), "error"),
        ):
            if number:
                line.setForeground(column, QBrush(self._theme.colour(token)))
        for column in range(2, 7):
            line.setTextAlignment(
                column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            )
        line.setToolTip(0, str(row.source))
        line.setToolTip(7, row.reason)
        line.setData(0, Qt.ItemDataRole.UserRole, row)
        self.list.addTopLevelItem(line)
        done = self.list.topLevelItemCount()
        self.bar.setValue(done)
        self.said.setText(f"正在读取，已完成 {done} 份，共 {len(self.files)} 份。")

    def _done(self, batch: Batch) -> None:
        self.batch = batch
        self.bar.setMaximum(max(len(batch.rows), 1))
        self._ended(batch.headline())

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, verbs.Refused):
            self._ended("读取没有完成。")
            raise error
        self._ended(str(error))

    def _ended(self, sentence: str) -> None:
        self._reading = False
        self.start_button.setEnabled(True)
        self.said.setText(sentence)
        self._refresh()

    def _refresh(self) -> None:
        self.start_button.setText("停止" if self._reading else "开始导入")
        self.choose_button.setEnabled(not self._reading)
        self.form.setEnabled(not self._reading)
        row = self._row()
        self.open_button.setEnabled(row is not None and row.target is not None)
        reason = row.reason if row is not None else ""
        self.why.setText(f"{row.source.name}：{reason}" if row is not None else "")
        self.why.setVisible(bool(reason))

    def _row(self) -> Imported | None:
        item = self.list.currentItem()
        found = item.data(0, Qt.ItemDataRole.UserRole) if item is not None else None
        return found if isinstance(found, Imported) else None

    def _open(self, *_: object) -> None:
        row = self._row()
        if row is not None and row.target is not None:
            self.file_asked.emit(row.target)

    def reject(self) -> None:
        """What is being read now is finished; the rest is not begun."""
        self._stop = True
        super().reject()


def _signed(sign: str, number: int) -> str:
    return f"{sign} {number}" if number else "0"


def read_file(path: Path, parent: QWidget | None) -> "ImportOutcome | None":
    """One file, off the GUI thread; a long reading can be given up. Raises what `verbs` raises."""
    return wait_for(partial(verbs.import_report, path), f"“{path.name}”", parent)


def wait_for(
    reading: Callable[[], "ImportOutcome"], name: str, parent: QWidget | None
) -> "ImportOutcome | None":
    """A reading off the GUI thread; `None`: given up."""
    loop = QEventLoop()
    box = QProgressDialog(f"正在读取{name}…", "取消", 0, 0, parent)
    box.setWindowTitle("导入上年年报")
    box.setWindowModality(Qt.WindowModality.ApplicationModal)
    box.setMinimumDuration(SHOWN_AFTER_MS)
    came: list[ImportOutcome | Exception] = []

    def arrived(result: "ImportOutcome | Exception") -> None:
        came.append(result)
        loop.quit()

    task = background.start(reading, arrived, arrived)
    box.canceled.connect(loop.quit)
    loop.exec()
    box.close()
    box.deleteLater()
    if not came:
        task.abandon()
        return None
    if isinstance(came[0], Exception):
        raise came[0]
    return came[0]
