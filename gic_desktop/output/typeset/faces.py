"""What the layout asks of fonts, and the pens it makes of them.

The font chain of the program satisfies these protocols; the layout never sees a font file.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, Protocol

from gic_desktop.output.fonts import visible

Role = Literal["title", "h1", "h2", "body", "table"]


class Face(Protocol):
    """One font. Lengths are thousandths of an em."""

    @property
    def key(self) -> str: ...
    def glyph(self, code: int, /) -> int: ...
    def advance(self, glyph: int, /) -> float: ...


class FaceChooser(Protocol):
    """Which face draws a character in a role; never fails (a missing one draws its own sign)."""

    def __hash__(self) -> int: ...
    def face(self, role: Role, character: str, /) -> Face: ...


class Pen(dict[str, tuple[Face, float]]):
    """Character → its face and its advance in ems, for one role; filled as characters come."""

    def __init__(self, chooser: FaceChooser, role: Role) -> None:
        super().__init__()
        self._chooser = chooser
        self._role: Role = role

    def __missing__(self, character: str) -> tuple[Face, float]:
        face = self._chooser.face(self._role, character)
        # Joiners, marks of direction and the like have no glyph and take no room.
        wide = face.advance(face.glyph(ord(character))) / 1000
        value = (face, wide if visible(character) else 0.0)
        self[character] = value
        return value

    def width(self, text: str | Sequence[str]) -> float:
        """The width of a text in ems, without squeezing."""
        return sum(self[character][1] for character in text)


@lru_cache(maxsize=16)
def pen_of(chooser: FaceChooser, role: Role) -> Pen:
    """The pen of some fonts for a role: the next layout finds the characters of the last one in it."""
    return Pen(chooser, role)
