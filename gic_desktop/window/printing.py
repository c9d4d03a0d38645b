"""Printing: exactly the pages of the PDF, through the system's print dialog."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPageSize, QPaintEngine, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrintPreviewDialog
from PySide6.QtWidgets import QComboBox, QProgressDialog, QWidget

from gic_desktop import verbs
from gic_desktop.report.report import Report
from gic_desktop.window.preview import POINTS_PER_INCH, open_pages, picture, pixel_height
from gic_desktop.window.theme import delete_later

# As sharp as an office's printer prints; 打印预览 shows the pages on a screen.
MOST_DPI = 600
SCREEN_DPI = 150
# A page at 600 dots an inch has 140 MB: an old PC gets it in strips.
_STRIP = 1024

Progress = Callable[[int, int], bool]
"""Told before each sheet which one and of how many; False stops."""


def _printer(report: Report, *, draft: bool) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    # The queue names it so, and a printer that writes a file names the file so.
    printer.setDocName(verbs.proposed_name(report, "（草稿）" if draft else ""))
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    printer.setFullPage(True)
    return printer


def print_report(
    report: Report, parent: QWidget, *, draft: bool, fonts: Mapping[str, str] | None = None
) -> bool:
    printer = _printer(report, draft=draft)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle("打印年报")
    chosen = dialog.exec()
    delete_later(dialog)
    if chosen != QPrintDialog.DialogCode.Accepted:
        return False
    told = QProgressDialog("正在打印…", "停止", 0, 0, parent)
    told.setWindowTitle("打印年报")
    told.setWindowModality(Qt.WindowModality.WindowModal)

    def progress(sheet: int, count: int) -> bool:
        told.setMaximum(count)
        told.setLabelText(f"正在打印第 {sheet + 1} 面，共 {count} 面…")
        told.setValue(sheet)
        return not told.wasCanceled()

    try:
        data = verbs.export_bytes(report, ".pdf", draft=draft, fonts=fonts)
        return put_on(printer, data, progress)
    finally:
        told.close()
        delete_later(told)


def preview_print(
    report: Report, parent: QWidget, *, draft: bool, fonts: Mapping[str, str] | None = None
) -> None:
    data = verbs.export_bytes(report, ".pdf", draft=draft, fonts=fonts)
    # The dialog does not own it: without a name here it is gone before the first page is painted.
    printer = _printer(report, draft=draft)
    dialog = QPrintPreviewDialog(printer, parent)
    dialog.setWindowTitle("打印预览")
    # Wide enough for all its tools, 打印 being the last; never wider than the screen.
    dialog.resize(QSize(1120, 720).boundedTo(parent.screen().availableSize()))
    if (zoom := dialog.findChild(QComboBox)) is not None:
        zoom.setMinimumWidth(zoom.sizeHint().width() + 3 * zoom.fontMetrics().averageCharWidth())
    dialog.paintRequested.connect(lambda to: put_on(to, data))
    dialog.exec()
    delete_later(dialog)


def sheets(printer: QPrinter, count: int) -> list[int]:
    """The pages in the order of printing; copies too, where the printer cannot make them itself."""
    pages = list(range(count))
    ranges = printer.pageRanges()
    if printer.printRange() == QPrinter.PrintRange.PageRange and not ranges.isEmpty():
        pages = [number for number in pages if ranges.contains(number + 1)]
    if printer.pageOrder() == QPrinter.PageOrder.LastPageFirst:
        pages.reverse()
    copies = 1 if printer.supportsMultipleCopies() else printer.copyCount()
    if printer.collateCopies():
        return pages * copies
    return [number for number in pages for _ in range(copies)]


def put_on(printer: QPrinter, data: bytes, progress: Progress | None = None) -> bool:
    """Prints a PDF's pages, the paper's size decides theirs; whether it was not stopped."""
    painter = QPainter()
    if not painter.begin(printer):
        raise RuntimeError("打印机没有响应，请检查打印机后再试。")
    # Where the system's printing goes by way of a PDF, letters must not be smeared by JPEG.
    painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
    # On a screen the pages are shown smaller than they were drawn: thin strokes must not be lost.
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    on_screen = painter.paintEngine().type() == QPaintEngine.Type.Picture
    scale = min(printer.resolution(), SCREEN_DPI if on_screen else MOST_DPI) / POINTS_PER_INCH
    with open_pages(data) as document:
        order = sheets(printer, len(document))
        for sheet, number in enumerate(order):
            if progress is not None and not progress(sheet, len(order)):
                printer.abort()
                painter.end()
                return False
            if sheet:
                printer.newPage()
            height = pixel_height(document, number, scale)
            for top in range(0, height, _STRIP):
                rows = range(top, min(top + _STRIP, height))
                image = picture(document, number, scale, rows)
                painter.drawImage(_on_paper(painter, image.width(), height, rows), image)
    painter.end()
    return True


def _on_paper(painter: QPainter, width: int, height: int, rows: range) -> QRect:
    """Where some rows of a page's picture come to stand: as large as the paper allows, in its middle."""
    paper = painter.viewport()
    scale = min(paper.width() / width, paper.height() / height)
    left = round((paper.width() - width * scale) / 2)
    above = (paper.height() - height * scale) / 2
    top, bottom = (round(above + row * scale) for row in (rows.start, rows.stop))
    return QRect(left, top, round(width * scale), bottom - top)
