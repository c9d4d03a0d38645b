"""What lies on the clipboard ⇄ a block of texts. Pure functions, no Qt; nothing here raises.

A block is rows of fields. A field is a text, or `COVERED` where there is none: a merged cell reaches
over it, or its row ends before the longest.
Reading prefers HTML, which keeps merged cells and line breaks, and falls back to text. Both are
from outside and taken with limits: what is larger than any statutory table is no block.
"""

import re
from collections.abc import Iterable, Sequence
from html import escape
from html.parser import HTMLParser

from gic_desktop.values import Struct

MAX_SOURCE = 2_000_000
_MOST_UNCLOSED = 200
MAX_ROWS = 400
MAX_COLUMNS = 100

COVERED = None
Field = str | None
Block = tuple[tuple[Field, ...], ...]


class Copied(Struct, frozen=True):
    """One field to copy: its text, and how many rows and columns it takes."""

    text: str
    rows: int = 1
    columns: int = 1
    header: bool = False


# -- writing -------------------------------------------------------------------------------------


def write_text(block: Iterable[Sequence[Field]]) -> str:
    """Tab separated, the way Excel writes it: a field with a break, a tab or quotes is quoted."""
    rows = ["\t".join(_quoted(field or "") for field in row) for row in block]
    if len(rows) == 1 and "\t" not in rows[0]:
        return rows[0]
    return "".join(row + "\r\n" for row in rows)


def _quoted(text: str) -> str:
    if text.startswith('"') or any(mark in text for mark in "\t\n\r"):
        return '"' + text.replace('"', '""') + '"'
    return text


def write_html(rows: Iterable[Sequence[Copied]]) -> str:
    """A real table: merged cells keep their spans, figures stay to the right in Word and Excel."""
    lines = []
    for row in rows:
        cells = []
        for field in row:
            tag = "th" if field.header else "td"
            spans = f' rowspan="{field.rows}"' if field.rows > 1 else ""
            spans += f' colspan="{field.columns}"' if field.columns > 1 else ""
            align = "center" if field.header else "right"
            # `\@` would be Excel's text format; `0` alone keeps figures figures.
            text = escape(field.text).replace("\r\n", "\n").replace("\r", "\n")
            text = text.replace("\n", "<br>")
            cells.append(f'<{tag}{spans} style="text-align:{align}">{text}</{tag}>')
        lines.append("<tr>" + "".join(cells) + "</tr>")
    body = "\n".join(lines)
    return (
        '<html><head><meta charset="utf-8"></head><body><table border="1" '
        f'style="border-collapse:collapse">\n{body}\n</table></body></html>'
    )


# -- reading -------------------------------------------------------------------------------------


def read(html: str | None, text: str | None) -> Block:
    """The block on the clipboard; an empty one when there is nothing to paste."""
    if html and len(html) <= MAX_SOURCE:
        block = read_html(html)
        if block:
            return block
    return read_text(text or "")


def read_text(text: str) -> Block:
    """Tab separated lines; a field in quotes may hold breaks. One break at the end is no row."""
    if not text or len(text) > MAX_SOURCE:
        return ()
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    text = text.replace("\u2028", "\n").replace("\u2029", "\n")
    text = text.removesuffix("\n")
    rows: list[tuple[Field, ...]] = []
    at = 0
    row: list[Field] = []
    while True:
        field, at = _field(text, at)
        row.append(field)
        if at < len(text) and text[at] == "\t":
            at += 1
            continue
        rows.append(tuple(row))
        row = []
        if at >= len(text) or len(rows) >= MAX_ROWS:
            break
        at += 1
    width = min(max(len(r) for r in rows), MAX_COLUMNS)
    # Word writes a merged label once: what is missing behind its row's figures are no blank cells.
    return tuple((*r[:width], *([COVERED] * (width - len(r)))) for r in rows)


_UNQUOTED = re.compile(r"[^\t\n]*")
_IN_QUOTES = re.compile(r'"((?:[^"]|"")*)"(?=[\t\n]|\Z)')


def _field(text: str, at: int) -> tuple[str, int]:
    if text.startswith('"', at):
        found = _IN_QUOTES.match(text, at)
        if found is not None:
            return found[1].replace('""', '"'), found.end()
    plain = _UNQUOTED.match(text, at)
    assert plain is not None
    return plain[0], plain.end()


_FRAGMENT = re.compile(r"<!--\s*StartFragment\s*-->(.*?)(?:<!--\s*EndFragment\s*-->|\Z)", re.DOTALL)
_TABLE = re.compile(r"<\s*table\b", re.IGNORECASE)
_ROW = re.compile(r"<\s*t[rdh]\b", re.IGNORECASE)


