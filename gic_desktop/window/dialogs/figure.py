"""插入表格数字: every figure of the tables by its name, with what it prints today.

Words typed narrow the list; all of them stand in a name, in any order. The dialog puts nothing in:
`chosen` is the name that was agreed.
"""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gic_desktop.report.bound import groups_of_form, names_of_form
from gic_desktop.window import on_screen
from gic_desktop.window.session import Session

_LIST_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
_NOTHING = "没有这样的数字，请换个说法，或少写几个字。"


class FigureDialog(QDialog):
    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setWindowTitle("插入表格数字")
        column = QVBoxLayout(self)
        column.setSpacing(8)
        self.wanted = QLineEdit()
        self.wanted.setAccessibleName("查找数字")
        self.wanted.setPlaceholderText("键入名称的一部分，几部分之间用空格隔开")
        self.wanted.installEventFilter(self)
        column.addWidget(self.wanted)
        self.names = QTreeWidget()
        self.names.setAccessibleName("表格中的数字")
        self.names.setRootIsDecorated(False)
        self.names.setHeaderLabels(["名称", "现在印出"])
        self.names.header().setStretchLastSection(False)
        self.names.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.names.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.names.itemActivated.connect(self.accept)
        form = session.report.form_id
        # A cell without labels of its own is named as files name it; no clerk knows that name.
        known = [name for name in names_of_form(form) if "." not in name]
        for name in (*known, *groups_of_form(form)):
            item = QTreeWidgetItem([name, session.bound.text(name) or ""])
            item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            item.setToolTip(0, name)
            self.names.addTopLevelItem(item)
        column.addWidget(self.names, 1)
        self.said = QLabel()
        self.said.setProperty("faint", True)
        column.addWidget(self.said)
        buttons = QDialogButtonBox()
        self.insert = buttons.addButton("插入", QDialogButtonBox.ButtonRole.AcceptRole)
        self.insert.setDefault(True)
        cancel = buttons.addButton("取消", QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setAutoDefault(False)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.wanted.textChanged.connect(self._narrow)
        self.names.currentItemChanged.connect(self._offer)
        self._narrow()
        self.wanted.setFocus()
        on_screen.resize(self, 560, 480)

    @property
    def chosen(self) -> str:
        """Typed in full it may also be 上年…, or …较上年增减: whatever prints something."""
        item = self.names.currentItem()
        if item is not None and not item.isHidden():
            return item.text(0)
        typed = self.wanted.text().strip()
        return typed if self._session.bound.text(typed) is not None else ""

    def _narrow(self) -> None:
        words = self.wanted.text().split()
        typed = "".join(words)
        best: QTreeWidgetItem | None = None
        for row in range(self.names.topLevelItemCount()):
            item = self.names.topLevelItem(row)
            if item is None:
                continue
            hidden = not all(word in item.text(0) for word in words)
            item.setHidden(hidden)
            if not hidden and (best is None or item.text(0) == typed):
                best = item
        self.names.setCurrentItem(best)  # type: ignore[arg-type]
        if best is not None:
            self.names.scrollToItem(best)
        self._offer()

    def _offer(self) -> None:
        chosen = self.chosen
        self.insert.setEnabled(bool(chosen))
        shown = self._session.bound.text(chosen) if chosen else ""
        self.said.setText(f"将印出：{shown}" if chosen else _NOTHING)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows move in the list while the words are typed."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() in _LIST_KEYS
        ):
            QApplication.sendEvent(self.names, event)
            return True
        return super().eventFilter(watched, event)
