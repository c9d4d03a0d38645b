"""A picture as it stands in a text: which files are pictures, how one looks with its caption below.

The caption is drawn into what the editor shows for the picture, so that it is seen as printed and is
never a part of the text: no cursor stands in it, nothing counts, finds, copies or undoes it.
"""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRect, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QImage,
    QImageReader,
    QPainter,
    QPixmap,
    QPixmapCache,
    QPyTextObject,
    QTextDocument,
    QTextFormat,
    QTextOption,
)
from PySide6.QtWidgets import QTextEdit

from gic_desktop.report.narrative import Picture
from gic_desktop.store.durable import read
from gic_desktop.store.faults import Reason, StoreError
from gic_desktop.store.gicr import MAX_PICTURE, picture_type
from gic_desktop.values import Struct
from gic_desktop.window.theme import Theme

NUMBER = QTextFormat.Property.UserProperty + 2
"""The property of a picture in a document: which one, in the whole program."""
FILES = "图片 (*.png *.jpg *.jpeg)"
NARROWEST = 20
"""Per cent of the line; below it nobody reads a picture on paper."""
LINE = 420
"""The printed line's width on the screen at 100 per cent."""
TALLEST = 1.3
"""Of the line's width: what a page has room for, the caption below it."""
NATURAL = 590
"""Points of the printed line, 156 mm, for a screen's picture: 96 an inch."""
_CAPTION = 0.9
_HEAD = 1 << 16
_KEPT = 32 * 1024  # KB
_GAP = 6
_SIGN = 24
"""What a sign's frame is wider than its words."""
_LOST = "图片无法显示"


class Look(Struct, frozen=True):
    """What a picture is drawn with; `line` is the printed line's width here."""

    font: QFont
    theme: Theme
    line: float
    ratio: float


_TOO_LARGE = f"图片超过 {MAX_PICTURE // 1024 // 1024} MB，请先缩小后再插入。"


def refusal(data: bytes) -> str:
    """Why bytes cannot be put into a report; empty when they can."""
    if picture_type(data) is None:
        return "只能插入 PNG 或 JPEG 图片。"
    if len(data) > MAX_PICTURE:
        return _TOO_LARGE
    return "图片已损坏或者过大，无法显示，请换一张。" if decoded(data).isNull() else ""


def read_file(path: str) -> tuple[bytes, str]:
    """A picture's bytes, and why it cannot be used if it cannot."""
    try:
        data, _ = read(Path(path), MAX_PICTURE)
    except StoreError as error:
        if error.reason is Reason.TOO_BIG:
            return b"", _TOO_LARGE
        data = b""
    if not data:
        return b"", "图片文件无法读取，请核对后再插入。"
    return data, refusal(data)


def natural_size(data: bytes) -> QSize:
    """As the file's head says it: nothing is decoded for it."""
    # A photo's head may be long, with a small picture in it; seldom so long.
    for part in (data[:_HEAD], data):
        buffer = QBuffer()
        buffer.setData(QByteArray(part))
        buffer.open(QIODevice.OpenModeFlag.ReadOnly)
        size = QImageReader(buffer).size()
        if not size.isEmpty():
            return size
    return QSize()


