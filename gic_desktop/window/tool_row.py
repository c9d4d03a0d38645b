"""A row of tools that goes on in a second line where the window is narrow, instead of widening it."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLayout, QLayoutItem, QWidget

SPACING = 4


class ToolRow(QHBoxLayout):
    """Widgets from the left; those after `spring` stand at the right end of the last line.

    Its items are kept by Qt's own row, which frees them: those of a layout in Python alone it never does.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__()
        if parent is not None:
            parent.setLayout(self)
        self._left: int | None = None
        self.setContentsMargins(0, 0, 0, 0)

    def spring(self) -> None:
        self._left = self.count()

    # -- what Qt asks of a layout ------------------------------------------------------------------

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def maximumSize(self) -> QSize:
        return QLayout.maximumSize(self)

    def hasHeightForWidth(self) -> bool:
        return True

    def minimumHeightForWidth(self, width: int) -> int:
        return self.heightForWidth(width)

    def heightForWidth(self, width: int) -> int:
        lines = self._lines(width)
        return sum(map(_height, lines)) + SPACING * max(len(lines) - 1, 0)

    def sizeHint(self) -> QSize:
        """All in one line."""
        shown = self._shown()
        return QSize(max(_width(shown), 0), _height(shown))

    def minimumSize(self) -> QSize:
        least = [(item, item.minimumSize()) for item, _ in self._shown()]
        return QSize(max((size.width() for _, size in least), default=0), _height(least))

    def setGeometry(self, rect: QRect) -> None:
        QLayout.setGeometry(self, rect)
        lines = self._lines(rect.width())
        left_ones, place = self._left_ones(), 0
        top = rect.y()
        for number, line in enumerate(lines):
            spare = rect.width() - _width(line) if number == len(lines) - 1 else 0
            left = rect.x()
            for item, size in line:
                if spare > 0 and place >= left_ones:
                    left, spare = left + spare, 0
                room = QRect(left, top, min(size.width(), rect.width()), _height(line))
                item.setGeometry(room)
                left += size.width() + SPACING
                place += 1
            top += _height(line) + SPACING

    # ----------------------------------------------------------------------------------------------

    def _shown(self) -> list[tuple[QLayoutItem, QSize]]:
        items = [self.itemAt(index) for index in range(self.count())]
        return [
            (item, item.sizeHint()) for item in items if item is not None and not item.isEmpty()
        ]

    def _left_ones(self) -> int:
        """How many of those shown stand before the spring."""
        items = [self.itemAt(index) for index in range(self.count())]
        return sum(item is not None and not item.isEmpty() for item in items[: self._left])

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        shown = self._shown()
        left = shown[: self._left_ones()]
        # What belongs together at the right end goes to the second line together.
        if left and _width(left) <= width < _width(shown):
            return [left, *_broken(shown[len(left) :], width)]
        return _broken(shown, width)


def _broken(
    items: list[tuple[QLayoutItem, QSize]], width: int
) -> list[list[tuple[QLayoutItem, QSize]]]:
    lines: list[list[tuple[QLayoutItem, QSize]]] = []
    for item in items:
        if not lines or _width([*lines[-1], item]) > width:
            lines.append([])
        lines[-1].append(item)
    return lines


def _width(line: list[tuple[QLayoutItem, QSize]]) -> int:
    return sum(size.width() for _, size in line) + SPACING * (len(line) - 1)


def _height(line: list[tuple[QLayoutItem, QSize]]) -> int:
    return max((size.height() for _, size in line), default=0)
