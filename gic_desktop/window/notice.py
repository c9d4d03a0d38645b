"""A quiet line at the foot of a window: it is read when there is time, and takes no focus and no key."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMainWindow, QSizePolicy, QToolBar, QToolButton, QWidget


class Notice(QToolBar):
    """What is, in one line; the whole of `text` on hover. `helped` opens what to do about it, if anything."""

    def __init__(
        self,
        text: str,
        helped: Callable[[], object] | None,
        under: QMainWindow,
    ) -> None:
        super().__init__("提示", under)
        self.setObjectName("notice")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.label = QLabel(text.partition("\n")[0])
        self.label.setToolTip(text)
        self.label.setContentsMargins(8, 0, 8, 0)
        self.addWidget(self.label)
        if helped is not None:
            self.help_button = self._button("怎么办", helped)
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(space)
        self.read_button = self._button("知道了", self.hide)
        under.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self)
        self.show()
        if (inside := self.layout()) is not None:
            # Less than the tools above: the screen may be low. All four alike, for Qt puts the left one
            # above, and the upper one at the left.
            inside.setContentsMargins(1, 1, 1, 1)

    def _button(self, text: str, run: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setProperty("link", True)
        # Reached by Tab, as everything is; a click leaves the focus where it was.
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked=False: run())
        self.addWidget(button)
        return button
