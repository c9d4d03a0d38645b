"""Saved web pages (.html, .htm, .mht, Word's and WPS's "web page", the clipboard's HTML).

A portal puts the report into the middle of menus, links and imprint. The middle is found by where
the text is, not by names of classes: from the outside in, the one part that holds nearly all words
that are not links. Headings that stand above that part are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gic_desktop.imports.source import (
    TOO_DEEP,
    TOO_LONG,
    Align,
    Budget,
    ImportRefused,
    Item,
    Paragraph,
    Picture,
    Source,
    picture_kind,
)
from gic_desktop.imports.sources.encoding import decode
from gic_desktop.imports.sources.layout import RawCell, table_items

if TYPE_CHECKING:
    from lxml.etree import _Element

_DROPPED = {
    "script", "style", "noscript", "template", "head", "nav", "aside", "iframe", "frame", "object",
    "embed", "applet", "svg", "canvas", "audio", "video", "map", "button", "select", "textarea",
    "input", "option", "datalist", "dialog", "marquee", "link", "meta", "title", "base", "menu",
}  # fmt: skip
_BLOCKS = {
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd", "section",
    "article", "main", "header", "footer", "blockquote", "pre", "center", "address", "figure",
    "figcaption", "form", "fieldset", "legend", "details", "summary", "hr", "body", "html",
    "hgroup", "search", "dir", "caption", "tr", "td", "th", "tbody", "thead", "tfoot",
}  # fmt: skip
_PLAIN_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_MAX_COLUMNS = 512
_MAX_TAGS = 600_000
"""A saved portal page has 3,000 to 30,000."""
DAMAGED = "这份网页没有内容或已损坏，无法读出；请重新保存网页后再导入。"
_MOST = 0.9
"""The share of a part's words that its main child must hold for the rest to count as frame."""


def read_html(data: bytes, budget: Budget) -> Source:
    """Read the bytes of a saved page."""
    return html_source(decode(data, budget, web_page=True), budget)


def html_source(page: str, budget: Budget, *, fragment: bool = False) -> Source:
    """Read a page's text; of a `fragment` (the clipboard's) everything belongs to the report."""
    from lxml import etree

    if page.count("<") > _MAX_TAGS:
        raise ImportRefused(TOO_LONG)
    page = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", page)
    if fragment:
        found = re.search(
            r"<!--\s*StartFragment\s*-->(.*?)<!--\s*EndFragment\s*-->", page, re.DOTALL
        )
        page = found[1] if found else page
        page = f"<html><body>{page}</body></html>"
    # The library's own limit of ten megabytes would cut a page off without a word; ours has been
    # asked before, and refuses.
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, recover=True, remove_comments=True, remove_pis=True,
        huge_tree=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(page.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError, AssertionError):
        root = None
    budget.tick()
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        # The library stopped in the middle: half a report is worse than none.
        raise ImportRefused(TOO_DEEP)
    if root is None:
        raise ImportRefused(DAMAGED)
    reader = _Reader(budget)
    title = next((_words(element) for element in root.iter("title")), "")
    body = next(root.iter("body"), root)
    main, before = (body, []) if fragment else reader.main_part(body)
    items: list[Item] = []
    for heading in before:
        text = _words(heading)
        if text:
            items.append(Paragraph(text, _PLAIN_HEADINGS.get(str(heading.tag), 1), role="title"))
    items.extend(reader.blocks(main))
    if main is not body:
        budget.lost("网页里正文以外的栏目、导航未导入。")
    return Source("html", tuple(items), losses=tuple(budget.losses), title=title[:300])


def _words(element: _Element) -> str:
    return _squeezed("".join(str(text) for text in element.itertext()))


def _squeezed(text: str) -> str:
    return re.sub(r"[ \t\r\n\xa0\u3000]+", " ", text).strip()


def _style(element: _Element) -> str:
    return (element.get("style") or "").replace(" ", "").lower()


def _hidden(element: _Element) -> bool:
    style = _style(element)
    return (
        "display:none" in style
        or "visibility:hidden" in style
        or element.get("hidden") is not None
        or "mso-hide:all" in style
    )


