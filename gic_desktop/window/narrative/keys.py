"""Keys that mean in a text of the report what they mean in the whole window."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from gic_desktop.window.session import Session


def undone(event: QKeyEvent, session: Session) -> bool:
    """Qt's editors take Ctrl+Z for themselves, although the steps are the session's."""
    if event.matches(QKeySequence.StandardKey.Undo):
        session.end_visit()
        session.undo()
        return True
    if event.matches(QKeySequence.StandardKey.Redo):
        session.redo()
        return True
    return False


def paragraph(event: QKeyEvent) -> QKeyEvent:
    """A line of its own is a paragraph of its own in print, with Shift+Enter too."""
    if event.matches(QKeySequence.StandardKey.InsertLineSeparator):
        return QKeyEvent(event.type(), Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r")
    return event
