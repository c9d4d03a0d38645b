"""加入本单位用词: how the office always writes something, so that it is no slip from then on.

The dialog changes nothing; `given` is what was agreed.
"""

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from gic_desktop.window import on_screen

_WIDTH = 460
_WHY = (
    "今后遇到下面的写法，不再提示为笔误（可以改成完整的名称）。用词保存在项目文件中，下一年沿用。"
)


class OwnWordDialog(QDialog):
    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("加入本单位用词")
        column = QVBoxLayout(self)
        column.setSpacing(10)
        why = QLabel(_WHY)
        why.setWordWrap(True)
        column.addWidget(why)
        self.words = QLineEdit(words)
        self.words.setAccessibleName("本单位用词")
        self.words.selectAll()
        column.addWidget(self.words)
        buttons = QDialogButtonBox()
        self.add = buttons.addButton("加入", QDialogButtonBox.ButtonRole.AcceptRole)
        self.add.setDefault(True)
        cancel = buttons.addButton("取消", QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setAutoDefault(False)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.words.textChanged.connect(self._offer)
        self._offer()
        self.words.setFocus()
        on_screen.resize(self, _WIDTH, column.minimumHeightForWidth(_WIDTH))

    @property
    def given(self) -> str:
        return self.words.text().strip()

    def _offer(self) -> None:
        self.add.setEnabled(bool(self.given))
