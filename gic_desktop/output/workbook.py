"""Sheets → the bytes of an Excel workbook (.xlsx). Knows cells and looks, nothing of reports.

Formulas carry their values, so that a reader which does not compute shows them too. A text is a
text: whatever a person wrote in it, no program takes it for a formula. Numbers are written digit by
digit from `int` and `Decimal`; one that a spreadsheet would round (more than fifteen digits) stays
a text, aligned as a number.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal

from gic_desktop.output import office_package
from gic_desktop.output.office_package import HEADER, OFFICE, attribute, text
from gic_desktop.report.figures import Number, number_text
from gic_desktop.values import Struct, field, replace

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# What a person's text may begin with that a spreadsheet could take for a formula when it is edited.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_MAX_DIGITS = 15
MAX_FORMAT = 200
"""A number format longer than this is not kept by every program (Excel: 255)."""
# A column's width is counted in digits of the standard font, 8 pixels each in 宋体 11.
_DIGIT = 6.0
_EMU = 12700

Horizontal = Literal["left", "center", "right", "general"]
Line = Literal["", "thin", "medium"]


class Look(Struct, frozen=True):
    """How a cell looks. `lines`: top, right, bottom, left. `form`: a number format."""

    face: str = "宋体"
    size: float = 10.5
    bold: bool = False
    fill: str = ""
    align: Horizontal = "general"
    middle: bool = True
    wrap: bool = False
    stacked: bool = False
    lines: tuple[Line, Line, Line, Line] = ("", "", "", "")
    form: str = ""
    quoted: bool = False
    indent: int = 0


class Cell(Struct, frozen=True):
    """`formula` without its equals sign; `value` is its value then. `remark` becomes a comment."""

    row: int
    column: int
    value: str | Number | None = None
    look: Look = Look()
    formula: str = ""
    remark: str = ""


class Picture(Struct, frozen=True):
    """A picture whose upper edge is that of a row; its size in points, `left` from the first column."""

    row: int
    data: bytes
    kind: Literal["png", "jpeg"]
    width: float
    height: float
    alternative: str
    left: float = 0.0


class Sheet(Struct, frozen=True):
    """`widths` and `heights` are points. `frozen`: rows and columns that stay in sight."""

    name: str
    cells: Sequence[Cell]
    widths: Sequence[float]
    heights: Mapping[int, float] = field(default_factory=dict)
    merged: Sequence[tuple[int, int, int, int]] = ()
    """(row, column, rows, columns)"""
    frozen: tuple[int, int] = (0, 0)
    repeated: tuple[int, int] | None = None
    """First and last row that each printed page begins with."""
    landscape: bool = False
    one_page: bool = False
    """Printed small enough for one page; otherwise as many pages high as it needs."""
    pictures: Sequence[Picture] = ()


def reference(row: int, column: int, *, fixed: bool = False) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"${letters}${row + 1}" if fixed else f"{letters}{row + 1}"


def decimals(value: Number) -> int:
    return max(0, -int(value.as_tuple().exponent)) if isinstance(value, Decimal) else 0


def exact(value: Number) -> bool:
    """Whether a spreadsheet keeps every digit."""
    digits = number_text(value).lstrip("-").replace(".", "").strip("0")
    return len(digits) <= _MAX_DIGITS


def number_format(places: int, *, signed: bool = False, behind: str = "") -> str:
    """A format that shows exactly so many decimal places and the text `behind` the number."""
    digits = "0" + ("." + "0" * places if places else "")
    pieces = re.findall('[^"]+|"', behind)
    tail = "".join(r"\"" if piece == '"' else f'"{piece}"' for piece in pieces)
    shown = digits + tail
    return f"+{shown};-{shown};{shown}" if signed else shown


def sheet_names(wanted: Iterable[str]) -> list[str]:
    """Names that Excel accepts: no special signs, no more than 31 characters, none twice."""
    taken: set[str] = set()
    names = []
    for want in wanted:
        plain = "".join(c for c in want if c not in "[]:*?/\\\n\r\t").strip("' ") or "工作表"
        name, number = plain[:31], 1
        while name.lower() in taken or name.lower() == "history":
            number += 1
            name = f"{plain[: 30 - len(str(number))]}-{number}"
        taken.add(name.lower())
        names.append(name)
    return names


def workbook_bytes(
    sheets: Sequence[Sheet], *, title: str, organ: str, moment: datetime, draft: bool = False
) -> bytes:
    """The file's bytes; equal sheets give equal bytes."""
    written = _Written(organ, draft=draft)
    for sheet in sheets:
        written.add(sheet)
    kinds, pages = written.kinds, written.pages()
    kinds |= {
        "docProps/core.xml": office_package.CORE_TYPE,
        "docProps/app.xml": office_package.APP_TYPE,
    }
    targets = {
        f"rId{n}": ("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)
    }
    targets["rIdS"] = ("styles", "styles.xml")
    targets["rIdT"] = ("sharedStrings", "sharedStrings.xml")
    extensions = {name.rpartition(".")[2] for name in pages} - {"xml", "rels"}
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": office_package.content_types(kinds, extensions),
        "_rels/.rels": office_package.package_relationships("xl/workbook.xml"),
        "xl/workbook.xml": _workbook_xml(sheets),
        "xl/_rels/workbook.xml.rels": office_package.relationships(targets),
        "xl/styles.xml": written.looks.xml(),
        "xl/sharedStrings.xml": _strings_xml(written.strings),
        **pages,
        "docProps/core.xml": office_package.core_properties(title, organ, moment),
        "docProps/app.xml": office_package.app_properties(organ),
    }
    return office_package.packed(parts)


