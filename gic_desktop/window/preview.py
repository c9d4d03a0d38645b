"""版式预览: the real pages of the PDF, made off the GUI thread, a moment after typing rests."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QMouseEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from gic_desktop.report.edits import Change
from gic_desktop.report.place import Place
from gic_desktop.report.report import Report
from gic_desktop.window import background
from gic_desktop.window.session import Session
from gic_desktop.window.settings import Settings

if TYPE_CHECKING:
    from gic_desktop.output.typeset import Pages

PAUSE = 800
POINTS_PER_INCH = 72
MARGIN = 12
PAGE_WIDTH = 595.28
"""Of A4, in points."""


@dataclass(frozen=True, slots=True)
class Rendered:
    report: Report
    pages: "Pages"
    images: tuple[QImage, ...]
    scale: float


def render(
    report: Report, scale: float, *, draft: bool, fonts: Mapping[str, str] | None = None
) -> Rendered:
    """Runs on a worker thread: report → pages → PDF → pictures of exactly those pages."""
    from gic_desktop.output.drawings import drawer_for
    from gic_desktop.output.export_pdf import laid_out, written
    from gic_desktop.output.pages import document

    pages = laid_out(document(report, draft=draft), fonts or None, drawer_for(report))
    return Rendered(report, pages, tuple(images_of(written(report, pages), scale)), scale)


def images_of(data: bytes, scale: float) -> list[QImage]:
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(data)
    try:
        found = []
        for number in range(len(document)):
            bitmap = document[number].render(scale=scale, rev_byteorder=True)
            image = QImage(
                bytes(bitmap.buffer),
                bitmap.width,
                bitmap.height,
                bitmap.stride,
                QImage.Format.Format_RGB888
                if bitmap.n_channels == 3
                else QImage.Format.Format_RGBX8888,
            )
            found.append(image.copy())
        return found
    finally:
        document.close()


class _Page(QLabel):
    pressed = Signal(int, QPoint)

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setAccessibleName(f"第 {number + 1} 页")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit(self.number, event.position().toPoint())


class Preview(QWidget):
    place_chosen = Signal(object)
    failed = Signal(str)
    close_asked = Signal()

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__()
        self._session = session
        self._settings = settings
        self._zoom = 1.0
        self._rendered: Rendered | None = None
        self._task: background.Task | None = None
        self._again = False
        self._pages: list[_Page] = []
        self._wanted: Place | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        row = QHBoxLayout()
        title = QLabel("版式预览")
        title.setProperty("heading", True)
        row.addWidget(title)
        row.addSpacing(8)
        for text, run in (
            ("缩小", lambda: self.zoom(1 / 1.2)),
            ("放大", lambda: self.zoom(1.2)),
            ("适合宽度", self.fit),
        ):
            button = QPushButton(text)
            button.clicked.connect(run)
            row.addWidget(button)
        self.state = QLabel("正在排版…")
        self.state.setProperty("faint", True)
        row.addStretch(1)
        row.addWidget(self.state)
        close = QPushButton("收起")
        close.clicked.connect(self.close_asked)
        row.addWidget(close)
        column.addLayout(row)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setSpacing(MARGIN)
        self._list.addStretch(1)
        self._scroll.setWidget(inside)
        column.addWidget(self._scroll, 1)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE)
        self._pause.timeout.connect(self.refresh)
        session.changed.connect(self._report_changed)

    def _report_changed(self, change: Change) -> None:
        if change and self.isVisible():
            self._pause.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._rendered is None or self._rendered.report is not self._session.report:
            self._pause.start(50)

    def zoom(self, by: float) -> None:
        self._zoom = min(max(self._zoom * by, 0.4), 4.0)
        self.refresh()

    def fit(self) -> None:
        self._zoom = 1.0
        self.refresh()

    def _scale(self) -> float:
        """Pixels of the screen for a point of the page; 1.0 of zoom fills the width."""
        room = self._scroll.viewport().width() - 2 * MARGIN - 4
        return max(room / PAGE_WIDTH, 0.3) * self._zoom * self.devicePixelRatioF()

    def refresh(self) -> None:
        if self._task is not None:
            self._again = True  # one at a time; the newest report comes next
            return
        report, scale = self._session.report, self._scale()
        draft, fonts = self._session.count.errors > 0, self._settings.fonts
        self.state.setText("正在排版…")
        self._task = background.start(
            lambda: render(report, scale, draft=draft, fonts=fonts), self._show, self._fail
        )

    def _show(self, rendered: Rendered) -> None:
        self._task = None
        self._rendered = rendered
        ratio = self.devicePixelRatioF()
        while len(self._pages) < len(rendered.images):
            page = _Page(len(self._pages))
            page.pressed.connect(self._pressed)
            self._list.insertWidget(self._list.count() - 1, page)
            self._pages.append(page)
        for number, page in enumerate(self._pages):
            page.setVisible(number < len(rendered.images))
            if number < len(rendered.images):
                pixmap = QPixmap.fromImage(rendered.images[number])
                pixmap.setDevicePixelRatio(ratio)
                page.setPixmap(pixmap)
        self.state.setText(f"共 {len(rendered.images)} 页")
        if self._wanted is not None:
            self.show_place(self._wanted)
        if self._again:
            self._again = False
            self._pause.start()

    def _fail(self, error: Exception) -> None:
        self._task = None
        self.state.setText("未能排版")
        self.failed.emit(str(error))

    def _pressed(self, number: int, at: QPoint) -> None:
        rendered = self._rendered
        if rendered is None:
            return
        image = rendered.images[number]
        ratio = self._pages[number].pixmap().devicePixelRatio()
        left = max((self._pages[number].width() - image.width() / ratio) / 2, 0)
        points = rendered.scale / ratio
        place = rendered.pages.place_at(number, (at.x() - left) / points, at.y() / points)
        if place is not None:
            self.place_chosen.emit(place)

    def show_place(self, place: Place) -> None:
        """Scrolls to where a place is printed."""
        self._wanted = place
        if self._rendered is None or not self.isVisible():
            return
        boxes = self._rendered.pages.boxes_of(place)
        if boxes:
            self._wanted = None
            page = self._pages[boxes[0].page]
            y = page.y() + int(boxes[0].y * self._rendered.scale / self.devicePixelRatioF())
            self._scroll.ensureVisible(page.x(), y, 0, self._scroll.height() // 3)
