"""Qt speaks Chinese, whatever the system speaks: its texts, its dates, its sizes of files.

Its own file dialog is seen where a Linux desktop has none to offer.
"""

import os

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QWidget

_LOCALE = "LC_ALL"
_KNOWN_AS = {
    ("QLineEdit", "&Undo"): "撤销(&U)",
    ("QWidgetTextControl", "&Undo"): "撤销(&U)",
    ("QFileSystemModel", "Size"): "大小",
    ("QFileDialog", "Directory:"): "文件夹：",
    ("QFileDialog", "Directories"): "文件夹",
    ("QFileDialog", "Find Directory"): "查找文件夹",
    ("QFileDialog", "Parent Directory"): "上一级文件夹",
    ("QFileDialog", "Go to the parent directory"): "转到上一级文件夹",
    ("QFileDialog", "File &name:"): "文件名(&N)：",
    ("QFileDialog", "Look in:"): "位置：",
}


def before_start() -> None:
    """The dates and sizes in the file dialog are those of the system's language, which Qt asks for once.

    It is told Chinese then. For the C library, which may not have it, the environment stays as it is.
    """
    before = os.environ.get(_LOCALE)
    os.environ[_LOCALE] = "zh_CN.UTF-8"
    QLocale.system().name()
    if before is None:
        del os.environ[_LOCALE]
    else:
        os.environ[_LOCALE] = before
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))


def install(application: QApplication) -> None:
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    # The last one is asked first.
    for translator in (_Moved(application), QTranslator(application), _Words(application)):
        if translator.load("qtbase_zh_CN", folder):
            application.installTranslator(translator)
    application.focusWindowChanged.connect(lambda _: _fit(application.activeModalWidget()))


def _fit(shown: QWidget | None) -> None:
    if shown is not None and shown.inherits("QFileDialog"):
        from gic_desktop.window.file_dialog import fit

        fit(shown)


class _Words(QTranslator):
    """Words of Qt's Chinese that a clerk knows by other names."""

    def translate(
        self, context: str, text: str, _disambiguation: str | None = None, _n: int = -1
    ) -> str:
        return _KNOWN_AS.get((context, text))  # type: ignore[return-value] # None: as Qt has it


class _Moved(QTranslator):
    """Kinds of files (文件夹): Qt has moved them to another class, and its Chinese has not followed."""

    def translate(
        self, context: str, text: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        if context != "QAbstractFileIconProvider":
            return None  # type: ignore[return-value] # a null string: nobody has it
        return super().translate("QFileDialog", text, disambiguation, n)
