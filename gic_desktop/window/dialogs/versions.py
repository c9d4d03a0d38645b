"""早前版本: what the report was at earlier saves, with a look before going back."""

from collections import Counter
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from gic_desktop import user_folders
from gic_desktop.checks.arithmetic import cell_name
from gic_desktop.report.edits import change_between
from gic_desktop.report.figures import figure_text
from gic_desktop.report.report import Report
from gic_desktop.store import gicr
from gic_desktop.store.earlier_versions import EarlierVersions
from gic_desktop.store.faults import StoreError
from gic_desktop.window import on_screen
from gic_desktop.window.dialogs.help import help_on_f1

MOST_SHOWN = 200


class VersionsDialog(QDialog):
    """`chosen` is the report to go back to, or None. `now` is None where the file cannot be read."""

    def __init__(self, path: Path, now: Report | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chosen: Report | None = None
        self._now = now
        self._kept = EarlierVersions(user_folders.earlier_versions())
        self.setWindowTitle("早前版本")
        help_on_f1(self, "files")
        on_screen.resize(self, 760, 460)
        column = QVBoxLayout(self)
        row = QHBoxLayout()
        self.list = QListWidget()
        self.list.setAccessibleName("早前版本")
        versions = self._kept.of(path)
        minutes = Counter(_minute(version.time) for version in versions)
        for version in versions:
            minute = _minute(version.time)
            seconds = f"{version.time.astimezone()::%S}" if minutes[minute] > 1 else ""
            item = QListWidgetItem(f"{minute}{seconds} 以前")
            item.setData(Qt.ItemDataRole.UserRole, version)
            self.list.addItem(item)
        self.list.currentItemChanged.connect(self._look)
        self.shown = QPlainTextEdit()
        self.shown.setReadOnly(True)
        self.shown.setAccessibleName("内容" if now is None else "与现在的不同")
        row.addWidget(self.list, 2)
        row.addWidget(self.shown, 3)
        column.addLayout(row)
        buttons = QDialogButtonBox()
        self.back = buttons.addButton("恢复到此版本", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("取消", QDialogButtonBox.ButtonRole.RejectRole)
        self.back.setEnabled(False)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        if not self.list.count():
            self.shown.setPlainText("还没有早前版本。每次保存时，保存前的内容会留存在这里。")
        else:
            self.list.setCurrentRow(0)

    def _look(self, item: QListWidgetItem | None) -> None:
        self.chosen = None
        self.back.setEnabled(False)
        if item is None:
            return
        try:
            data = self._kept.read(item.data(Qt.ItemDataRole.UserRole))
            self.chosen = gicr.read(data).report
        except (StoreError, gicr.DamagedProject) as error:
            self.shown.setPlainText(str(error))
            return
        then = self.chosen
        self.shown.setPlainText(summary(then) if self._now is None else difference(self._now, then))
        self.back.setEnabled(True)


def _minute(time: datetime) -> str:
    when = time.astimezone()
    return f"{when:%Y}年{when.month}月{when.day}日 {when:%H:%M}"


def summary(then: Report) -> str:
    """What there is, where nothing can be compared with it."""
    inputs = [cell for cell, known in then.form.cells.items() if not known.computed]
    filled = sum(cell in then.cells for cell in inputs)
    written = [f"“{one.heading}”" for one in then.form.sections if then.section(one.id).body]
    return "\n".join(
        [
            then.organ or "（没有机关名称）",
            f"{then.year} 年度，{then.form.name}",
            f"已填写 {filled} 格，共 {len(inputs)} 格",
            f"已写文字：{'、'.join(written)}" if written else "还没有写文字",
        ]
    )


def difference(now: Report, then: Report) -> str:
    """What going back would change, in the form's words."""
    change = change_between(now, then)
    if not change:
        return "与现在的内容相同。"
    form = then.form
    lines = []
    for cell in form.cells:
        if cell in change.cells and not form.cells[cell].computed:
            old = figure_text(then.cells.get(cell), form.cells[cell]) or "未填写"
            new = figure_text(now.cells.get(cell), form.cells[cell]) or "未填写"
            lines.append(f"{cell_name(form.cells[cell])}：当时 {old}，现在 {new}")
    lines += [
        f"“{section.heading}”的文字不同"
        for section in form.sections
        if section.id in change.sections
    ]
    if change.fields:
        lines.append("封面与基本信息不同")
    more = len(lines) - MOST_SHOWN
    return "\n".join([*lines[:MOST_SHOWN], *([f"还有 {more} 处不同"] if more > 0 else [])])
