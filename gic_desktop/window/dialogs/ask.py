"""Questions with verbs on their buttons; the safe choice is the default."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from gic_desktop.window.theme import delete_later


def ask(
    parent: QWidget | None,
    title: str,
    text: str,
    choices: Sequence[str],
    *,
    safe: int = 0,
    details: str = "",
    done: bool = False,
) -> str:
    """The chosen button's text; Escape and closing choose the last one. `done`: nothing is in doubt."""
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Information if done else QMessageBox.Icon.Question)
    box.setWindowTitle(title)
    box.setText(text)
    if details:
        box.setInformativeText(details)
    buttons = [box.addButton(choice, QMessageBox.ButtonRole.AcceptRole) for choice in choices]
    box.setDefaultButton(buttons[safe])
    box.setEscapeButton(buttons[-1])
    box.exec()
    chosen = box.clickedButton()
    delete_later(box)
    return chosen.text() if chosen is not None else choices[-1]


def tell(parent: QWidget | None, title: str, text: str, *, warning: bool = False) -> None:
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning if warning else QMessageBox.Icon.Information)
    box.setWindowTitle(title)
    box.setText(text)
    box.addButton("知道了", QMessageBox.ButtonRole.AcceptRole)
    box.exec()
    delete_later(box)
