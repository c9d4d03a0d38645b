"""Blocks → one web page that needs nothing else: for a portal, a phone, a screen reader, a printer.

No script, no outside address; pictures and charts lie inside. `table_html` gives one table with its
looks in every element, for a portal's own editor, which throws style sheets away.
"""

from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby

from gic_desktop.output import blocks
from gic_desktop.output.bare_picture import bare_picture
from gic_desktop.output.blocks import Document, Table, TableCell
from gic_desktop.report.report import Report

_LABELS = ("caption", "column", "row", "corner")

_STYLE = """
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0;background:#fff;color:#1f2329;line-height:1.8;font-size:1.0625rem;
font-family:"Source Han Serif SC","Noto Serif CJK SC","Noto Serif SC",SimSun,STSong,serif;
overflow-wrap:break-word}
main{max-width:56rem;margin:0 auto;padding:1.5rem 1rem 3rem}
h1,h2,h3{font-family:"Source Han Sans SC","Noto Sans CJK SC","Noto Sans SC","Microsoft YaHei",SimHei,sans-serif;
line-height:1.45;text-wrap:balance}
h1{font-size:1.75rem;text-align:center;margin:.5rem 0 1.75rem}
h1 span{display:block}
h2{font-size:1.3125rem;margin:2.25rem 0 .75rem;padding-bottom:.25rem;border-bottom:2px solid #1d5fbf}
h3{font-size:1.125rem;margin:1.5rem 0 .5rem}
h4,h5{font-size:1.0625rem;margin:1rem 0 .25rem}
p{margin:.5rem 0;text-indent:2em;text-align:justify}
p.annex,p.note{text-indent:0}
aside{max-width:54rem;margin:1rem auto 0;padding:.25rem .75rem;border:2px solid #b3261e;color:#b3261e;text-align:center}
p.note{font-size:.9375rem;color:#3d434b}
.table{overflow-x:auto;margin:1rem 0;-webkit-overflow-scrolling:touch}
.table:focus-visible{outline:3px solid #1d5fbf;outline-offset:2px}
table{width:100%;border-collapse:collapse;table-layout:fixed;border:2px solid #1f2329;
font-size:.875rem;line-height:1.45;font-variant-numeric:tabular-nums lining-nums}
th,td{border:1px solid #646a73;padding:.3125rem .25rem;text-align:center;vertical-align:middle;font-weight:400}
th,td.corner{background:#f0f3f8;text-wrap:balance}
th.left{text-align:left;padding-left:.5rem}
th.down>span{writing-mode:vertical-rl;letter-spacing:.15em}
td{white-space:nowrap}
td.corner,td.long{white-space:normal}
td.total{font-weight:600;background:#f7f8fa}
figure{margin:1.25rem auto;text-align:center}
figure img,figure svg{max-width:100%;height:auto}
figcaption{font-size:.9375rem;color:#3d434b}
.signature{margin-top:2.5rem}
.signature p{text-align:right;text-indent:0;margin-right:2em}
@media (max-width:40rem){
body{font-size:1rem}
main{padding:1rem .875rem 2rem}
h1{font-size:1.375rem}
h2{font-size:1.1875rem}
.table{margin-right:-.875rem;padding-right:.875rem}
p{text-align:left}
}
@media print{
@page{size:A4;margin:24mm 24mm 24mm 26mm}
body{font-size:12pt;line-height:1.6}
main{max-width:none;padding:0}
h1{font-size:20pt}
h2{font-size:14pt;border-bottom:0}
h2,h3,h4{break-after:avoid}
.table{overflow:visible;break-inside:avoid}
table{font-size:9pt;line-height:1.3;min-width:0!important}
th,td{padding:1.5pt 3pt}
thead{display:table-header-group}
tr,figure,.signature{break-inside:avoid}
th,td.corner,td.total{background:none}
}
""".strip()


def html_bytes(report: Report, made: Document) -> bytes:
    """The page's bytes; equal reports give equal bytes."""
    return _Page(report, made).text().encode()


def table_html(table: Table) -> str:
    """One table for a portal's editor: every element carries its looks, nothing else is needed."""
    return _Table(table, alone=True).text()


class _Page:
    def __init__(self, report: Report, made: Document) -> None:
        self.report = report
        self.made = made
        self._depth = 1

    def text(self) -> str:
        made = self.made
        body = "\n".join(part for block in made.blocks for part in self._block(block))
        draft = '<aside aria-label="文稿状态">草稿，尚未定稿</aside>\n' if made.draft else ""
        return (
            '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
            "img-src data:; style-src 'unsafe-inline'\">\n"
            f'<title>{escape(made.title)}</title>\n<meta name="author" content="{escape(made.organ)}">\n'
            f"<style>\n{_STYLE}\n</style>\n</head>\n<body>\n{draft}<main>\n{body}\n</main>\n</body>\n</html>\n"
        )

    def _block(self, block: blocks.Block) -> Iterator[str]:
        match block:
            case blocks.Annex():
                yield f'<p class="annex">{escape(block.text)}</p>'
            case blocks.Title():
                # Titles break where their authors broke them; otherwise the reader's screen decides.
                lines = [escape(line) for line in block.lines]
                if len(lines) > 1:
                    lines = [f"<span>{line}</span>" for line in lines]
                yield f"<h1>{''.join(lines)}</h1>"
            case blocks.Heading():
                # No level may be missing above another one, or an outline read aloud has a hole.
                level = min(block.level + 1, self._depth + 1, 6)
                self._depth = level
                yield f"<h{level}>{escape(block.text)}</h{level}>"
            case blocks.Paragraph():
                kind = ' class="note"' if block.note else ""
                yield f"<p{kind}>{escape(block.text)}</p>"
            case blocks.Picture():
                bare, kind = bare_picture(block.data)
                data = b64encode(bare).decode()
                image = (
                    f'<img src="data:image/{kind};base64,{data}" alt="{escape(block.alternative)}"'
                    f' style="width:{block.percent}%">'
                )
                yield _figure(image, block.caption)
            case blocks.Chart():
                from gic_desktop.output import drawings

                # A chart that has no figures is left out, as on the printed page.
                if svg := drawings.svg(self.report, block.series):
                    yield _figure(svg, block.caption)
            case blocks.Table():
                yield _Table(block).text()
            case blocks.Signature():
                lines = [f"<p>{escape(line)}</p>" for line in block.lines]
                yield f'<div class="signature">\n{chr(10).join(lines)}\n</div>'


