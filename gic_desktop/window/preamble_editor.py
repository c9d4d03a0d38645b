"""前言: plain lines before the first section; names in braces stand as typed.

It is open when the program starts, so it is not the sections' editor, which takes longer to load. What
it cannot show, the pictures of an imported preamble, stays where it was while the lines are edited.
"""

from PySide6.QtCore import QEvent, QMimeData, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit

from gic_desktop.report.edits import SetField
from gic_desktop.report.narrative import Item, Narrative, Paragraph, paragraphs
from gic_desktop.report.place import Place
from gic_desktop.values import replace
from gic_desktop.window.narrative import keys
from gic_desktop.window.narrative.alike import ends_alike
from gic_desktop.window.narrative.marks import Mark, add_actions, lines_below, marks_of, units
from gic_desktop.window.session import Session
from gic_desktop.window.theme import DARK, LIGHT, STEP

PREAMBLE = "preamble"


class PreambleEditor(QPlainTextEdit):
    offered = Signal(int)
    """How many numbers could follow the tables."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._loading = False
        self._marks: list[Mark] = []
        self.setAccessibleName("前言")
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.document().setDocumentMargin(2 * STEP)
        self.setMinimumHeight(110)
        self.setReadOnly(session.read_only)
        self.textChanged.connect(self._edited)
        session.findings_changed.connect(self.underline)

    def load(self) -> None:
        text = "\n".join(item.text for _, item in paragraphs(self._session.report.preamble))
        if self.toPlainText() != text:
            position = self.textCursor().position()
            self._loading = True
            self.setPlainText(text)
            self._loading = False
            cursor = self.textCursor()
            cursor.setPosition(min(position, self.document().characterCount() - 1))
            self.setTextCursor(cursor)
            self.underline()

    def _edited(self) -> None:
        if self._loading:
            return
        written = rewritten(self._session.report.preamble, self.toPlainText().split("\n"))
        self._session.apply(SetField(PREAMBLE, written), visit=("cover", PREAMBLE))

    # -- marks -----------------------------------------------------------------------------------

    def underline(self) -> None:
        self._marks = [self._as_typed(m) for m in marks_of(self._session, PREAMBLE, "body")]
        theme = DARK if self.palette().base().color().lightness() < 128 else LIGHT
        self.setExtraSelections(lines_below(self.document(), self._marks, theme))
        offers = sum(o.place.section == PREAMBLE for o in self._session.offers)
        self.offered.emit(0 if self._session.read_only else offers)

    def _as_typed(self, mark: Mark) -> Mark:
        line, start, end = self._typed(mark.paragraph, mark.start, mark.end)
        return mark._replace(paragraph=line, start=start, end=end)

    def _typed(self, paragraph: int, start: int, end: int) -> tuple[int, int, int]:
        """Checks read what will be printed; here the names stand in their braces."""
        for line, (number, item) in enumerate(paragraphs(self._session.report.preamble)):
            if number == paragraph:
                shown = self._session.bound.printed(item.text)
                return line, shown.raw_position(start), shown.raw_position(end)
        return -1, 0, 0

    def show_place(self, place: Place) -> None:
        """Selects the words that a finding is about."""
        self.setFocus()
        line, start, end = self._typed(place.paragraph, place.start, place.end)
        block = self.document().findBlockByNumber(line)
        if place.start < 0 or not block.isValid():
            return
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + units(block.text(), start))
        last = block.position() + units(block.text(), end)
        cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def bind_offered(self) -> None:
        from gic_desktop.checks.figures_in_text import BindOffered

        self._session.apply(BindOffered(PREAMBLE, "body"))
        self.offered.emit(0)
        self.setFocus()

    # -- Qt --------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not keys.undone(event, self._session):
            super().keyPressEvent(keys.paragraph(event))

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() or source.hasHtml()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Words alone, cleaned as in the sections; figures of a section stand with their names."""
        from gic_desktop.window.narrative import clipboard

        piece = clipboard.pasted(source, self._session.bound.text)
        items = clipboard.from_lines(clipboard.words(source)) if piece is None else piece.items
        if words := "\n".join(text.text for _, text in paragraphs(items)):
            self.insertPlainText(words)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu()
        keys.undo_in_menu(menu, self._session)
        position = self.cursorForPosition(event.pos()).position()
        add_actions(menu, self._session, self.document(), self._marks, position)
        menu.exec(event.globalPos())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_marks"):
            self.underline()  # in the other look's colours


def rewritten(before: Narrative, lines: list[str]) -> Narrative:
    """The lines as typed, and all that is not shown where it was: pictures, levels, later additions."""
    old = paragraphs(before)
    begin, end = ends_alike(old, lines, lambda item, line: item[1].text == line)
    changed, typed = old[begin : len(old) - end], lines[begin : len(lines) - end]
    made: list[Item]
    if len(changed) == len(typed):
        made = [replace(item, text=line) for (_, item), line in zip(changed, typed, strict=True)]
    else:
        made = [Paragraph(line) for line in typed]
    first = changed[0][0] if changed else old[begin][0] if begin < len(old) else len(before)
    last = changed[-1][0] + 1 if changed else first
    among = [item for item in before[first:last] if not isinstance(item, Paragraph)]
    items = [*before[:first], *made, *among, *before[last:]]
    if not any(item.text for item in items if isinstance(item, Paragraph)):
        items = [item for item in items if not isinstance(item, Paragraph)]
    return tuple(items)
