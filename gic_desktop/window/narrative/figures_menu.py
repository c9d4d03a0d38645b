"""The menu that names a figure to put into a text: this year's, last year's, or the change between them.

The form's own names stand in the menu itself; every other cell is found by typing a part of its labels.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QInputDialog, QMenu, QWidget

from gic_desktop.report.bound import CHANGE, GROWTH, LAST, groups_of_form, names_of_form
from gic_desktop.window.session import Session


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
        form = self._session.report.form_id
        names = [n for n in names_of_form(form) if "." not in n] + list(groups_of_form(form))
        name, given = QInputDialog.getItem(
            self.parentWidget(),
            "插入表格数字",
            "选择要插入的数字（可键入文字查找）",
            names,
            0,
            True,
        )
        # Typed by hand it may also be 上年… or …较上年增减: whatever prints something.
        if given and self._session.bound.text(name.strip()) is not None:
            self.chosen.emit(name.strip())
