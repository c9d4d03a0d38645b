"""Charts as shapes, and what comes of them: marks on a page of the PDF, SVG text, PNG bytes.

    drawer_for(report)                      # what the PDF's layout asks for
    svg(report, "outcomes")                 # vector, its words inside
    png(report, "outcomes", 1200)           # the same, 1200 pixels wide
    words(report, "outcomes")               # for those who do not see it

One description of shapes makes all of them. Colours differ in lightness and hatching too, and every
value is printed, so that a grey print and a colour-blind reader lose nothing. A chart without
figures has no drawing: it is left out wherever it stands.
"""

from collections.abc import Iterator
from functools import cache
from html import escape
from typing import TYPE_CHECKING, assert_never

from gic_desktop.output import series
from gic_desktop.output.series import Bar, Chart
from gic_desktop.output.typeset.drawing import (
    Colour,
    Drawer,
    Drawing,
    DrawnLine,
    DrawnPolygon,
    DrawnRect,
    DrawnText,
    Shape,
)
from gic_desktop.output.typeset.faces import Pen
from gic_desktop.report.figures import Number, number_text
from gic_desktop.report.report import Report

if TYPE_CHECKING:
    from gic_desktop.output.typeset.marks import Pages

WIDTH = 156 * 72 / 25.4
"""The width of a line of text, in points."""
LINE_PIXELS = 1843
"""The same in pixels, 300 to an inch."""
MARGIN = 14.0
"""Around a picture that stands alone."""
SIZE = 10.5
TITLE = 14.0
LINE = 15.0
GAP = 9.0
BAR = 13.0
COLUMN = 84.0
"""The height of the tallest column of a chart of years."""
WHITE: Colour = (1.0, 1.0, 1.0)
AXIS: Colour = (0.35, 0.38, 0.42)
MAIN: Colour = (0.106, 0.290, 0.549)
EARLIER: Colour = (0.655, 0.749, 0.863)
# Blue, orange and green of Okabe and Ito's safe palette, moved apart in lightness; the last is paper.
STYLES: tuple[tuple[Colour, str], ...] = (
    (MAIN, ""),
    ((0.949, 0.706, 0.243), "/"),
    ((0.353, 0.612, 0.525), "\\"),
    ((0.960, 0.965, 0.972), ""),
    ((0.741, 0.510, 0.698), "x"),
    ((0.800, 0.820, 0.850), "/"),
)
_HATCH = 4.5
_FONTS = "'Noto Serif CJK SC','Source Han Serif SC',SimSun,'Songti SC',STSong,serif"


def drawer_for(report: Report) -> Drawer:
    def draw(key: str, width: float) -> Drawing | None:
        found = series.chart(report, key)
        return None if found is None or found.missing else drawing(found, width)

    return draw


def words(report: Report, key: str) -> str:
    """Empty for a chart that the form does not have."""
    found = series.chart(report, key)
    return "" if found is None else found.words


def drawing(chart: Chart, width: float = WIDTH, *, titled: bool = False) -> Drawing:
    """`titled`: with its title above, for a picture that stands alone."""
    make = {"bars": _bars, "stacked": _stacked, "years": _years}[chart.kind]
    top = TITLE + 12.0 if titled else 2.0
    height, shapes = make(chart, width, top)
    heading: list[Shape] = []
    if titled:
        size = min(TITLE, TITLE * width / max(_wide(chart.title, TITLE), 1.0))
        heading.append(DrawnText(width / 2, TITLE, chart.title, size, "center"))
    return Drawing(width, height + 2.0, (*heading, *shapes))


# -- the three kinds ---------------------------------------------------------------------------------


def _bars(chart: Chart, width: float, top: float) -> tuple[float, list[Shape]]:
    """A row for each: its name, its bar, its value."""
    names = [_lines(bar.name, SIZE, width * 0.36) for bar in chart.bars]
    said = [
        f"{bar.values[0].text} {_unit(chart, bar.values[0].number)}".strip() for bar in chart.bars
    ]
    left = max(_wide(line, SIZE) for lines in names for line in lines) + 8
    room = width - left - max(_wide(text, SIZE) for text in said) - 8
    most = max((bar.values[0].number or 0 for bar in chart.bars), default=0)
    shapes: list[Shape] = []
    y = top
    for bar, lines, text in zip(chart.bars, names, said, strict=True):
        height = max(BAR + GAP, len(lines) * LINE + 3)
        middle = y + height / 2
        first = middle - (len(lines) - 1) * LINE / 2 + SIZE * 0.36
        for number, line in enumerate(lines):
            shapes.append(DrawnText(left - 8, first + number * LINE, line, SIZE, "right"))
        long = _share(bar.values[0].number, most) * room
        if long > 0:
            shapes.append(DrawnRect(left, middle - BAR / 2, long, BAR, MAIN))
        gray = 0.4 if bar.values[0].number is None else 0.0
        shapes.append(DrawnText(left + long + 5, middle + SIZE * 0.36, text, SIZE, gray=gray))
        y += height
    shapes.append(DrawnLine(((left, top), (left, y)), AXIS, 0.8))
    return y, shapes


