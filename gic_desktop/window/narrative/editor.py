"""Writes one narrative: paragraphs of four heading levels, pictures, figures bound to cells.

The editor shows what will be printed: a bound figure is its number, and the text carries the
binding in a property of the character format. Undo belongs to the session, not to the document, so
that it runs across tables and texts; one step is what was typed in one paragraph without a pause.
"""

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from PySide6.QtCore import (
    QByteArray,
    QMimeData,
    QPoint,
    QPointF,
    QRectF,
    QSizeF,
    Qt,
    QTimer,
    QUrl,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QFont,
    QFontMetricsF,
    QImage,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFragment,
    QTextImageFormat,
)
from PySide6.QtWidgets import QTextEdit, QWidget

from gic_desktop.checks.finding import Finding
from gic_desktop.output import series
from gic_desktop.report.edits import AddPicture, Change, SetSection
from gic_desktop.report.narrative import (
    Chart,
    Item,
    Narrative,
    Paragraph,
    Picture,
    heading_level,
    numbered_level,
)
from gic_desktop.store.gicr import MAX_PICTURE, picture_type
from gic_desktop.values import replace
from gic_desktop.window.session import Session
from gic_desktop.window.theme import POINTS, Theme

if TYPE_CHECKING:
    from gic_desktop.checks.figures_in_text import Offer

BOUND = QTextFormat.Property.UserProperty + 1
ITEM = QTextFormat.Property.UserProperty + 2
LEVEL = QTextFormat.Property.UserProperty + 3
APART = QTextFormat.Property.UserProperty + 4
_OBJECT = "\ufffc"
PICTURE_WIDTH = 420
NEW_STEP_AFTER = 1500
_CHINESE = "一二三四五六七八九十"


class _Block(NamedTuple):
    """What one block of the document holds; the paragraphs without what later versions added."""

    items: tuple[Item, ...]
    bound: bool


