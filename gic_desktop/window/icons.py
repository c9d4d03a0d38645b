"""The tools' line icons: one drawing each, one weight, in the ink of the theme in force."""

from PySide6.QtCore import QBuffer
from PySide6.QtGui import QIcon, QImageReader, QPixmap

from gic_desktop import resources
from gic_desktop.window.theme import Theme

DRAWN_IN = "#1f2329"
SIDE = 20


def icon(name: str, theme: Theme, ratio: float = 1.0) -> QIcon:
    """`ratio` is the screen's: the lines are drawn for its own pixels."""
    drawing = resources.path("icons", "tools", f"{name}.svg").read_text("utf-8")
    side = round(SIDE * ratio)
    sized = drawing.replace("<svg ", f'<svg width="{side}" height="{side}" ', 1)
    made = QIcon()
    unused = theme.disabled if theme.rule == theme.ink else theme.rule
    for mode, colour in ((QIcon.Mode.Normal, theme.ink), (QIcon.Mode.Disabled, unused)):
        data = QBuffer()
        data.setData(sized.replace(DRAWN_IN, colour).encode())
        # Named: by its content Qt would ask every reader it has, and load them all for that.
        picture = QPixmap.fromImageReader(QImageReader(data, b"svg"))
        picture.setDevicePixelRatio(ratio)
        made.addPixmap(picture, mode)
    return made