def _stacked(chart: Chart, width: float, top: float) -> tuple[float, list[Shape]]:
    """For each its name and whole, what its parts are and come to, and the bar of them."""
    most = max((bar.total or 0 for bar in chart.bars), default=0)
    shapes: list[Shape] = []
    y = top
    for bar in chart.bars:
        whole = "" if bar.total is None else f"　共 {number_text(bar.total)} {chart.unit}"
        said = f"{bar.name}{whole}"
        shapes.append(DrawnText(0, y + SIZE, said, min(SIZE, SIZE * width / _wide(said, SIZE))))
        y = _key_to(bar, width, y + LINE, shapes)
        x = 0.4
        for number, value in enumerate(bar.values):
            long = _share(value.number, most) * (width - 0.8)
            if long > 0:
                shapes += _filled(x, y, long, BAR + 3, number)
                x += long
        shapes.append(DrawnLine(((0.4, y - 2), (0.4, y + BAR + 5)), AXIS, 0.8))
        y += BAR + 3 + GAP + 5
    return y - GAP, shapes


def _key_to(bar: Bar, width: float, y: float, shapes: list[Shape]) -> float:
    """Swatches, names and values of a bar's parts, on as many lines as they need."""
    x = 0.0
    for number, value in enumerate(bar.values):
        text = f"{value.name} {value.text}"
        long = 14 + _wide(text, SIZE)
        if x and x + long > width:
            x, y = 0.0, y + LINE
        shapes += _filled(x + 0.4, y + 2.5, 9.5, 9.5, number)
        gray = 0.4 if value.number is None else 0.0
        shapes.append(DrawnText(x + 14, y + SIZE + 0.5, text, SIZE, gray=gray))
        x += long + 16
    return y + LINE + 3


