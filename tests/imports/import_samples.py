"""Reports written only for these tests, made into files of every format.

The tables come from the statutory forms; the words and the office are invented.
"""

from __future__ import annotations

import io
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

FORMS = Path(__file__).resolve().parents[2] / "resources" / "forms"
ORGAN = "青石市临河区梧桐街道办事处"


@dataclass(frozen=True)
class Cell:
    """A printed cell of a form: a label, or the name of the figure that stands there."""

    row: int
    column: int
    rows: int
    columns: int
    label: str = ""
    figure: str = ""


@dataclass(frozen=True)
class Table:
    id: str
    rows: int
    columns: int
    cells: tuple[Cell, ...]


def form_tables(form: str) -> list[Table]:
    """Lay out the tables of a form file as rows, columns and spans."""
    description = tomllib.loads((FORMS / f"{form}.toml").read_text("utf-8"))
    return [_table(table) for table in description["tables"]]


def _table(table: dict) -> Table:
    width = len(table["widths"])
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    for row, entries in enumerate(table["rows"]):
        column = 0
        for entry in entries:
            names = (
                [f"{entry['cells']}.{member}" for member in table["series"]]
                if "cells" in entry
                else [entry["cell"]]
                if "cell" in entry
                else [""]
            )
            label = next(
                (entry[k] for k in ("row", "column", "corner", "caption") if k in entry), ""
            )
            for name in names:
                while (row, column) in taken:
                    column += 1
                rows, columns = entry.get("rows", 1), entry.get("columns", 1)
                figure = f"{table['id']}.{name}" if name else ""
                cells.append(Cell(row, column, rows, columns, label, figure))
                taken |= {(row + r, column + c) for r in range(rows) for c in range(columns)}
    return Table(table["id"], len(table["rows"]), width, tuple(cells))


def figures(form: str, seed: int = 7) -> dict[str, int]:
    """Give every cell a figure of its own that nothing else has, so that a mix-up shows."""
    names = [cell.figure for table in form_tables(form) for cell in table.cells if cell.figure]
    return {name: seed * 1000 + place for place, name in enumerate(names)}


HEADINGS = {
    "overview": "一、总体情况",
    "disclosure": "二、主动公开政府信息情况",
    "requests": "三、收到和处理政府信息公开申请情况",
    "disputes": "四、政府信息公开行政复议、行政诉讼情况",
    "problems": "五、存在的主要问题及改进情况",
    "other": "六、其他需要报告的事项",
}
PREAMBLE = (
    "本报告根据《中华人民共和国政府信息公开条例》编制，数据的统计期限自{year}年1月1日起至{year}年12月31日止。"
    "联系地址：临河区梧桐路12号，邮编：123456，电话：0100-1234567。"
)
NARRATIVE = {
    "overview": [
        "{year}年，本街道把政务公开作为联系居民的窗口，稳步推进各项工作。",
        "（一）主动公开",
        "全年在区政府门户网站发布信息86条，其中：①工作动态51条；②通知公告23条；③办事指南12条。",
        "（二）依申请公开",
        "1.畅通渠道。在便民服务大厅设置申请点，专人解答。",
        "2.规范答复。答复文书全部经过合法性审查。",
        "（三）政府信息管理",
        "完善信息发布审核制度，坚持先审后发。",
    ],
    "problems": [
        "（一）存在的主要问题",
        "一是信息更新不够及时；二是解读形式较为单一。",
        "（二）改进情况",
        "下一步将加强业务培训，每季度至少培训一次，并增加图文解读。",
    ],
    "other": ["本年度未收取信息处理费。"],
}


def word(form: str, year: int, values: dict[str, str] | None = None) -> bytes:
    """Write a report as a Word file with real merged cells."""
    from docx import Document
    from docx.shared import Pt

    values = values or {name: str(value) for name, value in figures(form).items()}
    document = Document()
    document.styles["Normal"].font.size = Pt(10.5)
    title = document.add_paragraph(f"{ORGAN}{year}年政府信息公开工作年度报告")
    title.alignment = 1
    document.add_paragraph(PREAMBLE.format(year=year))
    tables = {table.id: table for table in form_tables(form)}
    for section, heading in HEADINGS.items():
        document.add_paragraph(heading)
        for text in NARRATIVE.get(section, ()):
            document.add_paragraph(text.format(year=year))
        if section in tables:
            _word_table(document, tables[section], values)
    document.add_paragraph(ORGAN).alignment = 2
    document.add_paragraph(f"{year + 1}年1月19日").alignment = 2
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _word_table(document, table: Table, values: dict[str, str]) -> None:
    made = document.add_table(table.rows, table.columns)
    made.style = "Table Grid"
    # Asked for once: python-docx lays the whole table out again for every cell.
    grid = [row.cells for row in made.rows]
    for cell in table.cells:
        place = grid[cell.row][cell.column]
        if cell.rows > 1 or cell.columns > 1:
            place = place.merge(grid[cell.row + cell.rows - 1][cell.column + cell.columns - 1])
        place.text = cell.label or values.get(cell.figure, "")