class _Written:
    """The sheets' own parts, and what they share: looks, texts, pictures."""

    def __init__(self, organ: str, *, draft: bool) -> None:
        self.looks = _Looks()
        self.strings: dict[str, int] = {}
        self.kinds = {
            "xl/workbook.xml": f"{KIND}.sheet.main+xml",
            "xl/styles.xml": f"{KIND}.styles+xml",
            "xl/sharedStrings.xml": f"{KIND}.sharedStrings+xml",
        }
        self._organ = organ
        self._draft = draft
        self._sheets = 0
        self._pages: dict[str, str | bytes] = {}
        self._media: dict[bytes, str] = {}

    def pages(self) -> dict[str, str | bytes]:
        return self._pages | {f"xl/media/{name}": data for data, name in self._media.items()}

    def add(self, sheet: Sheet) -> None:
        self._sheets += 1
        number = self._sheets
        name = f"xl/worksheets/sheet{number}.xml"
        self._pages[name] = _sheet_xml(
            sheet, self.looks, self.strings, first=number == 1, draft=self._draft
        )
        self.kinds[name] = f"{KIND}.worksheet+xml"
        links: dict[str, tuple[str, str]] = {}
        if sheet.pictures:
            links["rIdD"] = ("drawing", f"../drawings/drawing{number}.xml")
            self._draw(sheet.pictures, number)
        if remarked := [cell for cell in sheet.cells if cell.remark]:
            links["rId1"] = ("vmlDrawing", f"../drawings/remarks{number}.vml")
            links["rId2"] = ("comments", f"../comments{number}.xml")
            self._pages[f"xl/comments{number}.xml"] = _comments_xml(remarked, self._organ)
            self._pages[f"xl/drawings/remarks{number}.vml"] = _remarks_vml(remarked, number)
            self.kinds[f"xl/comments{number}.xml"] = f"{KIND}.comments+xml"
        if links:
            related = f"xl/worksheets/_rels/sheet{number}.xml.rels"
            self._pages[related] = office_package.relationships(links)

    def _draw(self, pictures: Sequence[Picture], number: int) -> None:
        for picture in pictures:
            self._media.setdefault(picture.data, f"image{len(self._media) + 1}.{picture.kind}")
        name = f"drawing{number}.xml"
        self._pages[f"xl/drawings/{name}"] = _drawing_xml(pictures)
        self._pages[f"xl/drawings/_rels/{name}.rels"] = office_package.relationships(
            {
                f"rId{n}": ("image", f"../media/{self._media[picture.data]}")
                for n, picture in enumerate(pictures, 1)
            }
        )
        self.kinds[f"xl/drawings/{name}"] = (
            "application/vnd.openxmlformats-officedocument.drawing+xml"
        )


