"""The tools' line icons: one drawing each, one weight, in the ink of the theme in force."""

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QIcon, QPixmap

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
    for mode, colour in ((QIcon.Mode.Normal, theme.ink), (QIcon.Mode.Disabled, theme.rule)):
        picture = QPixmap()
        data = QByteArray(sized.replace(DRAWN_IN, colour).encode())
        picture.loadFromData(data)  # by its content: what Qt and its stubs call the format differs
        picture.setDevicePixelRatio(ratio)
        made.addPixmap(picture, mode)
    return made
