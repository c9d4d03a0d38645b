"""How a finding looks in the list: its sign in its colour, the sentence in ink, whole at any width."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QTreeWidget

from gic_desktop.checks.finding import Finding
from gic_desktop.window.theme import STEP, Theme

SIGNS = {"error": "●", "warning": "▲", "hint": "◆"}
FINDING = Qt.ItemDataRole.UserRole
SCROLL_BAR = 16
"""Kept free for it. To ask the view for its viewport would make Qt's binding set up every widget
there is, which the start of the program would pay for."""
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft
Index = QModelIndex | QPersistentModelIndex


def words(finding: Finding) -> str:
    """The sentence, and the reason with which an error stands."""
    kept = f"（已说明理由：{finding.overridden}）" if finding.overridden else ""
    return f"{finding.message}{kept}"


def token(finding: Finding) -> str:
    """The colour of its sign: what stands with a reason is no longer in red."""
    return "faint" if finding.overridden else finding.severity


class FindingList(QTreeWidget):
    """Rows are as high as the width makes them."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()


class FindingRow(QStyledItemDelegate):
    """Qt elides a long line of a tree; a sentence that cannot be read whole helps nobody."""

    def __init__(self, view: QTreeWidget, theme: Theme) -> None:
        super().__init__(view)
        self._view = view
        self.theme = theme

    def _room(self, metrics: QFontMetrics) -> tuple[int, int]:
        """Where the words begin, and how wide they may be."""
        left = 3 * STEP + metrics.horizontalAdvance("●") + 2 * STEP
        return left, max(self._view.width() - left - SCROLL_BAR - 2 * STEP, 80)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        metrics = QFontMetrics(option.font)  # type: ignore[attr-defined]
        finding = index.data(FINDING)
        if not isinstance(finding, Finding):
            return QSize(0, metrics.height() + 2 * STEP)
        _, width = self._room(metrics)
        box = metrics.boundingRect(QRect(0, 0, width, 10_000), _WRAP, words(finding))
        return QSize(0, max(box.height(), metrics.height()) + 2 * STEP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        finding = index.data(FINDING)
        rect: QRect = option.rect  # type: ignore[attr-defined]
        font = option.font  # type: ignore[attr-defined]
        rect = QRect(0, rect.y(), rect.right() + 1, rect.height())
        metrics = QFontMetrics(font)
        painter.save()
        painter.setFont(font)
        if not isinstance(finding, Finding):
            painter.setPen(self.theme.colour("faint"))
            inside = rect.adjusted(3 * STEP, 0, -STEP, 0)
            painter.drawText(
                inside,
                Qt.AlignmentFlag.AlignVCenter,
                str(index.data(Qt.ItemDataRole.DisplayRole)),
            )
            painter.restore()
            return
        # Asked of the view: Qt's style flags would cost the start of the program 15 ms.
        if index == self._view.currentIndex():
            painter.fillRect(rect, self.theme.colour("selected"))
            painter.fillRect(
                QRect(rect.x(), rect.y(), 3, rect.height()), self.theme.colour("accent")
            )
        left, width = self._room(metrics)
        top = rect.y() + STEP
        painter.setPen(self.theme.colour(token(finding)))
        painter.drawText(3 * STEP, top + metrics.ascent(), SIGNS[finding.severity])
        painter.setPen(self.theme.colour("faint" if finding.overridden else "ink"))
        painter.drawText(QRect(left, top, width, rect.height()), _WRAP, words(finding))
        painter.restore()
