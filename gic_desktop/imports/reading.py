"""A file of any kind into a `Source`: told by what it holds, never by what its name says.

Everything that cannot be read ends in `ImportRefused` with one sentence that names the kind of
file where it is known, and what to do. Nothing is written, nothing runs, nothing is fetched.
"""

from __future__ import annotations

import re
import stat
from pathlib import Path

from gic_desktop.imports.source import MB, TOO_DEEP, TOO_SLOW, Budget, ImportRefused, Source

_MOST = 64 * MB
_MOST_TEXT = 12 * MB

TOO_BIG = "文件有 {size} MB，一份年报不会这么大，未导入；请确认选对了文件。"
_SAVE_AS = "请用 Word 或 WPS 打开，另存为 .docx 后再导入。"
_FOREIGN = {
    "xls": "这是旧版 Excel 文件（.xls），请用 Excel 或 WPS 表格打开，另存为 .xlsx 后再导入。",
    "ppt": "这是演示文稿，不是年报；请选择年报的 Word、Excel、PDF 或网页文件。",
    "locked": "文件设有打开密码，请先用 Word 或 WPS 去掉密码并另存，再导入。",
    "ole": "无法识别这份文件；" + _SAVE_AS,
    "rtf": "这是 RTF 文件，" + _SAVE_AS,
    "flat xml": "这是 Word 的 XML 文件，" + _SAVE_AS,
    "odt": "这是 OpenDocument 文件（.odt 或 .ods），" + _SAVE_AS,
    "ofd": "这是 OFD 版式文件，暂不能导入；请找它的 Word 或 PDF 文件。",
    "zip": "这是压缩包，请先解压，再选择里面的年报文件。",
    "rar": "这是压缩包，请先解压，再选择里面的年报文件。",
    "picture": "这是一张图片，里面没有可以读取的文字；请找年报的 Word、PDF 或网页文件。",
    "program": "这不是文档文件，未导入。",
    "unknown": "无法识别这份文件；可以导入 Word、Excel、PDF、网页和文本文件。",
    "empty": "文件是空的，里面没有内容。",
}


def load(path: Path) -> bytes:
    """Read a file's bytes, or say why not; its size is asked before anything is read."""
    try:
        about = path.stat()
    except FileNotFoundError as missing:
        raise ImportRefused("找不到这份文件，可能已被移走或改名。") from missing
    except (OSError, ValueError) as refused:
        raise ImportRefused("这份文件打不开，请检查它所在的位置和权限。") from refused
    if stat.S_ISDIR(about.st_mode):
        raise ImportRefused("选中的是文件夹，请选择其中的年报文件。")
    if not stat.S_ISREG(about.st_mode):
        raise ImportRefused("选中的不是普通文件，请选择年报文件。")
    if about.st_size > _MOST:
        raise ImportRefused(TOO_BIG.format(size=about.st_size // MB))
    try:
        with path.open("rb") as file:
            data = file.read(_MOST + 1)
    except PermissionError as refused:
        raise ImportRefused(
            "没有权限读取这份文件，或它正被别的程序占用；请关闭后再试。"
        ) from refused
    except OSError as refused:
        raise ImportRefused("这份文件读取失败，磁盘或网络位置可能已断开。") from refused
    if len(data) > _MOST:
        raise ImportRefused(TOO_BIG.format(size=len(data) // MB))
    return data


def kind_of(data: bytes) -> str:
    """Tell what a file is by its content: a kind that can be read, or a key of `_FOREIGN`."""
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        return "empty"
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _kind_of_zip(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _kind_of_ole(data)
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"{\\rtf"):
        return "rtf"
    if data.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")):
        return "rar"
    if data.startswith((b"MZ\x90", b"\x7fELF", b"\xca\xfe\xba\xbe")):
        return "program"
    from gic_desktop.imports.source import picture_kind

    if picture_kind(data) is not None and not data.startswith(b"BM"):
        return "picture"
    if data.startswith(b"BM") and int.from_bytes(data[2:6], "little") == len(data):
        return "picture"
    return _kind_of_text(data)


def _kind_of_zip(data: bytes) -> str:
    from gic_desktop.imports.sources.package import Package

    names = set(Package(data, Budget()).names())
    if "word/document.xml" in names:
        return "docx"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "ofd.xml" in names:
        return "ofd"
    if "content.xml" in names:
        return "odt"
    if "ppt/presentation.xml" in names:
        return "ppt"
    if "[content_types].xml" in names:
        folders = {name.partition("/")[0] for name in names}
        return "xlsx" if "xl" in folders else "docx"
    return "zip"


def _kind_of_ole(data: bytes) -> str:
    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if holds("EncryptedPackage"):
        return "locked"
    if holds("WordDocument"):
        return "doc"
    if holds("Workbook") or holds("Book\0"):
        return "xls"
    return "ppt" if holds("PowerPoint Document") else "ole"


def _kind_of_text(data: bytes) -> str:
    head = data[:4096]
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or head[1:200:2].count(0) > 40
    if not wide and head.count(0) > len(head) // 20:
        return "unknown"
    plain = head.replace(b"\x00", b"").lstrip(b"\xff\xfe\xef\xbb\xbf \t\r\n").lower()
    if re.match(rb"(mime-version|from:|date:|content-type:|subject:|x-)[^\n]{0,300}", plain) and (
        b"mime-version:" in plain and b"content-type:" in data[:16384].lower()
    ):
        return "mht"
    if plain.startswith(b"<?xml") and b"<html" not in plain and b"xhtml" not in plain:
        if b"word" in plain or b"w:" in plain or b"pkg:" in plain:
            return "flat xml"
        return "unknown"
    if re.search(rb"<\s*(!doctype\s+html|html|head|body|table|div|meta|p|span)\b", plain):
        return "html"
    strange = sum(byte < 9 or 14 <= byte < 27 for byte in plain)
    if not wide and strange * 50 > len(plain):
        return "unknown"
    return "txt"


def read_bytes(data: bytes, budget: Budget | None = None) -> Source:
    """Read a file's bytes, whatever they are."""
    budget = budget or Budget()
    if len(data) > _MOST:
        raise ImportRefused(TOO_BIG.format(size=len(data) // MB))
    kind = kind_of(data)
    if kind in _FOREIGN:
        raise ImportRefused(_FOREIGN[kind])
    if kind in ("html", "mht", "txt") and len(data) > _MOST_TEXT:
        raise ImportRefused(TOO_BIG.format(size=len(data) // MB))
    try:
        return _read(kind, data, budget)
    except RecursionError as deep:
        raise ImportRefused(TOO_DEEP) from deep
    except MemoryError as full:
        raise ImportRefused(TOO_SLOW) from full


def _read(kind: str, data: bytes, budget: Budget) -> Source:
    if kind == "docx":
        from gic_desktop.imports.sources.docx import read_docx

        return read_docx(data, budget)
    if kind == "xlsx":
        from gic_desktop.imports.sources.xlsx import read_xlsx

        return read_xlsx(data, budget)
    if kind in ("pdf", "doc"):
        from gic_desktop.imports.sources.apart import read_apart

        return read_apart(kind, data, budget)
    if kind == "html":
        from gic_desktop.imports.sources.html import read_html

        return read_html(data, budget)
    if kind == "mht":
        from gic_desktop.imports.sources.web_archive import read_web_archive

        return read_web_archive(data, budget)
    from gic_desktop.imports.sources.text import read_text

    return read_text(data, budget)


def read_source(path: Path, budget: Budget | None = None) -> Source:
    """Read a file into its paragraphs, grids and pictures, or refuse it with a sentence."""
    return read_bytes(load(path), budget)
