"""A file as it was read, with what became of every figure: text and grids, marks, one chosen place.

Nothing here is the file's own layout: paragraphs stay paragraphs, grids become tables with their
merged cells. A place is a line of the import and a cell in it (-1: the whole line). The caret is
the chosen place, so that the keyboard and a screen reader go where the mouse goes.
"""

from bisect import bisect_right
from collections.abc import Mapping
from itertools import groupby

from PySide6.QtCore import QByteArray, QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QDrag,
    QKeyEvent,
    QMouseEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
    QTextTableFormat,
)
from PySide6.QtWidgets import QApplication, QTextEdit, QWidget

from gic_desktop.imports.doubts import Mark, source_marks
from gic_desktop.imports.lines import Line
from gic_desktop.imports.match import holds_figure
from gic_desktop.imports.outcome import ImportOutcome
from gic_desktop.imports.source import Grid
from gic_desktop.window.theme import Theme

Where = tuple[int, int]
MIME = "application/x-gic-desktop-source-place"
MOST_CELLS = 4000
MOST_LINES = 3000
_SIGNS: Mapping[Mark, str] = {
    "error": "●\xa0", "warning": "▲\xa0", "hint": "◆\xa0", "placed": "✓\xa0", "left out": "",
}  # fmt: skip


class SourceView(QTextEdit):
    chosen = Signal(int, int)
    """The caret has come to another place."""
    clicked = Signal(int, int)
    taken_up = Signal(int, int)
    """Enter or a double click: this is to be put somewhere."""

    def __init__(self, theme: Theme, points: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._points = points
        self._starts: list[int] = []
        self._places: list[Where | None] = []
        self._marks: Mapping[Where, tuple[Mark, str]] = {}
        self._lines: tuple[Line, ...] = ()
        self._laid_out: QTextDocument | None = None
        self._pressed: QPoint | None = None
        self._told: Where | None = None
        self._filling = False
        self.setReadOnly(True)
        self.setAccessibleName("原文件内容")
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setTabChangesFocus(True)
        self.cursorPositionChanged.connect(self._moved)

    # -- filling ---------------------------------------------------------------------------------

    def show_outcome(self, outcome: ImportOutcome) -> None:
        """Lay out the file anew, with the marks of this outcome; the place in sight stays."""
        self._filling = True
        scrolled, here = self.verticalScrollBar().value(), self.textCursor().position()
        first = not self._starts
        self._lines = outcome.lines
        self._marks = source_marks(outcome)
        self._starts, self._places = [], []
        document = QTextDocument(self)
        font = self.font()
        font.setPointSizeF(self._points - 0.5)
        document.setDefaultFont(font)
        document.setDocumentMargin(10)
        document.setUndoRedoEnabled(False)
        cursor = QTextCursor(document)
        cursor.beginEditBlock()
        self._fill(cursor, outcome)
        cursor.endEditBlock()
        self.setDocument(document)
        if self._laid_out is not None:
            self._laid_out.deleteLater()
        self._laid_out = document
        if not first:
            moved = self.textCursor()
            moved.setPosition(min(here, document.characterCount() - 1))
            self.setTextCursor(moved)
            self.verticalScrollBar().setValue(scrolled)
        self._filling = False
        self._show_chosen()

    def _fill(self, cursor: QTextCursor, outcome: ImportOutcome) -> None:
        items = outcome.source.items
        cells = shown = 0
        numbered = groupby(enumerate(outcome.lines), key=lambda pair: pair[1].item)
        for item_number, group in numbered:
            lines = list(group)
            shown += len(lines)
            if shown > MOST_LINES:
                rest = len(outcome.lines) - lines[0][0]
                self._text(cursor, f"……后面还有 {rest} 行，没有显示。", None, "left out")
                return
            item = items[item_number]
            if isinstance(item, Grid):
                cells += len(item.cells)
                if cells <= MOST_CELLS and item.row_count * item.column_count <= MOST_CELLS:
                    self._grid(cursor, item, {line.row: number for number, line in lines})
                    continue
            for number, line in lines:
                mark = self._marks.get((number, -1))
                words = "［图片］" + line.picture.description if line.picture else line.words
                self._text(cursor, words, (number, -1), mark[0] if mark else None)

    def _text(
        self, cursor: QTextCursor, words: str, place: Where | None, mark: Mark | None
    ) -> None:
        block = QTextBlockFormat()
        block.setBottomMargin(4)
        block.setLineHeight(118, 1)
        if cursor.block().length() > 1:
            cursor.insertBlock(block)
        else:
            cursor.setBlockFormat(block)
        self._note(cursor.position(), place)
        cursor.insertText(_SIGNS[mark] + words if mark else words, self._format(mark))

    def _grid(self, cursor: QTextCursor, grid: Grid, numbers: Mapping[int, int]) -> None:
        look = QTextTableFormat()
        look.setCellPadding(3)
        look.setCellSpacing(0)
        look.setBorder(1)
        look.setBorderCollapse(True)
        look.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        look.setBorderBrush(QBrush(self._theme.colour("rule")))
        look.setTopMargin(4)
        look.setBottomMargin(8)
        look.setWidth(QTextLength(QTextLength.Type.PercentageLength, 98))
        look.setColumnWidthConstraints(_widths(grid))
        table = cursor.insertTable(grid.row_count, max(grid.column_count, 1), look)
        free = {(r, c) for r in range(grid.row_count) for c in range(grid.column_count)}
        for row, cells in enumerate(grid.rows()):
            number = numbers.get(row)
            for at, cell in enumerate(cells):
                covered = {
                    (r, c)
                    for r in range(row, row + cell.rows)
                    for c in range(cell.column, cell.column + cell.columns)
                }
                if not covered <= free:
                    continue
                free -= covered
                if len(covered) > 1:
                    table.mergeCells(row, cell.column, cell.rows, cell.columns)
                self._cell(
                    table, row, cell.column, cell.text, None if number is None else (number, at)
                )
        cursor.movePosition(QTextCursor.MoveOperation.End)

    def _cell(
        self, table: QTextTable, row: int, column: int, text: str, place: Where | None
    ) -> None:
        cell = table.cellAt(row, column)
        mark = self._marks.get(place) if place is not None else None
        kind = mark[0] if mark else None
        ground = self._ground(kind)
        if ground is not None:
            look = cell.format()
            look.setBackground(ground)
            cell.setFormat(look)
        inside = cell.firstCursorPosition()
        self._note(inside.position(), place)
        if holds_figure(text) and len(text) < 12:
            whole = QTextBlockFormat()
            whole.setNonBreakableLines(True)
            inside.setBlockFormat(whole)
        inside.insertText((_SIGNS[kind] if kind else "") + text.strip(), self._format(kind))

    def _note(self, position: int, place: Where | None) -> None:
        self._starts.append(position)
        self._places.append(place)

    def _ground(self, mark: Mark | None) -> QBrush | None:
        if mark in ("error", "warning", "hint"):
            return QBrush(self._theme.colour(f"{mark}_ground"))
        return QBrush(self._theme.colour("computed")) if mark == "placed" else None

    def _format(self, mark: Mark | None) -> QTextCharFormat:
        made = QTextCharFormat()
        token = mark if mark in ("error", "warning", "hint") else "ink"
        made.setForeground(self._theme.colour("faint" if mark == "left out" else token))
        if mark in ("error", "warning", "hint"):
            made.setBackground(self._theme.colour(f"{mark}_ground"))
        return made

    # -- the chosen place ------------------------------------------------------------------------

    @property
    def place(self) -> Where | None:
        """Where the caret stands."""
        return self._at(self.textCursor().position())

    def _at(self, position: int) -> Where | None:
        found = bisect_right(self._starts, position) - 1
        return self._places[found] if found >= 0 else None

    def go_to(self, place: Where) -> None:
        """Bring a place into sight and choose it; a line without that cell is chosen as a whole."""
        wanted = [place, (place[0], 0), (place[0], -1)]
        found = next((one for one in wanted if one in self._places), None)
        if found is None:
            return
        self._told = found
        cursor = self.textCursor()
        cursor.setPosition(self._starts[self._places.index(found)])
        self.setTextCursor(cursor)
        self._show_chosen()
        middle = self.viewport().height() // 2
        off = self.cursorRect().center().y() - middle
        if abs(off) > middle - 40:
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + off)

    def _moved(self) -> None:
        if self._filling:
            return
        self._show_chosen()
        place = self.place
        if place is not None and place != self._told:
            self._told = place
            self.chosen.emit(*place)

    def _show_chosen(self) -> None:
        place = self.place
        if place is None:
            self.setExtraSelections([])
            return
        at = self._places.index(place)
        cursor = self.textCursor()
        cursor.setPosition(self._starts[at])
        if place[1] >= 0:
            last = cursor.currentTable().cellAt(cursor).lastPosition()
            cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
        else:
            cursor.movePosition(
                QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor
            )
        shown = QTextEdit.ExtraSelection()
        look = QTextCharFormat()
        look.setBackground(self._theme.colour("accent"))
        look.setForeground(self._theme.colour("on_accent"))
        shown.cursor = cursor  # type: ignore[attr-defined]
        shown.format = look  # type: ignore[attr-defined]
        self.setExtraSelections([shown])

    def reason(self, place: Where) -> str:
        return self._marks.get(place, ("placed", ""))[1]

    def words(self, place: Where) -> str:
        return self._lines[place[0]].text_at(place[1])

    def is_figure(self, place: Where) -> bool:
        return place[1] >= 0 and holds_figure(self.words(place))

    # -- mouse and keys --------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            at = event.position().toPoint()
            place = self._at(self.cursorForPosition(at).position())
            self._pressed = at if place is not None and self.is_figure(place) else None
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            super().mouseMoveEvent(event)
            return
        far = (event.position().toPoint() - self._pressed).manhattanLength()
        place = self._at(self.cursorForPosition(self._pressed).position())
        if far >= QApplication.startDragDistance() and place is not None:
            self._pressed = None
            self.start_drag(place)

    def start_drag(self, place: Where) -> None:
        drag = QDrag(self)
        drag.setMimeData(mime_of(place))
        drag.exec(Qt.DropAction.CopyAction)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self._pressed = None
        place = self._at(self.cursorForPosition(event.position().toPoint()).position())
        plain = event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection()
        if plain and place is not None:
            self.clicked.emit(*place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        place = self._at(self.cursorForPosition(event.position().toPoint()).position())
        if place is not None:
            self.taken_up.emit(*place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place = self.place
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # Also without a place: Enter must not press the dialog's button from here.
            if place is not None:
                self.taken_up.emit(*place)
            event.accept()
            return
        super().keyPressEvent(event)


def _widths(grid: Grid) -> list[QTextLength]:
    """Columns of labels get more room than columns of figures."""
    longest = [6.0] * max(grid.column_count, 1)
    for cell in grid.cells:
        share = len(cell.text) / cell.columns
        for column in range(cell.column, cell.column + cell.columns):
            longest[column] = max(longest[column], min(share, 13.0))
    whole = sum(longest)
    percent = QTextLength.Type.PercentageLength
    return [QTextLength(percent, 100 * one / whole) for one in longest]


def mime_of(place: Where) -> QMimeData:
    mime = QMimeData()
    mime.setData(MIME, QByteArray(f"{place[0]} {place[1]}".encode()))
    return mime


def place_in(mime: QMimeData) -> Where | None:
    if not mime.hasFormat(MIME):
        return None
    line, cell = bytes(mime.data(MIME).data()).decode().split()
    return int(line), int(cell)
