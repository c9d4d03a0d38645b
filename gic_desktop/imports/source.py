"""What every reader gives: a `Source`, the file's paragraphs, grids and pictures in printed order.

Nothing here knows a form. A reader only says what stands on the paper; what it means is decided in
`recognise` and `match`. A file that cannot be read ends in `ImportRefused`, whose text is one
sentence for the clerk; what was read but could not be kept is named in `Source.losses`.

Files come from outside and are hostile until read: a `Budget` counts rows, cells, paragraphs,
characters and seconds, and stops the reader at the first excess.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Literal

from gic_desktop.values import Struct, field

Align = Literal["", "left", "center", "right"]
Role = Literal["", "title", "footnote", "text box", "sheet", "caption"]
PictureKind = Literal["png", "jpeg", "gif", "bmp", "tiff", "webp", "emf", "wmf"]


class ImportRefused(Exception):
    """The file cannot be used; the text says why and what to do, in one sentence."""


class Paragraph(Struct, frozen=True):
    """One printed paragraph. `level` is 1… for a heading style, 0 where the file says nothing."""

    text: str
    level: int = 0
    align: Align = ""
    role: Role = ""


class GridCell(Struct, frozen=True):
    """A cell at its upper left corner, with the rows and columns it covers."""

    row: int
    column: int
    text: str
    rows: int = 1
    columns: int = 1


class Grid(Struct, frozen=True):
    """A table as printed. Where `spans_known` is false each row is only its cells in order."""

    cells: tuple[GridCell, ...]
    spans_known: bool = True

    @property
    def row_count(self) -> int:
        return max((cell.row + cell.rows for cell in self.cells), default=0)

    @property
    def column_count(self) -> int:
        return max((cell.column + cell.columns for cell in self.cells), default=0)

    def rows(self) -> Iterator[tuple[GridCell, ...]]:
        """Each row's own cells, left to right; a cell reaching down counts in its first row."""
        by_row: dict[int, list[GridCell]] = {}
        for cell in self.cells:
            by_row.setdefault(cell.row, []).append(cell)
        for row in range(self.row_count):
            yield tuple(sorted(by_row.get(row, ()), key=lambda cell: cell.column))


class Picture(Struct, frozen=True):
    data: bytes
    kind: PictureKind
    description: str = ""


Item = Paragraph | Grid | Picture


class Source(Struct, frozen=True):
    """A file's content in printed order; running heads and feet apart; what was lost, said."""

    kind: str
    items: tuple[Item, ...]
    headers: tuple[str, ...] = ()
    footers: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()
    title: str = ""
    """What the file calls itself (a web page's title); a hint, not printed text."""


PICTURE_SIGNATURES: tuple[tuple[bytes, PictureKind], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"BM", "bmp"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"\xd7\xcd\xc6\x9a", "wmf"),
    (b"\x01\0\0\0", "emf"),
)


def picture_kind(data: bytes) -> PictureKind | None:
    """Tell what a picture is by its first bytes, whatever its name says."""
    for signature, kind in PICTURE_SIGNATURES:
        if data.startswith(signature):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return None


MB = 1024 * 1024

TOO_LONG = "这份文件的内容远远超出一份年报，未导入；请确认选对了文件。"
TOO_SLOW = "这份文件太复杂，在规定时间内没有读完，未导入；请用 Word 或 WPS 另存为 .docx 后再试。"
TOO_DEEP = "这份文件的表格或段落套了太多层，未导入；请用 Word 或 WPS 整理后另存为 .docx 再试。"


class Budget(Struct):
    """Counts what a reader takes in, and stops it. A long report has 40 rows and 400 paragraphs."""

    seconds: float = 20.0
    rows: int = 6_000
    cells: int = 80_000
    paragraphs: int = 20_000
    characters: int = 4_000_000
    elements: int = 1_500_000
    depth: int = 256
    unpacked: int = 96 * MB
    pictures: int = 48 * MB
    losses: list[str] = field(default_factory=list)
    deadline: float = 0.0

    def __post_init__(self) -> None:
        self.deadline = time.monotonic() + self.seconds

    def row(self) -> None:
        self.rows -= 1
        if self.rows < 0:
            raise ImportRefused(TOO_LONG)
        self.tick()

    def cell(self, count: int = 1) -> None:
        self.cells -= count
        if self.cells < 0:
            raise ImportRefused(TOO_LONG)

    def paragraph(self, text: str) -> None:
        self.paragraphs -= 1
        self.characters -= len(text)
        if self.paragraphs < 0 or self.characters < 0:
            raise ImportRefused(TOO_LONG)

    def unpack(self, size: int) -> None:
        self.unpacked -= size
        if self.unpacked < 0:
            raise ImportRefused(TOO_LONG)

    def picture(self, size: int) -> bool:
        """Whether a picture of this size still fits; one too many is a loss, not a refusal."""
        if size > self.pictures:
            self.lost("有图片太大，未导入。")
            return False
        self.pictures -= size
        return True

    def tick(self) -> None:
        if time.monotonic() > self.deadline:
            raise ImportRefused(TOO_SLOW)

    def lost(self, sentence: str) -> None:
        if sentence not in self.losses:
            self.losses.append(sentence)


def grid_from_rows(rows: Iterable[Iterable[str]], *, spans_known: bool = False) -> Grid:
    """Make a grid whose rows are only texts in order, as a plain text file gives them."""
    return Grid(
        tuple(
            GridCell(row, column, text)
            for row, texts in enumerate(rows)
            for column, text in enumerate(texts)
        ),
        spans_known=spans_known,
    )