class _Looks:
    """The looks in use, numbered; fonts, fills and lines are shared between them."""

    def __init__(self) -> None:
        self._looks: dict[Look, int] = {}
        self._standard = Look(size=11)
        self.number(self._standard)

    def number(self, look: Look) -> int:
        return self._looks.setdefault(look, len(self._looks))

    def xml(self) -> str:
        fonts: dict[str, int] = {}
        fills = {
            '<fill><patternFill patternType="none"/></fill>': 0,
            '<fill><patternFill patternType="gray125"/></fill>': 1,
        }
        borders: dict[str, int] = {}
        formats: dict[str, int] = {}
        cells = []
        for look in self._looks:
            font = fonts.setdefault(_font(look), len(fonts))
            fill = fills.setdefault(_fill(look), len(fills))
            border = borders.setdefault(_border(look), len(borders))
            number = 0
            if look.form:
                number = formats.setdefault(look.form, 164 + len(formats))
            cells.append(_cell_format(look, font, fill, border, number))
        numbers = "".join(
            f'<numFmt numFmtId="{n}" formatCode="{attribute(form)}"/>'
            for form, n in formats.items()
        )
        listed = f'<numFmts count="{len(formats)}">{numbers}</numFmts>' if formats else ""
        return (
            f'{HEADER}<styleSheet xmlns="{MAIN}">{listed}'
            f'<fonts count="{len(fonts)}">{"".join(fonts)}</fonts>'
            f'<fills count="{len(fills)}">{"".join(fills)}</fills>'
            f'<borders count="{len(borders)}">{"".join(borders)}</borders>'
            '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
            f'<cellXfs count="{len(cells)}">{"".join(cells)}</cellXfs>'
            '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
            "</styleSheet>"
        )


def _font(look: Look) -> str:
    bold = "<b/>" if look.bold else ""
    return (
        f'<font>{bold}<sz val="{look.size:g}"/><color rgb="FF000000"/>'
        f'<name val="{attribute(look.face)}"/><charset val="134"/></font>'
    )


def _fill(look: Look) -> str:
    if not look.fill:
        return '<fill><patternFill patternType="none"/></fill>'
    return (
        f'<fill><patternFill patternType="solid"><fgColor rgb="FF{look.fill}"/>'
        '<bgColor indexed="64"/></patternFill></fill>'
    )


def _border(look: Look) -> str:
    top, right, bottom, left = look.lines
    sides = "".join(
        f'<{name} style="{line}"><color rgb="FF000000"/></{name}>' if line else f"<{name}/>"
        for name, line in (("left", left), ("right", right), ("top", top), ("bottom", bottom))
    )
    return f"<border>{sides}<diagonal/></border>"


def _cell_format(look: Look, font: int, fill: int, border: int, number: int) -> str:
    align = []
    if look.align != "general":
        align.append(f'horizontal="{look.align}"')
    if look.middle:
        align.append('vertical="center"')
    if look.stacked:
        align.append('textRotation="255"')
    if look.wrap:
        align.append('wrapText="1"')
    if look.indent:
        align.append(f'indent="{look.indent}"')
    given = f"<alignment {' '.join(align)}/>" if align else ""
    quoted = ' quotePrefix="1"' if look.quoted else ""
    return (
        f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="{border}" xfId="0"{quoted}'
        f' applyNumberFormat="1" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">{given}</xf>'
    )


def _workbook_xml(sheets: Sequence[Sheet]) -> str:
    each = "".join(
        f'<sheet name="{attribute(sheet.name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, sheet in enumerate(sheets, 1)
    )
    names = []
    for n, sheet in enumerate(sheets):
        quoted = "'" + sheet.name.replace("'", "''") + "'"
        last = max((cell.row for cell in sheet.cells), default=0)
        area = f"{quoted}!$A$1:{reference(last, len(sheet.widths) - 1, fixed=True)}"
        names.append(
            f'<definedName name="_xlnm.Print_Area" localSheetId="{n}">{text(area)}</definedName>'
        )
        if sheet.repeated is not None:
            first, end = sheet.repeated
            rows = f"{quoted}!${first + 1}:${end + 1}"
            names.append(
                f'<definedName name="_xlnm.Print_Titles" localSheetId="{n}">{text(rows)}</definedName>'
            )
    return (
        f'{HEADER}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><bookViews><workbookView'
        ' xWindow="0" yWindow="0" windowWidth="24000" windowHeight="12000"/></bookViews>'
        f"<sheets>{each}</sheets><definedNames>{''.join(names)}</definedNames>"
        '<calcPr calcId="191029"/></workbook>'
    )


