"""Files and folders are opened by the system's own programs, in the surroundings that the desktop gives them.

A built program tells where its own libraries and Qt's plug-ins lie: on Linux in two variables, on Windows
by a folder in which libraries are looked for. Both are handed down: a reader of PDF would be given this
program's Qt in place of its own, and end.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

OF_THE_DESKTOP = {name: f"{name}_ORIG" for name in ("LD_LIBRARY_PATH", "QT_PLUGIN_PATH")}
"""What a built program changes, and where it keeps what the desktop had said, if it had said anything."""


def open_with_system(path: Path) -> bool:
    """Whether there is a program for it."""
    with surroundings_of_the_desktop():
        return QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


@contextmanager
def surroundings_of_the_desktop() -> Iterator[None]:
    if not getattr(sys, "frozen", False):
        yield
        return
    own = {name: os.environ.get(name) for name in OF_THE_DESKTOP}
    _say({name: os.environ.get(kept) for name, kept in OF_THE_DESKTOP.items()})
    _look_for_libraries_in(None)
    try:
        yield
    finally:
        _look_for_libraries_in(str(getattr(sys, "_MEIPASS", "")))
        _say(own)


def _say(variables: Mapping[str, str | None]) -> None:
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _look_for_libraries_in(folder: str | None) -> None:
    if sys.platform == "win32":
        import ctypes

        ctypes.WinDLL("kernel32").SetDllDirectoryW(folder)
