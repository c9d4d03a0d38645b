"""Lines below words: waves where a check speaks of them, dots where a number could follow a table.

A mark stands at places of the text as its editor shows it, in characters; Qt counts otherwise.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtGui import QAction, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QMenu, QTextEdit

from gic_desktop.checks.finding import Finding
from gic_desktop.report.edits import Edit
from gic_desktop.report.place import Part
from gic_desktop.window.finding_row import token, words
from gic_desktop.window.session import Session
from gic_desktop.window.theme import Theme

if TYPE_CHECKING:
    from gic_desktop.checks.figures_in_text import Offer

BIND_ALL = "{} 个数字改为随表格更新"
BIND_WHY = "这些数字与表格中的相同（已用点线标出）。改为随表格更新后，表格改动时文字自动跟着改。"
_LONGEST = 60


class Mark(NamedTuple):
    paragraph: int
    start: int
    end: int
    about: "Finding | Offer"


def marks_of(session: Session, section: str, part: Part) -> list[Mark]:
    """The checks' marks first, in their order, then the offers'."""
    made = []
    for finding in session.findings:
        place = finding.place
        if (place.section, place.part) == (section, part) and place.start >= 0:
            for start, end in finding.stretches or ((place.start, place.end),):
                made.append(Mark(place.paragraph, start, end, finding))
    for offer in session.offers:
        place = offer.place
        if (place.section, place.part) == (section, part):
            made.append(Mark(place.paragraph, place.start, place.end, offer))
    return made


def lines_below(
    document: QTextDocument, marks: Iterable[Mark], theme: Theme
) -> list[QTextEdit.ExtraSelection]:
    found = []
    for mark in marks:
        block = document.findBlockByNumber(mark.paragraph)
        text = block.text()
        if not block.isValid() or mark.start >= len(text):
            continue
        made = QTextEdit.ExtraSelection()
        cursor = QTextCursor(block)
        cursor.setPosition(block.position() + units(text, mark.start))
        last = block.position() + units(text, mark.end)
        cursor.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
        made.cursor = cursor  # type: ignore[attr-defined]
        made.format = _line(mark.about, theme)  # type: ignore[attr-defined]
        found.append(made)
    return found


def _line(about: "Finding | Offer", theme: Theme) -> QTextCharFormat:
    made = QTextCharFormat()
    if isinstance(about, Finding):
        made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
        made.setUnderlineColor(theme.colour(token(about)))
        made.setToolTip(words(about))
    else:
        made.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
        made.setUnderlineColor(theme.colour("hint"))
        made.setToolTip(f"与表格的“{about.name}”相同，按右键可改为随表格更新")
    return made


def add_actions(
    menu: QMenu, session: Session, document: QTextDocument, marks: Iterable[Mark], position: int
) -> None:
    """Puts what can be done about the marks at a place of the document above the rest of a menu."""
    block = document.findBlock(position)
    inside = characters(block.text(), position - block.position())
    here: dict[int, Finding | Offer] = {}
    for mark in marks:
        if mark.paragraph == block.blockNumber() and mark.start <= inside <= mark.end:
            here[id(mark.about)] = mark.about
    first = menu.actions()[0]
    edit: Edit | None
    # Offers stand above: choosing one is what the dots are for.
    for about in sorted(here.values(), key=lambda one: isinstance(one, Finding)):
        action = QAction(menu)
        if not isinstance(about, Finding):
            action.setText(f"改为随表格更新：{about.name}")
            edit = about.edit
        elif about.repair is not None:
            action.setText(f"{about.repair.label}：{about.message}"[:_LONGEST])
            edit = about.repair.edit
        else:
            action.setText(about.message[:_LONGEST])
            edit = None
        action.setEnabled(edit is not None and not session.read_only)
        if edit is not None:
            action.triggered.connect(lambda _=False, e=edit: session.apply(e))
        menu.insertAction(first, action)


def units(text: str, characters: int) -> int:
    """Qt counts in UTF-16: a rare character (𬭎 in a person's name) is two."""
    before = text[: max(characters, 0)]
    return len(before) if before.isascii() else len(before.encode("utf-16-le")) // 2


def characters(text: str, units: int) -> int:
    """The way back: how many characters stand before a place that Qt counted."""
    return len(text.encode("utf-16-le")[: 2 * max(units, 0)].decode("utf-16-le", "ignore"))
