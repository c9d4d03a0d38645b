# ruff: noqa: PLR0917 - what is measured together is passed together
"""A chart's shapes as marks on a page. Apart from `flow`, because few reports have a chart."""

from typing import assert_never

from gic_desktop.output.typeset.drawing import (
    Drawing,
    DrawnLine,
    DrawnPolygon,
    DrawnRect,
    DrawnText,
)
from gic_desktop.output.typeset.faces import Pen
from gic_desktop.output.typeset.lines import Measure, set_line
from gic_desktop.output.typeset.marks import Page, Polygon, Text


def place_drawing(
    page: Page,
    drawing: Drawing,
    pen: Pen,
    left: float,
    top: float,
    scale: float,
    node: int,
) -> None:
    """Draws a chart's shapes with its top left corner at the given point."""

    def point(x: float, y: float) -> tuple[float, float]:
        return left + x * scale, top + y * scale

    for shape in drawing.shapes:
        match shape:
            case DrawnRect(x, y, width, height, fill, stroke, line):
                corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
                points = tuple(point(*corner) for corner in corners)
                page.marks.append(Polygon(points, fill, stroke, line * scale, True, node))
            case DrawnLine(points, stroke, line, dash):
                placed = tuple(point(*corner) for corner in points)
                dashes = tuple(length * scale for length in dash)
                page.marks.append(Polygon(placed, None, stroke, line * scale, False, node, dashes))
            case DrawnPolygon(points, fill, stroke, line):
                placed = tuple(point(*corner) for corner in points)
                page.marks.append(Polygon(placed, fill, stroke, line * scale, True, node))
            case DrawnText():
                _drawn_text(page, shape, pen, point(shape.x, shape.y), scale, node)
            case _:
                assert_never(shape)


def _drawn_text(
    page: Page,
    shape: DrawnText,
    pen: Pen,
    at: tuple[float, float],
    scale: float,
    node: int,
) -> None:
    size = shape.size * scale
    measure = Measure(shape.text, pen, size)
    line = set_line(measure, 0, len(shape.text), 1e9, justify=False)
    back = {"left": 0.0, "center": line.width / 2, "right": line.width}[shape.align]
    x, y = at
    for run in line.runs:
        along = run.x - back
        where = {0: (x + along, y), 90: (x, y + along), 270: (x, y - along)}[shape.angle]
        page.marks.append(
            Text(
                *where,
                run.face,
                size,
                run.text,
                run.width,
                node,
                run.spacing,
                run.kerns,
                angle=shape.angle,
                gray=shape.gray,
            )
        )