def _strings_xml(strings: Mapping[str, int]) -> str:
    each = "".join(f'<si><t xml:space="preserve">{literal(one)}</t></si>' for one in strings)
    return f'{HEADER}<sst xmlns="{MAIN}" uniqueCount="{len(strings)}">{each}</sst>'


def literal(words: str) -> str:
    """`_x0041_` in a string stands for a character: an author's own is written so that it does not."""
    return text(re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", words))


def _sheet_xml(
    sheet: Sheet, looks: _Looks, strings: dict[str, int], *, first: bool, draft: bool
) -> str:
    rows: dict[int, list[Cell]] = {}
    for cell in sheet.cells:
        rows.setdefault(cell.row, []).append(cell)
    lines = []
    for row in sorted(rows.keys() | sheet.heights.keys()):
        height = sheet.heights.get(row)
        high = f' ht="{height:.4g}" customHeight="1"' if height else ""
        cells = "".join(
            _cell_xml(cell, looks, strings)
            for cell in sorted(rows.get(row, ()), key=lambda cell: cell.column)
        )
        lines.append(f'<row r="{row + 1}"{high}>{cells}</row>')
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width / _DIGIT:.2f}" customWidth="1"/>'
        for n, width in enumerate(sheet.widths, 1)
    )
    merged = "".join(
        f'<mergeCell ref="{reference(r, c)}:{reference(r + high - 1, c + wide - 1)}"/>'
        for r, c, high, wide in sheet.merged
    )
    if merged:
        merged = f'<mergeCells count="{len(sheet.merged)}">{merged}</mergeCells>'
    last = max((cell.row for cell in sheet.cells), default=0)
    remarks = '<drawing r:id="rIdD"/>' if sheet.pictures else ""
    if any(c.remark for c in sheet.cells):
        remarks += '<legacyDrawing r:id="rId1"/>'
    pages_high = 1 if sheet.one_page else 0
    orientation = "landscape" if sheet.landscape else "portrait"
    odd, even = (
        "<oddFooter>&amp;R— &amp;P —</oddFooter>",
        "<evenFooter>&amp;L— &amp;P —</evenFooter>",
    )
    if draft:
        odd = "<oddHeader>&amp;C&amp;24草稿</oddHeader>" + odd
        even = "<evenHeader>&amp;C&amp;24草稿</evenHeader>" + even
    return (
        f'{HEADER}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheetPr><pageSetUpPr fitToPage="1"/>'
        f'</sheetPr><dimension ref="A1:{reference(last, len(sheet.widths) - 1)}"/>'
        f"{_view(sheet, first=first)}"
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols>'
        f"<sheetData>{''.join(lines)}</sheetData>{merged}"
        '<printOptions horizontalCentered="1"/>'
        '<pageMargins left="1.1" right="1.02" top="1.45" bottom="1.38" header="0.8" footer="0.9"/>'
        f'<pageSetup paperSize="9" fitToHeight="{pages_high}" orientation="{orientation}"/>'
        f'<headerFooter differentOddEven="1">{odd}{even}</headerFooter>{remarks}</worksheet>'
    )


def _view(sheet: Sheet, *, first: bool) -> str:
    selected = ' tabSelected="1"' if first else ""
    rows, columns = sheet.frozen
    if not rows and not columns:
        return f'<sheetViews><sheetView{selected} workbookViewId="0"/></sheetViews>'
    corner = reference(rows, columns)
    if rows and columns:
        pane, split = "bottomRight", f'xSplit="{columns}" ySplit="{rows}"'
    elif rows:
        pane, split = "bottomLeft", f'ySplit="{rows}"'
    else:
        pane, split = "topRight", f'xSplit="{columns}"'
    return (
        f'<sheetViews><sheetView{selected} workbookViewId="0"><pane {split} topLeftCell="{corner}"'
        f' activePane="{pane}" state="frozen"/><selection pane="{pane}" activeCell="{corner}"'
        f' sqref="{corner}"/></sheetView></sheetViews>'
    )


