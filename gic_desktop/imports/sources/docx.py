"""Word documents (.docx and what `doc.py` makes of .doc and .wps): plain XML, read with a budget.

The text is what Word would print with all tracked changes accepted: insertions kept, deletions
gone, fields as their results, automatic numbers as text. Running heads and feet stand apart;
footnotes follow their paragraph; text boxes follow the paragraph they are anchored to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element

from gic_desktop.imports.source import (
    TOO_DEEP,
    TOO_LONG,
    Align,
    Budget,
    Grid,
    ImportRefused,
    Item,
    Paragraph,
    Picture,
    Source,
    picture_kind,
)
from gic_desktop.imports.sources.layout import RawCell, table_items
from gic_desktop.imports.sources.numbering import Numbering, W
from gic_desktop.imports.sources.package import DAMAGED, Package
from gic_desktop.imports.sources.xml_tree import parse
from gic_desktop.values import Struct, field

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_V = "{urn:schemas-microsoft-com:vml}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_STRICT = "http://purl.oclc.org/ooxml/"

_MAX_COLUMNS = 512
_MAX_NESTING = 8
_MAX_PARAGRAPHS = 120_000

_GONE = {f"{W}del", f"{W}moveFrom", f"{W}rubyPr", f"{W}rt", f"{W}instrText", f"{W}delText",
         f"{W}pPr", f"{W}rPr", f"{W}sdtPr", f"{W}sdtEndPr", f"{W}annotationRef", f"{W}delInstrText",
         f"{W}tblPr", f"{W}tblGrid", f"{W}sectPr"}  # fmt: skip

_SYMBOLS = {
    "f0fe": "☑", "f0a8": "□", "f06f": "□", "f052": "☑", "f0a3": "□", "f0fc": "✓", "f0fb": "✗",
    "f06c": "●", "f06e": "■", "f0b7": "•", "f0b1": "±", "f0b4": "×", "f0b8": "÷",
    "f0b3": "≥", "f0b0": "°",
}  # fmt: skip


def _on(element: Element | None) -> bool:
    return element is not None and element.get(f"{W}val", "1") not in ("0", "false", "off", "none")


def _value(element: Element | None, default: str = "") -> str:
    return default if element is None else element.get(f"{W}val", default)


def _count(element: Element | None, most: int) -> int:
    text = _value(element, "1")
    return min(max(int(text), 1), most) if re.fullmatch(r"\d{1,6}", text) else 1


class _Style(Struct):
    based_on: str = ""
    level: int | None = None
    list_id: str | None = None
    list_depth: int | None = None
    align: str = ""
    hidden: bool | None = None


class _Line(Struct):
    """A paragraph being read: its text, and what hangs on it."""

    text: list[str] = field(default_factory=list)
    after: list[Item] = field(default_factory=list)
    fields: list[bool] = field(default_factory=list)
    """For every open field: whether its result has begun."""

    def add(self, text: str) -> None:
        if all(self.fields):
            self.text.append(text)


class _Reader:
    def __init__(self, package: Package, budget: Budget) -> None:
        self.package = package
        self.budget = budget
        self.styles: dict[str, _Style] = {}
        self.default_style = ""
        self.character_hidden: set[str] = set()
        self.numbering = Numbering(None)
        self.notes: dict[str, str] = {}
        self.relations: dict[str, tuple[str, str]] = {}
        self.nesting = 0
        self.seen = 0
        self.fields: list[bool] = []
        self.main = self._main_part()

    # Parts

    def _main_part(self) -> str:
        for kind, target in self.package.relations("").values():
            if kind == "officeDocument" and target in self.package:
                return target
        if "word/document.xml" in self.package:
            return "word/document.xml"
        raise ImportRefused(DAMAGED)

    def _tree(self, name: str) -> Element | None:
        data = self.package.read(name)
        if data is None:
            return None
        if _STRICT.encode() in data[:8192]:
            # The strict dialect differs in its namespaces alone.
            for strict, usual in (
                (b"http://purl.oclc.org/ooxml/wordprocessingml/main",
                 b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
                (b"http://purl.oclc.org/ooxml/officeDocument/relationships",
                 b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
                (b"http://purl.oclc.org/ooxml/drawingml/main",
                 b"http://schemas.openxmlformats.org/drawingml/2006/main"),
            ):  # fmt: skip
                data = data.replace(strict, usual)
        return parse(data, self.budget, self._watch)

    def _watch(self, tag: str) -> None:
        if tag == f"{W}tr":
            self.budget.row()
        elif tag == f"{W}p":
            # Every cell holds one, so there may be more of them than paragraphs of text.
            self.seen += 1
            if self.seen > _MAX_PARAGRAPHS:
                raise ImportRefused(TOO_LONG)

    def _part(self, kind: str, usual: str) -> Element | None:
        for found, target in self.relations.values():
            if found == kind:
                return self._tree(target)
        return self._tree(usual)

    def read(self) -> Source:
        self.relations = self.package.relations(self.main)
        styles = self._part("styles", "word/styles.xml")
        if styles is not None:
            self._read_styles(styles)
        self.numbering = Numbering(self._part("numbering", "word/numbering.xml"))
        for kind in ("footnotes", "endnotes"):
            root = self._part(kind, f"word/{kind}.xml")
            if root is not None:
                for note in root:
                    if note.get(f"{W}type") in (None, "normal"):
                        text = self._plain(note)
                        self.notes[kind[:-1] + note.get(f"{W}id", "")] = text
        headers: list[str] = []
        footers: list[str] = []
        for kind, target in sorted(set(self.relations.values())):
            if kind in ("header", "footer"):
                root = self._tree(target)
                text = "" if root is None else self._plain(root)
                if text and text not in (shelf := headers if kind == "header" else footers):
                    shelf.append(text)
        if any(kind == "comments" for kind, _ in self.relations.values()):
            self.budget.lost("文档里的批注未导入。")
        root = self._tree(self.main)
        body = None if root is None else root.find(f"{W}body")
        if body is None:
            raise ImportRefused(DAMAGED)
        tracked = ("ins", "del", "moveFrom", "moveTo")
        if any(next(body.iter(W + kind), None) is not None for kind in tracked):
            self.budget.lost("文档里的修订还没有接受，按接受全部修订后的内容导入，请核对。")
        items = self.blocks(body)
        return Source(
            "docx", tuple(items), tuple(headers), tuple(footers), tuple(self.budget.losses)
        )

    def _plain(self, root: Element) -> str:
        """Give the text of a part whose lists and pictures do not matter."""
        kept, self.numbering = self.numbering, Numbering(None)
        lost = list(self.budget.losses)
        try:
            items = self.blocks(root)
        finally:
            self.numbering = kept
            self.budget.losses[:] = lost
        texts: list[str] = []
        for item in items:
            if isinstance(item, Paragraph):
                texts.append(item.text)
            elif isinstance(item, Grid):
                texts.extend(cell.text for cell in item.cells)
        return "\n".join(text for text in texts if text)

    # Styles

    def _read_styles(self, root: Element) -> None:
        for element in root.iter(f"{W}style"):
            name = element.get(f"{W}styleId", "")
            kind = element.get(f"{W}type")
            run = element.find(f"{W}rPr")
            if kind == "character" and run is not None and _on(run.find(f"{W}vanish")):
                self.character_hidden.add(name)
            if kind != "paragraph":
                continue
            style = _Style(based_on=_value(element.find(f"{W}basedOn")))
            if run is not None and run.find(f"{W}vanish") is not None:
                style.hidden = _on(run.find(f"{W}vanish"))
            properties = element.find(f"{W}pPr")
            if properties is not None:
                outline = properties.find(f"{W}outlineLvl")
                if outline is not None:
                    style.level = self._outline(outline)
                style.align = _value(properties.find(f"{W}jc"))
                numbering = properties.find(f"{W}numPr")
                if numbering is not None:
                    list_id = numbering.find(f"{W}numId")
                    depth = numbering.find(f"{W}ilvl")
                    style.list_id = None if list_id is None else _value(list_id)
                    style.list_depth = None if depth is None else _count_from_zero(depth)
            self.styles[name] = style
            if element.get(f"{W}default") in ("1", "true"):
                self.default_style = name

    @staticmethod
    def _outline(element: Element) -> int:
        depth = _count_from_zero(element)
        return depth + 1 if depth < 9 else 0

    def _chain(self, name: str) -> Iterable[_Style]:
        seen: set[str] = set()
        while name in self.styles and name not in seen and len(seen) < 40:
            seen.add(name)
            yield self.styles[name]
            name = self.styles[name].based_on

    # Blocks

    def blocks(self, parent: Element) -> list[Item]:
        """Read paragraphs and tables below an element, in order."""
        items: list[Item] = []
        joined: _Line | None = None
        for element in self._block_elements(parent):
            if element.tag == f"{W}p":
                line = joined or _Line(fields=self.fields)
                joined = None
                properties = element.find(f"{W}pPr")
                self.inline(element, line)
                self.fields = line.fields
                if self._mark_deleted(properties):
                    # The paragraph's end was deleted: it runs on into the next one.
                    joined = line
                    continue
                items.extend(self._finish(line, properties))
            elif element.tag == f"{W}tbl":
                if joined is not None:
                    items.extend(self._finish(joined, None))
                    joined = None
                items.extend(self.table(element))
            elif element.tag == f"{W}altChunk":
                self.budget.lost("文档里嵌入的另一份文件未导入。")
        if joined is not None:
            items.extend(self._finish(joined, None))
        return items

    def _block_elements(self, parent: Element) -> Iterable[Element]:
        for element in parent:
            if element.tag in (f"{W}p", f"{W}tbl", f"{W}altChunk"):
                yield element
            elif element.tag in _GONE:
                continue
            elif element.tag == f"{_MC}AlternateContent":
                chosen = self._alternative(element)
                if chosen is not None:
                    yield from self._block_elements(chosen)
            elif element.tag in (
                f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}smartTag", f"{W}ins",
                f"{W}moveTo", f"{W}txbxContent",
            ):  # fmt: skip
                yield from self._block_elements(element)

    @staticmethod
    def _alternative(element: Element) -> Element | None:
        choice = element.find(f"{_MC}Choice")
        return choice if choice is not None else element.find(f"{_MC}Fallback")

    @staticmethod
    def _mark_deleted(properties: Element | None) -> bool:
        run = None if properties is None else properties.find(f"{W}rPr")
        return run is not None and (
            run.find(f"{W}del") is not None or run.find(f"{W}moveFrom") is not None
        )

    def _finish(self, line: _Line, properties: Element | None) -> list[Item]:
        style = self.default_style
        if properties is not None:
            style = _value(properties.find(f"{W}pStyle"), style)
        level = 0
        align = ""
        list_id: str | None = None
        depth: int | None = None
        found_level = False
        for link in self._chain(style):
            if not found_level and link.level is not None:
                level, found_level = link.level, True
            align = align or link.align
            list_id = link.list_id if list_id is None else list_id
            depth = link.list_depth if depth is None else depth
        if properties is not None:
            outline = properties.find(f"{W}outlineLvl")
            if outline is not None:
                level = self._outline(outline)
            align = _value(properties.find(f"{W}jc"), align)
            numbering = properties.find(f"{W}numPr")
            if numbering is not None:
                own = numbering.find(f"{W}numId")
                list_id = _value(own) if own is not None else list_id
                own_depth = numbering.find(f"{W}ilvl")
                depth = _count_from_zero(own_depth) if own_depth is not None else (depth or 0)
        text = "".join(line.text)
        number = ""
        if list_id and list_id != "0" and text.strip():
            number = self.numbering.next(list_id, depth or 0)
        text = _tidy(text)
        if number:
            if number[-1] == "." and text[:1].isdigit():
                number += " "
            text = number + text
        self.budget.paragraph(text)
        made: list[Item] = []
        if text:
            made.append(Paragraph(text, level, _ALIGN.get(align, "")))
        return made + line.after

    # Inside a paragraph

    def inline(self, parent: Element, line: _Line) -> None:
        for element in parent:
            tag = element.tag
            if tag == f"{W}r":
                self._run(element, line)
            elif tag in _GONE:
                continue
            elif tag == f"{W}fldSimple":
                self.inline(element, line)
            elif tag == f"{_MC}AlternateContent":
                chosen = self._alternative(element)
                if chosen is not None:
                    self.inline(chosen, line)
            elif tag in (f"{_M}oMath", f"{_M}oMathPara"):
                line.add("".join(part.text or "" for part in element.iter(f"{_M}t")))
            elif tag == f"{W}p":
                continue
            else:
                self.inline(element, line)

    def _run(self, run: Element, line: _Line) -> None:
        properties = run.find(f"{W}rPr")
        if properties is not None:
            vanish = properties.find(f"{W}vanish")
            hidden = (
                _on(vanish)
                if vanish is not None
                else _value(properties.find(f"{W}rStyle")) in self.character_hidden
            )
            if hidden:
                if any((part.text or "").strip() for part in run.iter(f"{W}t")):
                    self.budget.lost("文档里设为隐藏的文字未导入。")
                return
            if properties.find(f"{W}del") is not None:
                return
        self._run_parts(run, line)

    def _run_parts(self, run: Element, line: _Line) -> None:
        for part in run:
            tag = part.tag
            if tag == f"{W}t":
                line.add(part.text or "")
            elif tag == f"{W}tab":
                line.add("\t")
            elif tag in (f"{W}br", f"{W}cr"):
                line.add("\n")
            elif tag == f"{W}noBreakHyphen":
                line.add("-")
            elif tag == f"{W}fldChar":
                kind = part.get(f"{W}fldCharType")
                if kind == "begin":
                    line.fields.append(False)
                elif kind == "separate" and line.fields:
                    line.fields[-1] = True
                elif kind == "end" and line.fields:
                    line.fields.pop()
            elif tag == f"{W}sym":
                code = part.get(f"{W}char", "").lower()
                line.add(_SYMBOLS.get(code) or _private(code))
            elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
                kind = "footnote" if tag == f"{W}footnoteReference" else "endnote"
                note = self.notes.get(kind + part.get(f"{W}id", ""))
                if note:
                    line.after.append(Paragraph(note, role="footnote"))
            elif tag in (f"{W}drawing", f"{W}pict", f"{W}object"):
                self._drawing(part, line)
            elif tag == f"{_MC}AlternateContent":
                chosen = self._alternative(part)
                if chosen is not None:
                    self._run_parts(chosen, line)
            elif tag == f"{W}ruby":
                base = part.find(f"{W}rubyBase")
                if base is not None:
                    self.inline(base, line)

    def _drawing(self, drawing: Element, line: _Line) -> None:
        described = next(drawing.iter(f"{_WP}docPr"), None)
        description = "" if described is None else described.get("descr", "")
        boxes: list[Element] = []
        stack = list(drawing)[::-1]
        while stack:
            element = stack.pop()
            if element.tag == f"{W}txbxContent":
                boxes.append(element)
                continue
            if element.tag == f"{_MC}AlternateContent":
                chosen = self._alternative(element)
                if chosen is not None:
                    stack.append(chosen)
                continue
            if element.tag == f"{_A}blip":
                self._picture(element.get(f"{_R}embed", ""), description, line)
            elif element.tag == f"{_V}imagedata":
                self._picture(element.get(f"{_R}id", ""), element.get("title", ""), line)
            elif element.tag.startswith(_C):
                self.budget.lost("文档里的图表未导入；可以在“图表”里用数据重新生成。")
            elif element.tag.startswith(_DGM):
                self.budget.lost("文档里的 SmartArt 图形未导入。")
            stack.extend(list(element)[::-1])
        if drawing.tag == f"{W}object":
            self.budget.lost("文档里嵌入的对象未导入。")
        for box in boxes:
            self.nesting += 1
            if self.nesting > _MAX_NESTING:
                raise ImportRefused(TOO_DEEP)
            kept, self.fields = self.fields, []
            for item in self.blocks(box):
                if isinstance(item, Paragraph):
                    item = Paragraph(item.text, item.level, item.align, "text box")  # noqa: PLW2901 (one name for one thing)
                line.after.append(item)
            self.fields = kept
            self.nesting -= 1

    def _picture(self, relation: str, description: str, line: _Line) -> None:
        kind, target = self.relations.get(relation, ("", ""))
        data = self.package.read(target) if kind == "image" else None
        if data is None:
            if relation:
                self.budget.lost("有图片没有保存在文件里（只是链接），未导入。")
            return
        found = picture_kind(data)
        if found is None:
            self.budget.lost("有图片的格式无法识别，未导入。")
        elif self.budget.picture(len(data)):
            line.after.append(Picture(data, found, description[:300]))

    # Tables

    def table(self, table: Element) -> list[Item]:
        """Read a table; merged cells become one cell with its span."""
        self.nesting += 1
        if self.nesting > _MAX_NESTING:
            raise ImportRefused(TOO_DEEP)
        kept, self.fields = self.fields, []
        cells: list[RawCell] = []
        open_above: dict[int, RawCell] = {}
        number = -1
        for row in self._rows(table):
            properties = row.find(f"{W}trPr")
            if properties is not None and properties.find(f"{W}del") is not None:
                continue
            number += 1
            column = 0
            if properties is not None:
                before = properties.find(f"{W}gridBefore")
                column = 0 if before is None else _count(before, _MAX_COLUMNS)
            continued: dict[int, RawCell] = {}
            last: RawCell | None = None
            for cell in self._cells(row):
                self.budget.cell()
                about = cell.find(f"{W}tcPr")
                span = 1
                merge: str | None = None
                if about is not None:
                    if about.find(f"{W}cellDel") is not None:
                        continue
                    span_element = about.find(f"{W}gridSpan")
                    span = 1 if span_element is None else _count(span_element, _MAX_COLUMNS)
                    vertical = about.find(f"{W}vMerge")
                    merge = None if vertical is None else _value(vertical, "continue")
                    horizontal = about.find(f"{W}hMerge")
                    if (
                        _value(horizontal, "continue" if horizontal is not None else "")
                        == ("continue")
                        and last is not None
                    ):
                        last.columns += span
                        column += span
                        continue
                if column + span > _MAX_COLUMNS:
                    raise ImportRefused(TOO_DEEP)
                above = open_above.get(column)
                if merge == "continue" and above is not None:
                    if above.row + above.rows == number:
                        above.rows += 1
                    # A continued cell prints nothing of its own, whatever text it still holds.
                    continued[column] = above
                    last = above
                else:
                    last = RawCell(number, column, 1, span, self.blocks(cell))
                    cells.append(last)
                    if merge is not None:
                        continued[column] = last
                column += span
            open_above = continued
        self.fields = kept
        self.nesting -= 1
        return table_items(cells, self.budget)

    def _rows(self, parent: Element) -> Iterable[Element]:
        for element in parent:
            if element.tag == f"{W}tr":
                yield element
            elif element.tag not in _GONE:
                yield from self._rows(element)

    def _cells(self, row: Element) -> Iterable[Element]:
        for element in row:
            if element.tag == f"{W}tc":
                yield element
            elif element.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins"):
                yield from self._cells(element)


_ALIGN: dict[str, Align] = {
    "center": "center", "right": "right", "end": "right", "left": "left", "start": "left",
}  # fmt: skip


def _count_from_zero(element: Element) -> int:
    text = _value(element, "0")
    return min(int(text), 9) if re.fullmatch(r"\d{1,4}", text) else 0


def _private(code: str) -> str:
    if not re.fullmatch(r"[0-9a-f]{2,4}", code):
        return ""
    value = int(code, 16)
    if 0xF020 <= value <= 0xF07E:
        return chr(value - 0xF000)
    return chr(value) if 0x20 <= value < 0xD800 else "□"


def _tidy(text: str) -> str:
    """Drop control characters and the paper around the words; keep what parts the words."""
    text = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\u200e\u200f\ufeff\u00ad]", "", text)
    text = text.replace("\xa0", " ")
    return "\n".join(line.strip(" \t\u3000") for line in text.split("\n")).strip("\n")


def read_docx(data: bytes, budget: Budget) -> Source:
    """Read the bytes of a .docx."""
    return _Reader(Package(data, budget), budget).read()