class NarrativeEditor(QTextEdit):
    said = Signal(str)
    counted = Signal(int)
    outline_changed = Signal()

    def __init__(
        self,
        session: Session,
        section: str,
        theme: Theme,
        part: Literal["body", "notes"] = "body",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self.section = section
        self.part = part
        self._theme = theme
        self._loading = False
        self._items: dict[int, Item] = {}
        self._next_item = 1
        self._blocks: list[_Block | None] = [None]
        self._visit: object = object()
        self._visited_block = -1
        self._points, self._zoom = POINTS, 100
        self.setUndoRedoEnabled(False)
        self.setAcceptRichText(False)
        self.setReadOnly(session.read_only)
        self.setTabChangesFocus(True)
        self.setAccessibleName(session.report.form.section(section).heading)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(NEW_STEP_AFTER)
        self._pause.timeout.connect(self._rested)
        self.document().contentsChange.connect(self._touched)
        self.textChanged.connect(self._edited)
        self.cursorPositionChanged.connect(self._moved)
        session.changed.connect(self._report_changed)
        session.findings_changed.connect(self.underline)
        self.load()

    # -- looks -----------------------------------------------------------------------------------

    def set_look(self, theme: Theme, zoom: int = 100, points: float = POINTS) -> None:
        if (theme, zoom, points) != (self._theme, self._zoom, self._points):
            self._theme, self._zoom, self._points = theme, zoom, points
            self.load()

    def _size(self) -> float:
        return self._points * 1.15 * self._zoom / 100

    def _char_format(self, level: int) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setFontPointSize(self._size())
        if level in (1, 2):
            made.setFontWeight(600)
        made.setForeground(self._theme.colour("ink"))
        return made

    def _block_format(self, level: int) -> QTextBlockFormat:
        made = QTextBlockFormat()
        made.setLineHeight(150, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        made.setTextIndent(2 * self._size() * 1.34)
        made.setProperty(LEVEL, level)
        return made

    # -- report → text ---------------------------------------------------------------------------

    @property
    def narrative(self) -> Narrative:
        """What the report holds here."""
        written = self._session.report.section(self.section)
        return written.body if self.part == "body" else written.notes

    def load(self) -> None:
        """Shows the report's text; the cursor stays where it was, as far as there is text."""
        position, scrolled = self.textCursor().position(), self.verticalScrollBar().value()
        self._loading = True
        document = self.document()
        document.clear()
        self._items.clear()
        cursor = QTextCursor(document)
        cursor.beginEditBlock()  # one change for the layout and for whoever listens, not thousands
        for number, item in enumerate(self.narrative):
            level = item.level if isinstance(item, Paragraph) else 0
            if number:
                cursor.insertBlock()
            cursor.setBlockFormat(self._block_format(level))
            cursor.setBlockCharFormat(self._char_format(level))
            if isinstance(item, Paragraph):
                self._insert_text(cursor, item.text, level)
            else:
                self._insert_item(cursor, item)
        if not self.narrative:
            cursor.setBlockFormat(self._block_format(0))
            cursor.setBlockCharFormat(self._char_format(0))
        cursor.endEditBlock()
        self._loading = False
        cursor.setPosition(min(position, max(document.characterCount() - 1, 0)))
        self.setTextCursor(cursor)
        self.verticalScrollBar().setValue(scrolled)
        self._count()
        self.underline()

    def _insert_text(self, cursor: QTextCursor, text: str, level: int) -> None:
        plain = self._char_format(level)
        shown = self._session.bound.printed(text)
        done = 0
        for name, _, (start, end) in shown.bound:
            cursor.insertText(shown.text[done:start], plain)
            cursor.insertText(shown.text[start:end], self._bound_format(name, level))
            done = end
        cursor.insertText(shown.text[done:], plain)

    def _bound_format(self, name: str, level: int) -> QTextCharFormat:
        made = self._char_format(level)
        made.setProperty(BOUND, name)
        # Qt joins neighbours of one format: two bound figures side by side would become one number.
        self._next_item += 1
        made.setProperty(APART, self._next_item)
        made.setBackground(self._theme.colour("hint_ground"))
        made.setForeground(self._theme.colour("hint"))
        made.setToolTip(f"与表格相连的数字：{name}，随表格自动更新")
        return made

    def _insert_item(self, cursor: QTextCursor, item: Picture | Chart) -> None:
        number = self._next_item
        self._next_item += 1
        self._items[number] = item
        made = QTextImageFormat()
        name = f"item:{number}"
        made.setName(name)
        made.setProperty(ITEM, number)
        image = QImage()
        if isinstance(item, Picture):
            image.loadFromData(QByteArray(self._session.report.pictures.get(item.picture, b"")))
        caption = item.caption or "图片"
        if isinstance(item, Chart):
            chart = series.chart(self._session.report, item.series)
            caption = item.caption or ("图表" if chart is None else chart.title)
            image = self._chart_sign(f"图表：{caption}（随数字更新）")
        if image.isNull():
            image = QImage(PICTURE_WIDTH, 48, QImage.Format.Format_RGB32)
            image.fill(self._theme.colour("label"))
        made.setWidth(image.width() / image.devicePixelRatio())
        if isinstance(item, Picture):
            made.setWidth(min(PICTURE_WIDTH * item.width / 100, image.width()))
        made.setToolTip(caption)
        resource = QTextDocument.ResourceType.ImageResource.value
        self.document().addResource(resource, QUrl(name), image)
        cursor.insertImage(made)

    def _chart_sign(self, words: str) -> QImage:
        """Stands in the text for a chart, which is drawn anew whenever the report is printed."""
        font = QFont(self.font())
        font.setPointSizeF(self._size())
        metrics = QFontMetricsF(font)
        size = QSizeF(metrics.horizontalAdvance(words) + 24, 1.6 * metrics.height())
        ratio = self.devicePixelRatioF()
        image = QImage((size * ratio).toSize(), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(self._theme.colour("label"))
        painter = QPainter(image)
        painter.setFont(font)
        painter.setPen(self._theme.colour("faint"))
        painter.drawText(QRectF(QPointF(), size), Qt.AlignmentFlag.AlignCenter, words)
        painter.end()
        return image

    # -- text → report ---------------------------------------------------------------------------

    def written(self) -> Narrative:
        """What stands in the editor, with its bindings and pictures."""
        found: list[Item] = []
        before = self.narrative
        for number, known in enumerate(self._blocks):
            block = known or self._read(number)
            for item in block.items:
                old = before[len(found)] if len(found) < len(before) else None
                if isinstance(item, Paragraph) and isinstance(old, Paragraph):
                    same = item.text == old.text and item.level == old.level
                    found.append(old if same else replace(item, extra=old.extra))
                else:
                    found.append(item)
        while found and isinstance(found[-1], Paragraph) and not found[-1].text:
            found.pop()
        return tuple(found)

    def _touched(self, position: int, _removed: int, added: int) -> None:
        """The blocks that a change reached are read anew; a key costs one block, not the text."""
        document = self.document()
        last_position = min(position + added, document.characterCount() - 1)
        first = document.findBlock(position).blockNumber()
        after = document.findBlock(last_position).blockNumber() + 1
        more = document.blockCount() - len(self._blocks)
        self._blocks[first : after - more] = [None] * (after - first)
        if len(self._blocks) != document.blockCount():
            self._blocks = [None] * document.blockCount()

    def _read(self, number: int) -> "_Block":
        block = self.document().findBlockByNumber(number)
        level = block.blockFormat().intProperty(LEVEL)
        found: list[Item] = []
        text: list[str] = []
        bound = False
        for fragment in fragments(block):
            made = fragment.charFormat()
            if made.hasProperty(ITEM):
                if "".join(text).strip():
                    found.append(Paragraph("".join(text), level))
                text = []
                item = self._items.get(made.intProperty(ITEM))
                found += [item] * fragment.text().count(_OBJECT) if item is not None else []
            elif (
                name := made.stringProperty(BOUND)
            ) and fragment.text() == self._session.bound.text(name):
                text.append("{" + name + "}")
                bound = True
            else:
                # Shift+Enter leaves a line separator; a paragraph of ours is one line.
                text.append(fragment.text().replace("\u2028", " "))
        line = "".join(text)
        # A paragraph that holds nothing but a picture is that picture.
        if line or not self._only_item(block.text()):
            found.append(Paragraph(line, level))
        read = self._blocks[number] = _Block(tuple(found), bound)
        return read

    @staticmethod
    def _only_item(text: str) -> bool:
        return bool(text) and not text.replace(_OBJECT, "")

    def _edited(self) -> None:
        if self._loading or self._session.read_only:
            return
        block = self.textCursor().blockNumber()
        if block != self._visited_block:
            self._new_step()
            self._visited_block = block
        self._pause.start()
        self._commit("修改正文", self._visit)

    def _release_changed(self) -> None:
        """A bound figure that was typed over is text from then on, whatever the table says later."""
        changed = [
            (fragment.position(), fragment.length())
            for number, known in enumerate(self._blocks)
            if known is None
            for fragment in fragments(self.document().findBlockByNumber(number))
            if (name := fragment.charFormat().stringProperty(BOUND))
            and fragment.text() != self._session.bound.text(name)
        ]
        self._loading = True
        for position, length in changed:
            cursor = QTextCursor(self.document())
            cursor.setPosition(position)
            cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(self._char_format(cursor.blockFormat().intProperty(LEVEL)))
        self._loading = False

    def _commit(self, name: str, visit: object = None) -> None:
        self._release_changed()
        section = self._session.report.section(self.section)
        narrative = self.written()
        changed = (
            replace(section, body=narrative)
            if self.part == "body"
            else replace(section, notes=narrative)
        )
        self._loading = True  # our own change comes back by the signal
        self._session.apply(SetSection(changed, name), visit)
        self._loading = False
        self._count()

    def _new_step(self) -> None:
        self._visit = object()
        self._session.end_visit()

    def _rested(self) -> None:
        """Typing rests: the step is whole, and a name typed in braces becomes its number."""
        self._new_step()
        if any(
            self._session.bound.printed(text).bound
            for text in self.toPlainText().split("\n")
            if "{" in text
        ):
            self.load()

    def _moved(self) -> None:
        if self.textCursor().blockNumber() != self._visited_block:
            self._visited_block = -1

    def _report_changed(self, change: Change) -> None:
        if self._loading:
            return
        if change.cells or "earlier" in change.fields:
            self._refresh_bound()
        if self.section in change.sections and self.written() != self.narrative:
            self.load()

    def _refresh_bound(self) -> None:
        """Numbers that follow the table; nothing else of the text is touched."""
        stale: list[tuple[int, int, str, str]] = []
        for number, known in enumerate(self._blocks):
            if known is not None and not known.bound:
                continue
            for fragment in fragments(self.document().findBlockByNumber(number)):
                name = fragment.charFormat().stringProperty(BOUND)
                shown = self._session.bound.text(name) if name else None
                if shown is not None and shown != fragment.text():
                    stale.append((fragment.position(), fragment.length(), name, shown))
        self._loading = True
        for position, length, name, shown in reversed(stale):
            cursor = QTextCursor(self.document())
            cursor.setPosition(position)
            cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
            level = cursor.blockFormat().intProperty(LEVEL)
            cursor.insertText(shown, self._bound_format(name, level))
        self._loading = False

    # -- what the clerk can do -------------------------------------------------------------------

    def set_level(self, level: int) -> None:
        """Makes the paragraph a heading or body text, offering the next number of that level."""
        cursor = self.textCursor()
        block = cursor.block()
        text = block.text()
        self._loading = True
        cursor.setBlockFormat(self._block_format(level))
        if level and numbered_level(text) != level:
            start = QTextCursor(block)
            start.insertText(
                self._next_number(block.blockNumber(), level), self._char_format(level)
            )
        whole = QTextCursor(block)
        whole.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        weight = QTextCharFormat()
        weight.setFontWeight(600 if level in (1, 2) else 400)
        whole.mergeCharFormat(weight)
        self._loading = False
        self._new_step()
        self._commit("修改标题级别")
        self.outline_changed.emit()

    def level(self) -> int:
        return self.textCursor().blockFormat().intProperty(LEVEL)

    def _next_number(self, block_number: int, level: int) -> str:
        count = 1
        block = self.document().findBlockByNumber(block_number).previous()
        while block.isValid():
            other = block.blockFormat().intProperty(LEVEL)
            if other and other < level:
                break
            if other == level:
                count += 1
            block = block.previous()
        return number_text(level, count)

    def insert_figure(self, name: str) -> None:
        shown = self._session.bound.text(name)
        if shown is not None and not self._session.read_only:
            self._new_step()
            cursor = self.textCursor()
            cursor.insertText(shown, self._bound_format(name, self.level()))
            cursor.setCharFormat(self._char_format(self.level()))
            self.setTextCursor(cursor)
            self._commit("插入表格数字")

    def insert_prompt(self, text: str) -> None:
        """A heading or a sentence to start from: ordinary text from then on."""
        self._new_step()
        cursor = self.textCursor()
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        level = heading_level(text)
        self._loading = True
        if cursor.block().text():
            cursor.insertBlock()
        cursor.setBlockFormat(self._block_format(level))
        cursor.insertText(text, self._char_format(level))
        self._loading = False
        self.setTextCursor(cursor)
        self._commit("插入写作提示")
        self.setFocus()

    def insert_picture(self, data: bytes, caption: str = "") -> bool:
        """Puts a PNG or JPEG at the cursor; says why not, if not."""
        if picture_type(data) is None:
            self.said.emit("只能插入 PNG 或 JPEG 图片。")
            return False
        if len(data) > MAX_PICTURE:
            self.said.emit(f"图片超过 {MAX_PICTURE // 1024 // 1024} MB，请先缩小后再插入。")
            return False
        name = hashlib.sha256(data).hexdigest()[:16]
        picture = Picture(name, caption, caption)
        narrative = self.written()
        at = min(self._item_index(), len(narrative))
        section = self._session.report.section(self.section)
        changed = (*narrative[:at], picture, *narrative[at:])
        section = (
            replace(section, body=changed)
            if self.part == "body"
            else replace(section, notes=changed)
        )
        self._new_step()
        self._session.apply(AddPicture(name, data, section))
        self.load()
        return True

    def _item_index(self) -> int:
        """The place in the narrative after the cursor's paragraph."""
        return self.textCursor().blockNumber() + 1

    def picture_at_cursor(self) -> tuple[int, Picture | Chart] | None:
        """The picture of the cursor's paragraph, with its place in the narrative."""
        number = self.textCursor().blockNumber()
        narrative = self.narrative
        if number < len(narrative) and isinstance(narrative[number], Picture | Chart):
            item = narrative[number]
            assert isinstance(item, Picture | Chart)
            return number, item
        return None

    def set_item(self, number: int, item: Item | None) -> None:
        """Replaces (or removes) a picture: its caption or width changed."""
        narrative = list(self.narrative)
        narrative[number : number + 1] = [] if item is None else [item]
        section = self._session.report.section(self.section)
        changed = tuple(narrative)
        section = (
            replace(section, body=changed)
            if self.part == "body"
            else replace(section, notes=changed)
        )
        self._session.apply(SetSection(section, "修改图片"))
        self.load()

    def move_item(self, number: int, by: int) -> None:
        """A picture changes places with what stands before (-1) or after it (1)."""
        narrative, other = list(self.narrative), number + by
        if not 0 <= other < len(narrative) or self._session.read_only:
            return
        narrative[number], narrative[other] = narrative[other], narrative[number]
        section = self._session.report.section(self.section)
        changed = tuple(narrative)
        section = (
            replace(section, body=changed)
            if self.part == "body"
            else replace(section, notes=changed)
        )
        self._new_step()
        self._session.apply(SetSection(section, "移动图片"))
        self.load()
        self.go_to(other)

    def outline(self) -> list[tuple[int, int, str]]:
        """Headings: paragraph, level, text."""
        found = []
        block = self.document().begin()
        while block.isValid():
            level = block.blockFormat().intProperty(LEVEL)
            if level:
                found.append((block.blockNumber(), level, block.text()))
            block = block.next()
        return found

    def go_to(self, paragraph: int, start: int = 0, end: int = 0) -> None:
        """Puts the cursor on words and selects them, so that they are seen."""
        block = self.document().findBlockByNumber(max(paragraph, 0))
        cursor = QTextCursor(block)
        if start > 0 or end > 0:
            cursor.setPosition(block.position() + units(block.text(), start))
            cursor.setPosition(
                block.position() + units(block.text(), end), QTextCursor.MoveMode.KeepAnchor
            )
        self.setTextCursor(cursor)
        self.setFocus()
        self.ensureCursorVisible()

    # -- marks -----------------------------------------------------------------------------------

    def underline(self) -> None:
        """Waves below the words that a check speaks of."""
        marks = []
        for finding in self._session.findings:
            place = finding.place
            if place.section != self.section or place.part != self.part or place.start < 0:
                continue
            wave = QTextCharFormat()
            wave.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            wave.setUnderlineColor(self._theme.colour(finding.severity))
            wave.setToolTip(finding.message)
            for start, end in finding.stretches or ((place.start, place.end),):
                marks += self._mark(place.paragraph, start, end, wave)
        for offer in self._offers():
            dots = QTextCharFormat()
            dots.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
            dots.setUnderlineColor(self._theme.colour("hint"))
            dots.setToolTip(f"与表格的“{offer.name}”相同，按右键可改为随表格更新")
            marks += self._mark(offer.place.paragraph, offer.place.start, offer.place.end, dots)
        self.setExtraSelections(marks)

    def _mark(
        self, paragraph: int, start: int, end: int, look: QTextCharFormat
    ) -> list[QTextEdit.ExtraSelection]:
        block = self.document().findBlockByNumber(paragraph)
        text = block.text()
        if not block.isValid() or start >= len(text):
            return []
        made = QTextEdit.ExtraSelection()
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + units(text, start))
        last = block.position() + units(text, end)
        cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
        made.cursor = cursor  # type: ignore[attr-defined]
        made.format = look  # type: ignore[attr-defined]
        return [made]

    def _offers(self) -> "list[Offer]":
        return [
            o
            for o in self._session.offers
            if (o.place.section, o.place.part) == (self.section, self.part)
        ]

    def offers_at(self, position: int) -> "list[Offer]":
        block = self.document().findBlock(position)
        inside = characters(block.text(), position - block.position())
        return [
            o
            for o in self._offers()
            if o.place.paragraph == block.blockNumber() and o.place.start <= inside <= o.place.end
        ]

    def findings_at(self, position: int) -> list[Finding]:
        block = self.document().findBlock(position)
        inside = characters(block.text(), position - block.position())
        return [
            f
            for f in self._session.findings
            if (f.place.section, f.place.part) == (self.section, self.part)
            and f.place.paragraph == block.blockNumber()
            and f.place.start <= inside <= f.place.end
        ]

    def length(self) -> int:
        """Characters that are read: neither blanks nor pictures."""
        text = self.toPlainText()
        return len("".join(text.split())) - text.count(_OBJECT)

    def _count(self) -> None:
        self.counted.emit(self.length())

    # -- Qt --------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            self._new_step()
            self._session.undo()
            return
        if event.matches(QKeySequence.StandardKey.Redo):
            self._session.redo()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.isReadOnly():
            # After a heading comes body text.
            cursor = self.textCursor()
            if cursor.block().previous().blockFormat().intProperty(LEVEL) and cursor.atBlockEnd():
                cursor.setBlockFormat(self._block_format(0))
                cursor.setBlockCharFormat(self._char_format(0))
                self.setCurrentCharFormat(self._char_format(0))
                self._commit("修改正文", self._visit)
        elif event.text() and self.currentCharFormat().hasProperty(BOUND):
            # What is typed behind a bound figure is not part of it.
            self.setCurrentCharFormat(self._char_format(self.level()))

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        if self.currentCharFormat().hasProperty(BOUND):
            self.setCurrentCharFormat(self._char_format(self.level()))
        super().inputMethodEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._new_step()
        super().focusOutEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() or source.hasImage() or source.hasUrls()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Text without fonts and colours, levels from its numbers; pictures by their bytes."""
        if source.hasImage() and not source.hasText():
            image = source.imageData()
            if isinstance(image, QImage):
                self.insert_picture(_png(image))
            return
        pictures = [
            u.toLocalFile()
            for u in source.urls()
            if u.isLocalFile() and u.toLocalFile().lower().endswith((".png", ".jpg", ".jpeg"))
        ]
        if pictures:
            from pathlib import Path

            for name in pictures:
                try:
                    with Path(name).open("rb") as file:
                        self.insert_picture(file.read(MAX_PICTURE + 1))
                except OSError:
                    self.said.emit("图片文件无法读取，请核对后再插入。")
            return
        self._insert_lines(source.text())

    def _insert_lines(self, text: str) -> None:
        lines = [
            clean_line(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        ]
        if len(lines) > 1:
            lines = [line.strip(" \u3000") for line in lines]
            lines = [line for line in lines if line]
        if not lines:
            return
        self._new_step()
        self._loading = True
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.removeSelectedText()
        for number, line in enumerate(lines):
            level = heading_level(line) if len(lines) > 1 else self.level()
            if number:
                cursor.insertBlock()
            if number or not cursor.block().text():
                cursor.setBlockFormat(self._block_format(level))
            cursor.insertText(line, self._char_format(level))
        cursor.endEditBlock()
        self._loading = False
        self.setTextCursor(cursor)
        self._commit("粘贴文字")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu()
        at: QPoint = event.pos()
        position = self.cursorForPosition(at).position()
        found = self.findings_at(position)
        first = menu.actions()[0] if menu.actions() else None
        for offer in [] if self._session.read_only else self.offers_at(position):
            action = menu.addAction(f"改为随表格更新：{offer.name}")
            action.triggered.connect(lambda _=False, o=offer: self._session.apply(o.edit))
            if first is not None:
                menu.insertAction(first, action)
        for finding in found:
            repair = finding.repair
            text = finding.message if repair is None else f"{repair.label}：{finding.message}"
            action = menu.addAction(text[:60])
            if first is not None:
                menu.insertAction(first, action)
            if repair is not None:
                action.triggered.connect(lambda _=False, r=repair: self._session.apply(r.edit))
            else:
                action.setEnabled(False)
        menu.exec(event.globalPos())


def fragments(block: QTextBlock) -> Iterator[QTextFragment]:
    iterator = block.begin()
    while not iterator.atEnd():
        yield iterator.fragment()
        iterator += 1


def units(text: str, characters: int) -> int:
    """Qt counts in UTF-16: a rare character (𬭎 in a person's name) is two."""
    before = text[: max(characters, 0)]
    return len(before) if before.isascii() else len(before.encode("utf-16-le")) // 2


def characters(text: str, units: int) -> int:
    """The way back: how many characters stand before a place that Qt counted."""
    return len(text.encode("utf-16-le")[: 2 * max(units, 0)].decode("utf-16-le", "ignore"))


def number_text(level: int, count: int) -> str:
    """`（三）`, `3.`, `（3）`: the number of a level as official documents write it."""
    if level == 1:
        return f"{_chinese(count)}、"
    if level == 2:
        return f"（{_chinese(count)}）"
    return f"{count}." if level == 3 else f"（{count}）"


def _chinese(count: int) -> str:
    if count <= 10:
        return _CHINESE[count - 1]
    tens, ones = divmod(count, 10)
    return ("" if tens == 1 else _CHINESE[tens - 1]) + "十" + (_CHINESE[ones - 1] if ones else "")


def clean_line(line: str) -> str:
    """What Word and web pages leave in a line that no clerk typed."""
    for junk in ("\u200b", "\ufeff", "\u00ad", "\x0b", "\x0c", _OBJECT):
        line = line.replace(junk, "")
    return line.replace("\t", " ").replace("\xa0", " ")


def _png(image: QImage) -> bytes:
    from PySide6.QtCore import QBuffer, QIODevice

    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())
