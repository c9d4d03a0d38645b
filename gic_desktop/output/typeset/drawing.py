"""Vector drawings: what a chart is made of before it stands on a page.

A drawing has its own origin in its top left corner, y runs down, lengths are points. Text is
drawn in the face of tables. Colours are red, green, blue from 0 to 1; a form of difference that
survives black-and-white print (dash, hatching) is the drawer's business.
"""

from typing import Literal, Protocol

from gic_desktop.values import Struct

Colour = tuple[float, float, float]
BLACK: Colour = (0.0, 0.0, 0.0)


class DrawnRect(Struct, frozen=True):
    """A rectangle, filled, outlined or both."""

    x: float
    y: float
    width: float
    height: float
    fill: Colour | None = None
    stroke: Colour | None = None
    line_width: float = 0.5


class DrawnLine(Struct, frozen=True):
    """An open line through points; `dash` are lengths of stroke and gap."""

    points: tuple[tuple[float, float], ...]
    stroke: Colour = BLACK
    line_width: float = 0.5
    dash: tuple[float, ...] = ()


class DrawnPolygon(Struct, frozen=True):
    """A closed outline, filled, outlined or both."""

    points: tuple[tuple[float, float], ...]
    fill: Colour | None = None
    stroke: Colour | None = None
    line_width: float = 0.5


class DrawnText(Struct, frozen=True):
    """One line of text; `x` is its left end, middle or right end, `y` its baseline.

    `angle` 90 reads downwards, 270 upwards.
    """

    x: float
    y: float
    text: str
    size: float = 9.0
    align: Literal["left", "center", "right"] = "left"
    angle: Literal[0, 90, 270] = 0
    gray: float = 0.0


Shape = DrawnRect | DrawnLine | DrawnPolygon | DrawnText


class Drawing(Struct, frozen=True):
    """Shapes in painting order on an area of the given size."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


class Drawer(Protocol):
    """Makes a chart of the report's figures, `width` points wide; None when there is nothing to draw."""

    def __call__(self, series: str, width: float, /) -> Drawing | None: ...
