"""Old Word and WPS Writer documents (.doc, .wps): converted to .docx in memory, then read as one.

The conversion is other people's code working through a binary format, so it runs only inside
`apart` (a process with a time and a memory limit). What it could not carry over is a loss.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from gic_desktop.imports.source import MB, Budget, ImportRefused, Source
from gic_desktop.imports.sources.docx import read_docx
from gic_desktop.values import replace

DAMAGED = "无法读出这份旧版 Word 或 WPS 文件；请用 Word 或 WPS 打开，另存为 .docx 后再导入。"
LOCKED = "文件设有打开密码，请先用 Word 或 WPS 去掉密码并另存，再导入。"

# What the converter's report may mean to the reader of a report; fonts, styles, page set-up, dates
# and bookmarks do not reach an import at all.
_LOSSES = (
    (
        ("PICTURE", "OFFICEART", "SHAPE", "INLINE_BINARY", "OLE_OBJECT", "OBJECT_ANCHOR"),
        "旧版格式中有图片或图形没有完整读出。",
    ),
    (
        ("TABLE_CELL", "TABLE_GRID", "TABLE_DEPTH", "TABLE_MARKER", "MALFORMED_TABLE"),
        "旧版格式中有表格的合并单元格没有完整读出，请核对表格。",
    ),
    (("TEXTBOX", "MACRO_STORY", "NOTE_REFERENCE"), "旧版格式中有文本框或脚注没有完整读出。"),
    (
        ("LIST_NUMBER", "NUMBERING", "LISTNUM", "AUTONUM"),
        "旧版格式中有自动编号没有完整读出，请核对标题序号。",
    ),
    (
        ("UNSUPPORTED_CONTROL_CHARACTER", "CLX_TRAILING", "UNTERMINATED"),
        "旧版格式中有个别文字没有完整读出，请与原文核对。",
    ),
)


def read_doc(data: bytes, budget: Budget) -> Source:
    """Read the bytes of a .doc or .wps."""
    from doc2docx import convert
    from doc2docx.errors import Doc2DocxError, EncryptedDocumentError

    with tempfile.TemporaryDirectory(prefix="gic-import-") as folder:
        old, new = Path(folder, "old.doc"), Path(folder, "new.docx")
        old.write_bytes(data)
        try:
            report = convert(old, new).report
            converted = new.read_bytes()
        except EncryptedDocumentError as locked:
            raise ImportRefused(LOCKED) from locked
        except (Doc2DocxError, OSError, ValueError, ArithmeticError, LookupError) as damage:
            raise ImportRefused(DAMAGED) from damage
        except (RecursionError, MemoryError, AttributeError, TypeError, AssertionError) as damage:
            # The converter's own mistakes over a damaged file are no reason for a traceback.
            raise ImportRefused(DAMAGED) from damage
    if len(converted) > 64 * MB:
        raise ImportRefused(DAMAGED)
    told = {entry.code for entry in report.diagnostics if entry.severity in ("warning", "error")}
    for words, sentence in _LOSSES:
        if any(word in code for word in words for code in told):
            budget.lost(sentence)
    return replace(read_docx(converted, budget), kind="doc")