def _figure(inside: str, caption: str) -> str:
    words = f"\n<figcaption>{escape(caption)}</figcaption>" if caption else ""
    return f"<figure>\n{inside}{words}\n</figure>"


class _Table:
    """One table; `alone`: with looks in its elements instead of classes."""

    def __init__(self, table: Table, *, alone: bool = False) -> None:
        self.table = table
        self.alone = alone
        spoken = {key for cell in table.cells for key in cell.headers}
        self._ids = {
            (cell.row, cell.column): f"{table.id}-{cell.row}-{cell.column}"
            for cell in table.cells
            if cell.role in _LABELS and (cell.row, cell.column) in spoken
        }

    def text(self) -> str:
        table = self.table
        ordered = sorted(table.cells, key=lambda cell: (cell.row, cell.column))
        rows = [
            f"<tr>{''.join(map(self._cell, cells))}</tr>"
            for _, cells in groupby(ordered, key=lambda cell: cell.row)
        ]
        head, body = rows[: table.header_rows], rows[table.header_rows :]
        inside = [self._columns()]
        if head:
            inside += ["<thead>", *head, "</thead>"]
        inside += ["<tbody>", *body, "</tbody>"]
        lines = "\n".join(inside)
        if self.alone:
            style = "border-collapse:collapse;width:100%;border:2px solid #000;font-size:14px"
            return f'<table style="{style}">\n{lines}\n</table>'
        # A name for those who do not see it: the printed table has no caption but its section's heading.
        said = escape(table.summary)
        return (
            f'<div class="table" role="region" aria-label="{said}（可左右滑动）" tabindex="0">\n'
            f'<table aria-label="{said}" style="min-width:{_least(table)}rem">\n{lines}\n</table>\n</div>'
        )

    def _columns(self) -> str:
        each = "".join(f'<col style="width:{width / 10:g}%">' for width in self.table.widths)
        return f"<colgroup>{each}</colgroup>"

    def _cell(self, cell: TableCell) -> str:
        label = cell.role in _LABELS and cell.role != "corner"
        given = []
        classes = []
        if (key := self._ids.get((cell.row, cell.column))) is not None:
            given.append(f'id="{key}"')
        if label:
            given.append(f'scope="{_scope(cell)}"')
        if cell.columns > 1:
            given.append(f'colspan="{cell.columns}"')
        if cell.rows > 1:
            given.append(f'rowspan="{cell.rows}"')
        if cell.headers:
            named = [self._ids[at] for at in cell.headers if at in self._ids]
            given.append(f'headers="{" ".join(named)}"')
        if cell.align == "left":
            classes.append("left")
        if cell.vertical:
            classes.append("down")
        if cell.role in ("corner", "total"):
            classes.append(cell.role)
        if cell.role == "figure" and len(cell.text) > 12:
            classes.append("long")
        if self.alone:
            ground = "background:#f0f3f8;" if cell.role in _LABELS else ""
            align = "left" if cell.align == "left" else "center"
            given.append(
                f'style="border:1px solid #000;padding:4px;font-weight:normal;{ground}text-align:{align}"'
            )
        elif classes:
            given.append(f'class="{" ".join(classes)}"')
        tag = "th" if label else "td"
        words = escape(cell.text)
        if cell.vertical and not self.alone:
            words = f"<span>{words}</span>"
        return f"<{tag}{''.join(f' {one}' for one in given)}>{words}</{tag}>"


def _scope(cell: TableCell) -> str:
    if cell.role == "row":
        return "rowgroup" if cell.rows > 1 else "row"
    return "colgroup" if cell.columns > 1 else "col"


def _least(table: Table) -> int:
    """The least width at which a row still reads well, in rem: a phone scrolls the rest."""
    narrowest = min(_figure_widths(table.widths, table.cells), default=1000)
    # A column of figures needs three characters, whatever share of the table it has.
    return min(max(round(2.75 * 1000 / narrowest), 22), 56)


def _figure_widths(widths: Sequence[int], cells: Iterable[TableCell]) -> Iterator[int]:
    for cell in cells:
        if cell.role in ("figure", "total"):
            yield sum(widths[cell.column : cell.column + cell.columns])
