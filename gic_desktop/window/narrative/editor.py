"""Writes one narrative: paragraphs of four heading levels, pictures, figures bound to cells.

The editor shows what will be printed: a bound figure is its number, and the text carries the
binding in a property of the character format. Undo belongs to the session, not to the document, so
that it runs across tables and texts; one step is what was typed in one paragraph without a pause.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from PySide6.QtCore import QMimeData, QObject, QPoint, QRect, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QDragLeaveEvent,
    QDropEvent,
    QFocusEvent,
    QFont,
    QImage,
    QInputMethodEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFormat,
    QTextFragment,
)
from PySide6.QtWidgets import QMenu, QTextEdit, QWidget

from gic_desktop.digest import sha256
from gic_desktop.output import series
from gic_desktop.report import numbering
from gic_desktop.report.edits import AddPictures, Change, SetSection
from gic_desktop.report.narrative import (
    Chart,
    Item,
    Narrative,
    Paragraph,
    Picture,
    heading_level,
)
from gic_desktop.report.report import Section
from gic_desktop.values import replace
from gic_desktop.window.narrative import clipboard, keys, marks, pictures
from gic_desktop.window.narrative.alike import ends_alike
from gic_desktop.window.narrative.clipboard import OBJECT
from gic_desktop.window.narrative.marks import units
from gic_desktop.window.session import Session
from gic_desktop.window.theme import POINTS, STEP, Theme, delete_later

BOUND = QTextFormat.Property.UserProperty + 1
ITEM = pictures.NUMBER
LEVEL = QTextFormat.Property.UserProperty + 3
APART = QTextFormat.Property.UserProperty + 4
LARGEST_PICTURES = 2.0
"""Pictures grow with the text up to here; a window has no room for more."""
NEW_STEP_AFTER = 1500
_NO_WORDS = "没有读到可以粘贴的文字。请在原处只选中文字，再复制一次。"
_NOT_TAKEN = "只粘贴了文字。其中的图片请逐个复制粘贴，或者用“图片”菜单插入。"
_ELSEWHERE = "图片不在本机上，请先复制到本机，再插入。"
_MOVED = "移动文字"
_INSERTED = "已插入图片。双击图片，或者在图片上按回车，可以填写说明文字和替代文字。"
_NUMBERS = itertools.count(1)


class _Block(NamedTuple):
    """What one block of the document holds; the paragraphs without what later versions added."""

    items: tuple[Item, ...]
    bound: bool
    letters: int = 0


class _Shown(NamedTuple):
    item: Picture | Chart
    natural: QSize


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
        self._items: dict[int, _Shown] = {}
        self._blocks: list[_Block | None] = [None]
        self._marks: list[marks.Mark] = []
        self._visit: object = object()
        self._visited_block = -1
        self._points, self._zoom = POINTS, 100
        pictures.InText(self._picture_size, self._paint_picture, self)
        self.document().setDocumentMargin(2 * STEP)
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
        made.setFontWeight(600 if level in (1, 2) else 400)
        made.setForeground(self._theme.colour("ink"))
        return made

    def picture_look(self) -> pictures.Look:
        font = QFont(self.font())
        font.setPointSizeF(self._size())
        line = pictures.LINE * min(self._zoom / 100, LARGEST_PICTURES)
        return pictures.Look(font, self._theme, line, self.devicePixelRatioF())

    def _look_here(self) -> pictures.Look:
        """No wider than there is room for, beside a bar for scrolling whether there is one or not."""
        bar, margin = self.verticalScrollBar().sizeHint().width(), self.document().documentMargin()
        look = self.picture_look()
        return replace(
            look, line=min(look.line, self.maximumViewportSize().width() - bar - 2 * margin)
        )

    @staticmethod
    def _picture_format() -> QTextBlockFormat:
        made = QTextBlockFormat()
        made.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        made.setTopMargin(6)
        made.setBottomMargin(6)
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
        document = self.document()
        self._loading = True
        document.clear()
        self._loading = False
        self._items.clear()
        self._put(0, 1, self._lines())
        cursor = QTextCursor(document)
        cursor.setPosition(min(position, max(document.characterCount() - 1, 0)))
        self.setTextCursor(cursor)
        self.verticalScrollBar().setValue(scrolled)
        self._count()
        self.underline()

    def _lines(self) -> Narrative:
        """What stands here, each in a block of its own; a document is never without one."""
        return self.narrative or (Paragraph(""),)

    def _follow(self, *, stay: bool = False) -> None:
        """Shows the report's text; what stands so already is left alone.

        The cursor goes behind what changed, or stays among the words where it is. The lines below
        words are left too: those in the blocks that stay move along with them, and the checks speak
        again in a moment.
        """
        document = self.document()
        lines, blocks = self._lines(), document.blockCount()
        begin, end = ends_alike(range(blocks), lines, self._stands)
        if begin == len(lines) == blocks:
            return
        if begin + end == min(len(lines), blocks):
            # Lines only came or went: a neighbour is written anew with them.
            begin, end = (begin - 1, end) if begin else (begin, end - 1)
        at = self.textCursor().position()
        behind = document.characterCount() - at
        old = self._words(begin, blocks - end)
        self._put(begin, blocks - end, lines[begin : len(lines) - end])
        new = self._words(begin, len(lines) - end)
        same, rest = ends_alike(old, new)
        start = document.findBlockByNumber(begin).position()
        first, last = start + units(new, same), start + units(new, len(new) - rest)
        if stay:
            last = at if at <= first else max(document.characterCount() - behind, first)
        cursor = self.textCursor()
        cursor.setPosition(last)
        self.setTextCursor(cursor)
        self._count()

    def _stands(self, number: int, item: Item) -> bool:
        """Whether a block is what the item would be, written anew."""
        known = self._blocks[number] or self._read(number)
        if len(known.items) != 1 or not _alike(known.items[0], item):
            return False
        # A name typed in braces reads as a bound figure does, and is none yet.
        shown = self.document().findBlockByNumber(number).text()
        return (
            not isinstance(item, Paragraph) or shown == self._session.bound.printed(item.text).text
        )

    def _words(self, first: int, last: int) -> str:
        blocks = map(self.document().findBlockByNumber, range(first, last))
        return "\n".join(block.text() for block in blocks)

    def _put(self, first: int, last: int, items: Sequence[Item]) -> None:
        """Puts items in the place of blocks."""
        self._loading = True
        cursor = QTextCursor(self.document().findBlockByNumber(first))
        cursor.beginEditBlock()  # one change for the layout and for whoever listens, not thousands
        end = self.document().findBlockByNumber(last - 1)
        cursor.setPosition(end.position() + end.length() - 1, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        for number, item in enumerate(items):
            level = item.level if isinstance(item, Paragraph) else 0
            if number:
                cursor.insertBlock()
            cursor.setBlockCharFormat(self._char_format(level))
            if isinstance(item, Paragraph):
                cursor.setBlockFormat(self._block_format(level))
                self._insert_text(cursor, item.text, level)
            else:
                cursor.setBlockFormat(self._picture_format())
                self._insert_item(cursor, item)
        cursor.endEditBlock()
        self._loading = False

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
        made.setProperty(APART, next(_NUMBERS))
        made.setBackground(self._theme.colour("hint_ground"))
        made.setForeground(self._theme.colour("hint"))
        made.setToolTip(f"与表格相连的数字：{name}，随表格自动更新")
        return made

    def _insert_item(
        self, cursor: QTextCursor, item: Picture | Chart, new: Mapping[str, bytes] | None = None
    ) -> None:
        number = next(_NUMBERS)
        natural = QSize()
        if isinstance(item, Picture):
            told = item.alternative or item.caption or "图片"
            natural = pictures.natural_size((new or {}).get(item.picture) or self._data(item))
        else:
            told = self._title(item)
        self._items[number] = _Shown(item, natural)
        made = QTextCharFormat()
        made.setObjectType(pictures.InText.TYPE)
        made.setProperty(ITEM, number)
        made.setToolTip(told)
        cursor.insertText(OBJECT, made)

    def _data(self, item: Picture) -> bytes:
        return self._session.report.pictures.get(item.picture, b"")

    def _title(self, item: Chart) -> str:
        chart = series.chart(self._session.report, item.series)
        return f"图表：{item.caption or ('图表' if chart is None else chart.title)}（随数字更新）"

    def _picture_size(self, shown: QTextFormat) -> QSizeF:
        found, look = self._items.get(shown.intProperty(ITEM)), self._look_here()
        if found is None:
            return QSizeF()
        if isinstance(item := found.item, Picture):
            return pictures.size(found.natural, item.caption, item.width, look)
        return pictures.sign_size(self._title(item), look)

    def _paint_picture(self, shown: QTextFormat) -> QImage:
        found, look = self._items.get(shown.intProperty(ITEM)), self._look_here()
        if found is None:
            return QImage()
        if isinstance(found.item, Picture):
            return pictures.shown(self._data(found.item), found.item, look)
        return pictures.sign(self._title(found.item), look)

    # -- text → report ---------------------------------------------------------------------------

    def written(self) -> Narrative:
        """What stands in the editor, with its bindings and pictures."""
        found: list[Item] = []
        for block in self._known():
            found += block.items
        return _with_extra(self.narrative, _without_end(found))

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

    def _known(self) -> list[_Block]:
        return [known or self._read(number) for number, known in enumerate(self._blocks)]

    def _read(self, number: int) -> _Block:
        block = self.document().findBlockByNumber(number)
        text = block.text()
        read = self._within(block, 0, block.length() - 1)
        letters = len("".join(text.split())) - text.count(OBJECT)
        read = self._blocks[number] = read._replace(letters=letters)
        return read

    def _within(self, block: QTextBlock, begin: int, end: int) -> _Block:
        """What stands between two places of a block, as Qt counts them."""
        found: list[Item] = []
        text: list[str] = []
        bound = False
        # The rest of a heading is no heading.
        level = 0 if begin else block.blockFormat().intProperty(LEVEL)
        for fragment in fragments(block):
            made, shown = fragment.charFormat(), fragment.text()
            first = fragment.position() - block.position()
            shown = shown[
                marks.characters(shown, begin - first) : marks.characters(shown, end - first)
            ]
            if made.hasProperty(ITEM) and OBJECT in shown:
                if "".join(text).strip():
                    found.append(Paragraph("".join(text), level))
                text = []
                known = self._items.get(made.intProperty(ITEM))
                found += [known.item] * shown.count(OBJECT) if known is not None else []
            elif (name := made.stringProperty(BOUND)) and shown == self._session.bound.text(name):
                text.append("{" + name + "}")
                bound = True
            else:
                # An input method may commit a line separator; a paragraph of ours is one line.
                text.append(shown.replace("\u2028", " "))
        line = "".join(text)
        # A paragraph that holds nothing but a picture is that picture.
        if line or not found:
            found.append(Paragraph(line, level))
        return _Block(tuple(found), bound)

    def selected(self) -> Narrative:
        """What is selected: an item for every paragraph that it reaches into."""
        cursor, document = self.textCursor(), self.document()
        begin, end = cursor.selectionStart(), cursor.selectionEnd()
        found: list[Item] = []
        block = document.findBlock(begin)
        while block.isValid() and block.position() <= end:
            first = max(begin - block.position(), 0)
            last = min(end - block.position(), block.length() - 1)
            # Beside a picture the line is broken anyway: there is nothing to take.
            if first < last or not self._only_item(block.text()):
                found += self._within(block, first, last).items
            block = block.next()
        return tuple(found)

    @staticmethod
    def _only_item(text: str) -> bool:
        return bool(text) and not text.replace(OBJECT, "")

    def _edited(self) -> None:
        if self._loading or self._session.read_only:
            return
        block = self.textCursor().blockNumber()
        if block != self._visited_block:
            self._new_step()
            self._visited_block = block
        self._pause.start()
        self._commit("修改正文", self._visit)
        # Beside a picture the words have moved to a paragraph of their own: still the same visit.
        self._visited_block = self.textCursor().blockNumber()

    def _settle_pictures(self) -> None:
        """A picture has a line of its own: what is typed beside it stands before or after it."""
        document = self.document()
        at = self.textCursor().position()
        touched = [number for number, known in enumerate(self._blocks) if known is None]
        self._loading = True
        for number in reversed(touched):
            block = document.findBlockByNumber(number)
            if OBJECT in block.text():
                first, last = block.position(), block.position() + block.length() - 1
                for place in range(last - 1, first, -1):
                    behind = document.characterAt(place - 1) == OBJECT
                    if behind or document.characterAt(place) == OBJECT:
                        cursor = QTextCursor(document)
                        cursor.setPosition(place)
                        cursor.insertBlock()
                        at += at > place or (at == place and behind)
        for number, known in enumerate(self._blocks):
            if known is None:
                block = document.findBlockByNumber(number)
                centred = block.blockFormat().alignment() == Qt.AlignmentFlag.AlignHCenter
                if centred != self._only_item(block.text()):
                    cursor = QTextCursor(block)
                    made = self._block_format(0) if centred else self._picture_format()
                    cursor.setBlockFormat(made)
                    cursor.setBlockCharFormat(self._char_format(0))
        self._loading = False
        if at != self.textCursor().position():
            cursor = self.textCursor()
            cursor.setPosition(at)
            self.setTextCursor(cursor)

    def _dress_changed(self) -> None:
        """A bound figure that was typed over is text from then on, whatever the table says later.

        What was typed beside a picture has its format, and is no picture. Lines that were joined
        look like the one paragraph that they are.
        """
        changed: list[tuple[int, int, QTextCharFormat]] = []
        for number, known in enumerate(self._blocks):
            if known is not None:
                continue
            block = self.document().findBlockByNumber(number)
            plain = self._char_format(block.blockFormat().intProperty(LEVEL))
            for fragment in fragments(block):
                made, shown = fragment.charFormat(), fragment.text()
                item, name = made.hasProperty(ITEM), made.stringProperty(BOUND)
                if item and OBJECT in shown:
                    continue
                if item or (name and shown != self._session.bound.text(name)):
                    made = plain
                elif made.fontWeight() == plain.fontWeight():
                    continue
                else:
                    made.setFontWeight(plain.fontWeight())
                changed.append((fragment.position(), fragment.length(), made))
        self._loading = True
        for position, length, made in changed:
            cursor = QTextCursor(self.document())
            cursor.setPosition(position)
            cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(made)
        self._loading = False

    def _commit(
        self, name: str, visit: object = None, pictures: Mapping[str, bytes] | None = None
    ) -> None:
        self._settle_pictures()
        self._dress_changed()
        section = self._section_with(self.written())
        self._loading = True  # our own change comes back by the signal
        self._session.apply(AddPictures(pictures or {}, section, name), visit)
        self._loading = False
        self._count()

    def _section_with(self, narrative: Narrative) -> Section:
        narrative = _without_end(narrative)
        section = self._session.report.section(self.section)
        if self.part == "body":
            return replace(section, body=narrative)
        return replace(section, notes=narrative)

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
            self._follow(stay=True)

    def _moved(self) -> None:
        if self.textCursor().blockNumber() != self._visited_block:
            self._visited_block = -1

    def _report_changed(self, change: Change) -> None:
        if self._loading:
            return
        if change.cells or "earlier" in change.fields:
            self._refresh_bound()
        if self.section in change.sections and self.written() != self.narrative:
            self._follow()

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
        if stale:
            self._count()

    # -- what the clerk can do -------------------------------------------------------------------

    def set_level(self, level: int, name: str = "修改标题级别") -> None:
        """Makes the selected paragraphs headings or body text; the numbers behind them count on."""
        cursor, document = self.textCursor(), self.document()
        first = document.findBlock(cursor.selectionStart()).blockNumber()
        last = document.findBlock(cursor.selectionEnd()).blockNumber()
        self._new_step()
        self._renumber(range(first, last + 1), level)
        self._commit(name)
        self.outline_changed.emit()

    def _renumber(self, blocks: Sequence[int], level: int) -> None:
        """As `numbering.set_level`; only the numbers are written anew, so that the cursor stays."""
        items = [known.items[0] for known in self._known()]
        self._loading = True
        for at, (old, new) in enumerate(
            zip(items, numbering.set_level(items, blocks, level), strict=True)
        ):
            if not isinstance(old, Paragraph) or not isinstance(new, Paragraph):
                continue
            cursor = QTextCursor(self.document().findBlockByNumber(at))
            if old.text != new.text:
                _, rest = ends_alike(old.text, new.text)
                number = units(old.text, len(old.text) - rest)
                cursor.setPosition(cursor.position() + number, QTextCursor.MoveMode.KeepAnchor)
                cursor.insertText(new.text[: len(new.text) - rest], self._char_format(new.level))
            if at in blocks:
                cursor.setBlockFormat(self._block_format(new.level))
                cursor.setBlockCharFormat(self._char_format(new.level))
        self._loading = False

    def level(self) -> int:
        return self.textCursor().blockFormat().intProperty(LEVEL)

    def insert_figure(self, name: str) -> None:
        shown = self._session.bound.text(name)
        if shown is not None and not self._session.read_only:
            self._new_step()
            cursor = self.textCursor()
            self._loading = True
            cursor.insertText(shown, self._bound_format(name, self.level()))
            cursor.setCharFormat(self._char_format(self.level()))
            self._loading = False
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
        if level:
            text = numbering.without_number(text)
        cursor.insertText(text, self._char_format(level))
        self._loading = False
        self.setTextCursor(cursor)
        if level:
            self._renumber([cursor.blockNumber()], level)
        self._commit("插入写作提示")
        self.setFocus()

    def insert_picture(self, data: bytes, item: Picture | None = None) -> bool:
        """Puts a PNG or JPEG behind the cursor's paragraph; says why not, if not."""
        if self._session.read_only:
            return False
        if refused := pictures.refusal(data):
            self.said.emit(refused)
            return False
        item = item or Picture("", width=pictures.natural_width(data))
        name = _picture_name(data)
        written = self.written()
        before = self.textCursor().blockNumber()
        # An empty line is where the picture was wanted.
        empty = before < len(written) and written[before] == Paragraph("")
        at = min(before + (not empty), len(written))
        changed = (*written[:at], replace(item, picture=name), *written[at + empty :])
        self._new_step()
        self._session.apply(AddPictures({name: data}, self._section_with(changed)))
        self._go_behind(at)
        return True

    def choose_picture(self) -> None:
        """A file, then the dialog; nothing is put in before that says so."""
        from PySide6.QtWidgets import QFileDialog

        from gic_desktop.window.dialogs.picture import PictureDialog

        name, _ = QFileDialog.getOpenFileName(self, "插入图片", "", pictures.FILES)
        if not name:
            return
        data, refused = pictures.read_file(name)
        if refused:
            self.said.emit(refused)
            return
        item = Picture("", width=pictures.natural_width(data))
        dialog = PictureDialog(item, data, self.picture_look(), self, title="插入图片")
        accepted = dialog.exec()
        delete_later(dialog)
        if accepted and isinstance(dialog.item, Picture):
            self.insert_picture(dialog.data, dialog.item)
        self.setFocus()

    def change_picture(self) -> None:
        """The dialog of the picture or chart at the cursor: all that changes there is one step."""
        found = self.picture_at_cursor()
        if found is None or self._session.read_only:
            return
        from gic_desktop.window.dialogs.picture import PictureDialog

        number, item = found
        data, title = b"", ""
        if isinstance(item, Picture):
            data = self._data(item)
        elif (chart := series.chart(self._session.report, item.series)) is not None:
            title = chart.title
        dialog = PictureDialog(item, data, self.picture_look(), self, standard=title)
        accepted = dialog.exec()
        delete_later(dialog)
        if accepted:
            self.set_item(number, dialog.item, dialog.data if dialog.data != data else b"")
        self.setFocus()

    def picture_at_cursor(self) -> tuple[int, Picture | Chart] | None:
        """The picture of the cursor's paragraph, with its place in the narrative."""
        cursor = self.textCursor()
        number = self.document().findBlock(cursor.selectionStart()).blockNumber()
        narrative = self.narrative
        if number < len(narrative) and isinstance(narrative[number], Picture | Chart):
            item = narrative[number]
            assert isinstance(item, Picture | Chart)
            return number, item
        return None

    def set_item(self, number: int, item: Item | None, data: bytes = b"") -> None:
        """Replaces (or removes) a picture: its words, its width, or with `data` what is seen."""
        narrative = list(self.narrative)
        if isinstance(item, Picture) and data:
            item = replace(item, picture=_picture_name(data))
        if narrative[number] == item:
            return
        narrative[number : number + 1] = [] if item is None else [item]
        section = self._section_with(tuple(narrative))
        name = "删除图片" if item is None else "修改图片"
        self._new_step()
        new = {item.picture: data} if isinstance(item, Picture) and data else {}
        self._session.apply(AddPictures(new, section, name))
        if item is not None:
            self.select_picture(number)

    def remove_picture(self) -> None:
        found = self.picture_at_cursor()
        if found is not None and not self._session.read_only:
            self.set_item(found[0], None)

    def move_picture(self, by: int) -> None:
        """Changes places with what stands before (-1) or after it (1)."""
        found = self.picture_at_cursor()
        if found is not None:
            self._move_item(found[0], found[0] + by)

    def _move_item(self, number: int, to: int) -> None:
        narrative = list(self.narrative)
        if not 0 <= to < len(narrative) or to == number or self._session.read_only:
            return
        narrative.insert(to, narrative.pop(number))
        self._new_step()
        self._session.apply(SetSection(self._section_with(tuple(narrative)), "移动图片"))
        self.select_picture(to)

    def select_picture(self, paragraph: int) -> None:
        """As a click on it does."""
        cursor = QTextCursor(self.document().findBlockByNumber(paragraph))
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def _go_behind(self, paragraph: int) -> None:
        cursor = QTextCursor(self.document().findBlockByNumber(paragraph))
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def _picture_selected(self) -> bool:
        return self.textCursor().selectedText() == OBJECT

    def _picture_under(self, point: QPoint) -> int:
        """The paragraph of the picture at a place of the window; -1 beside every picture."""
        block = self.cursorForPosition(point).block()
        if not self._only_item(block.text()):
            return -1
        cursor = QTextCursor(block)
        left = self.cursorRect(cursor)
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock)
        right = self.cursorRect(cursor)
        inside = left.left() <= point.x() <= right.left()
        return block.blockNumber() if inside and left.top() <= point.y() <= left.bottom() else -1

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
        if end > 0 and self._only_item(block.text()):
            # Its words stand in the picture: it is what can be seen and changed.
            cursor.movePosition(cursor.MoveOperation.EndOfBlock, cursor.MoveMode.KeepAnchor)
        elif start > 0 or end > 0:
            cursor.setPosition(block.position() + units(block.text(), start))
            cursor.setPosition(
                block.position() + units(block.text(), end), QTextCursor.MoveMode.KeepAnchor
            )
        self.setTextCursor(cursor)
        self.setFocus()
        self.ensureCursorVisible()

    # -- marks -----------------------------------------------------------------------------------

    def underline(self) -> None:
        """Lines below the words that a check speaks of."""
        self._marks = marks.marks_of(self._session, self.section, self.part)
        self.setExtraSelections(marks.lines_below(self.document(), self._marks, self._theme))

    def length(self) -> int:
        """Characters that are read: neither blanks nor pictures."""
        return sum(block.letters for block in self._known())

    def _count(self) -> None:
        self.counted.emit(self.length())

    # -- Qt --------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if keys.undone(event, self._session):
            self._visit = object()
            return
        if (level := keys.level(event)) is not None and not self.isReadOnly():
            self.set_level(level)
            return
        event = keys.paragraph(event)
        if self._picture_key(event):
            return
        self._leave_figure()
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self.isReadOnly():
            self._line_ended()

    def _line_ended(self) -> None:
        """After a heading comes body text; a line that reads as a heading is one, as in Word."""
        cursor = self.textCursor()
        above = cursor.block().previous()
        if not above.isValid() or not cursor.atBlockEnd():
            return
        if above.blockFormat().intProperty(LEVEL):
            cursor.setBlockFormat(self._block_format(0))
            cursor.setBlockCharFormat(self._char_format(0))
            self.setCurrentCharFormat(self._char_format(0))
            self._commit("修改正文", self._visit)
        elif (
            self.part == "body"
            and (level := heading_level(above.text())) > 1
            and not cursor.block().text()
        ):
            # A step of its own: who wants the line as it was takes back no more than this.
            self._new_step()
            self._renumber([above.blockNumber()], level)
            self._commit("设为标题")
            self.outline_changed.emit()
            self._new_step()

    def _leave_figure(self) -> None:
        """What is typed beside a bound figure is no part of it; what is selected stays as it is."""
        if self.currentCharFormat().hasProperty(BOUND) and not self.textCursor().hasSelection():
            self.setCurrentCharFormat(self._char_format(self.level()))

    def _picture_key(self, event: QKeyEvent) -> bool:
        """Enter on a picture opens its dialog; deleting towards one selects it first."""
        cursor, key = self.textCursor(), event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            alt = event.modifiers() == Qt.KeyboardModifier.AltModifier
            plain = event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            )
            before = not cursor.hasSelection() and cursor.atBlockStart()
            wanted = alt or (plain and (before or self._picture_selected()))
            if wanted and self.picture_at_cursor() is not None and not self._session.read_only:
                self.change_picture()
                return True
        if cursor.hasSelection() or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            return False
        # Words and a picture never share a line, so that there is nothing to join.
        if key == Qt.Key.Key_Backspace and cursor.atBlockStart():
            other = cursor.block().previous()
        elif key == Qt.Key.Key_Delete and cursor.atBlockEnd():
            other = cursor.block().next()
        else:
            return False
        if not (other.isValid() and cursor.block().text() and self._only_item(other.text())):
            return False
        self.select_picture(other.blockNumber())
        return True

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if event.button() == Qt.MouseButton.LeftButton and not self.textCursor().hasSelection():
            found = self._picture_under(event.position().toPoint())
            if found >= 0:
                self.select_picture(found)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        found = self._picture_under(event.position().toPoint())
        if found < 0 or event.button() != Qt.MouseButton.LeftButton:
            super().mouseDoubleClickEvent(event)
            return
        self.select_picture(found)
        self.change_picture()

    def createMimeDataFromSelection(self) -> QMimeData:
        return clipboard.Copied(self._session.report, self.selected(), self._session.bound.text)

    def dropEvent(self, event: QDropEvent) -> None:
        """Done here and not by Qt, which would open and close an edit around ours."""
        super().dragLeaveEvent(QDragLeaveEvent())  # the text no longer scrolls under the mouse
        data, at = event.mimeData(), self.cursorForPosition(event.position().toPoint())
        if self.isReadOnly() or not self.canInsertFromMimeData(data):
            event.ignore()
            return
        source = _editor_of(event.source())
        moves = event.proposedAction() == Qt.DropAction.MoveAction
        if source is not None and moves and source.shows(self._session):
            # What is moved is gone there already: Qt, told of a move, would take away what it believes is.
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self._take_from(source, at)
            return
        event.acceptProposedAction()
        self.setTextCursor(at)
        self.insertFromMimeData(data)

    def _take_from(self, source: "NarrativeEditor", at: QTextCursor) -> None:
        """What is selected there stands here from now on: one step, and nothing is lost."""
        taken, items = source.textCursor(), source.selected()
        begin, end = taken.selectionStart(), taken.selectionEnd()
        if source is not self or not begin <= at.position() <= end:
            self._new_step()
            if source is self and len(items) == 1 and not isinstance(items[0], Paragraph):
                to = min(at.blockNumber(), len(self.narrative) - 1)
                self._move_item(self.document().findBlock(begin).blockNumber(), to)
                return
            visit = object()
            source.take_out(visit)
            self.setTextCursor(at)
            self._insert(items, _MOVED, visit)

    def shows(self, session: Session) -> bool:
        return self._session is session

    def take_out(self, visit: object) -> None:
        """Removes what is selected."""
        self._loading = True
        self.textCursor().removeSelectedText()
        self._loading = False
        self._commit(_MOVED, visit)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._leave_figure()
        super().inputMethodEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The cursor stays at its height, however the lines break anew; out of sight, the first line."""
        cursor = self.textCursor()
        seen = self.cursorRect().intersects(QRect(QPoint(), event.oldSize()))
        if not seen:
            cursor = self.cursorForPosition(QPoint())
        top = self.cursorRect(cursor).top()
        super().resizeEvent(event)
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + self.cursorRect(cursor).top() - top)
        if seen:
            self.ensureCursorVisible()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._new_step()
        super().focusOutEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() or source.hasHtml() or source.hasImage() or source.hasUrls()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Text without fonts and colours, levels from its numbers; pictures by their bytes."""
        if (piece := clipboard.pasted(source, self._session.bound.text)) is not None:
            self._paste(piece)
            return
        if source.hasImage() and not source.hasText():
            image = source.imageData()
            if isinstance(image, QImage) and self.insert_picture(clipboard.png(image)):
                self.said.emit(_INSERTED)
            return
        files = [
            u for u in source.urls() if u.fileName().lower().endswith((".png", ".jpg", ".jpeg"))
        ]
        for file in files:
            # Nothing is fetched from another computer because a clipboard says where it lies.
            here = file.isLocalFile() and not file.host()
            data, refused = pictures.read_file(file.toLocalFile()) if here else (b"", _ELSEWHERE)
            if refused:
                self.said.emit(refused)
            elif self.insert_picture(data):
                self.said.emit(_INSERTED)
        if not files:
            if words := clipboard.words(source):
                self._insert(clipboard.from_lines(words), "粘贴文字")
            if "<img" in source.html():
                self.said.emit(_NOT_TAKEN)
            elif not words:
                self.said.emit(_NO_WORDS)

    def _paste(self, piece: clipboard.Piece) -> None:
        if len(piece.items) == 1 and isinstance(piece.items[0], Picture):
            self.insert_picture(piece.pictures[piece.items[0].picture], piece.items[0])
            return
        refused = {name: pictures.refusal(data) for name, data in piece.pictures.items()}
        items = [i for i in piece.items if not (isinstance(i, Picture) and refused[i.picture])]
        if said := next(filter(None, refused.values()), ""):
            self.said.emit(said)
        kept = {name: data for name, data in piece.pictures.items() if not refused[name]}
        self._insert(items, "粘贴文字和图片" if kept else "粘贴文字", pictures=kept)

    def _insert(
        self,
        items: Sequence[Item],
        name: str,
        visit: object = None,
        pictures: Mapping[str, bytes] | None = None,
    ) -> None:
        """Puts items in the place of the selection; the first and the last join what stands there."""
        if not items or self._session.read_only:
            return
        if visit is None:
            self._new_step()
        self._loading = True
        cursor = self.textCursor()
        cursor.beginEditBlock()
        cursor.removeSelectedText()
        before, behind = not cursor.atBlockStart(), not cursor.atBlockEnd()
        there = self.level()
        picture_next = not before and self._only_item(cursor.block().text())
        apart = picture_next and isinstance(items[-1], Paragraph)
        if apart:
            items = (*items, Paragraph(""))  # the line of the picture
        alone = len(items) == 1
        for number, item in enumerate(items):
            if number:
                cursor.insertBlock()
            if not isinstance(item, Paragraph):
                cursor.setBlockFormat(self._picture_format())
                self._insert_item(cursor, item, pictures)
                continue
            if number:
                # An empty last one only breaks the line: what stood behind the cursor stays what it was.
                keeps = number == len(items) - 1 and not item.text and behind and not before
            else:
                keeps = before or (alone and (behind or not item.level))
            level = there if keeps else item.level
            cursor.setBlockFormat(self._block_format(level))
            cursor.setBlockCharFormat(self._char_format(level))
            self._insert_text(cursor, item.text, level)
        if apart:
            cursor.movePosition(QTextCursor.MoveOperation.Left)
        cursor.endEditBlock()
        self._loading = False
        self.setTextCursor(cursor)
        self._commit(name, visit, pictures)
        self.ensureCursorVisible()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        at: QPoint = event.pos()
        if (picture := self._picture_under(at)) >= 0:
            self.select_picture(picture)
        menu = self.createStandardContextMenu()
        keys.undo_in_menu(menu, self._session)
        position = self.cursorForPosition(at).position()
        first = menu.actions()[0]
        if self.picture_at_cursor() is not None and not self._session.read_only:
            for action in self.picture_actions(menu):
                menu.insertAction(first, action)
            menu.insertSeparator(first)
        marks.add_actions(menu, self._session, self.document(), self._marks, position)
        menu.exec(event.globalPos())

    def picture_actions(self, menu: QMenu) -> list[QAction]:
        """What can be done with the picture at the cursor."""
        made = []
        for name, run in (
            ("图片说明和大小…", self.change_picture),
            ("上移图片", lambda: self.move_picture(-1)),
            ("下移图片", lambda: self.move_picture(1)),
            ("删除图片", self.remove_picture),
        ):
            made.append(QAction(name, menu))
            made[-1].triggered.connect(lambda _=False, do=run: do())
        return made


