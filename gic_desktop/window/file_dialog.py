"""Qt's own file dialog, seen where a desktop has none to offer: sizes as people know them, room to read.

Qt counts a file's size in units of 1024 bytes and calls them KiB; every desktop here calls them KB.
"""

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QTreeView, QWidget

from gic_desktop.window import on_screen

WIDTH, HEIGHT = 820, 520
_SIZE = 1


class Sizes(QStyledItemDelegate):
    def displayText(self, value: object, locale: QLocale | QLocale.Language) -> str:
        return super().displayText(value, locale).replace("iB", "B")


def fit(dialog: QWidget) -> None:
    """Once for each dialog; the system's own dialogs have no such list."""
    files = dialog.findChild(QTreeView, "treeView", Qt.FindChildOption.FindChildrenRecursively)
    if not isinstance(files, QTreeView) or isinstance(files.itemDelegateForColumn(_SIZE), Sizes):
        return
    files.setItemDelegateForColumn(_SIZE, Sizes(files))
    header = files.header()
    header.setStretchLastSection(False)
    for column in range(header.count()):
        mode = QHeaderView.ResizeMode
        header.setSectionResizeMode(column, mode.ResizeToContents if column else mode.Stretch)
    before = dialog.frameGeometry()
    on_screen.resize(dialog, max(WIDTH, dialog.width()), max(HEIGHT, dialog.height()))
    # In the middle of where it stood, and on the screen.
    left = before.x() - (dialog.width() - before.width()) // 2
    top = before.y() - (dialog.height() - before.height()) // 2
    screen = dialog.screen().availableGeometry()
    dialog.move(max(left, screen.x()), max(top, screen.y()))
