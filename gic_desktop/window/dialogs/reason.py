"""说明理由: why an error may stand. The dialog changes nothing; `given` is what was agreed.

An empty `given` takes back the reason that stood there.
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from gic_desktop.checks.finding import Finding
from gic_desktop.window import on_screen

_WIDTH = 520
_WHY = "确认此处无误时，请写明理由。理由保存在项目文件中，不印在年报上。"


class ReasonDialog(QDialog):
    def __init__(self, finding: Finding, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("说明理由")
        column = QVBoxLayout(self)
        column.setSpacing(10)
        message = QLabel(finding.message)
        why = QLabel(_WHY)
        why.setProperty("faint", True)
        for label in (message, why):
            # A sentence may quote what the clerk wrote, tags of a web page among it.
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            column.addWidget(label)
        self.reason = QPlainTextEdit(finding.overridden)
        self.reason.setTabChangesFocus(True)
        self.reason.setAccessibleName("理由")
        self.reason.setAccessibleDescription(finding.message)
        self.reason.setMinimumHeight(96)
        self.reason.moveCursor(QTextCursor.MoveOperation.End)
        column.addWidget(self.reason, 1)
        buttons = QDialogButtonBox()
        role = QDialogButtonBox.ButtonRole
        self.keep_button = buttons.addButton("记下理由", role.AcceptRole)
        self.keep_button.setDefault(True)
        self.take_back_button = buttons.addButton("撤回理由", role.DestructiveRole)
        self.take_back_button.setVisible(bool(finding.overridden))
        self.take_back_button.clicked.connect(self._take_back)
        buttons.addButton("取消", role.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.reason.textChanged.connect(self._offer)
        self._offer()
        self.reason.setFocus()
        on_screen.resize(self, _WIDTH, column.minimumHeightForWidth(_WIDTH))

    @property
    def given(self) -> str:
        return self.reason.toPlainText().strip()

    def _offer(self) -> None:
        self.keep_button.setEnabled(bool(self.given))

    def _take_back(self) -> None:
        self.reason.clear()
        self.accept()
