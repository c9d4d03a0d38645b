"""The sections at the left: each under its full heading with its state; numerals where room is short."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from gic_desktop.values import Struct
from gic_desktop.window.theme import STEP, Theme

KEY = Qt.ItemDataRole.UserRole
NAME = Qt.ItemDataRole.UserRole + 1
STATE = Qt.ItemDataRole.UserRole + 2
_WRAP = Qt.TextFlag.TextWordWrap
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_WIDE = 14
"""Characters of a heading in one line."""
Index = QModelIndex | QPersistentModelIndex


class State(Struct, frozen=True):
    errors: int = 0
    warnings: int = 0
    complete: bool = False

    @property
    def signs(self) -> list[tuple[str, str]]:
        """Text and colour token of each mark."""
        found = [("error", f"●{self.errors}")] if self.errors else []
        found += [("warning", f"▲{self.warnings}")] if self.warnings else []
        return found or ([("faint", "✓")] if self.complete else [])

    @property
    def spoken(self) -> str:
        said = [f"{self.errors} 处错误"] if self.errors else []
        said += [f"{self.warnings} 处提醒"] if self.warnings else []
        return "，".join(said or (["已填写完整"] if self.complete else []))


class Rail(QListWidget):
    """Always exactly as wide as its entries need, so that nothing else has to know."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._narrow = False
        self._row = _Row(self, theme)
        self.setObjectName("rail")
        self.setItemDelegate(self._row)
        self.setAccessibleName("章节")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self._fit()

    def add(self, key: str, name: str) -> None:
        item = QListWidgetItem(name)
        item.setData(KEY, key)
        item.setData(NAME, name)
        item.setData(STATE, State())
        item.setToolTip(name)
        self.addItem(item)

    def set_theme(self, theme: Theme) -> None:
        self._row.theme = theme
        self._fit()

    def set_narrow(self, *, narrow: bool) -> None:
        if narrow != self._narrow:
            self._narrow = self._row.narrow = narrow
            self._fit()

    def set_tight(self, *, tight: bool) -> None:
        self._row.tight = tight
        self._fit()

    def _fit(self) -> None:
        metrics = QFontMetrics(self.font())
        characters = (5 if self._row.tight else 6) if self._narrow else _WIDE
        width = characters * metrics.horizontalAdvance("一") + 6 * STEP
        self.setFixedWidth(min(width, 300))
        self.scheduleDelayedItemsLayout()

    def show_state(self, key: str, state: State) -> None:
        for number in range(self.count()):
            item = self.item(number)
            if item.data(KEY) == key and item.data(STATE) != state:
                item.setData(STATE, state)
                item.setText(" ".join((item.data(NAME), *(text for _, text in state.signs))))
                said = "，".join(part for part in (item.data(NAME), state.spoken) if part)
                item.setToolTip(said)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, said)


class _Row(QStyledItemDelegate):
    def __init__(self, view: QListWidget, theme: Theme) -> None:
        super().__init__(view)
        self._view = view
        self.theme = theme
        self.narrow = self.tight = False

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        metrics = QFontMetrics(option.font)  # type: ignore[attr-defined]
        height = metrics.height()
        if self.narrow:
            return QSize(0, height + (2 if self.tight else 4) * STEP)
        state: State = index.data(STATE) or State()
        signs = sum(metrics.horizontalAdvance(text) + STEP for _, text in state.signs)
        # Not asked of the viewport: to name its class PySide would set up every widget of Qt.
        room = self._view.width() - 2 * self._view.frameWidth() - 5 * STEP - signs
        # The row shown is bold. Measured in bold, all names would bring that font's characters into
        # memory; hanzi are as wide in either weight, or a point wider where a system makes its own.
        name: str = index.data(NAME)
        lines = 1 if metrics.horizontalAdvance(name) + len(name) < room else 2
        return QSize(0, lines * height + 4 * STEP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect  # type: ignore[attr-defined]
        font = option.font  # type: ignore[attr-defined]
        # Asked of the view: Qt's style flags would cost the start of the program 15 ms.
        selected = index == self._view.currentIndex()
        painter.save()
        if selected:
            painter.fillRect(rect, self.theme.colour("selected"))
            bar = QRect(rect.x(), rect.y(), 3, rect.height())
            painter.fillRect(bar, self.theme.colour("accent"))
        if selected and self._view.hasFocus():
            painter.setPen(self.theme.colour("accent"))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        inside = rect.adjusted(3 * STEP, STEP, -2 * STEP, -STEP)
        metrics = QFontMetrics(font)
        state: State = index.data(STATE) or State()
        right = inside.right() + 1
        for token, text in reversed(state.signs):
            width = metrics.horizontalAdvance(text)
            painter.setPen(self.theme.colour(token))
            place = QRect(right - width, inside.y(), width, inside.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, text)
            right -= width + STEP
        name: str = index.data(NAME)
        number, _, _ = name.partition("、")
        if self.narrow:
            name = number[:2]
        if selected:
            font.setBold(True)
        painter.setFont(font)
        painter.setPen(self.theme.colour("ink"))
        room = QRect(inside.x(), inside.y(), max(right - inside.x(), 20), inside.height())
        painter.drawText(room, int(_LEFT) | int(_WRAP), name)
        painter.restore()
