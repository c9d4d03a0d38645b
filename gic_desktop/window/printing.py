"""Printing: exactly the pages of the PDF, through the system's print dialog."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrintPreviewDialog
from PySide6.QtWidgets import QWidget

from gic_desktop import verbs
from gic_desktop.report.report import Report
from gic_desktop.window.preview import POINTS_PER_INCH, images_of

# Sharp on paper, and a page still fits into the memory of an old PC.
MOST_DPI = 300


def _printer(report: Report) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(verbs.proposed_name(report, ""))
    printer.setFullPage(True)
    return printer


def print_report(
    report: Report, parent: QWidget, *, draft: bool, fonts: Mapping[str, str] | None = None
) -> bool:
    printer = _printer(report)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle("打印年报")
    if dialog.exec() != QPrintDialog.DialogCode.Accepted:
        return False
    _put_on(printer, verbs.export_bytes(report, ".pdf", draft=draft, fonts=fonts))
    return True


def preview_print(
    report: Report, parent: QWidget, *, draft: bool, fonts: Mapping[str, str] | None = None
) -> None:
    data = verbs.export_bytes(report, ".pdf", draft=draft, fonts=fonts)
    dialog = QPrintPreviewDialog(_printer(report), parent)
    dialog.setWindowTitle("打印预览")
    dialog.resize(900, 700)
    paint: Callable[[QPrinter], None] = lambda printer: _put_on(printer, data)  # noqa: E731 - a slot
    dialog.paintRequested.connect(paint)
    dialog.exec()


def chosen_pages(printer: QPrinter, count: int) -> list[int]:
    first, last = printer.fromPage(), printer.toPage()
    if printer.printRange() == QPrinter.PrintRange.PageRange and first:
        return [n for n in range(first - 1, last) if 0 <= n < count]
    return list(range(count))


def _put_on(printer: QPrinter, data: bytes) -> None:
    dpi = min(printer.resolution(), MOST_DPI)
    images = images_of(data, dpi / POINTS_PER_INCH)
    painter = QPainter()
    if not painter.begin(printer):
        raise RuntimeError("打印机没有响应，请检查打印机后再试。")
    for turn, number in enumerate(chosen_pages(printer, len(images))):
        if turn:
            printer.newPage()
        page = painter.viewport()
        image = images[number]
        size = image.size().scaled(page.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRect(
            (page.width() - size.width()) // 2,
            (page.height() - size.height()) // 2,
            size.width(),
            size.height(),
        )
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(target, image)
    painter.end()
