"""使用说明: the guide inside the program, one page for each tab; F1 opens the page of the tab."""

import platform
import re
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl, qVersion
from PySide6.QtGui import (
    QCloseEvent,
    QImage,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from gic_desktop import __version__, resources
from gic_desktop.forms.catalogue import all_forms
from gic_desktop.window import on_screen
from gic_desktop.window.theme import delete_later

CONTENTS = "index"
_BY_KIND = {"narrative": "narrative", "table": "tables"}
LICENCES = (
    ("本程序", "Apache 2.0"),
    ("Python", "PSF"),
    ("Qt、PySide6", "LGPL 3"),
    ("ReportLab", "BSD"),
    ("PDFium、pypdfium2", "Apache 2.0、BSD"),
    ("内置字体", "OFL、GPL（允许在文件中嵌入字体）"),
)


def page_for(tab: str) -> str:
    """The guide's page for a tab: a section goes by what it holds, whatever the form calls it."""
    if (resources.folder() / "help" / f"{tab}.md").is_file():
        return tab
    for form in all_forms().values():
        for section in form.sections:
            if section.id == tab:
                return _BY_KIND[section.kind]
    return CONTENTS


def _files(guide: Path, page: str) -> tuple[Path, Path]:
    """A page of the guide, or of one rule of the checks; `page` is a bare name."""
    return guide / f"{page}.md", guide / "rules" / f"{page}.md"


def _pages() -> dict[str, str]:
    """Every page with its text, those of the contents in their order, then those of the rules."""
    guide = resources.folder() / "help"
    contents = (guide / f"{CONTENTS}.md").read_text("utf-8")
    names = [CONTENTS, *re.findall(r"\]\((\w+)\.md\)", contents)]
    names += sorted(file.stem for file in (guide / "rules").glob("*.md"))
    found = {name: next(f for f in _files(guide, name) if f.is_file()) for name in names}
    return {name: file.read_text("utf-8") for name, file in found.items()}


class _Guide(QTextBrowser):
    """Pages of the guide only; a picture is never wider than the window."""

    def __init__(self) -> None:
        super().__init__()
        self.setOpenExternalLinks(False)
        self.setAccessibleName("使用说明")
        self.document().setDocumentMargin(20)

    def loadResource(self, type: int, name: QUrl | str) -> Any:  # noqa: A002 - Qt's name
        found = super().loadResource(type, name)
        if type != QTextDocument.ResourceType.ImageResource.value:
            return found
        image = QImage(resources.folder() / "help" / "pictures" / Path(QUrl(name).path()).name)
        # Beside the scroll bar, whether it is there already or not.
        room = int(self.width() - 2 * self.document().documentMargin() - 40)
        if image.width() <= room:
            return image
        ratio = self.devicePixelRatioF()
        image = image.scaledToWidth(
            int(min(room * ratio, image.width())), Qt.TransformationMode.SmoothTransformation
        )
        image.setDevicePixelRatio(image.width() / room)
        return image

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width() and self.source().isValid():
            self.reload()

    def doSetSource(
        self,
        name: QUrl | str,
        type: QTextDocument.ResourceType = QTextDocument.ResourceType.UnknownResource,  # noqa: A002, ARG002 - Qt's signature
    ) -> None:
        page = QUrl(name).path().rpartition("/")[2].removesuffix(".md")
        guide = resources.folder() / "help"
        file = next((f for f in _files(guide, page) if f.is_file()), None)
        if file is not None:
            super().doSetSource(
                QUrl.fromLocalFile(str(file)), QTextDocument.ResourceType.MarkdownResource
            )
            self.setAccessibleDescription(page)


class HelpWindow(QWidget):
    """Stays open beside the main window, so that a clerk reads and types."""

    def __init__(self, tab: str = CONTENTS, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("desk")
        self.setWindowTitle("使用说明")
        on_screen.resize(self, 720, 640)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 12)
        row = QHBoxLayout()
        self.guide = _Guide()
        contents, back = QPushButton("目录"), QPushButton("返回")
        contents.clicked.connect(lambda: self.open_page(CONTENTS))
        back.clicked.connect(self.guide.backward)
        back.setEnabled(False)
        self.guide.backwardAvailable.connect(back.setEnabled)
        row.addWidget(contents)
        row.addWidget(back)
        row.addStretch(1)
        self.found = QLabel()
        self.found.setProperty("faint", True)
        self.words = QLineEdit()
        self.words.setPlaceholderText("在说明中查找")
        self.words.setAccessibleName("在说明中查找")
        self.words.setToolTip("在全部说明中查找（Ctrl+F），按回车键到下一处")
        self.words.setClearButtonEnabled(True)
        self.words.setMinimumWidth(220)
        self.words.returnPressed.connect(self.find_next)
        self.words.textChanged.connect(self.found.clear)
        row.addWidget(self.found)
        row.addWidget(self.words)
        column.addLayout(row)
        column.addWidget(self.guide, 1)
        QShortcut(QKeySequence("Esc"), self, self.close)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self._ask_words)
        self.open_page(page_for(tab))

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()
        delete_later(self)

    def open_page(self, page: str) -> None:
        self.guide.setSource(QUrl(f"{page}.md"))
        self.guide.setFocus()

    def _ask_words(self) -> None:
        self.words.setFocus()
        self.words.selectAll()

    def find_next(self) -> None:
        """The next place with these words: further down, on the pages that follow, then from the top."""
        words = self.words.text().strip()
        if not words or self.guide.find(words):
            return
        pages = _pages()
        here = self.guide.accessibleDescription()
        at = list(pages).index(here) if here in pages else 0
        for page in (*list(pages)[at + 1 :], *list(pages)[: at + 1]):
            if words.casefold() not in pages[page].casefold():
                continue
            if page != here:
                self.guide.setSource(QUrl(f"{page}.md"))
            self.guide.moveCursor(QTextCursor.MoveOperation.Start)
            # What stands in the file need not be on the page: the name of a picture.
            if self.guide.find(words):
                return
        if self.guide.accessibleDescription() != here:
            self.guide.setSource(QUrl(f"{here}.md"))
        self.found.setText("没有找到")


