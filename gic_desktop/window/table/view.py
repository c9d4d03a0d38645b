"""The printed table on the screen: geometry, frozen labels, keys, mouse, selection, visits of cells.

A `QTableView`, so that a screen reader finds a table with names; but painted as a whole from the
form's places, since merged labels that stay in sight are no item's own matter. Frozen rows and
columns are two panes over the viewport that only paint.

A *visit* begins when a cell's editor opens and ends when it closes. Each text typed goes to the
report at once; the visit is one undo step. A text that is refused takes back what the visit had put
in (“the old value stays”: `1.5` must not leave a 1 behind) and shows why. When the clerk leaves it
so, the cell keeps its old value, because that is what would be printed; the refused text is kept as
a *draft*: dotted line, named in the tip, and F2 brings it back. Leaving is never forbidden: a dialog
or a cell that does not let go is what people fear in Excel's data validation.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import pairwise
from typing import cast

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QHelpEvent,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QRegion,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)  # fmt: skip
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView, QWidget

from gic_desktop.forms.description import GridCell, Severity
from gic_desktop.report.edits import Change
from gic_desktop.report.figures import Number, Refusal, number_text, read_figure
from gic_desktop.values import Struct, field
from gic_desktop.window.table.delegate import Bubble, FigureDelegate, FigureEdit, Way
from gic_desktop.window.table.model import Index, TableModel, TableSession
from gic_desktop.window.table.painting import CellPainter, Look
from gic_desktop.window.table.places import Direction, Places, Range
from gic_desktop.window.theme import CLOSE_ROW, COMFORTABLE_ROW, POINTS, ROW, Theme

NATURAL_WIDTH = 1000
"""Of the whole table at 100 %, as the form's widths add up."""
MOST_STRETCH = 1.5
MOST_FROZEN = 0.6
"""Of the viewport; more frozen than this would leave no room to scroll in."""
LOW_VIEW = 280
"""Below this height rows and headings close up, so that some rows stay in sight."""
CLOSE_ENOUGH = 1.06
LINGER_MS = 6000
FLASH_STEPS = 18
DRAG_MS = 60
"""A row or column further for each, while a drag is held beyond the edge."""

_KEY = Qt.Key
_CONTROL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier
_ARROWS: dict[int, Direction] = {
    _KEY.Key_Up: "up",
    _KEY.Key_Down: "down",
    _KEY.Key_Left: "left",
    _KEY.Key_Right: "right",
}
_OURS = (
    QKeySequence.StandardKey.Copy,
    QKeySequence.StandardKey.Cut,
    QKeySequence.StandardKey.Paste,
    QKeySequence.StandardKey.SelectAll,
    QKeySequence.StandardKey.Delete,
)


class _Visit(Struct):
    cell: str
    editor: FigureEdit
    token: object = field(default_factory=object)
    text: str = ""
    reason: str = ""
    """Why the text that stands in the editor is refused; empty when it is not."""


class _Pane(QWidget):
    """A frozen part over the viewport: paints, and lets every click through."""

    def __init__(self, view: "TableView", *, header: bool) -> None:
        super().__init__(view)
        self._view = view
        self._header = header
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        self._view.paint_pane(self, event.region(), header=self._header)


