"""Where in a report something stands: what a finding points at and what a printed mark came from."""

from typing import Literal

from gic_desktop.values import Struct

Part = Literal["heading", "body", "notes"]


class Place(Struct, frozen=True, order=True):
    """A cell, a stretch of text, a whole section, or (everything empty) the report itself.

    `section` is a section's id, or one of the fixed names `cover`, `preamble`, `signature`.
    `paragraph` counts the items of `part` from 0; `start` and `end` are code points in that
    paragraph's *printed* text, in which bound figures already stand as numbers.
    """

    section: str = ""
    cell: str = ""
    part: Part = "body"
    paragraph: int = -1
    start: int = -1
    end: int = -1
