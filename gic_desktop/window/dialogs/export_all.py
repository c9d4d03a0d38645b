"""All formats in one go: which, into which folder, and how each of them went.

The report of the moment is exported, whatever is typed meanwhile. Each file is whole or not
written; stopping leaves those that are finished.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
)

from gic_desktop import verbs
from gic_desktop.output.export_pdf import NotPrintable
from gic_desktop.output.typeset.pictures import PictureError
from gic_desktop.store.durable import EXPORT, replace
from gic_desktop.store.faults import StoreError
from gic_desktop.store.places import is_there
from gic_desktop.window import background
from gic_desktop.window.dialogs.help import help_on_f1
from gic_desktop.window.dialogs.path_line import PathLine

if TYPE_CHECKING:
    from gic_desktop.window.main_window import MainWindow

NAMES = {".pdf": "PDF", ".docx": "Word 文档", ".xlsx": "Excel 工作簿", ".html": "网页"}
_WAITING, _RUNNING, _DONE, _STOPPED = "等待", "正在导出…", "已导出", "已停止，未导出"


class ExportAllDialog(QDialog):
    """`draft`: the report has errors, and the clerk chose to export a draft."""

    def __init__(self, window: "MainWindow", *, draft: bool) -> None:
        super().__init__(window)
        self._window = window
        self._report = window.session.report
        self._fonts = window.settings.fonts or None
        self._draft = draft
        self._folder = window.settings.folder
        self._left: list[str] = []
        self._total = 0
        self._task: background.Task | None = None
        self._written: list[Path] = []
        self.setWindowTitle("导出全部格式")
        help_on_f1(self, "export")
        self.setMinimumWidth(700)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        row = QHBoxLayout()
        self.folder = PathLine("保存到文件夹", str(self._folder))
        self.choose = QPushButton("选择…")
        self.choose.setAutoDefault(False)
        self.choose.clicked.connect(self._choose_folder)
        row.addWidget(QLabel("保存到"))
        row.addWidget(self.folder, 1)
        row.addWidget(self.choose)
        column.addLayout(row)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setColumnStretch(1, 1)
        self.chosen: dict[str, QCheckBox] = {}
        self.states: dict[str, QLabel] = {}
        for number, suffix in enumerate(verbs.EXPORTS):
            box = QCheckBox(NAMES[suffix])
            box.setChecked(True)
            box.toggled.connect(self._refresh)
            state = QLabel()
            state.setWordWrap(True)
            state.setAlignment(Qt.AlignmentFlag.AlignTop)
            state.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            state.setAccessibleName(f"{NAMES[suffix]}的状态")
            box.ensurePolished()
            # The words beside a tick stand in its middle: those of the state in the same line.
            spare = box.sizeHint().height() - state.fontMetrics().height()
            state.setContentsMargins(0, max(spare // 2, 0), 0, 0)
            grid.addWidget(box, number, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(state, number, 1)
            self.chosen[suffix], self.states[suffix] = box, state
        column.addLayout(grid)
        self.note = QLabel()
        self.note.setWordWrap(True)
        column.addWidget(self.note)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("导出进度")
        self.bar.hide()
        column.addWidget(self.bar)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        self.go = QPushButton("导出")
        self.go.setDefault(True)
        self.go.clicked.connect(self.start)
        self.show_folder = QPushButton("打开文件夹")
        self.show_folder.setAutoDefault(False)
        self.show_folder.clicked.connect(lambda: window.open_outside(self._folder))
        self.show_folder.hide()
        self.close_button = QPushButton("取消")
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.reject)
        for button in (self.go, self.show_folder, self.close_button):
            buttons.addWidget(button)
        column.addStretch(1)
        column.addLayout(buttons)
        self._refresh()
        # Room for a sentence or two of what went wrong.
        self.resize(700, column.totalHeightForWidth(700) + 48)

    def path_of(self, suffix: str) -> Path:
        mark = "（草稿）" if self._draft else ""
        return self._folder / verbs.proposed_name(self._report, f"{mark}{suffix}")

    def _wanted(self) -> list[str]:
        return [suffix for suffix, box in self.chosen.items() if box.isChecked()]

    def _refresh(self) -> None:
        wanted = self._wanted()
        there = [suffix for suffix in wanted if is_there(self.path_of(suffix))]
        for suffix, state in self.states.items():
            state.setText(self.path_of(suffix).name if suffix in wanted else "")
        self.note.setText(
            f"文件夹中已有同名的{'、'.join(NAMES[s] for s in there)}，导出后将被替换。"
            if there
            else ""
        )
        self.go.setText("导出并替换" if there else "导出")
        self.go.setEnabled(bool(wanted))

    def _choose_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, "保存到文件夹", str(self._folder))
        if name:
            self._folder = Path(name)
            self.folder.show_path(name)
            self._refresh()

    # -- exporting -------------------------------------------------------------------------------

    def start(self) -> None:
        """Also tries again what could not be written."""
        self._left = [s for s in self._wanted() if self.path_of(s) not in self._written]
        self._total = len(self._left)
        for suffix in self._left:
            self.states[suffix].setText(_WAITING)
        for widget in (self.choose, self.go, *self.chosen.values()):
            widget.setEnabled(False)
        self.note.clear()
        self.close_button.setText("停止")
        self.bar.setRange(0, self._total)
        self.bar.setValue(0)
        self.bar.show()
        self._next()

    def _next(self) -> None:
        if not self._left:
            self._finished()
            return
        suffix = self._left.pop(0)
        self.states[suffix].setText(_RUNNING)
        self._task = background.start(
            self._work(suffix), partial(self._done, suffix), partial(self._failed, suffix)
        )

    def _work(self, suffix: str) -> Callable[[], None]:
        report, draft, fonts, path = self._report, self._draft, self._fonts, self.path_of(suffix)

        def work() -> None:
            data = verbs.export_bytes(report, suffix, draft=draft, fonts=fonts)
            replace(path, data, purpose=EXPORT)

        return work

    def _done(self, suffix: str, _result: object) -> None:
        self.states[suffix].setText(f"{_DONE}：{self.path_of(suffix).name}")
        self._written.append(self.path_of(suffix))
        self._step()

    def _failed(self, suffix: str, error: Exception) -> None:
        known = isinstance(error, (verbs.Refused, NotPrintable, PictureError, StoreError))
        sentence = error.sentence if isinstance(error, StoreError) else str(error)
        self.states[suffix].setText(sentence if known else "未能导出，原因已记入日志。")
        self._step()
        if not known:
            raise error

    def _step(self) -> None:
        self.bar.setValue(self._total - len(self._left))
        self._task = None
        self._next()

    def _finished(self) -> None:
        missing = [s for s in self._wanted() if self.path_of(s) not in self._written]
        self.bar.hide()
        if self._written:
            self._window.settings.folder = self._folder
            self._window.say(f"已导出 {len(self._written)} 个文件。")
        self.show_folder.setVisible(bool(self._written))
        self.close_button.setText("完成" if self._written else "取消")
        self.go.setText("再试一次")
        self.go.setVisible(bool(missing))
        self.go.setEnabled(bool(missing))
        self.choose.setEnabled(bool(missing) and not self._written)
        if not missing:
            self.note.setText("已全部导出。")
            self.show_folder.setDefault(True)

    def reject(self) -> None:
        """While exporting: the file under way is finished, the others are left out."""
        if self._task is not None:
            for suffix in self._left:
                self.states[suffix].setText(_STOPPED)
            self._left = []
            return
        super().reject()
