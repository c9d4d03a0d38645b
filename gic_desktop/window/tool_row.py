"""A row of tools that goes on in a second line where the window is narrow, instead of widening it."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

SPACING = 6


class ToolRow(QLayout):
    """Widgets from the left; those after `spring` stand at the right end of the last line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._left: int | None = None
        self.setContentsMargins(0, 0, 0, 0)

    def spring(self) -> None:
        self._left = len(self._items)

    # -- what Qt asks of a layout ------------------------------------------------------------------

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # type: ignore[override]
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

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
        super().setGeometry(rect)
        lines = self._lines(rect.width())
        right = self._right()
        top = rect.y()
        for number, line in enumerate(lines):
            spare = rect.width() - _width(line) if number == len(lines) - 1 else 0
            left = rect.x()
            for item, size in line:
                if spare > 0 and id(item) in right:
                    left, spare = left + spare, 0
                room = QRect(left, top, min(size.width(), rect.width()), _height(line))
                item.setGeometry(room)
                left += size.width() + SPACING
            top += _height(line) + SPACING

    # ----------------------------------------------------------------------------------------------

    def _shown(self) -> list[tuple[QLayoutItem, QSize]]:
        return [(item, item.sizeHint()) for item in self._items if not item.isEmpty()]

    def _lines(self, width: int) -> list[list[tuple[QLayoutItem, QSize]]]:
        shown = self._shown()
        right = self._right()
        left = [one for one in shown if id(one[0]) not in right]
        # What belongs together at the right end goes to the second line together.
        if left and _width(left) <= width < _width(shown):
            return [left, *_broken(shown[len(left) :], width)]
        return _broken(shown, width)

    def _right(self) -> set[int]:
        return set() if self._left is None else set(map(id, self._items[self._left :]))


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
