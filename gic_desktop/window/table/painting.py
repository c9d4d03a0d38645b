"""Draws the places of a table: paper, labels, figures, marks, grid. Knows geometry, not the report."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPolygonF

from gic_desktop.forms.description import GridCell, Severity
from gic_desktop.values import Struct
from gic_desktop.window.theme import POINTS, Theme

PADDING = 6
CLOSE = 2
"""Above and below the words where a view is low."""
_FLAGS = Qt.TextFlag.TextWordWrap
# In a column of characters a comma stands in the upper right of its square, a bracket lies.
_UPRIGHT = {"（": "︵", "）": "︶", "(": "︵", ")": "︶", "“": "﹁", "”": "﹂"}
_CORNER_MARKS = "、，。"


def blend(one: QColor, other: QColor, share: float) -> QColor:
    """`share` of the first over the second, opaque."""
    return QColor.fromRgbF(
        one.redF() * share + other.redF() * (1 - share),
        one.greenF() * share + other.greenF() * (1 - share),
        one.blueF() * share + other.blueF() * (1 - share),
    )


class Look(Struct):
    """How one place is drawn at this moment."""

    number: str = ""
    remark: str = ""
    severity: Severity | None = None
    main: bool = False
    explained: bool = False
    """What is wrong stands with a reason: its mark is faint, as in the list of findings."""
    computed: bool = False
    selected: bool = False
    current: bool = False
    focused: bool = False
    flash: float = 0.0
    draft: bool = False


class CellPainter:
    """Fonts and colours for one zoom and one theme; draws any place with them."""

    def __init__(self, theme: Theme, font: QFont, scale: float, *, close: bool = False) -> None:
        self.scale = scale
        self.font = QFont(font)
        self.font.setPointSizeF(font.pointSizeF() if font.pointSizeF() > 0 else POINTS)
        # Figures of one width stand in columns.
        self.font.setFeature(QFont.Tag("tnum"), 1)
        self.total_font = QFont(self.font)
        self.total_font.setWeight(QFont.Weight.DemiBold)
        self.remark_font = QFont(self.font)
        self.remark_font.setPointSizeF(self.font.pointSizeF() * 0.82)
        self.head_font = QFont(self.font)
        self.caption_font = QFont(self.font)
        self.caption_font.setWeight(QFont.Weight.DemiBold)
        self.metrics = QFontMetrics(self.font)
        self.caption_metrics = QFontMetrics(self.caption_font)
        self._even_widths: dict[tuple[str, int], int] = {}
        self.total_metrics = QFontMetrics(self.total_font)
        self.remark_metrics = QFontMetrics(self.remark_font)
        self.padding = round(PADDING * scale)
        self.above = round((CLOSE if close else PADDING) * scale)
        self.theme = theme
        c = theme.colour
        self.paper, self.ink, self.faint = c("paper"), c("ink"), c("faint")
        self.rule, self.label, self.computed = c("rule"), c("label"), c("computed")
        self.accent, self.selected = c("accent"), c("selected")
        self.caption = blend(self.accent, self.label, 0.10)

    # -- measuring -------------------------------------------------------------------------------

    def label_height(self, place: GridCell, width: int) -> int:
        if place.vertical:
            return self.character * len(place.text) + 2 * self.above
        inner = max(width - 2 * self._beside(place), 1)
        box = QRect(0, 0, inner, 10_000)
        metrics = self.caption_metrics if place.role == "caption" else self.metrics
        return metrics.boundingRect(box, _FLAGS, place.text).height() + 2 * self.above

    def _beside(self, place: GridCell) -> int:
        """A centred heading may stand nearer to the lines than a label to the left."""
        return (
            self.padding
            if place.role in ("row", "caption") and place.rows == 1
            else (self.padding // 3)
        )

    def _even(self, words: str, width: int) -> int:
        """The narrowest width with as many lines: 结果 / 维持, not 结果维 / 持."""
        key = (words, width)
        if key not in self._even_widths:
            em = self.metrics.horizontalAdvance("测")
            lines = self._height(words, width)
            best = width
            for count in range(width // em, 1, -1):
                if self._height(words, count * em + 2) != lines:
                    break
                best = count * em + 2
            self._even_widths[key] = min(best, width)
        return self._even_widths[key]

    def _height(self, words: str, width: int) -> int:
        return self.metrics.boundingRect(QRect(0, 0, width, 10_000), _FLAGS, words).height()

    @property
    def character(self) -> int:
        """The height of one character in a vertical label."""
        return round(self.metrics.height() * 0.96)

    def least_width(self, place: GridCell) -> int:
        """The narrowest a one-column place may be: two characters, or a vertical line of them."""
        em = self.metrics.horizontalAdvance("测")
        characters = 1 if place.vertical else 2
        if place.role == "row" and not place.vertical:
            characters = 4
        if place.role == "cell":
            return self.metrics.horizontalAdvance("000") + self.padding
        return em * characters + 2 * self._beside(place) + 1

    # -- drawing ---------------------------------------------------------------------------------

    def draw(
        self, painter: QPainter, place: GridCell, rect: QRect, text: QRect, look: Look
    ) -> None:
        """`rect` is the whole place, `text` the part of it in sight, where a label's words go."""
        if place.cell:
            self._draw_figure(painter, rect, look)
        else:
            self._draw_label(painter, place, rect, text, look)
        painter.setPen(self.rule)
        painter.drawLine(rect.right(), rect.top(), rect.right(), rect.bottom())
        painter.drawLine(rect.left(), rect.bottom(), rect.right(), rect.bottom())

    def _draw_label(
        self, painter: QPainter, place: GridCell, rect: QRect, text: QRect, look: Look
    ) -> None:
        caption = place.role == "caption"
        ground = self.caption if caption else self.label
        if look.selected:
            ground = blend(self.selected, ground, 0.6)
        painter.fillRect(rect, ground)
        beside = self._beside(place)
        inside = self._in_sight(place, rect, text).adjusted(beside, 0, -beside, 0)
        to_left = place.role == "row" and place.rows == 1
        if not to_left and not caption and not place.vertical and inside.width() > 0:
            spare = inside.width() - self._even(place.text, inside.width())
            inside.adjust(spare // 2, 0, -(spare - spare // 2), 0)
        painter.setPen(self.ink if place.role != "corner" else self.faint)
        if place.vertical:
            self._draw_vertical(painter, place.text, rect, text)
            return
        painter.setFont(self.caption_font if caption else self.font)
        align = Qt.AlignmentFlag.AlignLeft if to_left else Qt.AlignmentFlag.AlignHCenter
        painter.drawText(
            inside, (align | Qt.AlignmentFlag.AlignVCenter).value | _FLAGS.value, place.text
        )

    def _in_sight(self, place: GridCell, rect: QRect, sight: QRect) -> QRect:
        """Where a merged label's words stand: in the part that is seen, as long as they fit there."""
        found = QRect(rect)
        if place.columns > 1 and sight.width() > 0:
            found.setLeft(sight.left())
            found.setRight(sight.right())
        if place.rows > 1 and sight.height() > 0:
            need = min(self.label_height(place, rect.width()), rect.height())
            top, bottom = sight.top(), sight.bottom()
            if sight.height() < need:
                if sight.bottom() == rect.bottom():
                    top = bottom - need + 1
                else:
                    bottom = top + need - 1
            found.setTop(top)
            found.setBottom(bottom)
        return found

    def _draw_vertical(self, painter: QPainter, words: str, rect: QRect, text: QRect) -> None:
        painter.setFont(self.font)
        high = self.character
        room = text if text.height() >= high * len(words) else rect
        top = room.top() + (room.height() - high * len(words)) // 2
        wide = self.metrics.horizontalAdvance("测")
        for number, character in enumerate(words):
            box = QRect(rect.left(), top + number * high, rect.width(), high)
            if character in _CORNER_MARKS:
                box.translate(wide // 2, -high // 2)
            painter.drawText(
                box, Qt.AlignmentFlag.AlignCenter.value, _UPRIGHT.get(character, character)
            )

    def _draw_figure(self, painter: QPainter, rect: QRect, look: Look) -> None:
        ground = self.computed if look.computed else self.paper
        if look.severity is not None and not look.explained:
            _, tint = self.theme.severity(look.severity)
            if look.main:
                ground = tint
            elif look.severity == "error":
                ground = blend(tint, ground, 0.55)
        if look.selected:
            ground = blend(self.selected, ground, 0.62)
        if look.flash > 0:
            ground = blend(self.accent, ground, 0.35 * look.flash)
        painter.fillRect(rect, ground)
        if look.severity is not None:
            self._draw_mark(painter, rect, look)
        if look.number:
            self._draw_number(painter, rect, look)
        if look.draft:
            pen = QPen(self.theme.colour("error"), 1, Qt.PenStyle.DotLine)
            painter.setPen(pen)
            y = rect.bottom() - 3
            painter.drawLine(rect.left() + self.padding, y, rect.right() - self.padding, y)
        if look.current or look.flash > 0:
            colour = self.accent if look.focused or look.flash > 0 else self.faint
            painter.setPen(QPen(colour, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(1, 1, -2, -2))

    def _draw_number(self, painter: QPainter, rect: QRect, look: Look) -> None:
        room = rect.adjusted(self.padding // 3, 0, -self.padding - 1, 0)
        if look.main:
            room.setLeft(room.left() + round(10 * self.scale))
        font = self.total_font if look.computed else self.font
        metrics = self.total_metrics if look.computed else self.metrics
        width = metrics.horizontalAdvance(look.number)
        right = (Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter).value
        painter.setPen(self.ink)
        if look.remark:
            # The number stays whole; the remark takes what is left beside it, or nothing.
            left_over = room.width() - width - 2
            short = self.remark_metrics.elidedText(
                look.remark, Qt.TextElideMode.ElideRight, max(left_over, 0)
            )
            if left_over < self.remark_metrics.horizontalAdvance("（…"):
                short = "…" if left_over >= self.remark_metrics.horizontalAdvance("…") else ""
            remark_width = self.remark_metrics.horizontalAdvance(short)
            painter.setFont(self.remark_font)
            painter.setPen(self.faint)
            painter.drawText(room, right, short)
            painter.setPen(self.ink)
            room.setRight(room.right() - remark_width)
        if width > room.width() > 0:
            font = QFont(font)
            font.setPointSizeF(
                max(font.pointSizeF() * room.width() / width, font.pointSizeF() * 0.6)
            )
            painter.setFont(font)
            shown = QFontMetrics(font).elidedText(
                look.number, Qt.TextElideMode.ElideRight, room.width() + 1
            )
            painter.drawText(room, right, shown)
            return
        painter.setFont(font)
        painter.drawText(room, right, look.number)

    def _draw_mark(self, painter: QPainter, rect: QRect, look: Look) -> None:
        """The corner says how grave, its strength and the sign beside it which cell to look at."""
        assert look.severity is not None
        colour = self.theme.colour("faint" if look.explained else look.severity)
        if not look.main:
            colour = QColor(colour)
            colour.setAlphaF(0.55)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        size = (9.0 if look.main else 7.5) * self.scale
        x, y = float(rect.left()), float(rect.top())
        if look.severity == "error":
            painter.drawPolygon(
                QPolygonF([QPointF(x, y), QPointF(x + size, y), QPointF(x, y + size)])
            )
        elif look.severity == "warning":
            band = size * 0.55
            painter.drawPolygon(
                QPolygonF(
                    [
                        QPointF(x + size - band, y),
                        QPointF(x + size, y),
                        QPointF(x, y + size),
                        QPointF(x, y + size - band),
                    ]
                )
            )
        else:
            dot = size * 0.5
            painter.drawEllipse(QRectF(x + 2, y + 2, dot, dot))
        if look.main:
            half = 3.6 * self.scale
            draw_sign(
                painter,
                look.severity,
                QPointF(x + self.padding + half, rect.center().y() + 0.5),
                half,
            )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def draw_sign(painter: QPainter, severity: Severity, middle: QPointF, half: float) -> None:
    """● ▲ ◆ as shapes, alike on every system whatever its fonts."""
    x, y = middle.x(), middle.y()
    if severity == "error":
        painter.drawEllipse(middle, half, half)
    elif severity == "warning":
        painter.drawPolygon(
            QPolygonF(
                [QPointF(x, y - half), QPointF(x + half, y + half), QPointF(x - half, y + half)]
            )
        )
    else:
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(x, y - half),
                    QPointF(x + half, y),
                    QPointF(x, y + half),
                    QPointF(x - half, y),
                ]
            )
        )
