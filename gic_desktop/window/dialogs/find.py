"""查找和替换 over all sections: one by one, or all at once as one step.

Pictures are looked through too: their captions, which are printed, and what is read out for them.
"""

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from gic_desktop.report.edits import Edit, SetField, SetSection, Several, set_narrative
from gic_desktop.report.narrative import Chart, Item, Narrative, Paragraph, Picture
from gic_desktop.report.place import Part, Place
from gic_desktop.values import replace
from gic_desktop.window.narrative.editor import NarrativeEditor
from gic_desktop.window.narrative.marks import characters
from gic_desktop.window.session import Session

_NO_WORDS = {"\u2029", "\u2028", "\n", "\ufffc"}
"""Of several paragraphs, or of a picture: nothing that could be looked for."""


def places_of(session: Session, wanted: str) -> list[Place]:
    """Where the words stand in the printed text, in print order."""
    report = session.report
    narratives: list[tuple[str, Part, Narrative]] = [("preamble", "body", report.preamble)]
    for section in report.form.sections:
        written = report.section(section.id)
        narratives += [(section.id, "body", written.body), (section.id, "notes", written.notes)]
    found = []
    for section_id, part, narrative in narratives:
        for number, item in enumerate(narrative):
            text = _words(item, session)
            start = text.find(wanted)
            while start >= 0:
                found.append(Place(section_id, "", part, number, start, start + len(wanted)))
                start = text.find(wanted, start + len(wanted))
    return found


def _words(item: Item, session: Session) -> str:
    if isinstance(item, Paragraph):
        return session.bound.printed(item.text).text
    return f"{item.caption}\n{item.alternative}" if isinstance(item, Picture) else item.caption


def _with_words(item: Picture | Chart, words: str) -> Picture | Chart:
    caption, _, alternative = words.partition("\n")
    if isinstance(item, Chart):
        return replace(item, caption=caption)
    return replace(item, caption=caption, alternative=alternative)


def _replaced(narrative: Narrative, wanted: str, by: str, session: Session) -> Narrative:
    """A figure that follows the table keeps its name, whatever that is made of."""

    def changed(item: Item) -> Item:
        if not isinstance(item, Paragraph):
            return _with_words(item, _words(item, session).replace(wanted, by))
        text, made, done = item.text, [], 0
        for _, (start, end), _ in session.bound.printed(text).bound:
            made += [text[done:start].replace(wanted, by), text[start:end]]
            done = end
        return replace(item, text="".join(made) + text[done:].replace(wanted, by))

    return tuple(map(changed, narrative))


def replace_all(session: Session, wanted: str, by: str) -> Several:
    report = session.report
    edits: list[Edit] = []
    preamble = _replaced(report.preamble, wanted, by, session)
    if preamble != report.preamble:
        edits.append(SetField("preamble", preamble))
    for section in report.sections:
        changed = replace(
            section,
            body=_replaced(section.body, wanted, by, session),
            notes=_replaced(section.notes, wanted, by, session),
        )
        if changed != section:
            edits.append(SetSection(changed))
    return Several(tuple(edits), "全部替换")


def replace_one(session: Session, place: Place, by: str) -> Edit | None:
    """The words at one place; None when a figure that follows the table is among them."""
    report = session.report
    narrative = report.narrative(place.section, place.part)
    item = narrative[place.paragraph]
    one: Item
    if isinstance(item, Paragraph):
        written = session.bound.printed(item.text)
        if any(start < place.end and place.start < end for _, _, (start, end) in written.bound):
            return None
        start, end = written.raw_position(place.start), written.raw_position(place.end)
        one = replace(item, text=item.text[:start] + by + item.text[end:])
    else:
        words = _words(item, session)
        one = _with_words(item, words[: place.start] + by + words[place.end :])
    made = (*narrative[: place.paragraph], one, *narrative[place.paragraph + 1 :])
    return set_narrative(report, place.section, place.part, made, "替换")


def _where(widget: QWidget | None) -> Place | None:
    if not isinstance(widget, NarrativeEditor):
        return None
    cursor = widget.textCursor()
    block = widget.document().findBlock(cursor.selectionStart())
    start = characters(block.text(), cursor.selectionStart() - block.position())
    return Place(widget.section, "", widget.part, block.blockNumber(), start)