def lines_of_cells(form: str, year: int, values: dict[str, str]) -> str:
    """Write a report as text with one cell a line, as Word's clipboard gives it."""

    def table(found: Table) -> str:
        rows = []
        for row in range(found.rows):
            cells = []
            for column in range(found.columns):
                own = next((c for c in found.cells if (c.row, c.column) == (row, column)), None)
                above = any(
                    c.row < row < c.row + c.rows and c.column == column for c in found.cells
                )
                if own is not None:
                    cells.append("\t" + (own.label or values.get(own.figure, "")))
                elif above:
                    cells.append("\t")
            rows.append("\n".join(cells))
        return "\n\n".join(rows)

    return _text(form, year, table)


def rows_of_tabs(form: str, year: int, values: dict[str, str]) -> str:
    """Write a report as text with one table row a line."""

    def table(found: Table) -> str:
        grid = [["" for _ in range(found.columns)] for _ in range(found.rows)]
        for cell in found.cells:
            grid[cell.row][cell.column] = cell.label or values.get(cell.figure, "")
        return "\n".join("\t".join(row) for row in grid)

    return _text(form, year, table)


def _text(form: str, year: int, table: Callable[[Table], str]) -> str:
    tables = {found.id: found for found in form_tables(form)}
    parts = [f"{ORGAN}{year}年政府信息公开工作年度报告", "", PREAMBLE.format(year=year)]
    for section, heading in HEADINGS.items():
        parts.append(heading)
        parts.extend(text.format(year=year) for text in NARRATIVE.get(section, ()))
        if section in tables:
            parts.extend([table(tables[section]), "", ""])
    parts.extend(["", ORGAN, " " * 30 + f"{year + 1}年1月19日", "—6—"])
    return "\n".join(parts)


def web_page(form: str, year: int, values: dict[str, str]) -> str:
    """Write a report as a portal's page: menus, a layout table, the report, an imprint."""
    tables = {found.id: found for found in form_tables(form)}
    body = [f"<p>　　{PREAMBLE.format(year=year)}</p>"]
    for section, heading in HEADINGS.items():
        body.append(f"<p>&nbsp;&nbsp;<strong>{heading}</strong></p>")
        body.extend(f"<p>　　{text.format(year=year)}</p>" for text in NARRATIVE.get(section, ()))
        if section in tables:
            body.append(_web_table(tables[section], values))
    body.append(f"<p align='right'>{ORGAN}</p><p align='right'>{year + 1}年1月19日</p>")
    return f"""<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=CHARSET">
<title>{year}年政府信息公开工作年度报告_临河区人民政府</title><style>td {{ width: 9px }}</style>
<script>var figures = [1, 2, 3];</script></head><body>
<div class="top"><ul><li><a href="/">首页</a></li><li><a href="/zw">政务公开</a></li></ul></div>
<h1>{ORGAN}{year}年政府信息公开工作年度报告</h1>
<table width="1000"><tr><td><div id="left"><a href="/a">公开指南</a><a href="/b">公开年报</a></div></td>
<td><div class="content">{"".join(body)}</div></td></tr></table>
<div class="foot"><p>主办：临河区人民政府办公室　<a href="/x">网站地图</a></p></div></body></html>"""


def _web_table(table: Table, values: dict[str, str]) -> str:
    rows = []
    for row in range(table.rows):
        cells = "".join(
            f"<td rowspan={c.rows} colspan='{c.columns}'><p>{c.label or values.get(c.figure, '')}&nbsp;</p></td>"
            for c in sorted(table.cells, key=lambda c: c.column)
            if c.row == row
        )
        rows.append(f"<tr>{cells}</tr>")
    return f"<table border=1><tbody>{''.join(rows)}</tbody></table>"


def workbook(form: str, values: dict[str, str]) -> bytes:
    """Write a report's tables as a workbook, one sheet a section, numbers as numbers."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for table in form_tables(form):
        sheet = book.create_sheet(table.id)
        sheet.cell(1, 1, HEADINGS[table.id])
        for cell in table.cells:
            value = values.get(cell.figure, "")
            place = sheet.cell(cell.row + 3, cell.column + 1)
            place.value = cell.label or (int(value) if value.isdigit() else value)
            if cell.rows > 1 or cell.columns > 1:
                sheet.merge_cells(
                    start_row=cell.row + 3, start_column=cell.column + 1,
                    end_row=cell.row + 2 + cell.rows, end_column=cell.column + cell.columns,
                )  # fmt: skip
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
