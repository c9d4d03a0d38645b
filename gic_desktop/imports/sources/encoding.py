"""Bytes of a text or web page as text: UTF-8, UTF-16, GB18030, by mark, declaration or trial."""

from __future__ import annotations

import codecs
import re

from gic_desktop.imports.source import Budget

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_CHINESE_NAMES = {"gb2312", "gbk", "gb18030", "x-gbk", "gb_2312-80", "cp936", "936", "hz-gb-2312"}


def decode(data: bytes, budget: Budget, *, web_page: bool = False) -> str:
    """Give the text; characters that no encoding explains become `□`, and that is a loss."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _certain(data[len(mark) :], name, budget)
    sample = data[:4096]
    if len(sample) >= 4:
        # Chinese UTF-16 without a mark: its line ends, digits and tabs have a zero beside them.
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        if odd > 3 * even and odd * 25 > len(sample):
            return _certain(data, "utf-16-le", budget)
        if even > 3 * odd and even * 25 > len(sample):
            return _certain(data, "utf-16-be", budget)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    declared = ""
    if web_page:
        match = re.search(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,20})", sample)
        declared = match[1].decode("ascii").lower() if match else ""
    if declared == "big5":
        return _certain(data, "big5", budget)
    if declared in ("utf-8", "utf8"):
        # Declared UTF-8 with a few broken bytes: a page cut off, or pasted together.
        wrong = data.decode("utf-8", "replace").count("\ufffd")
        if wrong * 50 < len(data) and declared not in _CHINESE_NAMES:
            chinese = data.decode("gb18030", "replace").count("\ufffd")
            if wrong <= chinese:
                return _certain(data, "utf-8", budget)
    return _certain(data, "gb18030", budget)


def _certain(data: bytes, name: str, budget: Budget) -> str:
    text = data.decode(name, "replace")
    if "\ufffd" in text:
        budget.lost(f"有 {text.count(chr(0xFFFD))} 个字无法读出，以“□”代替。")
        text = text.replace("\ufffd", "□")
    return text