def read_html(html: str) -> Block:
    """The first table of a page or of a clipboard's fragment; empty when it holds none."""
    if len(html) > MAX_SOURCE:
        return ()
    found = _FRAGMENT.search(html)
    # Excel marks the fragment *inside* the table: then its rows stand there without the table.
    if found is not None and (_TABLE.search(found[1]) or _ROW.search(found[1])):
        html = found[1]
    if not _ROW.search(html):
        return ()
    html = _without_comments(html.replace("\0", ""))
    if html.count("<") - html.count(">") > _MOST_UNCLOSED:
        return ()  # the parser's time grows with the square of what is never closed
    reader = _TableReader()
    try:
        reader.feed(html)
        reader.close()
    except (AssertionError, ValueError, RecursionError):
        return ()
    return _laid_out(reader.rows)


def _without_comments(html: str) -> str:
    """Also without Word's and Excel's `<![if …]>` and declarations, in one pass."""
    kept = []
    at = 0
    while True:
        start = min((i for i in (html.find("<!", at), html.find("<?", at)) if i >= 0), default=-1)
        if start < 0:
            kept.append(html[at:])
            return "".join(kept)
        kept.append(html[at:start])
        closing = "-->" if html.startswith("<!--", start) else ">"
        end = html.find(closing, start + 2)
        if end < 0:
            return "".join(kept)
        at = end + len(closing)


class _Read(Struct):
    text: str
    rows: int
    columns: int


def _laid_out(rows: list[list[_Read]]) -> Block:
    """Fields at the units they print on; what a span covers is `COVERED`."""
    grid: dict[tuple[int, int], Field] = {}
    width = 0
    for number, row in enumerate(rows[:MAX_ROWS]):
        column = 0
        for field in row:
            while (number, column) in grid:
                column += 1
            if column >= MAX_COLUMNS:
                break
            last_row = min(number + field.rows, len(rows), MAX_ROWS)
            last_column = min(column + field.columns, MAX_COLUMNS)
            for r in range(number, last_row):
                for c in range(column, last_column):
                    grid.setdefault((r, c), COVERED)
            grid[number, column] = field.text
            column = last_column
            width = max(width, column)
    height = min(len(rows), MAX_ROWS)
    return tuple(tuple(grid.get((r, c), "") for c in range(width)) for r in range(height))


_BREAKS = {"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6"}
_SILENT = {"style", "script", "head", "title", "xml", "template", "noscript"}


class _TableReader(HTMLParser):
    """Rows and fields of the first table; a table inside a field adds its words to the field."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[_Read]] = []
        self._depth = 0
        self._done = False
        self._row: list[_Read] | None = None
        self._cell: _Read | None = None
        self._words: list[str] = []
        self._silent = ""
        self._hidden_row = False
        self._fields = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._done or self._silent:
            return
        if tag in _SILENT:
            self._silent = tag
        elif tag == "table":
            self._depth += 1
        elif self._depth > 1 and tag in ("tr", "td", "th"):
            self._words.append("\n" if tag == "tr" else " ")
        elif tag == "tr":
            self._end_row()
            self._row = []
            # Excel ends a table that has merged cells with a row of no height that only sets widths.
            style = (dict(attrs).get("style") or "").replace(" ", "").lower()
            self._hidden_row = "display:none" in style
        elif tag in ("td", "th"):
            self._end_cell()
            if self._row is None:
                self._row, self._hidden_row = [], False
            given = dict(attrs)
            self._cell = _Read("", _span(given.get("rowspan")), _span(given.get("colspan")))
        elif tag == "br":
            self._words.append("\n")
        elif tag in _BREAKS:
            self._new_line()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if tag == self._silent:
                self._silent = ""
            return
        if self._done:
            return
        if tag == "table":
            self._depth -= 1
            if self._depth <= 0:
                self._end_row()
                self._done = True
        elif self._depth > 1:
            return
        elif tag == "tr":
            self._end_row()
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag in _BREAKS:
            self._new_line()

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._silent:
            # White space of the source is one space; a hard space is the author's.
            self._words.append(re.sub(r"[ \t\r\n\f]+", " ", data))

    def close(self) -> None:
        super().close()
        if not self._done:
            self._end_row()

    def _new_line(self) -> None:
        if self._cell is not None and self._words and self._words[-1] != "\n":
            self._words.append("\n")

    def _end_cell(self) -> None:
        if self._cell is not None and self._row is not None:
            text = re.sub(r" *\n *", "\n", "".join(self._words).replace("\xa0", " "))
            text = re.sub(r"\n{2,}", "\n", text).strip()
            self._cell.text = text
            self._fields += 1
            if self._fields <= MAX_ROWS * MAX_COLUMNS:
                self._row.append(self._cell)
        self._cell = None
        self._words = []

    def _end_row(self) -> None:
        self._end_cell()
        if self._row and not self._hidden_row and len(self.rows) < MAX_ROWS:
            self.rows.append(self._row)
        self._row = None


def _span(text: str | None) -> int:
    found = re.match(r"\s*(\d{1,4})", text or "")
    return min(max(int(found[1]), 1), MAX_ROWS) if found else 1
