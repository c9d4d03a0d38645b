"""Vector drawings: what a chart is made of before it stands on a page.

A drawing has its own origin in its top left corner, y runs down, lengths are points. Text is
drawn in the face of tables. Colours are red, green, blue from 0 to 1; a form of difference that
survives black-and-white print (dash, hatching) is the drawer's business.
"""

from dataclasses import dataclass
from typing import Literal, Protocol

Colour = tuple[float, float, float]
BLACK: Colour = (0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class DrawnRect:
    """A rectangle, filled, outlined or both."""

    x: float
    y: float
    width: float
    height: float
    fill: Colour | None = None
    stroke: Colour | None = None
    line_width: float = 0.5


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """An open line through points; `dash` are lengths of stroke and gap."""

    points: tuple[tuple[float, float], ...]
    stroke: Colour = BLACK
    line_width: float = 0.5
    dash: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class DrawnPolygon:
    """A closed outline, filled, outlined or both."""

    points: tuple[tuple[float, float], ...]
    fill: Colour | None = None
    stroke: Colour | None = None
    line_width: float = 0.5


@dataclass(frozen=True, slots=True)
class DrawnText:
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


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes in painting order on an area of the given size."""

    width: float
    height: float
    shapes: tuple[Shape, ...]


class Drawer(Protocol):
    """Makes a chart of the report's figures, `width` points wide; None when there is nothing to draw."""

    def __call__(self, series: str, width: float, /) -> Drawing | None: ...
