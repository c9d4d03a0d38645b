"""剪切, 复制, 粘贴, 全选 of the menu 编辑, for whatever has the focus: a table, a text, a field.

Each part of the window has these keys itself. A line of the menu is nothing but the same key, sent
to where the cursor stands; its own is shown and never listened to, or two would claim it.
"""

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

from gic_desktop.window.line import words_offered
from gic_desktop.window.session import Session

_CONTROL = Qt.KeyboardModifier.ControlModifier
LINES = {
    "剪切": Qt.Key.Key_X,
    "复制": Qt.Key.Key_C,
    "粘贴": Qt.Key.Key_V,
    "全选": Qt.Key.Key_A,
}


class EditMenu(QObject):
    """Adds the lines to `menu`, and tells each time it is shown which of them would do something."""

    def __init__(self, menu: QMenu, window: QMainWindow, session: Session) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._left: QWidget | None = None
        self.actions = {name: QAction(name, self) for name in LINES}
        for name, action in self.actions.items():
            action.setShortcut(_chord(LINES[name]))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.triggered.connect(lambda _=False, name=name: self._press(LINES[name]))
        menu.addActions(list(self.actions.values()))
        menu.aboutToShow.connect(self._offer)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._moved)

    def _moved(self, left: QWidget | None, now: QWidget | None) -> None:
        # Who goes through the menus with the keys alone has the menu bar hold the focus meanwhile.
        if now is None or now is not self._window.menuBar():
            return
        self._left = left
        # The field over a cell closes when it is left: then it is the table that is meant.
        over = left.parentWidget() if left is not None else None
        if over is not None and isinstance(over.parentWidget(), QAbstractItemView):
            self._left = over.parentWidget()

    def _part(self) -> QWidget | None:
        now = QApplication.focusWidget()
        if now is not self._window.menuBar():
            return now
        return self._left if self._left is not None and isValid(self._left) else None

    def _offer(self) -> None:
        usable = usable_lines(self._part(), writable=not self._session.read_only)
        for name, action in self.actions.items():
            action.setEnabled(name in usable)

    def _press(self, key: Qt.Key) -> None:
        part = self._part()
        if part is None:
            return
        for own in part.findChildren(QShortcut):
            if own.key() == _chord(key):
                own.activated.emit()
                return
        QApplication.sendEvent(part, QKeyEvent(QEvent.Type.KeyPress, key, _CONTROL))


def _chord(key: Qt.Key) -> QKeySequence:
    return QKeySequence(QKeyCombination(_CONTROL, key))


def usable_lines(part: QWidget | None, *, writable: bool) -> set[str]:
    """The lines whose key would do something in that part of the window; `writable`: the report is."""
    if isinstance(part, QAbstractSpinBox):
        part = part.lineEdit()
    if isinstance(part, QLineEdit):
        return _of_text(
            marked=part.hasSelectedText(),
            writable=not part.isReadOnly(),
            takes=words_offered(),
            whole=bool(part.text()),
        )
    if isinstance(part, (QTextEdit, QPlainTextEdit)):
        return _of_text(
            marked=part.textCursor().hasSelection(),
            writable=not part.isReadOnly(),
            takes=part.canPaste(),
            whole=not part.document().isEmpty(),
        )
    if isinstance(part, QAbstractItemView):
        from gic_desktop.window.table.view import TableView

        if isinstance(part, TableView):
            return _of_text(marked=True, writable=writable, takes=words_offered(), whole=True)
        return {"复制"} if part.currentIndex().data() else set()
    return {"复制"} if isinstance(part, QLabel) and part.hasSelectedText() else set()


def _of_text(*, marked: bool, writable: bool, takes: bool, whole: bool) -> set[str]:
    found = {"复制"} if marked else set()
    found |= {"剪切"} if marked and writable else set()
    found |= {"粘贴"} if takes and writable else set()
    return found | ({"全选"} if whole else set())
