"""A window's first size: what it would like to have, as far as the screen has it.

1366 × 768 at 200 per cent are 683 × 384 of a window's own points: what reaches past them, and the
buttons stand at the foot of a dialog, cannot be reached.
"""

from PySide6.QtCore import QPoint, QSize
from PySide6.QtWidgets import QWidget

_FRAME = QSize(24, 40)
"""What the desktop draws around it, its title above all."""
_STEP = 32
"""By which a title remains in sight behind another window."""


def resize(window: QWidget, width: int, height: int) -> None:
    room = window.screen().availableSize() - _FRAME
    window.resize(QSize(width, height).boundedTo(room))


def beside(window: QWidget, other: QWidget) -> None:
    """Not right over another one, which nobody would know to be there; its foot stays in sight."""
    apart = window.geometry().topLeft() - other.geometry().topLeft()
    if window.isMaximized() or apart.manhattanLength() >= _STEP:
        return
    room = window.screen().availableGeometry()
    place = other.pos() + QPoint(_STEP, _STEP)
    if place.x() + window.minimumWidth() > room.right():
        place = room.topLeft()
    left = room.bottomRight() - place
    window.resize(window.size().boundedTo(QSize(left.x(), left.y()) - _FRAME))
    window.move(place)
