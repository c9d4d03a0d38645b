"""What Word, WPS, Excel or a browser put on the clipboard: HTML where there is some, else text."""

from __future__ import annotations

import re

from gic_desktop.imports.source import MB, TOO_LONG, Budget, Grid, ImportRefused, Source
from gic_desktop.imports.sources.html import html_source
from gic_desktop.imports.sources.text import text_items

_MOST = 12 * MB


def read_clipboard(html: str | None, text: str | None, budget: Budget | None = None) -> Source:
    """Read a clipboard; the HTML has the cells' spans, the text is kept for when it has nothing."""
    budget = budget or Budget()
    if len(html or "") > _MOST or len(text or "") > _MOST:
        raise ImportRefused(TOO_LONG)
    if html and re.search(r"<\s*(table|p|div|span|td|br)\b", html, re.IGNORECASE):
        # On Windows the HTML comes with a head of byte offsets before the first tag.
        begin = html.find("<")
        source = html_source(html[max(begin, 0) :], budget, fragment=True)
        if source.items:
            return source
    items = tuple(text_items(text or "", budget))
    if not items:
        raise ImportRefused("剪贴板里没有文字或表格；请先在 Word、WPS 或 Excel 中选中并复制。")
    return Source("clipboard", items, losses=tuple(budget.losses))


def first_grid(source: Source) -> Grid | None:
    """Give the first table of a source, for pasting into a table."""
    return next((item for item in source.items if isinstance(item, Grid)), None)
