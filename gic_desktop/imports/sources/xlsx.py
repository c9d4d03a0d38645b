"""Excel workbooks (.xlsx, .xlsm): every sheet that shows, as one grid, in the workbook's order.

Excel stores a number as a binary double with up to seventeen digits (`0.092` as
`9.1999999999999998E-2`) but computes with and shows fifteen. The text here is the number to fifteen
digits, made without a binary float in between, so that `0.092` stays `0.092`. Formulas give the
result Excel last saved. Words that a number's format shows behind it (`0"元"`) belong to the text.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Context, Decimal, InvalidOperation
from xml.etree.ElementTree import Element

from gic_desktop.imports.source import (
    TOO_LONG,
    Budget,
    Grid,
    GridCell,
    ImportRefused,
    Item,
    Paragraph,
    Source,
)
from gic_desktop.imports.sources.package import DAMAGED, Package
from gic_desktop.imports.sources.xml_tree import parse

_S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_FIFTEEN = Context(prec=15)
_MAX_SHEETS = 64
_MAX_COLUMNS = 400
_DATES = {14, 15, 16, 17, 18, 19, 20, 21, 22, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 45, 46, 47,
          50, 51, 52, 53, 54, 55, 56, 57, 58}  # fmt: skip
_PERCENT = {9, 10}


def number_text(stored: str, *, percent: bool = False) -> str:
    """Give a stored number as Excel shows it in a plain cell: `9.1999999999999998E-2` → `0.092`."""
    try:
        value = Decimal(stored)
    except InvalidOperation:
        return stored
    if not value.is_finite() or not -30 < value.adjusted() < 30:
        return stored
    value = _FIFTEEN.create_decimal(value)
    if percent:
        value = value.scaleb(2)
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    text = "0" if text in ("-0", "") else text
    return text + ("%" if percent else "")


def date_text(stored: str, *, from_1904: bool) -> str:
    """Give a stored day count as a date, or the number itself when it is no date."""
    try:
        days = Decimal(stored)
        if not 1 <= days < 200_000:
            return number_text(stored)
        begin = dt.date(1904, 1, 1) if from_1904 else dt.date(1899, 12, 30)
        day = begin + dt.timedelta(days=int(days))
    except (InvalidOperation, OverflowError):
        return number_text(stored)
    return f"{day.year}年{day.month}月{day.day}日"


def _place(reference: str) -> tuple[int, int] | None:
    match = re.fullmatch(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})", reference)
    if match is None:
        return None
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


class _Workbook:
    def __init__(self, package: Package, budget: Budget) -> None:
        self.package = package
        self.budget = budget
        self.strings: list[str] = []
        self.styles: list[str] = []
        self.behind: list[str] = []
        self.from_1904 = False

    def _tree(self, name: str) -> Element | None:
        data = self.package.read(name)
        if data is None:
            return None
        data = data.replace(
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        ).replace(
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        )
        return parse(data, self.budget, self._watch)

    def _watch(self, tag: str) -> None:
        # Empty rows with only a format count too, but cheaper: Excel writes them by the thousand.
        if tag == f"{_S}row":
            self.budget.elements -= 20
            if self.budget.elements < 0:
                raise ImportRefused(TOO_LONG)

    def read(self) -> Source:
        main = "xl/workbook.xml"
        for kind, target in self.package.relations("").values():
            if kind == "officeDocument":
                main = target
        root = self._tree(main)
        if root is None:
            raise ImportRefused(DAMAGED)
        relations = self.package.relations(main)
        properties = root.find(f"{_S}workbookPr")
        self.from_1904 = properties is not None and properties.get("date1904") in ("1", "true")
        for kind, target in relations.values():
            if kind == "sharedStrings":
                strings = self._tree(target)
                if strings is not None:
                    self.strings = [_rich(element) for element in strings.findall(f"{_S}si")]
            elif kind == "styles":
                self._read_styles(self._tree(target))
        items: list[Item] = []
        sheets = root.findall(f"{_S}sheets/{_S}sheet")
        if len(sheets) > _MAX_SHEETS:
            raise ImportRefused(TOO_LONG)
        for sheet in sheets:
            kind, target = relations.get(sheet.get(f"{_R}id", ""), ("", ""))
            if kind != "worksheet":
                continue
            if sheet.get("state", "visible") != "visible":
                self.budget.lost("隐藏的工作表未导入。")
                continue
            data = self._tree(target)
            grid = None if data is None else self._sheet(data)
            if grid is not None:
                items.append(Paragraph(sheet.get("name", "")[:64], role="sheet"))
                items.append(grid)
        return Source("xlsx", tuple(items), losses=tuple(self.budget.losses))

    def _read_styles(self, root: Element | None) -> None:
        if root is None:
            return
        own: dict[int, str] = {}
        for element in root.findall(f"{_S}numFmts/{_S}numFmt"):
            if re.fullmatch(r"\d{1,6}", element.get("numFmtId", "")):
                own[int(element.get("numFmtId", "0"))] = element.get("formatCode", "")
        for element in root.findall(f"{_S}cellXfs/{_S}xf"):
            text = element.get("numFmtId", "0")
            number = int(text) if re.fullmatch(r"\d{1,6}", text) else 0
            self.styles.append(_meaning(number, own.get(number)))
            self.behind.append(_behind(own.get(number, "")))

    def _sheet(self, root: Element) -> Grid | None:
        found: dict[tuple[int, int], str] = {}
        row_number = -1
        for row in root.findall(f"{_S}sheetData/{_S}row"):
            stated = row.get("r", "")
            row_number = int(stated) - 1 if re.fullmatch(r"\d{1,7}", stated) else row_number + 1
            column = -1
            counted = False
            for cell in row.findall(f"{_S}c"):
                place = _place(cell.get("r", ""))
                column = place[1] if place is not None else column + 1
                text = self._text(cell)
                if not text:
                    continue
                if not counted:
                    self.budget.row()
                    counted = True
                self.budget.cell()
                self.budget.paragraph(text)
                if column > _MAX_COLUMNS:
                    raise ImportRefused(TOO_LONG)
                found[row_number, column] = text
        # Remarks are drawn by a `legacyDrawing`: no pictures.
        if root.find(f"{_S}drawing") is not None:
            self.budget.lost("工作表里的图片和图表未导入。")
        if not found:
            return None
        return self._grid(found, self._merges(root, found))

    def _merges(
        self, root: Element, found: dict[tuple[int, int], str]
    ) -> dict[tuple[int, int], tuple[int, int]]:
        bottom = max(row for row, _ in found)
        right = max(column for _, column in found)
        merges: dict[tuple[int, int], tuple[int, int]] = {}
        for element in root.findall(f"{_S}mergeCells/{_S}mergeCell"):
            first, _, last = element.get("ref", "").partition(":")
            begin, end = _place(first), _place(last or first)
            self.budget.elements -= 1
            if begin is None or end is None or begin[0] > bottom or begin[1] > _MAX_COLUMNS:
                continue
            rows = min(end[0], bottom) - begin[0] + 1
            columns = min(end[1], max(right, begin[1])) - begin[1] + 1
            if rows >= 1 and columns >= 1:
                merges[begin] = (rows, columns)
        return merges

    def _grid(
        self,
        found: dict[tuple[int, int], str],
        merges: dict[tuple[int, int], tuple[int, int]],
    ) -> Grid:
        """Number the rows anew without the empty ones at the edges; fill the gaps with blanks."""
        top = min(row for row, _ in found)
        left = min(column for _, column in found)
        right = max(column for _, column in found)
        used = sorted({row for row, _ in found})
        number = {row: index for index, row in enumerate(used)}
        covered: set[tuple[int, int]] = set()
        cells: list[GridCell] = []
        for row in used:
            for column in range(left, right + 1):
                if (row, column) in covered:
                    continue
                text = found.get((row, column), "")
                rows, columns = merges.get((row, column), (1, 1))
                inside = [line for line in range(row, row + rows) if line in number]
                for line in inside:
                    covered.update((line, place) for place in range(column, column + columns))
                self.budget.cell()
                cells.append(
                    GridCell(number[row], column - left, text, max(1, len(inside)), columns)
                )
        assert top <= used[0]
        return Grid(tuple(cells))

    def _text(self, cell: Element) -> str:
        kind = cell.get("t", "n")
        if kind == "inlineStr":
            inline = cell.find(f"{_S}is")
            return "" if inline is None else _rich(inline).strip()
        value = cell.find(f"{_S}v")
        if value is None or value.text is None:
            if cell.find(f"{_S}f") is not None:
                self.budget.lost(
                    "有公式没有保存过计算结果，按空白导入；请用 Excel 打开并保存后再导入。"
                )
            return ""
        stored = value.text.strip()
        if kind == "s":
            index = int(stored) if re.fullmatch(r"\d{1,8}", stored) else -1
            return self.strings[index].strip() if 0 <= index < len(self.strings) else ""
        if kind == "b":
            return "是" if stored == "1" else "否"
        if kind != "n":
            return value.text.strip()
        style = cell.get("s", "0")
        place = int(style) if re.fullmatch(r"\d{1,6}", style) else 0
        meaning = self.styles[place] if place < len(self.styles) else ""
        if meaning == "date":
            return date_text(stored, from_1904=self.from_1904)
        behind = self.behind[place] if place < len(self.behind) else ""
        return number_text(stored, percent=meaning == "percent") + behind


def _meaning(number: int, code: str | None) -> str:
    if code is None:
        return "date" if number in _DATES else "percent" if number in _PERCENT else ""
    plain = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.', "", code)
    if re.search(r"[ymdhs]", plain, re.IGNORECASE) and "general" not in plain.lower():
        return "date"
    return "percent" if "%" in plain else ""


def _behind(code: str) -> str:
    """Give the words that a format shows behind its number: a unit, a remark in brackets."""
    found = re.match(r'(?:[^";\\]|"[^"]*"|\\.)*?[0#?]((?:"[^"]*"|\\.)+)(?:;|$)', code[:255])
    pieces = re.findall(r'"([^"]*)"|\\(.)', found[1]) if found else []
    return "".join(quoted or single for quoted, single in pieces)


def _rich(element: Element) -> str:
    """Give a string's runs without the phonetic guides."""
    texts: list[str] = []
    for part in element:
        if part.tag == f"{_S}t":
            texts.append(part.text or "")
        elif part.tag == f"{_S}r":
            texts.extend(run.text or "" for run in part.findall(f"{_S}t"))
    return re.sub(r"_x([0-9A-Fa-f]{4})_", _escaped, "".join(texts)).replace("\r\n", "\n")


def _escaped(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return "" if (code < 32 and code not in (9, 10)) or 0xD800 <= code < 0xE000 else chr(code)


def read_xlsx(data: bytes, budget: Budget) -> Source:
    """Read the bytes of a workbook."""
    return _Workbook(Package(data, budget), budget).read()
