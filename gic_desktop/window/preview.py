"""版式预览: the real pages of the PDF, made off the GUI thread, a moment after typing rests.

The report is laid out as a whole; pictures are made only of the pages in sight and of their neighbours, one
after the other, so that sixty pages scroll as smoothly as two. `open_pages` and `picture` serve the printer too.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from math import ceil
from threading import Lock
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gic_desktop.report.edits import Change
from gic_desktop.report.place import Place
from gic_desktop.report.report import Report
from gic_desktop.values import Struct
from gic_desktop.window import background
from gic_desktop.window.session import Session
from gic_desktop.window.settings import Settings
from gic_desktop.window.tool_row import ToolRow

if TYPE_CHECKING:
    from gic_desktop.output.typeset import Pages
    from gic_desktop.output.typeset.marks import Box

PAUSE = 800
POINTS_PER_INCH = 72
MARGIN = 12
PAGE_WIDTH = 595.28
"""Of A4, in points."""
LEAST, MOST = 0.4, 4.0
FIT = "适合宽度"
SIZES = (50, 75, 100, 125, 150, 200, 300)
# Pictures of pages further away from those in sight are given back.
_KEPT = 3
_SHOWN_FOR = 2000
_MARKED = QColor(255, 200, 0, 70)

# The renderer serves one thread at a time.
_rendering = Lock()


class Laid(Struct, frozen=True):
    """A report on its pages, and the PDF that shows them."""

    report: Report
    pages: "Pages"
    data: bytes
    fonts: Mapping[str, str]
    """Those of this PC that were chosen to print with."""


def lay_out(report: Report, *, draft: bool, fonts: Mapping[str, str] | None = None) -> Laid:
    """Runs on a worker thread: report → pages → PDF."""
    from gic_desktop.output.drawings import drawer_for
    from gic_desktop.output.export_pdf import laid_out, written
    from gic_desktop.output.pages import document

    pages = laid_out(document(report, draft=draft), fonts or None, drawer_for(report))
    return Laid(report, pages, written(report, pages), fonts or {})


@contextmanager
def open_pages(data: bytes) -> Iterator[Any]:
    """The PDF as its renderer sees it; nobody else renders meanwhile."""
    import pypdfium2 as pdfium

    with _rendering:
        document = pdfium.PdfDocument(data)
        try:
            yield document
        finally:
            document.close()


def picture(document: Any, number: int, scale: float, rows: range | None = None) -> QImage:
    """A page, or some of its pixel rows, `scale` pixels for a point."""
    page = document[number]
    crop = (0.0, 0.0, 0.0, 0.0)
    if rows is not None:
        # The renderer rounds up what it cuts off: half a pixel less is safe from rounding errors.
        height = pixel_height(document, number, scale)
        crop = (0.0, (height - rows.stop - 0.5) / scale, 0.0, (rows.start - 0.5) / scale)
    bitmap = page.render(scale=scale, crop=crop, rev_byteorder=True, prefer_bgrx=True)
    image = QImage(
        bitmap.buffer, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGBX8888
    ).copy()
    bitmap.close()
    page.close()
    return image


def pixel_height(document: Any, number: int, scale: float) -> int:
    height: float = document.get_page_size(number)[1]
    return ceil(height * scale)


class _Page(QWidget):
    """One page on the desk; white until its picture is there."""

    pressed = Signal(int, QPointF)

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.image: QImage | None = None
        self.made_of: tuple[Laid, float] | None = None
        self.marked: list[QRectF] = []
        self.setAccessibleName(f"第 {number + 1} 页")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip("单击可转到填写的地方")

    def show_image(self, image: QImage | None, made_of: tuple[Laid, float] | None) -> None:
        self.image, self.made_of = image, made_of
        self.update()

    def mark(self, boxes: list[QRectF]) -> None:
        self.marked = boxes
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit(self.number, event.position())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.image is None:
            painter.fillRect(self.rect(), Qt.GlobalColor.white)
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(self.rect(), self.image)
        for box in self.marked:
            painter.fillRect(box, _MARKED)
        painter.end()


class _Desk(QScrollArea):
    resized = Signal()
    zoomed = Signal(float)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoomed.emit(1.1 if event.angleDelta().y() > 0 else 1 / 1.1)
            event.accept()
        else:
            super().wheelEvent(event)


class Preview(QWidget):
    place_chosen = Signal(object)
    failed = Signal(str)
    close_asked = Signal()

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__()
        self._session = session
        self._settings = settings
        self._zoom: float | None = None
        """Of the page's real size; None fills the width."""
        self._laid: Laid | None = None
        self._task: background.Task | None = None
        self._again = False
        self._drawing: background.Task | None = None
        self.pages: list[_Page] = []
        self._wanted: Place | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 6)
        column.addLayout(self._head())
        column.addWidget(self._why_not())
        self._scroll = _Desk()
        self._scroll.setWidgetResizable(True)
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._scroll.resized.connect(self._rescale)
        self._scroll.zoomed.connect(self.zoom)
        self._scroll.verticalScrollBar().valueChanged.connect(self._look)
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        self._list.setSpacing(MARGIN)
        self._list.addStretch(1)
        self._scroll.setWidget(inside)
        column.addWidget(self._scroll, 1)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.refresh)
        self._unmark = QTimer(self, singleShot=True, interval=_SHOWN_FOR)
        self._unmark.timeout.connect(lambda: self._mark([]))
        session.changed.connect(self._report_changed)

    def _head(self) -> ToolRow:
        row = ToolRow()
        title = QLabel("版式预览")
        title.setProperty("heading", True)
        title.setContentsMargins(0, 0, 8, 0)
        row.addWidget(title)
        self.sizes = QComboBox()
        self.sizes.setAccessibleName("显示比例")
        self.sizes.addItem(FIT, None)
        for size in SIZES:
            self.sizes.addItem(f"{size}%", size / 100)
        self.sizes.activated.connect(lambda _: self._set_zoom(self.sizes.currentData()))
        smaller, larger = QPushButton("缩小"), QPushButton("放大")
        smaller.clicked.connect(lambda: self.zoom(1 / 1.2))
        larger.clicked.connect(lambda: self.zoom(1.2))
        for control in (smaller, self.sizes, larger):
            row.addWidget(control)
        self.state = QLabel("正在排版…")
        self.state.setProperty("faint", True)
        row.spring()
        row.addWidget(self.state)
        close = QPushButton("收起")
        close.clicked.connect(self.close_asked)
        row.addWidget(close)
        return row

    def _why_not(self) -> QWidget:
        """What keeps the report from its pages, until it is mended."""
        self.trouble = QWidget()
        row = QHBoxLayout(self.trouble)
        row.setContentsMargins(0, 0, 0, 0)
        self.reason = QLabel()
        self.reason.setWordWrap(True)
        self._cause: Place | None = None
        self.show_cause = QPushButton("查看")
        self.show_cause.clicked.connect(lambda: self.place_chosen.emit(self._cause))
        row.addWidget(self.reason, 1)
        row.addWidget(self.show_cause)
        self.trouble.hide()
        return self.trouble

    # Laying out.

    def _report_changed(self, change: Change) -> None:
        if change and self.isVisible():
            self._pause.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.apply_settings()

    def apply_settings(self) -> None:
        """Lays out anew if the report or the fonts to print with are others by now."""
        now, laid = (self._session.report, self._settings.fonts), self._laid
        if self.isVisible() and (laid is None or (laid.report, laid.fonts) != now):
            self._pause.start(50)

    def refresh(self) -> None:
        if self._task is not None:
            self._again = True  # one at a time; the newest report comes next
            return
        report = self._session.report
        draft, fonts = self._session.count.errors > 0, self._settings.fonts
        self.state.setText("正在排版…")
        self._task = background.start(
            lambda: lay_out(report, draft=draft, fonts=fonts), self._show, self._fail
        )

    def _show(self, laid: Laid) -> None:
        self._laid = laid
        self.trouble.hide()
        for number in range(len(self.pages), len(laid.pages.pages)):
            page = _Page(number)
            page.pressed.connect(self._pressed)
            self._list.insertWidget(number, page, 0, Qt.AlignmentFlag.AlignHCenter)
            self.pages.append(page)
        for page in self.pages[len(laid.pages.pages) :]:
            page.setParent(None)
            page.deleteLater()
        del self.pages[len(laid.pages.pages) :]
        self._mark([])
        self._rescale()
        if self._wanted is not None:
            # New pages have no place before their layout has been run.
            QTimer.singleShot(0, self, self._show_wanted)
        self._finished()

    def _show_wanted(self) -> None:
        if self._wanted is not None:
            self.show_place(self._wanted)

    def _fail(self, error: Exception) -> None:
        self.state.setText("未能排版")
        missing = getattr(error, "missing", ())  # the places of what no font has
        self._cause = missing[0][0] if missing else None
        self.show_cause.setVisible(self._cause is not None)
        self.reason.setText(str(error))
        self.trouble.show()
        self.failed.emit(str(error))
        self._finished()

    def _finished(self) -> None:
        self._task = None
        if self._again:
            self._again = False
            self._pause.start()

    # Size.

    def zoom(self, by: float) -> None:
        self._set_zoom(self.scale() / self._real_size() * by)

    def fit(self) -> None:
        self._set_zoom(None)

    def _set_zoom(self, zoom: float | None) -> None:
        self._zoom = None if zoom is None else min(max(zoom, LEAST), MOST)
        text = FIT if self._zoom is None else f"{self._zoom:.0%}"
        known = self.sizes.findText(text)
        self.sizes.setPlaceholderText(text)
        self.sizes.setCurrentIndex(known)
        self._rescale()

    def _real_size(self) -> float:
        return self.logicalDpiX() / POINTS_PER_INCH

    def scale(self) -> float:
        """The window's units for a point of the page."""
        if self._zoom is not None:
            return self._zoom * self._real_size()
        room = self._scroll.viewport().width() - 2 * MARGIN
        return max(room / PAGE_WIDTH, 0.3)

    def _rescale(self) -> None:
        """Gives the pages their size, keeps what is in the middle there, and looks what is in sight."""
        laid = self._laid
        if laid is None:
            return
        inside = self._scroll.widget()
        sides = (
            (self._scroll.horizontalScrollBar(), self._scroll.viewport().width() / 2, inside.width),
            (self._scroll.verticalScrollBar(), self._scroll.viewport().height() / 2, inside.height),
        )
        shares = [(bar.value() + middle) / max(long(), 1) for bar, middle, long in sides]
        scale = self.scale()
        # As the renderer rounds, so that its pixels are those of the screen.
        size = QSize(ceil(laid.pages.width * scale), ceil(laid.pages.height * scale))
        if any(page.size() != size for page in self.pages):
            for page in self.pages:
                page.setFixedSize(size)
            self._list.activate()
            inside.adjustSize()
            for share, (bar, middle, long) in zip(shares, sides, strict=True):
                bar.setValue(int(share * long() - middle))
        self._look()

    # Pictures of the pages in sight.

    def in_sight(self) -> range:
        if not self.pages:
            return range(0)
        each = self.pages[0].height() + MARGIN
        top = self._scroll.verticalScrollBar().value() - MARGIN
        last = int((top + self._scroll.viewport().height()) // each)
        return range(max(int(top // each), 0), min(last + 1, len(self.pages)))

    def _look(self) -> None:
        laid, sight = self._laid, self.in_sight()
        if laid is None or not sight:
            return
        each = self.pages[0].height() + MARGIN
        middle = self._scroll.verticalScrollBar().value() + self._scroll.viewport().height() // 2
        number = min(middle // each, len(self.pages) - 1)
        if self.trouble.isHidden():
            self.state.setText(f"第 {number + 1} 页，共 {len(self.pages)} 页")
        for page in self.pages:
            if not sight.start - _KEPT <= page.number < sight.stop + _KEPT and page.image:
                page.show_image(None, None)
        if self._drawing is not None:
            return
        now = (laid, self.scale() * self.devicePixelRatioF())
        for number in (*sight, sight.stop, sight.start - 1):
            if 0 <= number < len(self.pages) and self.pages[number].made_of != now:
                self._draw(number, now)
                return

    def _draw(self, number: int, of: tuple[Laid, float]) -> None:
        laid, scale = of

        def make() -> tuple[int, tuple[Laid, float], QImage]:
            with open_pages(laid.data) as document:
                return number, of, picture(document, number, scale)

        self._drawing = background.start(make, self._drawn, self._not_drawn)

    def _drawn(self, made: tuple[int, tuple[Laid, float], QImage]) -> None:
        self._drawing = None
        number, of, image = made
        if of[0] is self._laid:
            self.pages[number].show_image(image, of)
        self._look()

    def _not_drawn(self, error: Exception) -> None:
        self._drawing = None
        self._fail(error)

    # The way to the report and back.

    def _pressed(self, number: int, at: QPointF) -> None:
        if self._laid is None:
            return
        scale = self.scale()
        place = self._laid.pages.place_at(number, at.x() / scale, at.y() / scale)
        if place is not None:
            self.place_chosen.emit(place)

    def show_place(self, place: Place) -> None:
        """Scrolls to where a place is printed, and marks it for a moment."""
        self._wanted = place
        if self._laid is None or not self.isVisible():
            return
        boxes = self._laid.pages.boxes_of(place)
        if not boxes:
            return
        self._wanted = None
        first, scale = boxes[0], self.scale()
        page = self.pages[first.page]
        middle = page.y() + int((first.y + first.height / 2) * scale)
        for x in (first.x + first.width, first.x):
            self._scroll.ensureVisible(
                page.x() + int(x * scale), middle, MARGIN, self._scroll.height() // 3
            )
        self._mark(boxes)
        self._unmark.start()

    def _mark(self, boxes: "list[Box]") -> None:
        scale = self.scale()
        for page in self.pages:
            here = [box for box in boxes if box.page == page.number]
            if here or page.marked:
                page.mark(
                    [
                        QRectF(b.x * scale, b.y * scale, b.width * scale, b.height * scale)
                        for b in here
                    ]
                )
