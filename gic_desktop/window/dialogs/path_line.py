"""The path that was chosen: read, not typed; seen from its beginning, whole on hover."""

from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit


class PathLine(QLineEdit):
    def __init__(self, name: str, path: str = "") -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setAccessibleName(name)
        self.show_path(path)

    def show_path(self, path: str) -> None:
        self.setText(path)
        self.setCursorPosition(0)
        self.setToolTip(path)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.hasSelectedText():
            # Reached by Tab, which marks it from its beginning to its end, and shows the end.
            self.setSelection(len(self.text()), -len(self.text()))
