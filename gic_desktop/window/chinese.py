"""Qt speaks Chinese, whatever the system speaks: its texts, its dates, its sizes of files.

Its own file dialog is seen where a Linux desktop has none to offer.
"""

import os

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

_LOCALE = "LC_ALL"


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
    for translator in (_Moved(application), QTranslator(application)):
        if translator.load("qtbase_zh_CN", folder):
            application.installTranslator(translator)


class _Moved(QTranslator):
    """Kinds of files (文件夹): Qt has moved them to another class, and its Chinese has not followed."""

    def translate(
        self, context: str, text: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        if context != "QAbstractFileIconProvider":
            return None  # type: ignore[return-value] # a null string: nobody has it
        return super().translate("QFileDialog", text, disambiguation, n)
