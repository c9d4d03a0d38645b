"""Exporting from the window: what stands in the way, where to, and what then."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication
from shiboken6 import isValid

from gic_desktop import verbs
from gic_desktop.output.export_pdf import NotPrintable
from gic_desktop.store.durable import EXPORT, replace
from gic_desktop.store.faults import StoreError
from gic_desktop.window import background
from gic_desktop.window import theme as look
from gic_desktop.window.dialogs.ask import ask, tell
from gic_desktop.window.dialogs.save_name import save_name
from gic_desktop.window.session import Session
from gic_desktop.window.settings import Settings

if TYPE_CHECKING:
    from gic_desktop.window.main_window import MainWindow

FILTERS = {
    ".pdf": "PDF (*.pdf)",
    ".docx": "Word 文档 (*.docx)",
    ".xlsx": "Excel 工作簿 (*.xlsx)",
    ".html": "网页 (*.html)",
}
MOST_LISTED = 6


def draft_or_final(
    window: "MainWindow", session: Session, what: str = "导出", *, pages: bool = True
) -> bool | None:
    """Whether to export a draft; None when the clerk goes to the errors, or nowhere.

    What no font has stops pages, a draft's too, and nothing else: Word may find a font elsewhere.
    """
    errors = [f for f in session.check_now() if f.blocks and (pages or not f.only_pages)]
    if not errors:
        return False
    listed = "\n".join(f"● {f.message}" for f in errors[:MOST_LISTED])
    more = f"\n还有 {len(errors) - MOST_LISTED} 处。" if len(errors) > MOST_LISTED else ""
    unprintable = [f for f in errors if f.only_pages]
    if unprintable:
        choices = ["查看第一处", "取消"]
        hint = f"有印不出来的字，草稿也不能{what}。"
    else:
        choices = ["查看第一处", f"{what}草稿", "取消"]
        hint = f"确认无误的，可以在检查结果中说明理由后{what}正式稿。"
    answer = ask(
        window,
        what,
        f"年报还有 {len(errors)} 处错误。",
        choices,
        details=f"{listed}{more}\n\n{hint}",
    )
    if answer == "查看第一处":
        window.go_to_finding((unprintable or errors)[0])
    return True if answer == f"{what}草稿" else None


def export_all(window: "MainWindow", session: Session) -> None:
    """Every format into one folder."""
    draft = draft_or_final(window, session, pages=False)
    if draft is None:
        return
    from gic_desktop.window.dialogs.export_all import ExportAllDialog

    dialog = ExportAllDialog(window, draft=draft)
    dialog.exec()
    look.delete_later(dialog)


def copy_for_web_editor(window: "MainWindow", session: Session, table: str) -> None:
    """A table with its looks in every cell, as a portal's editor keeps it; and as text."""
    from gic_desktop.output import blocks
    from gic_desktop.output.html import table_html
    from gic_desktop.output.pages import document
    from gic_desktop.window.table.clipboard import write_text

    made = document(session.report)
    block = next(b for b in made.blocks if isinstance(b, blocks.Table) and b.id == table)
    texts = {(cell.row, cell.column): cell.text for cell in block.cells}
    rows = [[texts.get((r, c), "") for c in range(block.columns)] for r in range(block.rows)]
    data = QMimeData()
    data.setHtml(table_html(block))
    data.setText(write_text(rows))
    QGuiApplication.clipboard().setMimeData(data)
    window.say("表格已复制，可以粘贴到网页编辑器。")


def export_with_questions(
    window: "MainWindow", session: Session, settings: Settings, suffix: str
) -> None:
    """Open errors are listed first: go and see, or print a draft. Typing may go on meanwhile."""
    draft = draft_or_final(window, session, pages=suffix == ".pdf")
    if draft is None:
        return
    mark = "（草稿）" if draft else ""
    proposed = verbs.proposed_name(session.report, f"{mark}{suffix}")
    path = save_name(window, "导出", settings.folder / proposed, FILTERS[suffix], [suffix])
    if path is None:
        return
    report, fonts = session.report, settings.fonts or None
    window.say("正在导出…")
    background.start(
        lambda: verbs.export_bytes(report, suffix, draft=draft, fonts=fonts),
        lambda data: _put(window, path, data),
        lambda error: _failed(window, error),
    )


def _put(window: "MainWindow", path: Path, data: bytes) -> None:
    """The bytes are kept until they are somewhere: a reader that holds the target is no loss."""
    while True:
        try:
            replace(path, data, purpose=EXPORT)
            break
        except StoreError as error:
            about = window if isValid(window) else None
            answer = ask(about, "导出", error.sentence, ["再试一次", "换一个文件名…", "取消"])
            if answer == "取消":
                return
            if answer == "换一个文件名…":
                suffix = path.suffix.lower()
                other = save_name(about, "导出", path, FILTERS[suffix], [suffix])
                if other is None:
                    return
                path = other
    if not isValid(window):
        return  # closed while the file was made: it is there, and nobody is left to ask about it
    window.settings.folder = path.parent
    window.say(f"已导出“{path.name}”。")
    choices = ["打开文件", "打开文件夹", "完成"]
    answer = ask(window, "导出", f"已导出“{path.name}”。", choices, safe=2, done=True)
    if answer == "打开文件":
        window.open_outside(path)
    elif answer == "打开文件夹":
        window.open_outside(path.parent)


def _failed(window: "MainWindow", error: Exception) -> None:
    if isinstance(error, NotPrintable) and error.missing and isValid(window):
        window.go_to(error.missing[0][0])
    if isinstance(error, (verbs.Refused, NotPrintable, ValueError)):
        tell(window if isValid(window) else None, "导出", str(error), warning=True)
        return
    raise error