def _span(element: _Element, name: str) -> int:
    text = (element.get(name) or "1").strip()
    return int(text) if re.fullmatch(r"\d{1,6}", text) else 1


class _Reader:
    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.nesting = 0

    # Where the report is

    def main_part(self, body: _Element) -> tuple[_Element, list[_Element]]:
        """Find the part of the page that holds the words, and the headings before it."""
        weights = self._weights(body)
        part = body
        before: list[_Element] = []
        while True:
            whole = weights.get(part, 0)
            best = max(
                (child for child in part if isinstance(child.tag, str)),
                key=lambda child: weights.get(child, 0),
                default=None,
            )
            if (
                best is None
                or whole == 0
                or weights.get(best, 0) < _MOST * whole
                or (
                    best.tag in ("p", "span", "table", "font", "pre")
                    and not self._is_layout(best, weights)
                )
            ):
                return part, before
            for child in part:
                if child is best:
                    break
                if isinstance(child.tag, str):
                    before.extend(child.iter("h1", "h2"))
            part = best

    @staticmethod
    def _is_layout(element: _Element, weights: dict[_Element, int]) -> bool:
        """Whether a table only holds the page together: another one, or one big cell, is inside."""
        if element.tag != "table":
            return False
        whole = weights.get(element, 0)
        cells = list(element.iter("td", "th"))
        return any(weights.get(cell, 0) >= _MOST * whole for cell in cells)

    def _weights(self, body: _Element) -> dict[_Element, int]:
        """Count every part's words outside links; a long paragraph counts no more than 300."""
        weights: dict[_Element, int] = {}
        linked: set[_Element] = set()
        order: list[_Element] = []
        stack = [body]
        while stack:
            element = stack.pop()
            if not isinstance(element.tag, str) or element.tag in _DROPPED or _hidden(element):
                continue
            self.budget.elements -= 1
            if self.budget.elements < 0:
                raise ImportRefused(TOO_DEEP)
            parent = element.getparent()
            if element.tag == "a" or (parent is not None and parent in linked):
                linked.add(element)
            order.append(element)
            stack.extend(element)
        for element in reversed(order):
            own = 0
            if element not in linked:
                own = min(300, len(_squeezed(element.text or "")))
            for child in element:
                own += weights.get(child, 0)
                if element not in linked:
                    own += min(300, len(_squeezed(child.tail or "")))
            weights[element] = own
        return weights

    # Blocks

    def blocks(self, parent: _Element) -> list[Item]:
        """Read what stands below an element as paragraphs, grids and pictures."""
        self.nesting += 1
        if self.nesting > 200:
            raise ImportRefused(TOO_DEEP)
        items: list[Item] = []
        line: list[str] = []
        align = self._align(parent)
        level = _PLAIN_HEADINGS.get(str(parent.tag), 0)
        pre = parent.tag == "pre"

        def end_line() -> None:
            text = "".join(line)
            line.clear()
            for piece in text.split("\n"):
                shown = self._shown(piece)
                self.budget.paragraph(shown)
                if shown:
                    items.append(Paragraph(shown, level, align))

        def inline(element: _Element) -> None:
            if element.text:
                line.append(element.text if pre else _spaced(element.text))
            for child in element:
                take(child)
                if child.tail:
                    line.append(child.tail if pre else _spaced(child.tail))

        def take(child: _Element) -> None:
            tag = child.tag
            if not isinstance(tag, str) or tag in _DROPPED or _hidden(child):
                return
            tag = tag.rsplit(":", 1)[-1]
            if tag == "br":
                line.append("\n")
            elif tag == "table":
                end_line()
                items.extend(self.table(child))
            elif tag == "img":
                picture = self._picture(child)
                if picture is not None:
                    end_line()
                    items.append(picture)
            elif tag in _BLOCKS:
                end_line()
                items.extend(self.blocks(child))
            else:
                self.nesting += 1
                if self.nesting > 200:
                    raise ImportRefused(TOO_DEEP)
                inline(child)
                self.nesting -= 1

        inline(parent)
        end_line()
        self.nesting -= 1
        self.budget.tick()
        if parent.tag == "li":
            items = self._marked(parent, items)
        return items

    @staticmethod
    def _marked(element: _Element, items: list[Item]) -> list[Item]:
        """Give an item of a numbered list its printed number."""
        parent = element.getparent()
        if parent is None or parent.tag != "ol" or not items or not isinstance(items[0], Paragraph):
            return items
        if "list-style:none" in _style(parent) or "list-style-type:none" in _style(parent):
            return items
        number = _span(parent, "start") + sum(
            1 for sibling in element.itersiblings("li", preceding=True)
        )
        first = items[0]
        if re.match(r"[（(]?[\d一二三四五六七八九十]+[)）.、．]", first.text):
            return items
        return [Paragraph(f"{number}.{first.text}", first.level, first.align), *items[1:]]

    @staticmethod
    def _shown(text: str) -> str:
        text = re.sub("[\u200b\u200e\u200f\ufeff\u00ad]", "", text).replace("\xa0", " ")
        return re.sub(r" {2,}", " ", text.replace("\t", " ")).strip(" \u3000")

    @staticmethod
    def _align(element: _Element) -> Align:
        style = _style(element)
        value = (element.get("align") or "").strip().lower()
        match = re.search(r"text-align:(left|center|right)", style)
        value = match[1] if match else value
        if element.tag == "center":
            value = "center"
        return value if value in ("left", "center", "right") else ""  # type: ignore[return-value]  # the test narrows it

    def _picture(self, element: _Element) -> Picture | None:
        import base64
        import binascii

        source = (element.get("src") or "").strip()
        match = re.match(r"data:image/[\w.+-]{1,20};base64,", source)
        if match is None:
            if source:
                self.budget.lost("网页里的图片没有保存在文件内，未导入。")
            return None
        try:
            data = base64.b64decode(source[match.end() :], validate=False)
        except (binascii.Error, ValueError):
            return None
        kind = picture_kind(data)
        if kind is None:
            self.budget.lost("有图片的格式无法识别，未导入。")
            return None
        if not self.budget.picture(len(data)):
            return None
        return Picture(data, kind, _squeezed(element.get("alt") or "")[:300])

    # Tables

    def table(self, table: _Element) -> list[Item]:
        """Read a table with its spans, or its content when it is only layout."""
        caption: list[Item] = []
        cells: list[RawCell] = []
        # For every column: how many of the next rows a cell from above still covers.
        covered: dict[int, int] = {}
        number = -1
        rows = list(self._rows(table, caption))
        for row in rows:
            self.budget.row()
            number += 1
            column = 0
            new: dict[int, int] = {}
            for cell in row:
                if cell.tag not in ("td", "th") or _hidden(cell):
                    continue
                self.budget.cell()
                while covered.get(column, 0) > 0:
                    column += 1
                columns = max(1, min(_span(cell, "colspan"), _MAX_COLUMNS))
                down = _span(cell, "rowspan")
                down = len(rows) - number if down == 0 else min(down, len(rows) - number)
                if column + columns > _MAX_COLUMNS:
                    raise ImportRefused(TOO_DEEP)
                cells.append(RawCell(number, column, down, columns, self.blocks(cell)))
                for place in range(column, column + columns):
                    new[place] = down
                column += columns
            for place in list(covered):
                covered[place] -= 1
                if covered[place] <= 0:
                    del covered[place]
            for place, down in new.items():
                if down > 1:
                    covered[place] = down - 1
        return caption + table_items(cells, self.budget)

    def _rows(self, parent: _Element, caption: list[Item]) -> Iterator[_Element]:
        for child in parent:
            if not isinstance(child.tag, str) or child.tag in _DROPPED or _hidden(child):
                continue
            if child.tag == "tr":
                yield child
            elif child.tag == "caption":
                caption.extend(self.blocks(child))
            elif child.tag != "table":
                yield from self._rows(child, caption)


_WIDE = r"[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f]"
_FOLD = re.compile(rf"(?<={_WIDE})[ \t]*\r?\n\s*(?={_WIDE})")


def _spaced(text: str) -> str:
    """Fold the file's line ends; between Chinese characters they are no space."""
    return re.sub(r"[ \t\r\n]+", " ", _FOLD.sub("", text))
