"""Placed marks: what the layout hands to a writer, and knows nothing of any file format.

Lengths are points; x runs right and y runs down from the page's top left corner. A text's y is its
baseline. `node` is the index of the mark's element in `Pages.nodes`, or ARTIFACT for what a screen
reader passes over (rules, page numbers, repeated headers). `place` and `offset` lead back into the
report: character `i` of the mark is character `offset + i` of the place's printed text.

A layout fills them in as it goes: none is a value, each is itself alone.
"""

from collections.abc import Iterator
from typing import Literal

from gic_desktop.output.fonts import visible
from gic_desktop.output.typeset.faces import Face
from gic_desktop.report.place import Place
from gic_desktop.values import Struct, field, replace

ARTIFACT = -1
NOWHERE = Place()

Kind = Literal[
    "Document", "H1", "H2", "H3", "H4", "H5", "P", "Table", "TR", "TH", "TD", "Figure", "Caption"
]


class Text(Struct, eq=False):
    """Characters of one face on one baseline.

    After each character but the last the pen moves by its advance plus `spacing`; `kerns` names
    further movements, (index, points), after single characters. `angle` turns the text clockwise
    about its origin.
    """

    x: float
    y: float
    face: Face
    size: float
    text: str
    width: float
    node: int = ARTIFACT
    spacing: float = 0.0
    kerns: tuple[tuple[int, float], ...] = ()
    angle: int = 0
    gray: float = 0.0
    place: Place = NOWHERE
    offset: int = 0

    def stops(self) -> list[float]:
        """The pen's position before each character and after the last, from the text's origin."""
        face, size, moves = self.face, self.size / 1000, dict(self.kerns)
        at, stops = 0.0, [0.0]
        for index, character in enumerate(self.text):
            if visible(character):
                at += face.advance(face.glyph(ord(character))) * size
            at += self.spacing + moves.get(index, 0.0)
            stops.append(at)
        stops[-1] -= self.spacing
        return stops


class Rule(Struct, eq=False):
    """A horizontal or vertical line of a table."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: float


class Image(Struct, eq=False):
    """A raster picture, scaled to the given size; y is its top."""

    x: float
    y: float
    width: float
    height: float
    data: bytes
    node: int
    place: Place = NOWHERE


class Polygon(Struct, eq=False):
    """A filled or stroked outline of a drawing (`closed` joins the last point to the first)."""

    points: tuple[tuple[float, float], ...]
    fill: tuple[float, float, float] | None
    stroke: tuple[float, float, float] | None
    width: float
    closed: bool
    node: int
    dash: tuple[float, ...] = ()


class Stack(Struct, eq=False):
    """Texts that read as one: a vertical label's characters, a label's lines in a narrow cell."""

    texts: list[Text]
    actual: str
    node: int


Mark = Text | Stack | Rule | Image | Polygon


class Node(Struct, eq=False):
    """One element of the document's structure; `parent` is an index into the same list."""

    kind: Kind
    parent: int
    alternative: str = ""
    summary: str = ""
    rows: int = 1
    columns: int = 1
    scope: Literal["", "Row", "Column", "Both"] = ""
    key: str = ""
    headers: tuple[str, ...] = ()
    box: tuple[int, float, float, float, float] | None = None


class Area(Struct, eq=False):
    """Where something that is not text stands on a page: a cell, a picture, a table's row."""

    x: float
    y: float
    width: float
    height: float
    place: Place


class Page(Struct, eq=False):
    """One page: its marks in reading order (artifacts between them) and its clickable areas."""

    number: int
    marks: list[Mark] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)


class Entry(Struct, eq=False):
    """One line of the outline; y is the heading's top on its page (counted from 0)."""

    level: int
    text: str
    page: int
    y: float


class Box(Struct, eq=False):
    """A stretch of a page that belongs to a place."""

    page: int
    x: float
    y: float
    width: float
    height: float


class Pages(Struct, eq=False):
    """A document on pages, and the way from a point to a place in the report and back."""

    title: str
    author: str
    width: float
    height: float
    pages: list[Page]
    nodes: list[Node]
    outline: list[Entry]
    draft: bool = False

    def place_at(self, page: int, x: float, y: float) -> Place | None:
        """What stands at a point of a page (counted from 0): a character, else a cell or picture."""
        if not 0 <= page < len(self.pages):
            return None
        here = self.pages[page]
        nearest: tuple[float, Text] | None = None
        for mark in here.marks:
            if not isinstance(mark, Text) or mark.place is NOWHERE or mark.angle:
                continue
            if mark.y - mark.size <= y <= mark.y + 0.3 * mark.size:
                away = max(mark.x - x, x - mark.x - mark.width, 0.0)
                if nearest is None or away < nearest[0]:
                    nearest = (away, mark)
        for area in here.areas:
            inside = area.x <= x <= area.x + area.width and area.y <= y <= area.y + area.height
            if inside and not (nearest and nearest[0] == 0.0 and not area.place.cell):
                return area.place
        if nearest is None:
            return None
        mark = nearest[1]
        if mark.place.cell:
            return mark.place
        stops = mark.stops()
        index = 0
        while index + 1 < len(mark.text) and mark.x + stops[index + 1] <= x:
            index += 1
        start = mark.offset + index
        return replace(mark.place, start=start, end=start + 1)

    def boxes_of(self, place: Place) -> list[Box]:
        """Where a place is printed, one box a line; a place without a range is all of its text."""
        found: list[Box] = []
        for number, page in enumerate(self.pages):
            if place.cell:
                found += [
                    Box(number, area.x, area.y, area.width, area.height)
                    for area in page.areas
                    if area.place.cell == place.cell and area.place.section == place.section
                ]
                continue
            found += [
                Box(number, area.x, area.y, area.width, area.height)
                for area in page.areas
                if _holds(place, area.place) and place.start < 0 and not area.place.cell
            ]
            for mark in page.marks:
                if isinstance(mark, Text) and mark.place is not NOWHERE and not mark.angle:
                    found += _stretch(number, mark, place)
        return found

    def texts(self) -> Iterator[tuple[int, Text]]:
        """Every text with its page, counted from 0."""
        for number, page in enumerate(self.pages):
            for mark in page.marks:
                if isinstance(mark, Text):
                    yield number, mark
                elif isinstance(mark, Stack):
                    for text in mark.texts:
                        yield number, text


def _holds(wanted: Place, there: Place) -> bool:
    """Whether `there` is `wanted` or a part of it (a section holds its paragraphs)."""
    if wanted.section != there.section:
        return False
    if wanted.paragraph < 0 and wanted.part == "body":
        return True
    return wanted.part == there.part and wanted.paragraph == there.paragraph


def _stretch(number: int, mark: Text, place: Place) -> list[Box]:
    if mark.place.cell or not _holds(place, mark.place):
        return []
    first, last = 0, len(mark.text)
    if place.start >= 0:
        first = max(place.start - mark.offset, 0)
        last = min(max(place.end, place.start + 1) - mark.offset, len(mark.text))
    if first >= last:
        return []
    stops = mark.stops()
    top = mark.y - 0.88 * mark.size
    left = mark.x + stops[first]
    return [Box(number, left, top, mark.x + stops[last] - left, 1.1 * mark.size)]
