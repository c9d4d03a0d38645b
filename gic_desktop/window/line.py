"""A line to type in that leaves the program its keys, and takes words wherever they were copied.

On a Linux desktop Qt's own lines keep Ctrl+E for themselves, to go to their end; here it exports.
They take nothing of a web page that comes without plain text, and keep the ends of lines, unseen.
"""

import re

from PySide6.QtCore import QEvent, QMimeData, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu


class Line(QLineEdit):
    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_E
            and event.modifiers() == Qt.KeyboardModifier.ControlModifier
        ):
            event.ignore()
            return False
        return super().event(event)

    def paste_words(self) -> None:
        if words_offered() and not self.isReadOnly():
            self.insert(words_of(QGuiApplication.clipboard().mimeData()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste_words()
        else:
            super().keyPressEvent(event)

    def menu(self) -> QMenu:
        """Qt's own, whose 粘贴 is the key: over a cell of a table that means a block of figures too."""
        menu = self.createStandardContextMenu()
        for action in menu.actions():
            if action.objectName() == "edit-paste":
                action.setEnabled(words_offered() and not self.isReadOnly())
                action.triggered.disconnect()
                action.triggered.connect(self._press_paste)
        return menu

    def _press_paste(self) -> None:
        control = Qt.KeyboardModifier.ControlModifier
        pressed = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_V, control)
        QApplication.sendEvent(self, pressed)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Who goes to the menus with the Alt key finds there what to do with what is selected."""
        start, length = self.selectionStart(), self.selectionLength()
        super().focusOutEvent(event)
        if event.reason() == Qt.FocusReason.MenuBarFocusReason and start >= 0:
            self.setSelection(start, length)


def words_offered() -> bool:
    """Whether there is something on the clipboard that a line can take."""
    offered: QMimeData | None = QGuiApplication.clipboard().mimeData()
    return offered is not None and (offered.hasText() or offered.hasHtml())


def words_of(source: QMimeData) -> str:
    """In one line; the blanks around plain words that fit into one are their own."""
    if source.hasText() and not re.search(r"[\r\n\u2028\u2029]", source.text().strip("\r\n")):
        return source.text().strip("\r\n")
    from gic_desktop.window.narrative import clipboard

    return " ".join(clipboard.words(source).split())
