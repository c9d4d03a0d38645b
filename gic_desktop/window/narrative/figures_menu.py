"""The menu that names a figure to put into a text: this year's, last year's, or the change between them.

The form's own names stand in the menu itself; every other cell is found by typing parts of its labels.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget

from gic_desktop.report.bound import CHANGE, GROWTH, LAST
from gic_desktop.window.session import Session
from gic_desktop.window.theme import delete_later


class FiguresMenu(QMenu):
    chosen = Signal(str)

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        own = list(session.report.form.names)
        for name in own:
            self._offer(self, name)
        self.addSeparator()
        self.compared = self.addMenu("与上年比较")
        for name in own:
            menu = self.compared.addMenu(name)
            for full in (LAST + name, name + CHANGE, name + GROWTH):
                self._offer(menu, full)
        self.addAction("其他数字…").triggered.connect(self._ask)
        self.aboutToShow.connect(self._compare)
        self._compare()

    def _offer(self, menu: QMenu, name: str) -> None:
        menu.addAction(name).triggered.connect(lambda _=False: self.chosen.emit(name))

    def _compare(self) -> None:
        """Without last year's report there is nothing to compare with."""
        self.compared.setEnabled(self._session.report.last is not None)

    def _ask(self) -> None:
        from gic_desktop.window.dialogs.figure import FigureDialog

        dialog = FigureDialog(self._session, self.parentWidget())
        accepted = dialog.exec()
        name = dialog.chosen
        delete_later(dialog)
        if accepted and name:
            self.chosen.emit(name)