def _years(chart: Chart, width: float, top: float) -> tuple[float, list[Shape]]:
    """A panel for each, with its own measure: a column for every year, this one's dark."""
    years = max(len(bar.values) for bar in chart.bars)
    beside = 1 if len(chart.bars) == 1 or years > 8 else 2
    gutter = 24.0
    wide = (width - gutter * (beside - 1)) / beside
    high = LINE + 6 + SIZE + COLUMN + LINE + 12
    shapes: list[Shape] = []
    for number, bar in enumerate(chart.bars):
        x = (number % beside) * (wide + gutter)
        shapes += _panel(bar, chart.unit, x, top + (number // beside) * high, wide)
    rows = -(-len(chart.bars) // beside)
    return top + rows * high - 8, shapes


def _panel(bar: Bar, unit: str, left: float, top: float, width: float) -> Iterator[Shape]:
    most = max((value.number or 0 for value in bar.values), default=0)
    slot = width / len(bar.values)
    column = min(slot * 0.62, 34.0)
    floor = top + LINE + 6 + SIZE + COLUMN
    name = f"{bar.name}（{unit}）"
    yield DrawnText(left, top + SIZE, name, min(SIZE, SIZE * width / _wide(name, SIZE)))
    # Values and years of one panel in one size, so small that the longest fits its column's room.
    longest = max(_wide(text, SIZE) for value in bar.values for text in (value.text, value.name))
    size = min(SIZE, SIZE * (slot - 2) / longest)
    for number, value in enumerate(bar.values):
        middle = left + slot * (number + 0.5)
        high = _share(value.number, most) * COLUMN
        if high > 0:
            now = number == len(bar.values) - 1
            fill, line = (MAIN, None) if now else (EARLIER, MAIN)
            yield DrawnRect(middle - column / 2, floor - high, column, high, fill, line, 0.6)
        gray = 0.4 if value.number is None else 0.0
        yield DrawnText(middle, floor - high - 4, value.text, size, "center", gray=gray)
        yield DrawnText(middle, floor + SIZE + 3, value.name, size, "center")
    yield DrawnLine(((left, floor), (left + width, floor)), AXIS, 0.8)


def _unit(chart: Chart, number: Number | None) -> str:
    return "" if number is None else chart.unit


def _share(number: Number | None, most: Number) -> float:
    """Of the longest; the only place where a figure becomes a length."""
    return float(number / most) if number and most else 0.0


def _filled(x: float, y: float, width: float, height: float, style: int) -> list[Shape]:
    """A rectangle of one of the styles: its ground, its hatching, its outline."""
    fill, hatch = STYLES[style % len(STYLES)]
    shapes: list[Shape] = [DrawnRect(x, y, width, height, fill)]
    if hatch in ("/", "x"):
        shapes += _hatched(x, y, width, height, rising=True)
    if hatch in ("\\", "x"):
        shapes += _hatched(x, y, width, height, rising=False)
    shapes.append(DrawnRect(x, y, width, height, None, AXIS, 0.6))
    return shapes


def _hatched(x: float, y: float, width: float, height: float, *, rising: bool) -> Iterator[Shape]:
    """Diagonal lines, cut at the rectangle's edges."""
    at = _HATCH
    while at < width + height:
        start, end = max(at - height, 0.0), min(at, width)
        points = [(x + along, y + (at - along)) for along in (start, end)]
        if not rising:
            points = [(px, 2 * y + height - py) for px, py in points]
        yield DrawnLine(tuple(points), AXIS, 0.7)
        at += _HATCH


@cache
def _pen() -> Pen:
    from gic_desktop.output.fonts import standard

    return Pen(standard(), "table")


def _wide(text: str, size: float) -> float:
    return _pen().width(text) * size


def _lines(text: str, size: float, room: float) -> list[str]:
    """A name on as many lines as it needs, evenly filled."""
    count = max(1, -int(-_wide(text, size) // room))
    each = -(-len(text) // count)
    return [text[start : start + each] for start in range(0, len(text), each)]


# -- SVG ---------------------------------------------------------------------------------------------


def svg(report: Report, key: str, *, titled: bool = False) -> str:
    """One `<svg>` element, without a head; empty where there is nothing to draw."""
    found = series.chart(report, key)
    if found is None or found.missing:
        return ""
    made = drawing(found, titled=titled)
    inside = "".join(_element(shape) for shape in made.shapes)
    margin = MARGIN if titled else 0.0
    width, height = _n(made.width + 2 * margin), _n(made.height + 2 * margin)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{_n(-margin)} {_n(-margin)} {width} {height}"'
        f' width="{width}pt" height="{height}pt" role="img" aria-label="{escape(found.words)}"'
        f' font-family="{_FONTS}"><title>{escape(found.title)}</title>'
        f'<rect x="{_n(-margin)}" y="{_n(-margin)}" width="{width}" height="{height}" fill="#ffffff"/>'
        f"{inside}</svg>"
    )


def _element(shape: Shape) -> str:
    match shape:
        case DrawnRect(x, y, width, height, fill, stroke, line):
            place = f'x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"'
            return f"<rect {place}{_paint(fill, stroke, line)}/>"
        case DrawnLine(points, stroke, line, dash):
            dashes = f' stroke-dasharray="{" ".join(map(_n, dash))}"' if dash else ""
            return f'<polyline points="{_points(points)}"{_paint(None, stroke, line)}{dashes}/>'
        case DrawnPolygon(points, fill, stroke, line):
            return f'<polygon points="{_points(points)}"{_paint(fill, stroke, line)}/>'
        case DrawnText():
            return _written(shape)
        case _:
            assert_never(shape)


def _written(shape: DrawnText) -> str:
    x, y = _n(shape.x), _n(shape.y)
    anchor = {"left": "", "center": ' text-anchor="middle"', "right": ' text-anchor="end"'}
    turn = f' transform="rotate({shape.angle} {x} {y})"' if shape.angle else ""
    look = f'font-size="{_n(shape.size)}" fill="{_hex((shape.gray,) * 3)}"'
    return f'<text x="{x}" y="{y}" {look}{anchor[shape.align]}{turn}>{escape(shape.text)}</text>'


def _paint(fill: Colour | None, stroke: Colour | None, line: float) -> str:
    painted = f' fill="{_hex(fill) if fill else "none"}"'
    return painted + (f' stroke="{_hex(stroke)}" stroke-width="{_n(line)}"' if stroke else "")


def _points(points: tuple[tuple[float, float], ...]) -> str:
    return " ".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(length: float) -> str:
    return f"{length:.2f}".rstrip("0").rstrip(".")


def _hex(colour: Colour) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)


# -- PNG ---------------------------------------------------------------------------------------------


def png(report: Report, key: str, width_px: int = LINE_PIXELS, *, titled: bool = False) -> bytes:
    """The same drawing in pixels, with the program's own fonts; empty where there is none."""
    found = series.chart(report, key)
    if found is None or found.missing:
        return b""
    from io import BytesIO

    import pypdfium2

    from gic_desktop.output.pdf import write

    made = drawing(found, titled=titled)
    margin = MARGIN if titled else 0.0
    scale = width_px / (made.width + 2 * margin)
    with pypdfium2.PdfDocument(write(_page(found, made, margin))) as document:
        picture = document[0].render(scale=scale).to_pil()
    data = BytesIO()
    picture.save(data, "PNG", optimize=True)
    return data.getvalue()


def _page(chart: Chart, made: Drawing, margin: float) -> "Pages":
    """A page of the drawing's own size with nothing else on it, so that one painter draws all."""
    from gic_desktop.output.typeset.marks import Node, Page, Pages
    from gic_desktop.output.typeset.placed_drawing import place_drawing

    page = Page(1)
    nodes = [Node("Document", -1), Node("Figure", 0, chart.words)]
    nodes[1].box = (0, margin, margin, made.width, made.height)
    place_drawing(page, made, _pen(), margin, margin, 1.0, 1)
    width, height = made.width + 2 * margin, made.height + 2 * margin
    return Pages(chart.title, "", width, height, [page], nodes, [])