class FindDialog(QDialog):
    found = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._at = -1
        self._shown: Place | None = None
        self._from: Place | None = None
        self.setWindowTitle("查找和替换")
        self.setModal(False)
        column = QVBoxLayout(self)
        fields = QFormLayout()
        self.wanted, self.by = QLineEdit(), QLineEdit()
        fields.addRow("查找", self.wanted)
        fields.addRow("替换为", self.by)
        column.addLayout(fields)
        self.said = QLabel()
        self.said.setProperty("faint", True)
        column.addWidget(self.said)
        row = QHBoxLayout()
        for text, run in (
            ("上一处", lambda: self.go(-1)),
            ("下一处", lambda: self.go(1)),
            ("替换", self.replace_one),
            ("全部替换", self.replace_all),
        ):
            button = QPushButton(text)
            button.setAutoDefault(text == "下一处")
            button.clicked.connect(run)
            row.addWidget(button)
        column.addLayout(row)
        self.wanted.textChanged.connect(self._restart)

    def ask(self) -> None:
        """Ctrl+F, also a second time: what stands there can be typed over.

        What is selected in a text is what is looked for, as in Word.
        """
        there = QApplication.focusWidget()
        self._from = _where(there)
        self._at = -1
        if isinstance(there, QTextEdit | QPlainTextEdit):
            words = there.textCursor().selectedText()
            if words.strip() and not set(words) & _NO_WORDS:
                self.wanted.setText(words)
        if not self.isVisible() and (window := self.parentWidget()) is not None:
            # In the corner of the window, not on the words that are found.
            self.adjustSize()
            corner = QPoint(self.width() + 24, self.height() + 48)
            self.move(window.mapToGlobal(window.rect().bottomRight()) - corner)
        self.show()
        self.raise_()
        self.activateWindow()
        self.wanted.setFocus()
        self.wanted.selectAll()

    def _restart(self) -> None:
        self._at = -1
        self._shown = None
        count = len(places_of(self._session, self.wanted.text())) if self.wanted.text() else 0
        self.said.setText(f"共 {count} 处" if self.wanted.text() else "")

    def go(self, by: int) -> None:
        places = places_of(self._session, self.wanted.text()) if self.wanted.text() else []
        if not places:
            self.said.setText("没有找到。")
            return
        if self._at < 0:
            # From where the cursor stood, round the whole report.
            self._at = self._first(places) - (by > 0)
        self._at = (self._at + by) % len(places)
        self.said.setText(f"第 {self._at + 1} 处，共 {len(places)} 处")
        self._show(places[self._at])

    def _first(self, places: list[Place]) -> int:
        if (there := self._from) is None:
            return 0
        order = ["preamble", *(section.id for section in self._session.report.form.sections)]

        def key(place: Place) -> tuple[int, bool, int, int]:
            return order.index(place.section), place.part == "notes", place.paragraph, place.start

        return next((n for n, place in enumerate(places) if key(place) >= key(there)), 0)

    def _show(self, place: Place) -> None:
        self._shown = place
        narrative = self._session.report.narrative(place.section, place.part)
        item = narrative[place.paragraph]
        if not isinstance(item, Paragraph):
            where = "说明文字" if place.start <= len(item.caption) else "替代文字"
            kind = "图片" if isinstance(item, Picture) else "图表"
            self.said.setText(f"{self.said.text()}，在{kind}的{where}中")
        self.found.emit(place)

    def replace_one(self) -> None:
        """The one that is shown, and on to the next, which is then shown before it is replaced."""
        shown, by = self._shown, self.by.text()
        if self._session.read_only:
            return
        places = places_of(self._session, self.wanted.text()) if self.wanted.text() else []
        if shown is None or shown not in places:
            self.go(1)
            return
        self._at = places.index(shown)
        edit = replace_one(self._session, shown, by)
        if edit is None:
            self.said.setText("这里有与表格相连的数字，没有替换。")
            return
        self._session.apply(edit)
        left = places_of(self._session, self.wanted.text())
        self._shown = None
        if not left:
            self.said.setText("已替换，没有下一处了。")
            return
        # What was put in its place is not looked through again.
        self._at += sum(
            replace(one, start=shown.start, end=shown.end) == shown
            and one.start < shown.start + len(by)
            for one in left[self._at :]
        )
        self._at %= len(left)
        self.said.setText(f"已替换；第 {self._at + 1} 处，共 {len(left)} 处")
        self._show(left[self._at])

    def replace_all(self) -> None:
        wanted = self.wanted.text()
        if not wanted or self._session.read_only:
            return
        count = len(places_of(self._session, wanted))
        self._session.apply(replace_all(self._session, wanted, self.by.text()))
        left = len(places_of(self._session, wanted)) if wanted not in self.by.text() else 0
        note = f"，另有 {left} 处是与表格相连的数字，没有替换" if left else ""
        self.said.setText(f"已替换 {count - left} 处{note}。")
