"""The editor of one cell, its keys, and the bubble that says why a text was not taken.

Two ways to edit, as in Excel. *Over*: opened by typing; arrows leave the cell. *Within*: opened by
F2 or a double click; arrows move the cursor. Every edited text goes to the view at once, and from
there to the report: nothing is left to commit when the editor closes.
"""

from typing import TYPE_CHECKING, Literal, cast

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gic_desktop.forms.description import Severity
from gic_desktop.report.figures import MAX_TYPED
from gic_desktop.window.line import Line
from gic_desktop.window.table.model import Index
from gic_desktop.window.table.painting import draw_sign
from gic_desktop.window.theme import Theme

if TYPE_CHECKING:
    from gic_desktop.window.table.view import TableView

Way = Literal["over", "within"]

_KEY = Qt.Key
_LEAVING = {
    _KEY.Key_Return, _KEY.Key_Enter, _KEY.Key_Tab, _KEY.Key_Backtab,
    _KEY.Key_Up, _KEY.Key_Down, _KEY.Key_PageUp, _KEY.Key_PageDown,
}  # fmt: skip
_SIDEWAYS = {_KEY.Key_Left, _KEY.Key_Right, _KEY.Key_Home, _KEY.Key_End}
_CHORD = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class FigureEdit(Line):
    """One line over the cell."""

    def __init__(self, parent: QWidget, way: Way) -> None:
        super().__init__(parent)
        self.way = way
        self.composing = False
        self.setFrame(False)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        # One more than is read, so that too long a text is refused aloud and not cut in silence.
        self.setMaxLength(MAX_TYPED + 1)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self.composing = bool(event.preeditString())
        super().inputMethodEvent(event)


class FigureDelegate(QStyledItemDelegate):
    def __init__(self, view: "TableView") -> None:
        super().__init__(view)
        self._view = view

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        del option
        editor = FigureEdit(parent, self._view.way_to_open)
        self._view.dress_editor(editor)
        self._view.begin_visit(editor, index)
        editor.textEdited.connect(self._view.typed)
        return editor

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Once, at the beginning: later the text in the editor is the newer one."""
        del index
        self._view.first_text(cast("FigureEdit", editor))

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Every keystroke is in the report already."""

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        del option
        self._view.place_editor(cast("FigureEdit", editor), index)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, FigureEdit):
            if event.type() == QEvent.Type.ShortcutOverride:
                return self._override(cast("QKeyEvent", event))
            if event.type() == QEvent.Type.KeyPress:
                return self._key(watched, cast("QKeyEvent", event))
        return super().eventFilter(watched, event)

    @staticmethod
    def _override(event: QKeyEvent) -> bool:
        """Undo belongs to the program; Escape and what leaves the cell belong to the editor."""
        standard = QKeySequence.StandardKey
        if event.matches(standard.Undo) or event.matches(standard.Redo):
            # A line's own undo would take the text back and leave the report as it is.
            event.ignore()
            return True
        if event.key() in (_KEY.Key_Escape, _KEY.Key_F2, *_LEAVING):
            if event.modifiers() & _CHORD:
                return False
            event.accept()
            return True
        return False

    def _key(self, editor: FigureEdit, event: QKeyEvent) -> bool:
        view, key = self._view, event.key()
        plain = not event.modifiers() & _CHORD
        standard = QKeySequence.StandardKey
        if editor.composing:
            return False
        if key == _KEY.Key_Escape:
            view.cancel_visit()
            view.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        if key == _KEY.Key_F2:
            editor.way = "over" if editor.way == "within" else "within"
            editor.deselect()
            return True
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if control and key in (_KEY.Key_Return, _KEY.Key_Enter):
            view.fill_typed()
            return True
        if event.matches(standard.Undo):
            view.leave_and(view.undo_asked.emit)
            return True
        if event.matches(standard.Redo):
            view.leave_and(view.redo_asked.emit)
            return True
        if event.matches(standard.Paste):
            return view.paste_in_editor()
        if plain and (key in _LEAVING or (editor.way == "over" and key in _SIDEWAYS)):
            view.leave_and(lambda: view.go_by_key(event))
            return True
        return False


class Bubble(QWidget):
    """A small sheet under the cell: a sign and a sentence. Takes no focus and no clicks."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.text = ""
        self._severity: Severity = "error"
        self._theme = Theme()
        self._going = QTimer(self)
        self._going.setSingleShot(True)
        self._going.timeout.connect(self.hide)
        self.hide()

    def say(
        self, text: str, severity: Severity, at: QRect, theme: Theme, *, for_ms: int = 0
    ) -> None:
        """`at`: the cell, in the parent's coordinates. `for_ms` 0: until told otherwise."""
        self.text, self._severity, self._theme = text, severity, theme
        self.setAccessibleName(text)
        room = self._over.rect()
        metrics = self.fontMetrics()
        widest = min(max(room.width() - 60, 120), 30 * metrics.horizontalAdvance("测"))
        box = metrics.boundingRect(QRect(0, 0, widest, 4000), Qt.TextFlag.TextWordWrap, text)
        self.resize(box.width() + 38, box.height() + 14)
        left = min(max(at.left(), 4), max(room.width() - self.width() - 4, 4))
        top = at.bottom() + 4
        if top + self.height() > room.height() - 2:
            top = max(at.top() - self.height() - 4, 2)
        self.move(QPoint(left, top))
        self.raise_()
        self.show()
        self.update()
        if for_ms:
            self._going.start(for_ms)
        else:
            self._going.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour, ground = self._theme.severity(self._severity)
        painter.setPen(colour)
        painter.setBrush(ground)
        sheet = self.rect().adjusted(0, 0, -1, -1).toRectF().translated(0.5, 0.5)
        painter.drawRoundedRect(sheet, 4, 4)
        painter.setBrush(colour)
        painter.setPen(Qt.PenStyle.NoPen)
        middle = QPoint(14, 7 + self.fontMetrics().height() // 2)
        draw_sign(painter, self._severity, middle.toPointF(), 4.0)
        painter.setPen(self._theme.colour("ink"))
        where = Qt.AlignmentFlag.AlignLeft.value | Qt.AlignmentFlag.AlignVCenter.value
        wrap = Qt.TextFlag.TextWordWrap.value
        painter.drawText(self.rect().adjusted(26, 7, -8, -7), where | wrap, self.text)
