"""Draws the program's icons from `resources/icons/app*.svg` in every size that a system asks for.

Sizes up to 32 pixels come from a drawing of their own: what is fine at 256 is mud at 16.
"""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path

import contents

ICONS = contents.ROOT / "resources" / "icons"
LINUX_SIZES = (16, 24, 32, 48, 64, 128, 256)
WINDOWS_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
_SMALL = 32


def picture(name: str, size: int) -> bytes:
    """One PNG."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QIODevice, Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    small = ICONS / f"{name}-small.svg"
    file = small if size <= _SMALL and small.exists() else ICONS / f"{name}.svg"
    drawing = QSvgRenderer(str(file))
    if not drawing.isValid():
        raise ValueError(f"{file} is no drawing")
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    drawing.render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def write_pictures(name: str, folder: Path, sizes: tuple[int, ...] = LINUX_SIZES) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for size in sizes:
        (folder / f"{name}-{size}.png").write_bytes(picture(name, size))


def write_ico(name: str, file: Path) -> None:
    from PIL import Image

    images = [Image.open(BytesIO(picture(name, size))) for size in WINDOWS_SIZES]
    file.parent.mkdir(parents=True, exist_ok=True)
    largest = images[-1]
    sizes = [(size, size) for size in WINDOWS_SIZES]
    largest.save(file, format="ICO", sizes=sizes, append_images=images[:-1])


def write_all(folder: Path) -> None:
    for name in ("app", "app-document"):
        write_pictures(name, folder)
        write_ico(name, folder / f"{name}.ico")
