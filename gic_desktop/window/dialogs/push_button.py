"""A dialog's button that does something when it is pressed, and never because Enter was."""

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton


def push_button(text: str, run: Callable[[], object]) -> QPushButton:
    made = QPushButton(text)
    # Enter belongs to what is being done in the dialog; a default button is made one by name.
    made.setAutoDefault(False)
    made.clicked.connect(lambda _checked=False: run())
    return made
