"""A Chinese font for the screen of a system that has none: the one that headings are printed with."""

import lzma

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QFontDatabase

from gic_desktop import resources


def family_of_bundled() -> str:
    """Registers it for this process and gives its family's name, empty when it cannot be read."""
    try:
        data = lzma.decompress(resources.path("fonts", "h1.ttf.xz").read_bytes())
    except (OSError, lzma.LZMAError):
        return ""
    number = QFontDatabase.addApplicationFontFromData(QByteArray(data))
    families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    return families[0] if families else ""
