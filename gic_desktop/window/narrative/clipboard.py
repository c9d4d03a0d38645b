"""What is copied out of a text and pasted into one: paragraphs, figures bound to cells, pictures.

For another text of this program it is a project file that holds nothing else, and is read with the
distrust and the limits of one: any program may have put it there. For other programs it is HTML and
plain text. Of what others copy, the words and the pixels are taken; no address in it is followed.
"""

import contextlib
import re
from collections.abc import Callable, Mapping
from html import escape

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMetaType, QMimeData
from PySide6.QtGui import QImage

from gic_desktop.digest import sha256
from gic_desktop.report.narrative import (
    Chart,
    Item,
    Narrative,
    Paragraph,
    Picture,
    heading_level,
    printed,
)
from gic_desktop.report.report import Report, Section
from gic_desktop.store import gicr
from gic_desktop.store.faults import WriteFailed
from gic_desktop.values import Struct, replace
from gic_desktop.window.narrative import pictures

MIME = "application/x-gicr-narrative"
TEXT, HTML, IMAGE = "text/plain", "text/html", "application/x-qt-image"
OBJECT = "\ufffc"
"""Stands for a picture in the text of a document."""
_SHOWN = "shown"
_LINE_END = "\r\n|[\r\n\x0b\x0c\x85\u2028\u2029]"
"""Word's Shift+Enter and new page among them."""
_LIST = (
    "^\\s*(?:[\uf000-\uf0ff·•●■◆○§Ølnquvü]\t\\s*"
    "|((?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十0-9]{1,3}[）)]|[0-9]{1,2}[.．、]))\t\\s*)"
)
"""What Word writes before an item of its lists: a sign in one of its fonts for signs, or a number."""
_JUNK = str.maketrans(
    "\t\xa0\u2002\u2003\u2009\u2028\u2029", " " * 7, "\n\r\u200b\ufeff\u00ad\x0b\x0c\0" + OBJECT
)

Figures = Callable[[str], str | None]


class Piece(Struct, frozen=True):
    """A part of a text; where it begins within a paragraph, or ends within one, that is no heading."""

    items: Narrative
    pictures: Mapping[str, bytes]


class Copied(QMimeData):
    """What `pasted` takes, packed when it is asked for; pictures that the report has lost are left out.

    Under X11 a mere selection is offered to all programs, and nearly always nobody asks.
    """

    def __init__(self, report: Report, items: Narrative, figure: Figures) -> None:
        super().__init__()
        self._report, self._figure = report, figure
        self._items = tuple(
            i for i in items if not (isinstance(i, Picture) and i.picture not in report.pictures)
        )
        self._lines = [i.text for i in self._items if isinstance(i, Paragraph)]
        first = self._items[0] if len(self._items) == 1 else None
        self._picture = report.pictures[first.picture] if isinstance(first, Picture) else b""

    def formats(self) -> list[str]:
        text = [TEXT] if self._lines else []
        return [*text, HTML, *([IMAGE] if self._picture else []), MIME]

    def retrieveData(self, kind: str, _wanted: QMetaType | QMetaType.Type) -> object:
        if kind == TEXT:
            return "\n".join(printed(text, self._figure).text for text in self._lines)
        if kind == HTML:
            return "".join(_html(item, self._report, self._figure) for item in self._items)
        if kind == IMAGE and self._picture:
            return pictures.decoded(self._picture)
        return QByteArray(self._project()) if kind == MIME else None

    def _project(self) -> bytes:
        report, figure = self._report, self._figure
        bound = [name for text in self._lines for name, *_ in printed(text, figure).bound]
        alone = Report(
            report.form_id,
            report.year,
            "",
            (Section(report.form.sections[0].id, self._items),),
            pictures=report.pictures,
            # Another report may not know a name, and says then what this one does.
            settings={_SHOWN: {name: figure(name) for name in bound}},
        )
        # More than a project can hold: what other programs get will have to do.
        with contextlib.suppress(WriteFailed):
            return gicr.write(alone)
        return b""


def _html(item: Item, report: Report, figure: Figures) -> str:
    if isinstance(item, Paragraph):
        tag = f"h{item.level}" if item.level else "p"
        return f"<{tag}>{escape(printed(item.text, figure).text)}</{tag}>"
    words = f'<p align="center">{escape(item.caption)}</p>' if item.caption else ""
    if isinstance(item, Chart):
        return words
    data = report.pictures[item.picture]
    source = f"data:{gicr.picture_type(data)};base64,{QByteArray(data).toBase64().toStdString()}"
    said = escape(item.alternative or item.caption)
    width = pictures.NATURAL * item.width // 100
    return f'<p align="center"><img src="{source}" alt="{said}" width="{width}"></p>{words}'


def pasted(source: QMimeData, figure: Figures) -> Piece | None:
    """A part of a text of this program, of whichever of its windows; None when it is none."""
    if not source.hasFormat(MIME):
        return None
    try:
        alone = gicr.read(bytes(source.data(MIME).data())).report
    except (gicr.DamagedProject, RecursionError):
        return None
    names = {name: sha256(data)[:16] for name, data in alone.pictures.items()}
    shown = alone.settings.get(_SHOWN)

    def unknown_here(name: str) -> str | None:
        said = shown.get(name) if isinstance(shown, dict) and figure(name) is None else None
        return clean_line(said) if isinstance(said, str) else None

    def own(item: Item) -> Item:
        if isinstance(item, Paragraph):
            return replace(item, text=printed(clean_line(item.text), unknown_here).text)
        item = replace(item, caption=" ".join(item.caption.split()))
        if isinstance(item, Picture):
            said = " ".join(item.alternative.split())
            item = replace(item, picture=names[item.picture], alternative=said)
        return item

    items = tuple(map(own, alone.sections[0].body))
    return Piece(items, {names[n]: data for n, data in alone.pictures.items()}) if items else None


def words(source: QMimeData) -> str:
    """The words that another program copied, also where it offers a web page and no text.

    Read with the importer's limits: Qt takes minutes over a page that was made for it.
    """
    if source.hasText() or not source.hasHtml():
        return source.text()
    from gic_desktop.imports import source as read
    from gic_desktop.imports.sources.html import html_source

    lines: list[str] = []
    with contextlib.suppress(read.ImportRefused):
        for item in html_source(source.html(), read.Budget(), fragment=True).items:
            if isinstance(item, read.Paragraph):
                lines.append(item.text)
            elif isinstance(item, read.Grid):
                lines += ["\t".join(cell.text for cell in row) for row in item.rows()]
    return "\n".join(lines)


def from_lines(text: str) -> Narrative:
    """Words of another program: without what it hides among them; several lines are paragraphs."""
    lines = [clean_line(re.sub(_LIST, r"\1", line)) for line in re.split(_LINE_END, text)]
    if len(lines) == 1:
        return (Paragraph(lines[0]),)  # for the middle of a sentence: its blanks are its own
    stripped = (line.strip(" \u3000") for line in lines)
    return tuple(Paragraph(line, heading_level(line)) for line in stripped if line)


def clean_line(line: str) -> str:
    """What Word and web pages leave in a line that no clerk typed."""
    return line.translate(_JUNK)


def png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())
