"""A roll-up as an Excel workbook, written row by row: its size in memory is that of the packed file.

Sheets: the sums, a row for each organ with every cell, every file and what became of it, who is
missing, what the checks found, and organs whose texts are alike. A person's text is a text and never
begins a formula; a number that a spreadsheet would round is written as a text. Equal roll-ups make
equal bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import IO

from gic_desktop.checks.finding import SEVERITY_NAMES
from gic_desktop.forms.description import Form
from gic_desktop.output import office_package
from gic_desktop.output.office_package import HEADER, OFFICE, attribute
from gic_desktop.output.workbook import (
    DANGEROUS,
    KIND,
    MAIN,
    decimals,
    exact,
    literal,
    number_format,
    reference,
)
from gic_desktop.report.figures import Figure, Number, figure_text, number_text
from gic_desktop.report.totals import values_with_totals
from gic_desktop.rollup.copied_texts import TEMPLATE, copied
from gic_desktop.rollup.outcome import STATES, TIME_ZONE, Rollup, Row
from gic_desktop.rollup.summary import MOST_DETAILED

_MOST_ROWS = 1_048_000
_LONGEST = 32_000
_PIECE = 1 << 16
_SMALL = 10**15

SHEETS = ("汇总", "各机关数据", "报送情况", "未报送", "核对发现", "文字雷同")

Value = str | Number | Figure | None


def workbook_bytes(rollup: Rollup) -> bytes:
    report = rollup.report
    latest = max((row.received for row in rollup.rows), default=0)
    book = _Book()
    with book.sheet([42, 60, 42, 16, 10, 10, 36], head=1) as sheet:
        _sums(sheet, rollup)
    form = report.form
    widths = [42, 8, *([12] * len(form.cells))]
    with book.sheet(widths, head=3, beside=1) as sheet:
        _organs(sheet, rollup)
    with book.sheet([42, 46, 8, 8, 16, 8, 8, 8, 10, 18, 60], head=1) as sheet:
        _files(sheet, rollup)
    with book.sheet([42, 70], head=1) as sheet:
        _missing(sheet, rollup)
    with book.sheet([42, 46, 8, 8, 42, 60, 90], head=1) as sheet:
        _findings(sheet, rollup)
    with book.sheet([42, 42, 14, 14, 90], head=1) as sheet:
        _alike(sheet, rollup)
    return book.finished(
        f"{report.full_title}（汇总表）", report.organ, datetime.fromtimestamp(latest, TIME_ZONE)
    )


# -- the sheets ----------------------------------------------------------------------------------


def _section(form: Form, table: str) -> str:
    return form.section(form.table(table).section).heading


def _shown(form: Form, figures: Mapping[str, Figure]) -> list[Figure | None]:
    """Every cell of the form in print order, totals computed."""
    values = values_with_totals(form, figures)
    return [
        figures.get(cell) or (Figure(values[cell]) if cell in values else None)
        for cell in form.cells
    ]


def _sums(sheet: _Sheet, rollup: Rollup) -> None:
    form = rollup.report.form
    sheet.head("表", "项目", "栏目", "合计", "已填份数", "未填份数", "说明")
    counted = rollup.counted
    for cell, figure in zip(form.cells.values(), _shown(form, rollup.report.cells), strict=True):
        blank = rollup.gaps.get(cell.id, 0)
        note = rollup.doubts.get(cell.id, "")
        if cell.computed:
            note = "自动计算"
        elif blank:
            note = note or ("各份都没有填写" if blank == counted else "合计只包括已填写的")
        answered: list[Value] = ["", ""] if cell.computed else [counted - blank, blank]
        labels = (" ".join(cell.row), " ".join(cell.column))
        sheet.row(_section(form, cell.table), *labels, figure, *answered, note)


def _organs(sheet: _Sheet, rollup: Rollup) -> None:
    form = rollup.report.form
    cells = list(form.cells.values())
    sheet.head("", "", *(_section(form, cell.table) for cell in cells))
    sheet.head("", "", *(" ".join(cell.row) for cell in cells))
    sheet.head("机关", "错误", *(" ".join(cell.column) for cell in cells))
    for row in rollup.in_state("counted"):
        figures = rollup.details.figures(row.number)
        sheet.row(row.organ or row.name, row.count.errors, *_shown(form, figures))
    sheet.row("合计", None, *_shown(form, rollup.report.cells))


def _files(sheet: _Sheet, rollup: Rollup) -> None:
    sheet.head(
        "机关",
        "文件",
        "年度",
        "格式",
        "状态",
        "错误",
        "提醒",
        "提示",
        "未填格数",
        "文件时间",
        "说明",
    )
    for row in rollup.rows:
        counts: list[Value] = ["", "", "", ""]
        if row.state != "unreadable":
            count = row.count
            counts = [count.errors, count.warnings, count.hints, row.blanks]
        moment = datetime.fromtimestamp(row.received, TIME_ZONE) if row.received else None
        sheet.row(
            row.organ,
            row.name,
            row.year or "",
            row.form_id,
            STATES[row.state],
            *counts,
            "" if moment is None else moment.strftime("%Y-%m-%d %H:%M"),
            row.reason,
        )


def _missing(sheet: _Sheet, rollup: Rollup) -> None:
    sheet.head("机关", "说明")
    if not rollup.expected:
        sheet.row("", "没有提供应报送机关名单，无法核对谁没有报送。")
        return
    for one in rollup.missing:
        near = f"没有可以计入的年报，可能是：{'、'.join(one.near)}" if one.near else ""
        sheet.row(one.organ, near or "没有可以计入的年报")
    if not rollup.missing:
        sheet.row("", "名单上的机关都已报送。")
    for organ in rollup.unexpected:
        sheet.row(organ, "已报送，但不在名单上")


def _findings(sheet: _Sheet, rollup: Rollup) -> None:
    form = rollup.report.form
    headings = {section.id: section.heading for section in form.sections}
    sheet.head("机关", "文件", "程度", "规则", "章节", "单元格", "内容")
    for row in rollup.rows:
        for said in rollup.details.findings(row.number):
            cell = form.cells.get(said.cell)
            sheet.row(
                row.organ,
                row.name,
                SEVERITY_NAMES[said.severity],
                said.rule,
                headings.get(said.section, ""),
                "" if cell is None else " ".join((*cell.row, *cell.column)),
                said.message,
            )
    if not rollup.words:
        sheet.row("", "", "", "", "", "", "本次只核对了数据和格式，没有核对正文。")


def _alike(sheet: _Sheet, rollup: Rollup) -> None:
    sheet.head("机关", "与之相同的机关", "相同比例（%）", "反过来（%）", "相同的段落")
    if len(rollup.rows) > MOST_DETAILED:
        sheet.row("", "", "", "", f"文件超过 {MOST_DETAILED} 份，没有比对文字。")
        return
    for pair in copied(rollup):
        sheet.row(_name(pair.of), _name(pair.other), pair.percent, pair.back, pair.example)
    sheet.row(
        "", "", "", "",
        "列出一半以上文字相同的机关；数字、年份、机关名称不计，"
        f"{TEMPLATE} 个以上机关共有的文字视为统一的写法，不作为比对的依据。",
    )  # fmt: skip


def _name(row: Row) -> str:
    return row.organ or row.name


# -- the file ------------------------------------------------------------------------------------


class _Book:
    def __init__(self) -> None:
        self._out = io.BytesIO()
        self._archive = zipfile.ZipFile(self._out, "w", zipfile.ZIP_DEFLATED)
        self._looks: dict[tuple[str, str, str], int] = {}
        self._sheets = 0
        # Excel wants the list of contents first; what there will be is known.
        kinds = {
            "xl/workbook.xml": f"{KIND}.sheet.main+xml",
            "xl/styles.xml": f"{KIND}.styles+xml",
        }
        for number in range(1, len(SHEETS) + 1):
            kinds[f"xl/worksheets/sheet{number}.xml"] = f"{KIND}.worksheet+xml"
        kinds["docProps/core.xml"] = office_package.CORE_TYPE
        kinds["docProps/app.xml"] = office_package.APP_TYPE
        self._put("[Content_Types].xml", office_package.content_types(kinds))
        self._put("_rels/.rels", office_package.package_relationships("xl/workbook.xml"))
        self.look(_PLAIN)

    def _put(self, name: str, content: str) -> None:
        self._archive.writestr(office_package.part(name), content.encode())

    def look(self, described: str, inside: str = "", code: str = "") -> int:
        """The number of a cell format, made when it is first wanted. `code`: how its numbers show."""
        return self._looks.setdefault((described, inside, code), len(self._looks))

    @contextmanager
    def sheet(self, widths: Sequence[float], *, head: int, beside: int = 0) -> Iterator[_Sheet]:
        """`head` rows and `beside` columns stay in sight."""
        self._sheets += 1
        name = f"xl/worksheets/sheet{self._sheets}.xml"
        corner = reference(head, beside)
        # A list is printed as wide as the paper; a row for each cell of a form would be too small.
        fitted = "" if beside else '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        split = f'xSplit="{beside}" ' if beside else ""
        pane = "bottomRight" if beside else "bottomLeft"
        selected = ' tabSelected="1"' if self._sheets == 1 else ""
        columns = "".join(
            f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>'
            for n, width in enumerate(widths, 1)
        )
        # A sheet of a whole country may pass two gigabytes before it is packed.
        with self._archive.open(office_package.part(name), "w", force_zip64=True) as out:
            out.write(
                (
                    f'{HEADER}<worksheet xmlns="{MAIN}">{fitted}<sheetViews>'
                    f'<sheetView{selected} workbookViewId="0"><pane {split}ySplit="{head}"'
                    f' topLeftCell="{corner}" activePane="{pane}" state="frozen"/>'
                    f'</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
                    f"<cols>{columns}</cols><sheetData>"
                ).encode()
            )
            sheet = _Sheet(self, out)
            yield sheet
            sheet.flush()
            last = reference(max(sheet.rows, head) - 1, len(widths) - 1)
            out.write(
                (
                    f'</sheetData><autoFilter ref="A{head}:{last}"/>'
                    '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3"'
                    ' footer="0.3"/><pageSetup paperSize="9" fitToHeight="0"'
                    ' orientation="landscape"/></worksheet>'
                ).encode()
            )

    def finished(self, title: str, organ: str, moment: datetime) -> bytes:
        assert self._sheets == len(SHEETS)
        each = "".join(
            f'<sheet name="{attribute(name)}" sheetId="{n}" r:id="rId{n}"/>'
            for n, name in enumerate(SHEETS, 1)
        )
        self._put(
            "xl/workbook.xml",
            f'{HEADER}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><bookViews><workbookView/>'
            f"</bookViews><sheets>{each}</sheets></workbook>",
        )
        targets = {
            f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(SHEETS) + 1)
        }
        targets["rIdS"] = ("styles", "styles.xml")
        self._put("xl/_rels/workbook.xml.rels", office_package.relationships(targets))
        self._put("xl/styles.xml", self._styles())
        self._put("docProps/core.xml", office_package.core_properties(title, organ, moment))
        self._put("docProps/app.xml", office_package.app_properties(organ))
        self._archive.close()
        return self._out.getvalue()

    def _styles(self) -> str:
        codes = list(dict.fromkeys(code for _, _, code in self._looks if code))
        numbers = "".join(
            f'<numFmt numFmtId="{n}" formatCode="{attribute(code)}"/>'
            for n, code in enumerate(codes, 164)
        )
        listed = f'<numFmts count="{len(codes)}">{numbers}</numFmts>' if codes else ""
        looks = [
            f'<xf numFmtId="{164 + codes.index(code) if code else 0}" {described} xfId="0"'
            f' applyNumberFormat="1" applyAlignment="1">{inside}</xf>'
            for described, inside, code in self._looks
        ]
        font = '<sz val="11"/><color rgb="FF000000"/><name val="宋体"/><charset val="134"/>'
        return (
            f'{HEADER}<styleSheet xmlns="{MAIN}">{listed}'
            f'<fonts count="2"><font>{font}</font><font><b/>{font}</font></fonts>'
            '<fills count="3"><fill><patternFill patternType="none"/></fill>'
            '<fill><patternFill patternType="gray125"/></fill>'
            '<fill><patternFill patternType="solid"><fgColor rgb="FFF0F3F8"/>'
            '<bgColor indexed="64"/></patternFill></fill></fills>'
            '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
            '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
            f'</cellStyleXfs><cellXfs count="{len(looks)}">{"".join(looks)}</cellXfs>'
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
            "</styleSheet>"
        )


_PLAIN = 'fontId="0" fillId="0" borderId="0"'


class _Sheet:
    """Rows in order; each is on its way to the packed file before the next begins."""

    def __init__(self, book: _Book, out: IO[bytes]) -> None:
        self._book, self._out = book, out
        self.rows = 0
        self._waiting: list[str] = []
        self._length = 0
        wrap = '<alignment vertical="top" wrapText="1"/>'
        self._text = book.look(_PLAIN, wrap)
        self._quoted = book.look(f'{_PLAIN} quotePrefix="1"', wrap)
        self._right = book.look(_PLAIN, '<alignment horizontal="right" vertical="top"/>')
        self._head = book.look(
            'fontId="1" fillId="2" borderId="0" applyFont="1" applyFill="1"',
            '<alignment horizontal="center" vertical="center" wrapText="1"/>',
        )
        self._numbers: dict[tuple[int, str], int] = {}
        self._whole = self._number_look(0, "")

    def head(self, *labels: str) -> None:
        # High enough for three lines of a narrow column.
        cells = (f'<c s="{self._head}" t="inlineStr">{_inline(one)}</c>' for one in labels)
        self._line(cells, ' ht="48" customHeight="1"' if len(labels) > 20 else "")

    def row(self, *values: Value) -> None:
        if self.rows == _MOST_ROWS:
            self._line([self._cell("已达 Excel 的行数上限，其余没有列出。")])
        elif self.rows < _MOST_ROWS:
            self._line(map(self._cell, values))

    def _line(self, cells: Iterable[str], height: str = "") -> None:
        self.rows += 1
        line = f'<row r="{self.rows}"{height}>{"".join(cells)}</row>'
        self._waiting.append(line)
        self._length += len(line)
        if self._length > _PIECE:
            self.flush()

    def flush(self) -> None:
        self._out.write("".join(self._waiting).encode())
        self._waiting.clear()
        self._length = 0

    def _cell(self, value: Value) -> str:
        if type(value) is Figure:
            plain = value.value
            if type(plain) is int and not value.unit and -_SMALL < plain < _SMALL:
                # Nearly every cell of a country's millions.
                return f'<c s="{self._whole}"><v>{plain}</v></c>'
            if value.unit or not exact(value.value):
                return self._amount(value)
            value = value.value
        if value is None or value == "":
            return "<c/>"
        if isinstance(value, str):
            look = self._quoted if value.startswith(DANGEROUS) else self._text
            return f'<c s="{look}" t="inlineStr">{_inline(value[:_LONGEST])}</c>'
        assert not isinstance(value, Figure)
        return self._number(value, "")

    def _amount(self, figure: Figure) -> str:
        """With a unit, or with more digits than a spreadsheet keeps."""
        if exact(figure.value):
            return self._number(figure.value, figure.unit)
        return f'<c s="{self._right}" t="inlineStr">{_inline(figure_text(figure))}</c>'

    def _number(self, value: Number, unit: str) -> str:
        return f'<c s="{self._number_look(decimals(value), unit)}"><v>{number_text(value)}</v></c>'

    def _number_look(self, places: int, unit: str) -> int:
        look = self._numbers.get((places, unit))
        if look is None:
            code = number_format(places, behind=unit[:20])
            look = self._book.look(_PLAIN, '<alignment vertical="top"/>', code)
            self._numbers[places, unit] = look
        return look


def _inline(words: str) -> str:
    return f'<is><t xml:space="preserve">{literal(words)}</t></is>'
