"""Blocks → pages, on the page of GB/T 9704-2012.

Everything becomes a row of `Piece`s: heights with marks that are drawn where the piece comes to
stand, each knowing whether the page may end after it. Pages are filled from the top; what may not be
parted moves on together. Text keeps to the grid of 22 lines.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, assert_never

from gic_desktop.output.blocks import (
    Annex,
    Block,
    Chart,
    Document,
    Heading,
    Paragraph,
    Picture,
    Signature,
    Table,
    Title,
)
from gic_desktop.output.typeset.burst import uncollected
from gic_desktop.output.typeset.faces import FaceChooser, Pen, Role, pen_of
from gic_desktop.output.typeset.lines import Line, Measure, paragraph, ragged, set_line
from gic_desktop.output.typeset.marks import (
    ARTIFACT,
    NOWHERE,
    Area,
    Entry,
    Image,
    Kind,
    Node,
    Page,
    Pages,
    Text,
)
from gic_desktop.output.typeset.tables import PreparedTable, add_nodes, prepare
from gic_desktop.output.typeset.title import fit_title
from gic_desktop.report.place import Place

if TYPE_CHECKING:
    from gic_desktop.output.typeset.drawing import Drawer

MM = 72 / 25.4
PAGE_WIDTH = 210 * MM
PAGE_HEIGHT = 297 * MM
LEFT = 28 * MM
TOP = 37 * MM
WIDTH = 156 * MM
HEIGHT = 225 * MM
LINES = 22
CHARACTERS = 28
PITCH = 28.95
BODY = 16.0
TITLE = 22.0
TITLE_PITCH = 36.0
NUMBER = 14.0
NUMBER_BELOW = 7 * MM
CAPTION = 12.0
CAPTION_PITCH = 18.0
NOTE = 12.0
NOTE_PITCH = 18.0
# 28 characters of 16 points are a little wider than 156 mm: the grid takes the difference.
TRACKING = (WIDTH - CHARACTERS * BODY) / (CHARACTERS - 1)
INDENT = 2 * (BODY + TRACKING)
ASCENT = 0.86
BOTTOM = TOP + HEIGHT
# A table that would fit on one page does not begin in less than this share of one.
_LEAST_SHARE = 0.25
_WHOLE_SHARE = 0.4

_LEVELS: dict[int, Role] = {1: "h1", 2: "h2", 3: "body", 4: "body"}
_HEADS: tuple[Kind, ...] = ("H1", "H2", "H3", "H4", "H5")

Draw = Callable[[Page, float], None]


class Piece:
    """Something of a height that is not parted; `bound`: the page may not end after it."""

    __slots__ = ("bound", "draw", "entry", "height", "snap", "space", "table")

    def __init__(
        self,
        height: float,
        draw: Draw,
        *,
        bound: bool = False,
        table: PreparedTable | None = None,
        snap: bool = False,
        space: bool = False,
    ) -> None:
        self.height = height
        self.draw = draw
        self.bound = bound
        self.table = table
        self.snap = snap
        self.space = space
        self.entry: tuple[int, str] | None = None


def layout(document: Document, chooser: FaceChooser, drawer: "Drawer | None" = None) -> Pages:
    """The document on pages. `drawer` makes its charts; without one they are left out."""
    with uncollected():
        return _Flow(document, chooser, drawer).run()


class _Flow:
    def __init__(self, document: Document, chooser: FaceChooser, drawer: "Drawer | None") -> None:
        self.document = document
        self.drawer = drawer
        roles: tuple[Role, ...] = ("title", "h1", "h2", "body", "table")
        self.pens: dict[Role, Pen] = {role: pen_of(chooser, role) for role in roles}
        self.nodes: list[Node] = [Node("Document", ARTIFACT)]
        self.pieces: list[Piece] = []
        self.pages: list[Page] = []
        self.outline: list[Entry] = []
        self.has_title = any(isinstance(block, Title) for block in document.blocks)
        self.depth = 0
        # The foot of what stands on the current page so far.
        self.y = TOP

    def run(self) -> Pages:
        blocks = self.document.blocks
        for number, block in enumerate(blocks):
            match block:
                case Title():
                    self._title(block)
                case Heading():
                    self._heading(block)
                case Paragraph():
                    self._paragraph(block)
                case Table():
                    self._table(block, blocks[number + 1 :])
                case Picture():
                    self._picture(block)
                case Chart():
                    self._chart(block)
                case Annex():
                    self._annex(block)
                case Signature():
                    self._signature(block)
                case _:
                    assert_never(block)
        self._fill()
        for page in self.pages:
            self._number(page)
            if self.document.draft:
                self._draft(page)
        return Pages(
            self.document.title,
            self.document.organ,
            PAGE_WIDTH,
            PAGE_HEIGHT,
            self.pages,
            self.nodes,
            self.outline,
            self.document.draft,
        )

    # Blocks to pieces.

    def _node(self, kind: Kind, **values: str) -> int:
        self.nodes.append(Node(kind, 0, **values))  # type: ignore[arg-type]
        return len(self.nodes) - 1

    def _text_pieces(
        self,
        lines: Sequence[Line],
        size: float,
        node: int,
        place: Place,
        *,
        pitch: float = PITCH,
        left: float = LEFT,
    ) -> list[Piece]:
        base = (pitch - size) / 2 + ASCENT * size

        def drawing(line: Line) -> Draw:
            def draw(page: Page, y: float) -> None:
                baseline = y + base
                for run in line.runs:
                    page.marks.append(
                        Text(
                            left + run.x,
                            baseline,
                            run.face,
                            size,
                            run.text,
                            run.width,
                            node,
                            run.spacing,
                            run.kerns,
                            place=place,
                            offset=run.offset,
                        )
                    )

            return draw

        return [Piece(pitch, drawing(line)) for line in lines]

    def _gap(self, height: float, *, bound: bool = False, snap: bool = False) -> None:
        self.pieces.append(Piece(height, _nothing, bound=bound, snap=snap, space=True))

    def _annex(self, block: Annex) -> None:
        node = self._node("P")
        pen = self.pens["h1"]
        lines = ragged(block.text, pen, BODY, WIDTH)
        pieces = self._text_pieces(lines, BODY, node, block.place)
        for piece in pieces:
            piece.bound = True
        self.pieces += pieces
        self._gap(PITCH, bound=True)

    def _title(self, block: Title) -> None:
        node = self._node("H1")
        self.depth = 1
        pen = self.pens["title"]
        texts = fit_title(block.lines, self.document.organ, pen, TITLE, WIDTH)
        count = len(self.pieces)
        offset = 0
        for text in texts:
            measure = Measure(text, pen, TITLE)
            line = set_line(measure, 0, len(text), WIDTH, justify=False)
            shift = (WIDTH - line.width) / 2
            runs = [run._replace(x=run.x + shift, offset=run.offset + offset) for run in line.runs]
            offset += len(text)
            self.pieces += self._text_pieces(
                [line._replace(runs=runs)], TITLE, node, block.place, pitch=TITLE_PITCH
            )
        for piece in self.pieces[count:]:
            piece.bound = True
        if len(self.pieces) > count:
            self.pieces[count].entry = (0, "".join(texts))
        self._gap(PITCH * 0.75, bound=True, snap=True)

    def _heading(self, block: Heading) -> None:
        # A reader of the structure may not meet a level whose upper level is missing.
        level = min(block.level + (1 if self.has_title else 0), self.depth + 1, len(_HEADS))
        self.depth = level
        node = self._node(_HEADS[level - 1])
        pen = self.pens[_LEVELS.get(block.level, "body")]
        lines = paragraph(block.text, pen, BODY, WIDTH, indent=INDENT, tracking=TRACKING)
        pieces = self._text_pieces(lines, BODY, node, block.place)
        for piece in pieces:
            piece.bound = True
        if pieces:
            pieces[0].entry = (level - 1, block.text)
        self.pieces += pieces

    def _paragraph(self, block: Paragraph) -> None:
        node = self._node("P")
        pen = self.pens["body"]
        if block.note:
            lines = paragraph(block.text, pen, NOTE, WIDTH, indent=0.0, tracking=0.0)
            pieces = self._text_pieces(lines, NOTE, node, block.place, pitch=NOTE_PITCH)
            if self.pieces and self.pieces[-1].snap and self.pieces[-1].space:
                # The note stands close under its table; the grid begins again behind it.
                self.pieces[-1] = Piece(3.0, _nothing, bound=True, space=True)
            self._whole_or_in_pairs(pieces)
            self.pieces += pieces
            self._gap(4.0, snap=True)
            return
        lines = paragraph(block.text, pen, BODY, WIDTH, indent=INDENT, tracking=TRACKING)
        pieces = self._text_pieces(lines, BODY, node, block.place)
        self._whole_or_in_pairs(pieces)
        self.pieces += pieces

    def _whole_or_in_pairs(self, pieces: list[Piece]) -> None:
        """No line of a paragraph stands alone on a page."""
        last = len(pieces) - 1
        for index, piece in enumerate(pieces[:-1]):
            piece.bound = index == 0 or index == last - 1

    def _signature(self, block: Signature) -> None:
        # The standard: one blank line, the organ two characters from the right edge; the date
        # begins two characters after the organ's first. A date that would come too near the edge
        # stands two characters from it, and the organ moves left with it.
        pen = self.pens["body"]
        # It does not stand alone on a page: the last lines of the text come with it.
        for piece in self.pieces[-2:]:
            if piece.table is None:
                piece.bound = True
        self._gap(PITCH, bound=True)
        two = 2 * BODY
        measures = [Measure(text, pen, BODY) for text in block.lines]
        right = WIDTH - two
        starts: list[float] = []
        if measures:
            organ = measures[0].width(0, len(measures[0].text))
            date = max(
                (measure.width(0, len(measure.text)) for measure in measures[1:]), default=0.0
            )
            start = min(right - organ, right - date - two) if date else right - organ
            starts = [start, *[start + two] * (len(measures) - 1)]
        for measure, start in zip(measures, starts, strict=True):
            node = self._node("P")
            if start < 0:
                lines = ragged(measure.text, pen, BODY, WIDTH)
                shift = 0.0
            else:
                lines = [set_line(measure, 0, len(measure.text), WIDTH, justify=False)]
                shift = start
            pieces = self._text_pieces(lines, BODY, node, block.place, left=LEFT + shift)
            for piece in pieces:
                piece.bound = True
            self.pieces += pieces
        if self.pieces:
            self.pieces[-1].bound = False

    def _table(self, block: Table, following: Sequence[Block]) -> None:
        # A page also has to hold the heading above the table and the notes under it.
        room = HEIGHT - PITCH - 4.0
        for note in following:
            if not isinstance(note, Paragraph) or not note.note:
                break
            wide = self.pens["body"].width(note.text) * NOTE
            room -= NOTE_PITCH * (1 + int(wide / WIDTH)) + 4.0
        prepared = prepare(block, self.pens["table"], LEFT, WIDTH, max(room, HEIGHT / 2))
        add_nodes(prepared, self.nodes, 0)
        self._gap(4.0, bound=True)
        self.pieces.append(Piece(prepared.height, _nothing, table=prepared))
        self._gap(6.0, snap=True)

    def _picture(self, block: Picture) -> None:
        from gic_desktop.output.typeset.pictures import picture_size

        pixels = picture_size(block.data)
        caption = self._caption_lines(block.caption)
        room = HEIGHT - 2 * PITCH - len(caption) * CAPTION_PITCH
        width = WIDTH * block.percent / 100
        height = width * pixels.height / pixels.width
        if height > room:
            width, height = width * room / height, room
        node = self._node("Figure", alternative=block.alternative or block.caption)
        left = LEFT + (WIDTH - width) / 2

        def draw(page: Page, y: float) -> None:
            page.marks.append(Image(left, y, width, height, block.data, node, block.place))
            page.areas.append(Area(left, y, width, height, block.place))
            self.nodes[node].box = (page.number - 1, left, y, width, height)

        self._figure(Piece(height, draw, bound=bool(caption)), caption, block.place)

    def _chart(self, block: Chart) -> None:
        from gic_desktop.output.typeset.placed_drawing import place_drawing

        drawing = self.drawer(block.series, WIDTH) if self.drawer else None
        if drawing is None:
            return
        caption = self._caption_lines(block.caption)
        room = HEIGHT - 2 * PITCH - len(caption) * CAPTION_PITCH
        scale = min(1.0, WIDTH / drawing.width, room / drawing.height)
        width, height = drawing.width * scale, drawing.height * scale
        node = self._node("Figure", alternative=block.alternative or block.caption)
        left = LEFT + (WIDTH - width) / 2

        def draw(page: Page, y: float) -> None:
            place_drawing(page, drawing, self.pens["table"], left, y, scale, node)
            page.areas.append(Area(left, y, width, height, block.place))
            self.nodes[node].box = (page.number - 1, left, y, width, height)

        self._figure(Piece(height, draw, bound=bool(caption)), caption, block.place)

    def _caption_lines(self, text: str) -> list[Line]:
        lines = ragged(text, self.pens["h2"], CAPTION, WIDTH * 0.9) if text else []
        centred = []
        for line in lines:
            shift = (WIDTH - line.width) / 2
            runs = [run._replace(x=run.x + shift) for run in line.runs]
            centred.append(line._replace(runs=runs))
        return centred

    def _figure(self, figure: Piece, caption: list[Line], place: Place) -> None:
        self._gap(6.0)
        self.pieces.append(figure)
        if caption:
            node = self._node("Caption")
            self._gap(3.0, bound=True)
            pieces = self._text_pieces(caption, CAPTION, node, place, pitch=CAPTION_PITCH)
            for piece in pieces[:-1]:
                piece.bound = True
            self.pieces += pieces
        self._gap(4.0, snap=True)

    # Pieces to pages.

    def _fill(self) -> None:
        self._new_page()
        pieces = self.pieces
        index = 0
        while index < len(pieces):
            end = index
            while end + 1 < len(pieces) and pieces[end].bound:
                end += 1
            group = pieces[index : end + 1]
            if not self._fits(group) and not self._fresh():
                self._new_page()
            for offset, piece in enumerate(group):
                self._put(piece, index + offset)
            index = end + 1

    def _fresh(self) -> bool:
        return self.y <= TOP + 1e-6

    def _fits(self, group: Sequence[Piece]) -> bool:
        y = self.y
        for piece in group:
            if piece.table is not None:
                return self._table_fits(piece.table, BOTTOM - y)
            if piece.space:
                continue
            y += piece.height
        spaces = sum(piece.height for piece in group if piece.space)
        trailing = group[-1].height if group[-1].space else 0.0
        return y + spaces - trailing <= BOTTOM + 0.5

    def _table_fits(self, table: PreparedTable, room: float) -> bool:
        """Whether a table should begin here; it may end on later pages."""
        if table.height <= room:
            return True
        if table.height <= HEIGHT * _WHOLE_SHARE:
            return False
        if table.height <= HEIGHT and room < HEIGHT * _LEAST_SHARE:
            return False
        return table.top_height() <= room

    def _put(self, piece: Piece, index: int) -> None:
        if piece.table is not None:
            self._put_table(piece.table, self._note_height(index))
            return
        if piece.space:
            if not self._fresh():
                self.y += piece.height
                if piece.snap:
                    self._snap()
            return
        if self.y + piece.height > BOTTOM + 0.5 and not self._fresh():
            self._new_page()
        if piece.entry is not None:
            level, text = piece.entry
            self.outline.append(Entry(level, text, len(self.pages) - 1, self.y))
        piece.draw(self.pages[-1], self.y)
        self.y += piece.height

    def _snap(self) -> None:
        """Moves down to the next line of the page's grid."""
        lines = (self.y - TOP) / PITCH
        whole = int(lines)
        if lines - whole > 0.02:
            whole += 1
        self.y = min(TOP + whole * PITCH, BOTTOM)

    def _note_height(self, index: int) -> float:
        """The height of what is bound to follow a table (a note)."""
        height = 0.0
        for piece in self.pieces[index + 1 :]:
            height += piece.height
            if not piece.bound:
                break
        return height if index + 1 < len(self.pieces) and self.pieces[index + 1].bound else 0.0

    def _put_table(self, table: PreparedTable, reserve: float) -> None:
        if self.pages[-1].marks and not self._table_fits(table, BOTTOM - self.y):
            # Reached only behind something unusually tall.
            self._new_page()
        stretches = table.split(BOTTOM - self.y, HEIGHT, reserve)
        for number, stretch in enumerate(stretches):
            if number:
                self._new_page()
            later = stretches[number + 1 :]
            self.y = table.place(self.pages[-1], self.y, stretch, later=later)

    def _new_page(self) -> None:
        self.pages.append(Page(len(self.pages) + 1))
        self.y = TOP

    def _number(self, page: Page) -> None:
        """`— 1 —`, one character from the outer edge, 7 mm below the type area."""
        text = f"— {page.number} —"
        pen = self.pens["table"]
        measure = Measure(text, pen, NUMBER)
        line = set_line(measure, 0, len(text), WIDTH, justify=False)
        x = LEFT + NUMBER if page.number % 2 == 0 else LEFT + WIDTH - NUMBER - line.width
        y = BOTTOM + NUMBER_BELOW + 0.36 * NUMBER
        for run in line.runs:
            page.marks.append(
                Text(
                    x + run.x,
                    y,
                    run.face,
                    NUMBER,
                    run.text,
                    run.width,
                    ARTIFACT,
                    run.spacing,
                    run.kerns,
                )
            )

    def _draft(self, page: Page) -> None:
        """A pale 草稿 from corner to corner, under everything else."""
        text, size = "草稿", 150.0
        pen = self.pens["h1"]
        measure = Measure(text, pen, size)
        line = set_line(measure, 0, len(text), 1e9, justify=False)
        # Turned by 45 degrees against the clock, its middle in the middle of the page.
        half, rise = line.width / 2, 0.36 * size
        turn = 0.70710678
        x = PAGE_WIDTH / 2 - half * turn + rise * turn
        y = PAGE_HEIGHT / 2 + half * turn + rise * turn
        page.marks[0:0] = [
            Text(
                x + run.x * turn,
                y - run.x * turn,
                run.face,
                size,
                run.text,
                run.width,
                ARTIFACT,
                run.spacing,
                run.kerns,
                angle=315,
                gray=0.88,
                place=NOWHERE,
            )
            for run in line.runs
        ]


def _nothing(page: Page, y: float) -> None:
    """Blank space leaves no mark."""