def decoded(data: bytes, most: QSizeF | None = None) -> QImage:
    """The picture, or with `most` no more pixels of it than are shown."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    if most is not None and reader.size().width() > most.width():
        reader.setScaledSize(most.toSize().expandedTo(QSize(1, 1)))
    return reader.read()


def natural_width(data: bytes) -> int:
    """Per cent of the line at which a picture is as large on paper as on the screen."""
    whole = 5 * round(natural_size(data).width() / NATURAL * 20)
    return min(max(whole, NARROWEST), 100)


def place(natural: QSize, percent: int, look: Look) -> QSizeF:
    """How large a picture is shown; what is lost has a frame instead."""
    width = look.line * percent / 100
    height = width * (0.25 if natural.isEmpty() else natural.height() / natural.width())
    if height > TALLEST * look.line:
        width, height = width * TALLEST * look.line / height, TALLEST * look.line
    return QSizeF(width, height)


def size(natural: QSize, caption: str, percent: int, look: Look) -> QSizeF:
    """With its caption below it."""
    picture, words = place(natural, percent, look), _caption_size(caption, look)
    return QSizeF(max(picture.width(), words.width()), picture.height() + words.height())


def shown(data: bytes, item: Picture, look: Look) -> QImage:
    """What stands in a text for a picture; only as much of it is decoded as is seen."""
    seen = place(natural_size(data), item.width, look) * look.ratio
    return drawn(decoded(data, seen), item.caption, item.width, look)


def drawn(image: QImage, caption: str, percent: int, look: Look) -> QImage:
    """The picture at its width, centred above its caption, on paper."""
    picture, whole = place(image.size(), percent, look), size(image.size(), caption, percent, look)
    made = _canvas(whole, look, "paper")
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    frame = QRectF(QPointF((whole.width() - picture.width()) / 2, 0), picture)
    painter.setPen(look.theme.colour("faint"))
    if image.isNull():
        painter.setFont(look.font)
        painter.fillRect(frame, look.theme.colour("label"))
        painter.drawText(frame, _LOST, _wrapped(Qt.AlignmentFlag.AlignCenter))
    # Qt's painter smooths over neighbours only: a photo of 4000 pixels would glitter.
    pixels = (picture * look.ratio).toSize()
    if pixels.width() < image.width():
        smooth = Qt.TransformationMode.SmoothTransformation
        image = image.scaled(pixels, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    painter.drawImage(frame, image)
    if caption:
        painter.setFont(_caption_font(look))
        # Not fainter than the text: it is read on a selection's ground too.
        painter.setPen(look.theme.colour("ink"))
        top = picture.height() + _GAP
        below = QRectF(0, top, whole.width(), whole.height() - top)
        painter.drawText(below, caption, _wrapped())
    painter.end()
    return made


def sign_size(words: str, look: Look) -> QSizeF:
    metrics = QFontMetricsF(look.font)
    wide = min(metrics.horizontalAdvance(words) + _SIGN, look.line)
    return QSizeF(wide, 1.6 * metrics.height())


def sign(words: str, look: Look) -> QImage:
    """Words in a frame, for what has no picture here: a chart, which is drawn anew for every print."""
    size = sign_size(words, look)
    made = _canvas(size, look, "label")
    painter = QPainter(made)
    painter.setFont(look.font)
    painter.setPen(look.theme.colour("faint"))
    room = size.width() - _SIGN + 1
    words = QFontMetricsF(look.font).elidedText(words, Qt.TextElideMode.ElideMiddle, room)
    painter.drawText(QRectF(QPointF(), size), Qt.AlignmentFlag.AlignCenter, words)
    painter.end()
    return made


class InText(QPyTextObject):
    """Pictures in a document: laid out by their sizes, painted when they come into sight.

    What was painted is kept as long as there is room, in the one place that Qt has for it.
    """

    TYPE = QTextFormat.ObjectTypes.UserObject.value + 1

    def __init__(
        self,
        size: Callable[[QTextFormat], QSizeF],
        paint: Callable[[QTextFormat], QImage],
        parent: QTextEdit,
    ) -> None:
        super().__init__(parent)
        self._size, self._paint = size, paint
        self._ratio = parent.devicePixelRatioF
        QPixmapCache.setCacheLimit(_KEPT)
        parent.document().documentLayout().registerHandler(self.TYPE, self)

    def intrinsicSize(self, _document: QTextDocument, _at: int, shown: QTextFormat) -> QSizeF:
        return self._size(shown)

    def drawObject(
        self,
        painter: QPainter,
        rect: QRectF | QRect,
        _document: QTextDocument,
        _at: int,
        shown: QTextFormat,
    ) -> None:
        key = f"{shown.property(NUMBER)}:{self._ratio()}:{rect.width()}"
        picture = QPixmap()
        if not QPixmapCache.find(key, picture):
            picture = QPixmap.fromImage(self._paint(shown))
            QPixmapCache.insert(key, picture)
        painter.drawPixmap(rect.topLeft(), picture)


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
