"""Keys and menus that mean in a text of the report what they mean in the whole window."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMenu

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


LEVEL_KEYS = "Ctrl+Alt+2、3、4 设为标题，Ctrl+Shift+N 设为正文"
_LEVELS = {
    QKeySequence("Ctrl+Alt+2"): 2,
    QKeySequence("Ctrl+Alt+3"): 3,
    QKeySequence("Ctrl+Alt+4"): 4,
    QKeySequence("Ctrl+Shift+N"): 0,
}


def level(event: QKeyEvent) -> int | None:
    """Word's and WPS's keys for headings and body text."""
    return _LEVELS.get(QKeySequence(event.keyCombination()))


def paragraph(event: QKeyEvent) -> QKeyEvent:
    """A line of its own is a paragraph of its own in print, with Shift+Enter too."""
    if event.matches(QKeySequence.StandardKey.InsertLineSeparator):
        return QKeyEvent(event.type(), Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r")
    return event


def undo_in_menu(menu: QMenu, session: Session) -> None:
    """Qt's own lines of the menu speak of steps that its editors no longer keep."""

    def undo() -> None:
        session.end_visit()
        session.undo()

    # Qt leaves out the keys that a window has for itself.
    for name, verb, keys, step, run in (
        ("edit-undo", "撤销", "Ctrl+Z", session.undo_name, undo),
        ("edit-redo", "重做", "Ctrl+Y", session.redo_name, session.redo),
    ):
        for action in menu.actions():
            if action.objectName() == name:
                action.setText(f"{verb}{step or ''}\t{keys}")
                action.setEnabled(step is not None and not session.read_only)
                action.triggered.disconnect()
                action.triggered.connect(lambda _=False, do=run: do())
