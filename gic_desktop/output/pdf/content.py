"""One page's marks as a content stream, each sequence told apart for the structure.

Coordinates turn over here: the layout counts down from the top, PDF up from the bottom.
"""

from collections.abc import Callable
from math import cos, radians, sin

from gic_desktop.output.pdf.archive import text_string
from gic_desktop.output.pdf.faces import UsedFace
from gic_desktop.output.typeset.faces import Face
from gic_desktop.output.typeset.marks import (
    ARTIFACT,
    Image,
    Node,
    Page,
    Polygon,
    Rule,
    Stack,
    Text,
)

FaceOf = Callable[[Face], UsedFace]
PictureName = Callable[[bytes], tuple[str, str]]

_LAYOUT = "/Artifact<</Type/Layout>>BDC"


class PageContent:
    """Collects a page's operators; `owners` is the node of each marked sequence, by its number."""

    def __init__(
        self, page: Page, height: float, nodes: list[Node], face_of: FaceOf, picture: PictureName
    ) -> None:
        self._page = page
        self._height = height
        self._nodes = nodes
        self._face_of = face_of
        self._picture = picture
        self._out: list[str] = []
        self._rules: list[Rule] = []
        self._node: int | None = None
        self._in_text = False
        self._font = ""
        self._gray = -1.0
        self._spacing = 0.0
        self._baseline = 0.0
        self.owners: list[int] = []

    def draw(self) -> str:
        """The page's content stream."""
        for mark in self._page.marks:
            if isinstance(mark, Text):
                self._enter(mark.node)
                self._text(mark)
            elif isinstance(mark, Rule):
                self._rules.append(mark)
            else:
                self._other(mark)
        self._leave()
        self._draw_rules()
        return "\n".join(self._out)

    def _other(self, mark: Stack | Image | Polygon) -> None:
        self._enter(mark.node)
        if isinstance(mark, Stack):
            self._end_text()
            self._out.append(f"/Span<</ActualText{text_string(mark.actual)}>>BDC")
            for text in self._apart(mark.texts):
                self._text(text)
            self._end_text()
            self._out.append("EMC")
        elif isinstance(mark, Image):
            self._image(mark)
        else:
            self._polygon(mark)

    def _apart(self, texts: list[Text]) -> list[Text]:
        """The texts of one label, beginning on another line than what was drawn last.

        Readers that put the texts of one line in order from left to right (Chrome's among them) would
        part the label's own, and read it twice.
        """
        for index, text in enumerate(texts):
            if abs(text.y - self._baseline) > text.size / 2:
                return texts[index:] + texts[:index]
        return texts

    def _enter(self, node: int) -> None:
        """Begins a marked sequence unless the last one is of the same node."""
        if node == self._node:
            return
        self._leave()
        if node == ARTIFACT:
            self._out.append(_LAYOUT)
        else:
            self._out.append(f"/{self._nodes[node].kind}<</MCID {len(self.owners)}>>BDC")
            self.owners.append(node)
        self._node = node

    def _leave(self) -> None:
        self._end_text()
        if self._node is not None:
            self._out.append("EMC")
        self._node = None

    def _end_text(self) -> None:
        if self._in_text:
            self._out.append("ET")
            self._in_text = False

    def _text(self, mark: Text) -> None:
        out = self._out
        if not self._in_text:
            out.append("BT")
            self._in_text = True
        if mark.gray != self._gray:
            out.append(f"{mark.gray:.3g} g")
            self._gray = mark.gray
        codes = self._face_of(mark.face)
        font = f"/{codes.name} {mark.size:.4g} Tf"
        if font != self._font:
            out.append(font)
            self._font = font
        if mark.spacing != self._spacing:
            out.append(f"{mark.spacing:.4f} Tc")
            self._spacing = mark.spacing
        x, y = mark.x, self._height - mark.y
        self._baseline = mark.y
        if mark.angle:
            turn = radians(mark.angle)
            a, b = cos(turn), sin(turn)
            out.append(f"{a:.5f} {-b:.5f} {b:.5f} {a:.5f} {x:.2f} {y:.2f} Tm")
        else:
            out.append(f"1 0 0 1 {x:.2f} {y:.2f} Tm")
        if mark.kerns:
            parts: list[str] = []
            at = 0
            for index, points in mark.kerns:
                chunk = "".join([codes[character] for character in mark.text[at : index + 1]])
                parts.append(f"<{chunk}>{-points * 1000 / mark.size:.1f}")
                at = index + 1
            chunk = "".join([codes[character] for character in mark.text[at:]])
            out.append(f"[{''.join(parts)}<{chunk}>]TJ")
        else:
            out.append(f"<{''.join([codes[character] for character in mark.text])}>Tj")

    def _image(self, mark: Image) -> None:
        self._end_text()
        name, turned = self._picture(mark.data)
        bottom = self._height - mark.y - mark.height
        self._out.append(
            f"q {mark.width:.2f} 0 0 {mark.height:.2f} {mark.x:.2f} {bottom:.2f} cm {turned}/{name} Do Q"
        )

    def _polygon(self, mark: Polygon) -> None:
        self._end_text()
        out, height = self._out, self._height
        out.append("q")
        if mark.fill is not None:
            out.append("{:.3f} {:.3f} {:.3f} rg".format(*mark.fill))
        if mark.stroke is not None:
            out.append("{:.3f} {:.3f} {:.3f} RG".format(*mark.stroke) + f" {mark.width:.2f} w 1 j")
        if mark.dash:
            out.append(f"[{' '.join(f'{length:.2f}' for length in mark.dash)}]0 d")
        path = [
            f"{x:.2f} {height - y:.2f} {'l' if index else 'm'}"
            for index, (x, y) in enumerate(mark.points)
        ]
        out += path
        painted = (mark.fill is not None, mark.stroke is not None)
        closing = "h " if mark.closed else ""
        out.append(
            closing
            + {(True, True): "B", (True, False): "f", (False, True): "S", (False, False): "n"}[
                painted
            ]
        )
        out.append("Q")

    def _draw_rules(self) -> None:
        if not self._rules:
            return
        out, height = self._out, self._height
        out.append(f"{_LAYOUT} 2 J")
        for width in sorted({rule.width for rule in self._rules}):
            out.append(f"{width:g} w")
            out += [
                f"{rule.x1:.2f} {height - rule.y1:.2f} m {rule.x2:.2f} {height - rule.y2:.2f} l"
                for rule in self._rules
                if rule.width == width
            ]
            out.append("S")
        out.append("EMC")
