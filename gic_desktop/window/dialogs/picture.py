"""图片: what is printed below a picture, what is read out for it, how wide it is, and which it is.

The dialog changes nothing by itself: `item` and `data` are what was agreed, for one edit.
"""

from PySide6.QtCore import QMimeData, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QImage, QKeySequence, QPainter, QPaintEvent, QShortcut, QWheelEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QSizePolicy,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gic_desktop.report.narrative import Chart, Paragraph, Picture
from gic_desktop.values import replace
from gic_desktop.window.dialogs.push_button import push_button
from gic_desktop.window.line import Line
from gic_desktop.window.narrative import clipboard, pictures
from gic_desktop.window.theme import CONTROL

_LINE = 200
_MARGIN = 12
_SPOKEN = "看不见图片的人，由读屏软件读出这段文字。请用一两句话写明图中的内容；留空时读说明文字。"
_CHART = "图表的替代文字由程序按表格中的数字写成，随数字更新。"


class _Preview(QFrame):
    """The picture on its line of paper, as it will be printed; a tall one is shown smaller."""

    def __init__(self, dialog: "PictureDialog", look: pictures.Look) -> None:
        super().__init__()
        self._dialog = dialog
        self._look = look
        self.setProperty("paper", True)
        self.setAccessibleName("图片预览")
        self.setFixedWidth(_LINE + 2 * _MARGIN)
        self.setMinimumHeight(210)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        font = QFont(self.font())
        look = replace(self._look, font=font, line=_LINE, ratio=self.devicePixelRatioF())
        shown = self._dialog.shown(look)
        size = shown.deviceIndependentSize()
        room = self.contentsRect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        if size.height() > room.height() or size.width() > room.width():
            size.scale(room.size().toSizeF(), Qt.AspectRatioMode.KeepAspectRatio)
        left = room.x() + (room.width() - size.width()) / 2
        top = room.y() + (room.height() - size.height()) / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(QPointF(left, top), size), shown)
        painter.end()


class _Width(QSpinBox):
    """The wheel never changes a figure."""

    def __init__(self) -> None:
        super().__init__()
        # The frame is the box's own; the sheet's padding for fields would push the words out of it.
        self.lineEdit().setStyleSheet("border: none; padding: 0 4px; min-height: 0;")

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class _Spoken(QPlainTextEdit):
    """Takes words as the sections do, of a web page that comes without plain text too."""

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() or source.hasHtml()

    def insertFromMimeData(self, source: QMimeData) -> None:
        lines = clipboard.from_lines(clipboard.words(source))
        self.insertPlainText("\n".join(i.text for i in lines if isinstance(i, Paragraph)))


class PictureDialog(QDialog):
    """Of a picture, or of a chart, which draws and describes itself: `standard` is its own title."""

    def __init__(
        self,
        item: Picture | Chart,
        data: bytes,
        look: pictures.Look,
        parent: QWidget | None = None,
        *,
        title: str = "图片",
        standard: str = "",
    ) -> None:
        super().__init__(parent)
        self.item: Picture | Chart = item
        self.data = data
        self._image = pictures.decoded(data)
        chart = isinstance(item, Chart)
        self.setWindowTitle("图表" if chart else title)
        column = QVBoxLayout(self)
        row = QHBoxLayout()
        row.setSpacing(16)
        left = QVBoxLayout()
        self.preview = _Preview(self, look)
        left.addWidget(self.preview, 1)
        self.replace_button = push_button("替换图片…", self._choose)
        self.preview.setHidden(chart)
        self.replace_button.setHidden(chart)
        left.addWidget(self.replace_button)
        row.addLayout(left)
        row.addLayout(self._fields(item, standard), 1)
        column.addLayout(row, 1)
        self.refused = QLabel()
        self.refused.setWordWrap(True)
        self.refused.hide()
        column.addWidget(self.refused)
        buttons = QDialogButtonBox()
        accept = buttons.addButton("确定", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.addButton("取消", QDialogButtonBox.ButtonRole.RejectRole).setAutoDefault(False)
        accept.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.resize(620, 0)
        help_keys = QShortcut(QKeySequence(QKeySequence.StandardKey.HelpContents), self)
        help_keys.activated.connect(self._show_help)
        self.caption.setFocus()

    def _fields(self, item: Picture | Chart, standard: str) -> QFormLayout:
        fields = QFormLayout()
        fields.setSpacing(8)
        self.caption = Line(item.caption)
        self.caption.setAccessibleName("说明文字")
        self.caption.setAccessibleDescription("印在图片下方，可以留空")
        self.caption.setPlaceholderText(standard or "印在图片下方，可以留空")
        self.caption.textChanged.connect(self.preview.update)
        fields.addRow("说明文字", self.caption)
        self.alternative = _Spoken()
        self.alternative.setTabChangesFocus(True)
        self.alternative.setAccessibleName("替代文字")
        self.alternative.setAccessibleDescription(_SPOKEN)
        self.alternative.setFixedHeight(72)
        self.width_of_line = _Width()
        self.width_of_line.setAccessibleName("宽度")
        self.width_of_line.setSuffix(" % 版心宽度")
        self.width_of_line.setSingleStep(5)
        self.width_of_line.setFixedHeight(CONTROL)
        self.width_of_line.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        why = QLabel(_CHART if isinstance(item, Chart) else _SPOKEN)
        why.setWordWrap(True)
        why.setAlignment(Qt.AlignmentFlag.AlignTop)
        why.setProperty("faint", True)
        if isinstance(item, Chart):
            fields.addRow(why)
            return fields
        self.alternative.setPlainText(item.alternative)
        fields.addRow("替代文字", self.alternative)
        fields.addRow("", why)
        # A file may hold a narrower one; opening it here is no reason to change it.
        self.width_of_line.setRange(min(pictures.NARROWEST, item.width), 100)
        self.width_of_line.setValue(item.width)
        self.width_of_line.valueChanged.connect(self.preview.update)
        fields.addRow("宽度", self.width_of_line)
        return fields

    def shown(self, look: pictures.Look) -> QImage:
        caption = self.caption.text().strip()
        return pictures.drawn(self._image, caption, self.width_of_line.value(), look)

    def _choose(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "替换图片", "", pictures.FILES)
        if not name:
            return
        data, refused = pictures.read_file(name)
        self.refused.setText(refused)
        self.refused.setVisible(bool(refused))
        if not refused:
            self.data = data
            self._image = pictures.decoded(data)
            self.preview.update()

    def _show_help(self) -> None:
        from gic_desktop.window.dialogs.help import HelpWindow

        self.help = HelpWindow("narrative", self)
        self.help.show()

    def accept(self) -> None:
        caption = self.caption.text().strip()
        if isinstance(self.item, Picture):
            # One line of words, as a reading program takes them.
            said = " ".join(self.alternative.toPlainText().split())
            width = self.width_of_line.value()
            self.item = replace(self.item, caption=caption, alternative=said, width=width)
        else:
            self.item = replace(self.item, caption=caption)
        super().accept()