class TableView(QTableView):
    copy_asked = Signal()
    cut_asked = Signal()
    paste_asked = Signal()
    clear_asked = Signal()
    fill_asked = Signal(str, object)
    """Ctrl+Enter: the text typed, for all of the selection, and the visit it belongs to."""
    undo_asked = Signal()
    redo_asked = Signal()
    menu_asked = Signal(QPoint)
    zoom_asked = Signal(int)
    """Steps of the wheel with Ctrl held."""
    selection_told = Signal(str)

    def __init__(
        self, session: TableSession, places: Places, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.places = places
        self.items = TableModel(session, places, self)
        self._theme = Theme()
        self._zoom, self._points, self._comfortable = 1.0, POINTS, False
        self._close = False
        # Qt asks `indexAt` before the first layout; an exception there would end the process.
        self._x = [0] * (places.table.columns + 1)
        self._y = [0] * (places.table.rows + 1)
        self._visit: _Visit | None = None
        self._sending = self._laying_out = False
        self.way_to_open: Way = "over"
        self._current = self._end = places.first
        """The cell that is typed into, and the corner of the selection that the keys move."""
        self._range = places.range_between(self._current, self._current)
        self._tab_column: GridCell | None = None
        self._dragging = self._labels_dragged = False
        self._dragged_to = QPoint()
        self._explained: GridCell | None = None
        """The cell whose tip is shown."""
        self._drag_timer = QTimer(self)
        self._drag_timer.setInterval(DRAG_MS)
        self._drag_timer.timeout.connect(self._drag_on)
        self._flashed: dict[str, int] = {}
        self._flash_timer = QTimer(self)
        self._flash_timer.setInterval(50)
        self._flash_timer.timeout.connect(self._fade)
        self._painter = CellPainter(self._theme, self.font(), 1.0)
        self.bubble = Bubble(self)
        self._set_up()
        self.viewport().setMouseTracking(True)  # a tip goes when its cell is left
        self._head = _Pane(self, header=True)
        self._side = _Pane(self, header=False)
        self._session.changed.connect(self._on_changed)
        self._session.findings_changed.connect(self._on_findings)
        self.items.looks_changed.connect(self._on_looks)
        self.set_look(self._theme, 100, POINTS)
        self._go_to(self._current)

    def _set_up(self) -> None:
        self.setModel(self.items)
        self.setItemDelegate(FigureDelegate(self))
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.hide()
            header.setMinimumSectionSize(1)
        for place in self.places.table.grid:
            if place.rows > 1 or place.columns > 1:
                self.setSpan(place.row, place.column, place.rows, place.columns)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setCornerButtonEnabled(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setTabKeyNavigation(False)
        self.setAutoScroll(False)
        self.setAccessibleName(self.places.table.summary)

    # -- geometry --------------------------------------------------------------------------------

    def set_look(
        self, theme: Theme, zoom: int, points: float, *, comfortable: bool = False
    ) -> None:
        """Theme, zoom in per cent, font size in points, row height."""
        self.close_editor()
        self._theme, self._zoom, self._points = theme, zoom / 100, points
        self._comfortable = comfortable
        font = QFont(self.font())
        font.setPointSizeF(points * self._zoom)
        self._close = self.height() < LOW_VIEW * self._scale
        self._painter = CellPainter(theme, font, self._scale, close=self._close)
        small = QFont(font)
        small.setPointSizeF(max(points * self._zoom * 0.95, 9.0))
        self.bubble.setFont(small)
        self.bubble.hide()
        self._lay_out()

    @property
    def theme(self) -> Theme:
        return self._theme

    @property
    def _scale(self) -> float:
        return self._zoom * self._points / POINTS

    def _lay_out(self) -> None:
        if self._laying_out:
            return  # a scroll bar came or went meanwhile; the loop below sees it
        self._laying_out = True
        for _ in range(3):
            room = self.viewport().width()
            self._apply_sizes(room)
            if self.viewport().width() == room:
                break
        self._laying_out = False
        self._place_panes()
        self.viewport().update()
        if self._visit is not None:
            self.place_editor(self._visit.editor, self.items.index_of(self._visit.cell))

    def _apply_sizes(self, room: int) -> None:
        widths = self._column_widths(room)
        self._x = _edges(widths)
        heights = self._row_heights()
        if self._close and self.places.label_columns:
            widths, heights = self._closed_up(room, widths, heights)
            self._x = _edges(widths)
        self._y = _edges(heights)
        across, down = self.horizontalHeader(), self.verticalHeader()
        for column, width in enumerate(widths):
            if across.sectionSize(column) != width:
                across.resizeSection(column, width)
        for row, height in enumerate(heights):
            if down.sectionSize(row) != height:
                down.resizeSection(row, height)
        self.updateGeometries()

    def _closed_up(
        self, room: int, widths: list[int], heights: list[int]
    ) -> tuple[list[int], list[int]]:
        """Labels in one line show more rows; the figures give them no more room than that takes."""
        widest = self._column_widths(room, labels_first=True)
        tried = []
        for share in (0.25, 0.5, 0.75, 1.0):
            edges = zip(_edges(widths), _edges(widest), strict=True)
            x = [round(a + (b - a) * share) for a, b in edges]
            self._x = x
            tried.append(([b - a for a, b in pairwise(x)], self._row_heights()))
        lowest = sum(tried[-1][1])
        if lowest >= sum(heights):
            return widths, heights
        # The last long label is not worth narrow figures beside all the others.
        return next(one for one in tried if sum(one[1]) <= lowest * CLOSE_ENOUGH)

    def _column_widths(self, room: int, *, labels_first: bool = False) -> list[int]:
        """In the form's proportions as wide as there is room, but no column below its least."""
        table, painter = self.places.table, self._painter
        least = [1] * table.columns
        for place in table.grid:
            if place.columns == 1:
                least[place.column] = max(least[place.column], painter.least_width(place))
        natural = NATURAL_WIDTH * self._scale
        total = min(room, natural * MOST_STRETCH)
        free = set(range(self.places.label_columns if labels_first else table.columns))
        widths = [float(one) for one in least]
        left = max(total, sum(least)) - sum(least[len(free) :])
        while free:
            share = left / sum(table.widths[c] for c in free)
            tight = {c for c in free if table.widths[c] * share < least[c]}
            if not tight:
                for c in free:
                    widths[c] = table.widths[c] * share
                break
            for c in tight:
                widths[c] = least[c]
                left -= least[c]
            free -= tight
        edges = [0]
        at = 0.0
        for width in widths:
            at += width
            edges.append(round(at))
        return [b - a for a, b in pairwise(edges)]

    def _row_heights(self) -> list[int]:
        least = COMFORTABLE_ROW if self._comfortable else ROW
        least = CLOSE_ROW if self._close else least
        heights = [round(least * self._scale)] * self.places.table.rows
        for place in sorted(self.places.table.grid, key=lambda p: p.rows):
            if place.cell:
                continue
            width = self._x[place.column + place.columns] - self._x[place.column]
            need = self._painter.label_height(place, width)
            rows = range(place.row, place.row + place.rows)
            lacking = need - sum(heights[r] for r in rows)
            for number, row in enumerate(rows):
                if lacking > 0:
                    heights[row] += lacking // place.rows + (number < lacking % place.rows)
        return heights

    def _frozen(self) -> tuple[int, int]:
        """How many rows and columns stay, as far as they leave room for the rest."""
        rows, columns = self.places.table.header_rows, self.places.label_columns
        view = self.viewport()
        if self._y[rows] > view.height() * MOST_FROZEN:
            rows = 0
        if self._x[columns] > view.width() * MOST_FROZEN:
            columns = 0
        return rows, columns

    def frozen_size(self) -> tuple[int, int]:
        rows, columns = self._frozen()
        return self._x[columns], self._y[rows]

    def _place_panes(self) -> None:
        width, height = self.frozen_size()
        port = self.viewport().geometry()
        scrolled_x = self.horizontalScrollBar().value() > 0
        scrolled_y = self.verticalScrollBar().value() > 0
        self._head.setGeometry(port.x(), port.y(), port.width(), height)
        self._side.setGeometry(port.x(), port.y() + height, width, max(port.height() - height, 0))
        self._head.setVisible(height > 0 and (scrolled_y or scrolled_x))
        self._side.setVisible(width > 0 and (scrolled_x or scrolled_y))

    def resizeEvent(self, event: QResizeEvent) -> None:
        # Asked before the rows take their new heights, which may move the cell far away.
        seen = QRect(QPoint(0, 0), event.oldSize()).intersects(self.rect_of(self._current))
        super().resizeEvent(event)
        close = self.height() < LOW_VIEW * self._scale
        if close != self._close:
            self._close = close
            self._painter = CellPainter(self._theme, self._painter.font, self._scale, close=close)
        self._lay_out()
        if seen:
            # A panel that opens below takes room, not the cell that is being worked on.
            self.scrollTo(self.items.index_of(self._current.cell))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._lay_out()
        self.scrollTo(self.items.index_of(self._current.cell))
        self.selection_told.emit(self.summary())

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self._place_panes()
        # Words of large labels move inside their place: a shifted picture would be wrong.
        self.viewport().update()
        self._head.update()
        self._side.update()
        self.bubble.hide()

    def content_size(self) -> tuple[int, int]:
        """Of the whole table: for pictures and for a tab that wants to show it all."""
        return self._x[-1], self._y[-1]

    def _whole(self, place: GridCell) -> QRect:
        left, top = self._x[place.column], self._y[place.row]
        right, bottom = self._x[place.column + place.columns], self._y[place.row + place.rows]
        return QRect(left, top, right - left, bottom - top)

    def rect_of(self, place: GridCell) -> QRect:
        """Where a place is on the viewport now, frozen or scrolled."""
        rows, columns = self._frozen()
        dx = 0 if place.column + place.columns <= columns else self.horizontalScrollBar().value()
        dy = 0 if place.row + place.rows <= rows else self.verticalScrollBar().value()
        return self._whole(place).translated(-dx, -dy)

    def place_at(self, pos: QPoint) -> GridCell | None:
        width, height = self.frozen_size()
        x = pos.x() + (self.horizontalScrollBar().value() if pos.x() >= width else 0)
        y = pos.y() + (self.verticalScrollBar().value() if pos.y() >= height else 0)
        if not (0 <= x < self._x[-1] and 0 <= y < self._y[-1]):
            return None
        return self.places.at(bisect_right(self._y, y) - 1, bisect_right(self._x, x) - 1)

    def _nearest(self, pos: QPoint) -> GridCell | None:
        """For a drag beyond the edge: the figure nearest to the pointer."""
        port = self.viewport().rect()
        inside = QPoint(
            min(max(pos.x(), 0), min(port.width(), self._x[-1]) - 1),
            min(max(pos.y(), 0), min(port.height(), self._y[-1]) - 1),
        )
        place = self.place_at(inside)
        if place is None or place.cell:
            return place
        row = min(self.places.rows, key=lambda r: (abs(r - place.row), r))
        return min(self.places.rows[row], key=lambda p: abs(p.column - place.column))

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        """So that the cell is in sight beside the frozen part, not below it."""
        del hint
        place = self.items.place(index)
        if place is None or not self.isVisible():
            return  # before it is shown a view has no size worth scrolling for; see `showEvent`
        width, height = self.frozen_size()
        rect, port = self._whole(place), self.viewport().rect()
        for bar, low, high, frozen, room in (
            (self.horizontalScrollBar(), rect.left(), rect.right() + 1, width, port.width()),
            (self.verticalScrollBar(), rect.top(), rect.bottom() + 1, height, port.height()),
        ):
            if high <= frozen:
                continue
            if low - bar.value() < frozen:
                bar.setValue(low - frozen)
            elif high - bar.value() > room:
                bar.setValue(min(high - room, low - frozen))

    # -- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        region = event.region()
        painter.setClipRegion(region)
        painter.fillRect(region.boundingRect(), self._theme.colour("desk"))
        width, height = self.frozen_size()
        port = self.viewport().rect()
        # What is frozen is painted here too, while nothing is scrolled: the panes are hidden then.
        dx, dy = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        sight = port if not (dx or dy) else port.adjusted(width, height, 0, 0)
        self._paint(painter, region, QPoint(dx, dy), sight)
        painter.end()

    def paint_pane(self, pane: QWidget, region: QRegion, *, header: bool) -> None:
        painter = QPainter(pane)
        width, height = self.frozen_size()
        port = self.viewport().rect()
        dx, dy = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        painter.fillRect(region.boundingRect(), self._theme.colour("desk"))
        if header:
            moving = QRect(width, 0, max(port.width() - width, 0), height)
            self._paint(painter, region & QRegion(moving), QPoint(dx, 0), moving)
            corner = QRect(0, 0, width, height)
            self._paint(painter, region & QRegion(corner), QPoint(0, 0), corner)
            if dy:
                painter.setPen(self._painter.faint)
                painter.setClipping(False)
                end = min(port.width(), self._x[-1] - dx) - 1
                painter.drawLine(0, height - 1, end, height - 1)
        else:
            painter.translate(0, -height)
            shown = region.translated(0, height)
            part = QRect(0, height, width, max(port.height() - height, 0))
            self._paint(painter, shown & QRegion(part), QPoint(0, dy), part)
            if dx:
                painter.setPen(self._painter.faint)
                painter.setClipping(False)
                end = min(port.height(), self._y[-1] - dy) - 1
                painter.drawLine(width - 1, height, width - 1, end)
        painter.end()

    def _paint(self, painter: QPainter, region: QRegion, scrolled: QPoint, sight: QRect) -> None:
        """All places that the region meets. `sight`: where the words of a large label belong."""
        if region.isEmpty():
            return
        painter.setClipRegion(region)
        drawer = self._painter
        focused = self.hasFocus() or self._visit is not None
        selection = self._range
        several = self._current.cell and len(self.selected()) > 1
        port = self.viewport().rect()
        for place in self.places.table.grid:
            rect = self._whole(place).translated(-scrolled)
            if not region.intersects(rect):
                continue
            seen = rect.intersected(sight)
            if place.role == "caption":
                seen = rect.intersected(port)
            look = self._look(place, focused=focused)
            look.selected = bool(several) and selection.meets(place) and bool(place.cell)
            drawer.draw(painter, place, rect, seen, look)
        outline = QRect(0, 0, self._x[-1], self._y[-1]).translated(-scrolled)
        painter.setPen(drawer.ink)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(outline.adjusted(0, 0, -1, -1))

    def _look(self, place: GridCell, *, focused: bool) -> Look:
        if not place.cell:
            return Look()
        cell = place.cell
        number, remark = self.items.shown[cell]
        severity, main, explained = self.items.marks[cell]
        if self._visit is not None and self._visit.cell == cell:
            severity, main = None, False
        return Look(
            number=number,
            remark=remark,
            severity=severity,
            main=main,
            explained=explained,
            computed=self.places.computed(place),
            current=place is self._current,
            focused=focused,
            flash=self._flashed.get(cell, 0) / FLASH_STEPS,
            draft=cell in self.items.drafts,
        )

    def _on_looks(self, cells: set[str]) -> None:
        # The view asks Qt for the visible items only; what a pane covers has no figures.
        region = QRegion()
        for cell in cells:
            region += self.rect_of(self.places.of_cell[cell])
        self.viewport().update(region)

    def _update_places(self, *places: GridCell) -> None:
        region = QRegion()
        for place in places:
            region += self.rect_of(place)
        self.viewport().update(region)

    # -- current cell and selection --------------------------------------------------------------

    @property
    def current(self) -> GridCell:
        return self._current

    def selected(self) -> list[GridCell]:
        return list(self.places.inside(self._range))

    def _go_to(
        self, place: GridCell, *, extend: bool = False, keep_tab: bool = False, show: bool = True
    ) -> None:
        """Extended, a selection grows from the current cell, which stays: as Excel's active cell."""
        if not keep_tab:
            self._tab_column = None
        self.close_editor()
        self._end = place
        if not extend:
            self._current = place
        self._set_range(self.places.range_between(self._current, place))
        if not extend:
            self._make_current(place)
        if show:
            self.scrollTo(self.items.index(place.row, place.column))

    def _make_current(self, place: GridCell) -> None:
        self._current = place
        index = self.items.index(place.row, place.column)
        self.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)

    def _go_within(self, *, down: bool, back: bool) -> bool:
        """Enter and Tab go round in a selection, over the cells that can be filled."""
        chosen = self.selected()
        order = [p for p in chosen if not self.places.computed(p)]
        if len(chosen) < 2 or not order:
            return False
        self.close_editor()
        if down:
            order.sort(key=lambda p: (p.column, p.row))
        at = order.index(self._current) if self._current in order else (0 if back else -1)
        self._make_current(order[(at + (-1 if back else 1)) % len(order)])
        self.scrollTo(self.items.index_of(self._current.cell))
        self.viewport().update()
        return True

    def _set_range(self, chosen: Range) -> None:
        self._range = chosen
        selection = QItemSelection(
            self.items.index(chosen.top, chosen.left), self.items.index(chosen.bottom, chosen.right)
        )
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().select(selection, flag)
        self.viewport().update()
        told = self.summary()
        self.selection_told.emit(told)
        if told:
            self._announce(told)

    def select_between(self, first: GridCell, last: GridCell) -> None:
        """A range whose current cell is its first."""
        self._go_to(first)
        self._go_to(last, extend=True)
        self.scrollTo(self.items.index_of(first.cell))

    def select_cells(self, cells: Iterable[str]) -> None:
        """The rectangle that they fill: where something was pasted or undone."""
        chosen = sorted((self.places.of_cell[c] for c in cells), key=lambda p: (p.row, p.column))
        if not chosen:
            return
        left, right = min(p.column for p in chosen), max(p.column for p in chosen)
        first, last = self.places.at(chosen[0].row, left), self.places.at(chosen[-1].row, right)
        if first is None or last is None or not first.cell or not last.cell:
            first, last = chosen[0], chosen[-1]
        self.select_between(first, last)

    def select_all(self) -> None:
        self.select_between(
            self.places.end(self._current, "first"), self.places.end(self._current, "last")
        )

    def summary(self) -> str:
        """`选中 3 格，合计 12`, exact; nothing for a single cell.

        A total beside all its parts adds nothing: a row that is marked sums up to what it prints.
        """
        chosen = self.selected()
        if len(chosen) < 2:
            return ""
        values = self._session.values
        told = f"选中 {len(chosen)} 格"
        cells = {p.cell for p in chosen}
        doubled = {one.total for one in self.places.form.sums if cells.issuperset(one.parts)}
        found = [values[c] for c in cells - doubled if c in values]
        money = {self.places.cell(p).kind == "money" for p in chosen}
        if not found or len(money) > 1:
            # Cases and amounts of money have no sum.
            return told
        total: Number = sum(found[1:], start=found[0])
        return f"{told}，合计 {number_text(total if isinstance(total, Decimal) else int(total))}"

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(cast("QModelIndex", current), cast("QModelIndex", previous))
        place = self.items.place(current)
        # A screen reader or a script may set the current item without us.
        if place is not None and place.cell and place is not self._current:
            self._go_to(place)

    def show_cell(self, cell: str) -> None:
        """Go there and flash: where the findings panel sends the clerk."""
        place = self.places.of_cell[cell]
        self._go_to(place)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self._flashed[cell] = FLASH_STEPS
        self._flash_timer.start()
        self._update_places(place)

    def _fade(self) -> None:
        for cell in list(self._flashed):
            self._flashed[cell] -= 1
            if self._flashed[cell] <= 0:
                del self._flashed[cell]
            self._update_places(self.places.of_cell[cell])
        if not self._flashed:
            self._flash_timer.stop()

    # -- a visit ---------------------------------------------------------------------------------

    @property
    def open_editor(self) -> FigureEdit | None:
        return None if self._visit is None else self._visit.editor

    def begin_visit(self, editor: FigureEdit, index: Index) -> None:
        place = self.items.place(index)
        assert place is not None
        self.close_editor()
        self._session.set_open_cell(place.cell)
        text, reason = self.items.drafts.get(place.cell, ("", ""))
        if self.way_to_open != "within":
            text = reason = ""
        self._visit = _Visit(place.cell, editor, text=text or self.items.text(place.cell))
        self._visit.reason = reason
        editor.setAccessibleName(self.places.spoken(place.cell))
        self._explain_no_more()
        self.bubble.hide()

    def first_text(self, editor: FigureEdit) -> None:
        if self._visit is not None and self._visit.editor is editor and not editor.text():
            editor.setText(self._visit.text)

    def dress_editor(self, editor: FigureEdit) -> None:
        editor.setFont(self._painter.font)
        theme, pad = self._theme, self._painter.padding - 2
        editor.setStyleSheet(
            f"QLineEdit {{ background: {theme.paper}; color: {theme.ink}; border: 2px solid "
            f"{theme.accent}; border-radius: 0; padding: 0 {pad}px; min-height: 0;"
            f" selection-background-color: {theme.accent}; selection-color: {theme.on_accent}; }}"
        )

    def place_editor(self, editor: FigureEdit, index: Index) -> None:
        place = self.items.place(index)
        if place is None:
            return
        rect = self.rect_of(place)
        rect.adjust(-1 if rect.left() else 0, -1 if rect.top() else 0, 0, 0)
        need = editor.fontMetrics().horizontalAdvance(editor.text()) + 2 * self._painter.padding + 8
        if need > rect.width():
            # A remark is seen while it is written: over the neighbours, inside the viewport.
            rect.setWidth(min(need, max(self.viewport().width() - 4, rect.width())))
            if rect.right() > self.viewport().width() - 2:
                rect.moveRight(max(self.viewport().width() - 2, rect.width()))
        editor.setGeometry(rect)

    def typed(self, text: str) -> None:
        """One keystroke has changed the editor's text."""
        visit = self._visit
        if visit is None:
            return
        visit.text = text
        cell = self.places.form.cells[visit.cell]
        whole, waiting = self._as_far_as_written(text, cell.kind)
        self._sending = True
        try:
            refusal = None
            if whole is not None:
                refusal = self._session.type_figure(visit.cell, whole, visit.token)
            if refusal is not None and not visit.reason:
                self._session.cancel_visit(visit.token)
        finally:
            self._sending = False
        visit.reason = "" if refusal is None else refusal.reason
        self.items.drafts.pop(visit.cell, None)
        self.place_editor(visit.editor, self.items.index_of(visit.cell))
        if refusal is not None:
            self._say(refusal.reason)
        elif waiting:
            self._say(waiting, hint=True)
        else:
            self.bubble.hide()

    @staticmethod
    def _as_far_as_written(text: str, kind: str) -> tuple[str | None, str]:
        """What can be judged already: a sign alone and an open bracket are not finished.

        The text to send (`None`: nothing yet), and a word of advice.
        """
        plain = text.replace("（", "(").replace("）", ")").strip()
        if kind == "signed" and plain in ("-", "+", "－", "＋", "−"):
            return None, ""
        if "(" in plain and plain.count("(") > plain.count(")"):
            at = min(i for i in (text.find("("), text.find("（")) if i >= 0)
            if text[:at].strip():
                return text[:at], "正在填写备注，离开此格时会补上右括号。"
        return text, ""

    def _say(self, words: str, *, hint: bool = False, linger: bool = False) -> None:
        place = self._current if self._visit is None else self.places.of_cell[self._visit.cell]
        at = self.rect_of(place).translated(self.viewport().pos())
        self._explained = None  # the bubble says something else now
        severity: Severity = "hint" if hint else "error"
        linger_ms = LINGER_MS if linger else 0
        if words != self.bubble.text or not self.bubble.isVisible():
            self._announce(words)
        self.bubble.say(words, severity, at, self._theme, for_ms=linger_ms)

    def _announce(self, words: str) -> None:
        """Read aloud by a screen reader: what the eye meets beside the current cell."""
        from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    def _finish(self) -> None:
        """The visit is over: what was refused becomes a draft, the step is closed, the cell judged."""
        visit = self._visit
        if visit is None:
            return
        cell = self.places.form.cells[visit.cell]
        whole, _ = self._as_far_as_written(visit.text, cell.kind)
        if whole != visit.text and not visit.reason:
            closed = visit.text + ("）" if whole is not None else "")
            refusal = self._session.type_figure(visit.cell, closed, visit.token)
            if refusal is not None:
                visit.reason = refusal.reason
                self._session.cancel_visit(visit.token)
        self._visit = None
        self._session.end_visit()
        place = self.places.of_cell[visit.cell]
        if visit.reason:
            self.items.drafts[visit.cell] = (visit.text, visit.reason)
            stays = self.items.text(visit.cell)
            kept = f"原来的 {stays} 没有变" if stays else "此格仍未填写"
            at = self.rect_of(place).translated(self.viewport().pos())
            shown = visit.text if len(visit.text) <= 20 else visit.text[:19] + "…"
            words = f"“{shown}”未填入：{visit.reason}{kept}，回到此格按 F2 可接着改。"
            self.bubble.say(words, "error", at, self._theme, for_ms=LINGER_MS)
            self._announce(words)
        else:
            self.bubble.hide()
        self._session.set_open_cell(None)
        self._update_places(place)

    def fill_typed(self) -> None:
        """Ctrl+Enter: what was typed goes into every cell of the selection; the current one stays."""
        visit = self._visit
        if visit is not None and not visit.reason and len(self.selected()) > 1:
            kind = self.places.form.cells[visit.cell].kind
            whole, _ = self._as_far_as_written(visit.text, kind)
            cut = whole is not None and whole != visit.text
            self.fill_asked.emit(visit.text + ("）" if cut else ""), visit.token)
        self.close_editor()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def cancel_visit(self) -> None:
        """Escape: the visit never happened."""
        visit = self._visit
        if visit is None:
            return
        visit.reason = ""
        visit.text = ""
        self.items.drafts.pop(visit.cell, None)
        self._sending = True
        try:
            self._session.cancel_visit(visit.token)
        finally:
            self._sending = False
        visit.text = self.items.text(visit.cell)
        self.close_editor()

    def close_editor(self) -> None:
        """Leave the open editor, if any; all it held is in the report, or is a draft."""
        visit = self._visit
        if visit is not None:
            self.closeEditor(visit.editor, FigureDelegate.EndEditHint.NoHint)

    def closeEditor(self, editor: QWidget, hint: FigureDelegate.EndEditHint) -> None:
        del hint
        if self._visit is not None and self._visit.editor is editor:
            self._finish()
        super().closeEditor(editor, FigureDelegate.EndEditHint.NoHint)

    def leave_and(self, then: Callable[[], object]) -> None:
        self.close_editor()
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        then()

    def paste_in_editor(self) -> bool:
        """A block cannot go into one line: then the editor closes and the table takes it."""
        from gic_desktop.window.table.editor import clipboard_block

        block = clipboard_block()
        fields = [f for row in block for f in row]
        if len(fields) > 1:
            self.leave_and(self.paste_asked.emit)
            return True
        if fields and self._visit is not None:
            self._visit.editor.insert(" ".join((fields[0] or "").split()))
        return True

    def _edit(self, way: Way, event: QEvent | None = None) -> bool:
        index = self.items.index_of(self._current.cell)
        if not index.flags() & Qt.ItemFlag.ItemIsEditable:
            why = (
                "此格由程序自动计算，不需要填写。"
                if self.places.computed(self._current)
                else ("报告以只读方式打开，不能修改。")
            )
            self._say(why, hint=True, linger=True)
            return False
        self.way_to_open = way
        self.scrollTo(index)
        trigger = QAbstractItemView.EditTrigger
        if event is not None:
            return self.edit(index, trigger.AnyKeyPressed, event)
        opened = self.edit(index, trigger.EditKeyPressed, QEvent(QEvent.Type.None_))
        visit = self._visit
        if visit is not None:
            visit.editor.deselect()
            visit.editor.end(False)
            if visit.reason:
                self._say(visit.reason)
        return opened

    def edit_current(self) -> None:
        self._edit("within")

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """The first letter of a composition opens the editor, and belongs to it."""
        if self._visit is None and (event.preeditString() or event.commitString()):
            editable = self.items.index_of(self._current.cell).flags() & Qt.ItemFlag.ItemIsEditable
            if not editable:
                event.ignore()
                return
            self.way_to_open = "over"
            self.scrollTo(self.items.index_of(self._current.cell))
        super().inputMethodEvent(event)

    def inputMethodQuery(self, query: Qt.InputMethodQuery) -> object:
        """The candidate window belongs under the current cell, frozen parts or not."""
        if query == Qt.InputMethodQuery.ImCursorRectangle and self._visit is None:
            return self.rect_of(self._current)
        return super().inputMethodQuery(query)

    def _on_changed(self, change: Change) -> None:
        visit = self._visit
        if visit is not None and not self._sending and visit.cell in change.cells:
            read = read_figure(visit.text, self.places.form.cells[visit.cell])
            figure = self._session.report.cells.get(visit.cell)
            if isinstance(read, Refusal) or read != figure:
                # Undone, repaired or pasted from elsewhere: the newer word is the report's.
                visit.reason, visit.text = "", ""
                self._visit = None
                self._session.end_visit()
                self._session.set_open_cell(None)
                super().closeEditor(visit.editor, FigureDelegate.EndEditHint.NoHint)
        before = {cell: self.items.shown[cell] for cell in self.items.drafts}
        self.items.follow(change)
        for cell, shown in before.items():
            # A cell that was answered otherwise has no use for the text it once refused.
            if self.items.shown[cell] != shown and cell != self._session.open_cell:
                self.items.drafts.pop(cell, None)
        if change.cells and len(self.selected()) > 1 and self.isVisible():
            self.selection_told.emit(self.summary())

    def _on_findings(self) -> None:
        self.items.follow(None)

    # -- keys ------------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            key = cast("QKeyEvent", event)
            if any(key.matches(standard) for standard in _OURS):
                # The main window has the same shortcuts; here they mean cells.
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.state() != QAbstractItemView.State.EditingState:
            self.bubble.hide()
        standard = QKeySequence.StandardKey
        for sequence, asked in (
            (standard.Copy, self.copy_asked),
            (standard.Cut, self.cut_asked),
            (standard.Paste, self.paste_asked),
            (standard.Undo, self.undo_asked),
            (standard.Redo, self.redo_asked),
        ):
            if event.matches(sequence):
                asked.emit()
                return
        if event.matches(standard.SelectAll):
            self.select_all()
            return
        if self.go_by_key(event):
            return
        key = event.key()
        if key in (_KEY.Key_Tab, _KEY.Key_Backtab):  # with Ctrl: `go_by_key` takes the plain one
            super().focusNextPrevChild(key == _KEY.Key_Tab)
        elif key == _KEY.Key_F2:
            self._edit("within")
        elif key == _KEY.Key_Delete:
            self.clear_asked.emit()
        elif key == _KEY.Key_Backspace:
            if self._edit("within") and self._visit is not None:
                self._visit.editor.clear()
                self.typed("")
        elif key == _KEY.Key_Menu:
            self.menu_asked.emit(self.rect_of(self._current).center())
        elif self._is_text(event):
            self._edit("over", event)
        else:
            event.ignore()

    @staticmethod
    def _is_text(event: QKeyEvent) -> bool:
        chord = _CONTROL | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
        return bool(event.text()) and event.text().isprintable() and not event.modifiers() & chord

    def go_by_key(self, event: QKeyEvent) -> bool:
        """Every key that moves; false for one that does not."""
        key, places = event.key(), self.places
        control = bool(event.modifiers() & _CONTROL)
        shift = bool(event.modifiers() & _SHIFT)
        tabs = key in (_KEY.Key_Tab, _KEY.Key_Backtab)
        enters = key in (_KEY.Key_Return, _KEY.Key_Enter)
        if (enters or (tabs and not control)) and self._go_within(
            down=enters, back=shift or key == _KEY.Key_Backtab
        ):
            return True
        here = self._end if shift and not (tabs or enters) else self._current
        if enters:
            # After a run of Tabs, Enter begins the next row where the run began, as Excel does.
            start = self._tab_column or here
            if shift:
                self._go_to(places.step(here, "up", inputs_only=True))
            else:
                self._go_to(places.step(start, "down", inputs_only=True))
        elif tabs:
            if control:
                return False
            back = shift or key == _KEY.Key_Backtab
            start = self._tab_column or here
            self._go_to(places.tab(here, -1 if back else 1), keep_tab=True)
            self._tab_column = None if back or self._current.row != start.row else start
        elif key in _ARROWS:
            to = _ARROWS[_KEY(key)]
            ahead = (
                places.edge(here, to, self._session.values) if control else places.step(here, to)
            )
            self._go_to(ahead, extend=shift)
        elif key in (_KEY.Key_Home, _KEY.Key_End):
            home = key == _KEY.Key_Home
            if control:
                self._go_to(places.end(here, "first" if home else "last"), extend=shift)
            else:
                self._go_to(places.end(here, "row start" if home else "row end"), extend=shift)
        elif key in (_KEY.Key_PageUp, _KEY.Key_PageDown):
            if control:
                return False
            self._go_to(self._page(here, -1 if key == _KEY.Key_PageUp else 1), extend=shift)
        else:
            return False
        return True

    def _page(self, begin: GridCell, way: int) -> GridCell:
        _, frozen = self.frozen_size()
        far = max(self.viewport().height() - frozen, 1) * 0.9
        here, start = begin, self._y[begin.row]
        while True:
            ahead = self.places.step(here, "down" if way > 0 else "up")
            if ahead is here or abs(self._y[ahead.row] - start) > far:
                return ahead if here is begin else here
            here = ahead

    def focusNextPrevChild(self, following: bool) -> bool:  # noqa: FBT001 - Qt's own signature
        """Tab belongs to the table; Ctrl+Tab leaves it."""
        del following
        return False

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._update_places(self._current)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._update_places(self._current)

    # -- mouse -----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._explain_no_more()
        place = self.place_at(event.position().toPoint())
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.close_editor()
        if place is None:
            return
        left = event.button() == Qt.MouseButton.LeftButton
        if not left and event.button() != Qt.MouseButton.RightButton:
            return
        meant = (place, place) if place.cell else self.places.of_label(place)
        chosen = self.selected()
        if meant is None or (not left and meant[0] in chosen and meant[1] in chosen):
            return  # a menu is for all that is marked
        extend = left and bool(event.modifiers() & _SHIFT)
        if place.cell or extend:
            self._go_to(meant[1], extend=extend, show=bool(place.cell))
        else:
            self.select_between(*meant)
        self._dragging, self._labels_dragged = left, not place.cell

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            self._explain(cast("QHelpEvent", event).pos())
            return True
        if event.type() == QEvent.Type.Leave:
            self._explain_no_more()
        return super().viewportEvent(event)

    def _explain(self, at: QPoint) -> None:
        """In the bubble, which takes no click.

        Qt's tips take the one meant for a cell they lie over; what is typed next went elsewhere.
        """
        place = self.place_at(at)
        if place is None or not place.cell or self._visit is not None or self.bubble.isVisible():
            return
        tip = self.items.tip(place.cell)
        if tip:
            severity = self.items.marks[place.cell][0] or "hint"
            draft = place.cell in self.items.drafts
            self._explained = place
            where = self.rect_of(place).translated(self.viewport().pos())
            self.bubble.say(tip, "error" if draft else severity, where, self._theme)

    def _explain_no_more(self) -> None:
        if self._explained is not None:
            self._explained = None
            self.bubble.hide()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.place_at(event.position().toPoint()) is not self._explained:
            self._explain_no_more()
        if self._dragging:
            self._dragged_to = event.position().toPoint()
            if self._labels_dragged:
                over = self.place_at(self._dragged_to)
                meant = None if over is None or over.cell else self.places.of_label(over)
                place = None if meant is None else meant[1]
            else:
                place = self._nearest(self._dragged_to)
            if place is not None and place.cell and place is not self._end:
                # The end of a row or column that a label names is no place to go to.
                self._go_to(place, extend=True, show=not self._labels_dragged)
            if self._beyond() and not self._drag_timer.isActive():
                self._drag_timer.start()

    def _beyond(self) -> list[Direction]:
        """The ways in which there is more of the table where a drag is held."""
        at, port = self._dragged_to, self.viewport().rect()
        # The heads themselves are frozen: over them nothing is beyond an edge.
        width, height = (0, 0) if self._labels_dragged else self.frozen_size()
        across, down = self.horizontalScrollBar(), self.verticalScrollBar()
        ways: list[tuple[Direction, bool]] = [
            ("up", at.y() < height and down.value() > 0),
            ("down", at.y() >= port.bottom() and down.value() < down.maximum()),
            ("left", at.x() < width and across.value() > 0),
            ("right", at.x() >= port.right() and across.value() < across.maximum()),
        ]
        return [way for way, held in ways if held]

    def _drag_on(self) -> None:
        ways = self._beyond() if self._dragging else []
        for way in ways:
            self._go_to(self.places.step(self._end, way), extend=True)
        if not ways:
            self._drag_timer.stop()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        del event
        self._dragging = False
        self._drag_timer.stop()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position().toPoint())
        self._dragging = False
        if place is not None and place.cell and event.button() == Qt.MouseButton.LeftButton:
            self._go_to(place)
            self._edit("within")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at = event.pos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            at = self.rect_of(self._current).center()
        self.menu_asked.emit(at)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolls, or asks for another zoom; never a figure."""
        if event.modifiers() & _CONTROL:
            steps = event.angleDelta().y()
            if steps:
                self.zoom_asked.emit(1 if steps > 0 else -1)
            event.accept()
            return
        super().wheelEvent(event)

    def indexAt(self, pos: QPoint) -> QModelIndex:
        place = self.place_at(pos)
        return QModelIndex() if place is None else self.items.index(place.row, place.column)


def _edges(sizes: list[int]) -> list[int]:
    edges = [0]
    for size in sizes:
        edges.append(edges[-1] + size)
    return edges