def _cell_xml(cell: Cell, looks: _Looks, strings: dict[str, int]) -> str:
    look, value = cell.look, cell.value
    at = reference(cell.row, cell.column)
    if isinstance(value, str) and value.startswith(DANGEROUS):
        look = replace(look, quoted=True)
    style = looks.number(look)
    if cell.formula:
        known = ""
        kind = ""
        if isinstance(value, str):
            kind, known = ' t="str"', f"<v>{text(value)}</v>"
        elif value is not None:
            known = f"<v>{number_text(value)}</v>"
        return f'<c r="{at}" s="{style}"{kind}><f>{text(cell.formula)}</f>{known}</c>'
    if value is None or value == "":
        return f'<c r="{at}" s="{style}"/>'
    if isinstance(value, str):
        number = strings.setdefault(value, len(strings))
        return f'<c r="{at}" s="{style}" t="s"><v>{number}</v></c>'
    return f'<c r="{at}" s="{style}"><v>{number_text(value)}</v></c>'


def _drawing_xml(pictures: Sequence[Picture]) -> str:
    drawing = "http://schemas.openxmlformats.org/drawingml/2006"
    each = []
    for n, picture in enumerate(pictures, 1):
        size = f'cx="{round(picture.width * _EMU)}" cy="{round(picture.height * _EMU)}"'
        said = attribute(picture.alternative)
        each.append(
            f"<xdr:oneCellAnchor><xdr:from><xdr:col>0</xdr:col><xdr:colOff>{round(picture.left * _EMU)}"
            f"</xdr:colOff><xdr:row>{picture.row}</xdr:row><xdr:rowOff>{_EMU * 2}</xdr:rowOff></xdr:from>"
            f'<xdr:ext {size}/><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="{n + 1}" name="图片 {n}"'
            f' descr="{said}"/><xdr:cNvPicPr><a:picLocks noChangeAspect="1"/></xdr:cNvPicPr>'
            f'</xdr:nvPicPr><xdr:blipFill><a:blip r:embed="rId{n}"/><a:stretch><a:fillRect/></a:stretch>'
            f'</xdr:blipFill><xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:pic><xdr:clientData/>'
            "</xdr:oneCellAnchor>"
        )
    return (
        f'{HEADER}<xdr:wsDr xmlns:xdr="{drawing}/spreadsheetDrawing" xmlns:a="{drawing}/main"'
        f' xmlns:r="{OFFICE}">{"".join(each)}</xdr:wsDr>'
    )


def _comments_xml(cells: Sequence[Cell], organ: str) -> str:
    each = "".join(
        f'<comment ref="{reference(cell.row, cell.column)}" authorId="0"><text><r><rPr><sz val="9"/>'
        f'<rFont val="宋体"/></rPr><t xml:space="preserve">{literal(cell.remark)}</t></r></text></comment>'
        for cell in cells
    )
    return (
        f'{HEADER}<comments xmlns="{MAIN}"><authors><author>{text(organ)}</author></authors>'
        f"<commentList>{each}</commentList></comments>"
    )


def _remarks_vml(cells: Sequence[Cell], sheet: int) -> str:
    """Where Excel draws the remarks: it does not show a comment that has no shape."""
    shapes = "".join(
        f'<v:shape id="_x0000_s{sheet * 1024 + n}" type="#_x0000_t202" style="position:absolute;'
        'margin-left:80pt;margin-top:5pt;width:140pt;height:60pt;z-index:1;visibility:hidden"'
        ' fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"/><x:ClientData ObjectType="Note">'
        "<x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{cell.row}</x:Row><x:Column>{cell.column}</x:Column></x:ClientData></v:shape>"
        for n, cell in enumerate(cells, 1)
    )
    return (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
        ' xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
        f'<o:idmap v:ext="edit" data="{sheet}"/></o:shapelayout><v:shapetype id="_x0000_t202"'
        ' coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
        '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
        f"{shapes}</xml>"
    )
