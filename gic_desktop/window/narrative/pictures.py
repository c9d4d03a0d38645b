"""A picture as it stands in a text: which files are pictures, how one looks with its caption below.

The caption is drawn into what the editor shows for the picture, so that it is seen as printed and is
never a part of the text: no cursor stands in it, nothing counts, finds, copies or undoes it.
"""

import io
from pathlib import Path

from PySide6.QtCore import QByteArray, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QTextOption

from gic_desktop.store.gicr import MAX_PICTURE, picture_type
from gic_desktop.values import Struct
from gic_desktop.window.theme import Theme

FILES = "图片（*.png *.jpg *.jpeg）"
NARROWEST = 20
"""Per cent of the line; below it nobody reads a picture on paper."""
LINE = 420
"""The printed line's width on the screen at 100 per cent."""
TALLEST = 1.3
"""Of the line's width: what a page has room for, the caption below it."""
NATURAL = 590
"""Points of the printed line, 156 mm, for a screen's picture: 96 an inch."""
_CAPTION = 0.9
_GAP = 6
_LOST = "图片无法显示"


class Look(Struct, frozen=True):
    """What a picture is drawn with; `line` is the printed line's width here."""

    font: QFont
    theme: Theme
    line: float
    ratio: float


def refusal(data: bytes) -> str:
    """Why bytes cannot be put into a report; empty when they can."""
    if picture_type(data) is None:
        return "只能插入 PNG 或 JPEG 图片。"
    if len(data) > MAX_PICTURE:
        return f"图片超过 {MAX_PICTURE // 1024 // 1024} MB，请先缩小后再插入。"
    return "图片已损坏或者过大，无法显示，请换一张。" if decoded(data).isNull() else ""


def read_file(path: str) -> tuple[bytes, str]:
    """A picture's bytes, and why it cannot be used if it cannot."""
    try:
        # Nobody reads a pipe to its end.
        with Path(path).open("rb") if Path(path).is_file() else io.BytesIO() as file:
            data = file.read(MAX_PICTURE + 1)
    except OSError:
        data = b""
    if not data:
        return b"", "图片文件无法读取，请核对后再插入。"
    return data, refusal(data)


def decoded(data: bytes) -> QImage:
    image = QImage()
    image.loadFromData(QByteArray(data))
    return image


def natural_width(data: bytes) -> int:
    """Per cent of the line at which a picture is as large on paper as on the screen."""
    whole = 5 * round(decoded(data).width() / NATURAL * 20)
    return min(max(whole, NARROWEST), 100)


def drawn(image: QImage, caption: str, percent: int, look: Look) -> QImage:
    """The picture at its width, centred above its caption, on paper."""
    width = look.line * percent / 100
    height = width * (image.height() / image.width() if not image.isNull() else 0.25)
    if height > TALLEST * look.line:
        width, height = width * TALLEST * look.line / height, TALLEST * look.line
    words = _caption_size(caption, look)
    whole = QSizeF(max(width, words.width()), height + words.height())
    made = _canvas(whole, look, "paper")
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    place = QRectF((whole.width() - width) / 2, 0, width, height)
    painter.setPen(look.theme.colour("faint"))
    if image.isNull():
        painter.setFont(look.font)
        painter.fillRect(place, look.theme.colour("label"))
        painter.drawText(place, _LOST, _wrapped(Qt.AlignmentFlag.AlignCenter))
    # Qt's painter smooths over neighbours only: a photo of 4000 pixels would glitter.
    pixels = (place.size() * look.ratio).toSize()
    if pixels.width() < image.width():
        smooth = Qt.TransformationMode.SmoothTransformation
        image = image.scaled(pixels, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    painter.drawImage(place, image)
    if caption:
        painter.setFont(_caption_font(look))
        # Not fainter than the text: it is read on a selection's ground too.
        painter.setPen(look.theme.colour("ink"))
        below = QRectF(0, height + _GAP, whole.width(), words.height() - _GAP)
        painter.drawText(below, caption, _wrapped())
    painter.end()
    return made


def sign(words: str, look: Look) -> QImage:
    """Words in a frame, for what has no picture here: a chart, which is drawn anew for every print."""
    metrics = QFontMetricsF(look.font)
    size = QSizeF(metrics.horizontalAdvance(words) + 24, 1.6 * metrics.height())
    made = _canvas(size, look, "label")
    painter = QPainter(made)
    painter.setFont(look.font)
    painter.setPen(look.theme.colour("faint"))
    painter.drawText(QRectF(QPointF(), size), Qt.AlignmentFlag.AlignCenter, words)
    painter.end()
    return made


def _canvas(size: QSizeF, look: Look, ground: str) -> QImage:
    # Not clear: of a selection Qt lays the half over what is painted, and the whole where nothing is.
    made = QImage((size * look.ratio).toSize(), QImage.Format.Format_RGB32)
    made.setDevicePixelRatio(look.ratio)
    made.fill(look.theme.colour(ground))
    return made


def _caption_font(look: Look) -> QFont:
    font = QFont(look.font)
    font.setPointSizeF(look.font.pointSizeF() * _CAPTION)
    return font


def _wrapped(align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignHCenter) -> QTextOption:
    option = QTextOption(align)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    return option


def _caption_size(caption: str, look: Look) -> QSizeF:
    """With the gap above it. On paper too a caption is a little narrower than the line."""
    if not caption:
        return QSizeF()
    painter = QPainter(measure := QImage(1, 1, QImage.Format.Format_RGB32))
    painter.setFont(_caption_font(look))
    room = QRectF(0, 0, look.line * 0.9, 10_000)
    size = painter.boundingRect(room, caption, _wrapped()).size()
    painter.end()
    del measure
    return QSizeF(size.width() + 2, size.height() + _GAP)