def show_help(tab: str, parent: QWidget) -> HelpWindow:
    """Beside its parent; one that is open already turns to the page."""
    for shown in parent.findChildren(HelpWindow):
        if shown.isVisible():
            shown.open_page(page_for(tab))
            shown.raise_()
            shown.activateWindow()
            return shown
    made = HelpWindow(tab, parent)
    made.show()
    return made


def help_on_f1(dialog: QWidget, tab: str) -> None:
    keys = QShortcut(QKeySequence(QKeySequence.StandardKey.HelpContents), dialog)
    keys.activated.connect(lambda: show_help(tab, dialog))


def about(parent: QWidget | None = None) -> QDialog:
    """Versions and licences, in words that can be copied into a question to the technician."""
    dialog = QDialog(parent)
    dialog.setWindowTitle("关于")
    column = QVBoxLayout(dialog)
    column.setContentsMargins(24, 20, 24, 16)
    column.setSpacing(10)
    title = QLabel("政府信息公开年报编制工具")
    title.setProperty("title", True)
    column.addWidget(title)
    system = f"{platform.system()} {platform.release()}"
    forms = "、".join(form.name for form in all_forms().values())
    licences = "\n".join(f"{what}：{licence}" for what, licence in LICENCES)
    text = QLabel(
        f"版本 {__version__}\n年报格式：{forms}\nQt {qVersion()}，Python {platform.python_version()}，{system}\n\n"
        f"许可：\n{licences}\n许可全文在程序文件夹的 licences 中。\n\n本程序不联网，所有数据只在本机。"
    )
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    column.addWidget(text)
    row = QHBoxLayout()
    row.addStretch(1)
    close = QPushButton("关闭")
    close.setDefault(True)
    close.clicked.connect(dialog.accept)
    row.addWidget(close)
    column.addLayout(row)
    return dialog


def show_about(parent: QWidget | None = None) -> None:
    dialog = about(parent)
    dialog.exec()
    delete_later(dialog)
