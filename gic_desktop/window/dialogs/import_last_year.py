"""导入上年年报: what was read, what is certain and what is not, before anything is made of it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gic_desktop.checks.arithmetic import cell_name
from gic_desktop.report.figures import figure_text
from gic_desktop.report.report import Report

if TYPE_CHECKING:
    from gic_desktop.imports.outcome import ImportOutcome


class ImportDialog(QDialog):
    """`report` is what was read; `link_only`: it becomes last year's of the open report."""

    def __init__(
        self, outcome: "ImportOutcome", open_report: Report | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.report = outcome.report
        self.link_only = False
        self.open_imported = False
        self.setWindowTitle("导入上年年报")
        self.resize(860, 560)
        column = QVBoxLayout(self)
        said = QLabel(outcome.summary())
        said.setWordWrap(True)
        said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        said.setMaximumHeight(150)
        column.addWidget(said)
        row = QHBoxLayout()
        self.source = QPlainTextEdit()
        self.source.setReadOnly(True)
        self.source.setAccessibleName("原文件内容")
        self.source.setPlainText("\n".join(line.words for line in outcome.lines))
        self.found = QTreeWidget()
        self.found.setHeaderLabels(["读到的项目", "数值"])
        self.found.setAccessibleName("读到的结果")
        self._fill(outcome)
        row.addWidget(self.source, 1)
        row.addWidget(self.found, 1)
        column.addLayout(row, 1)
        buttons = QDialogButtonBox()
        role = QDialogButtonBox.ButtonRole
        if open_report is not None and self.report.year < open_report.year:
            link = buttons.addButton("关联到当前年报", role.ActionRole)
            link.clicked.connect(self._link)
        start = buttons.addButton(f"由此开始{self.report.year + 1}年年报", role.AcceptRole)
        start.setDefault(True)
        keep = buttons.addButton("打开读到的年报", role.ActionRole)
        keep.clicked.connect(self._open)
        buttons.addButton("取消", role.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)

    def _fill(self, outcome: "ImportOutcome") -> None:
        form = self.report.form
        doubts = (
            ("没有认出的内容", [str(p.text) for p in outcome.unrecognised]),
            ("请核对的内容", [f"{p.text}：{p.reason}" for p in outcome.uncertain]),
            (
                "与各项之和不符的合计",
                [
                    f"{cell_name(form.cells[m.cell])}：印的是 {m.printed}"
                    for m in outcome.mismatches
                ],
            ),
        )
        for name, lines in doubts:
            if lines:
                group = QTreeWidgetItem(self.found, [f"{name}（{len(lines)}）"])
                group.setExpanded(True)
                for line in lines:
                    QTreeWidgetItem(group, [line])
        for table in form.tables:
            heading = form.section(table.section).heading
            group = QTreeWidgetItem(self.found, [heading])
            for cell in table.cells:
                figure = self.report.cells.get(cell)
                if figure is not None:
                    shown = figure_text(figure, form.cells[cell])
                    QTreeWidgetItem(group, [cell_name(form.cells[cell]), shown])
        self.found.resizeColumnToContents(0)

    def _link(self) -> None:
        self.link_only = True
        self.accept()

    def _open(self) -> None:
        self.open_imported = True
        self.accept()