def _without_end(items: Sequence[Item]) -> Narrative:
    """Empty lines at the end are no part of a text."""
    end = len(items)
    while end and isinstance(last := items[end - 1], Paragraph) and not last.text:
        end -= 1
    return tuple(items[:end])


def _with_extra(before: Narrative, after: Narrative) -> Narrative:
    """Paragraphs keep what later versions added to them, wherever lines came or went around them."""
    begin, end = ends_alike(before, after, _alike)
    old, new = before[begin : len(before) - end], after[begin : len(after) - end]
    if len(old) == len(new):
        new = tuple(
            replace(item, extra=known.extra)
            if isinstance(item, Paragraph) and isinstance(known, Paragraph)
            else item
            for known, item in zip(old, new, strict=True)
        )
    return (*before[:begin], *new, *before[len(before) - end :])


def _alike(old: Item, item: Item) -> bool:
    if isinstance(old, Paragraph) and isinstance(item, Paragraph):
        return old.text == item.text and old.level == item.level
    return old == item


def fragments(block: QTextBlock) -> Iterator[QTextFragment]:
    iterator = block.begin()
    while not iterator.atEnd():
        yield iterator.fragment()
        iterator += 1


def _picture_name(data: bytes) -> str:
    return sha256(data)[:16]


def _editor_of(source: QObject | None) -> NarrativeEditor | None:
    """The text that something is dragged out of; Qt names its viewport."""
    while source is not None and not isinstance(source, NarrativeEditor):
        source = source.parent()
    return source
