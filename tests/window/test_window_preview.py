"""版式预览 and printing: the real pages, the way from them to the report and back, on paper too."""

import pypdfium2
import pytest
from PIL import Image, ImageChops
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QPageRanges, QPageSize, QWheelEvent
from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog, QPrintPreviewWidget
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolBar, QWidget

from gic_desktop import resources, verbs
from gic_desktop.report.edits import SetCells, SetSection
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import Paragraph
from gic_desktop.report.place import Place
from gic_desktop.store import gicr
from gic_desktop.values import replace
from gic_desktop.window import background, printing
from gic_desktop.window import preview as module
from gic_desktop.window.preview import MARGIN, Preview
from gic_desktop.window.session import Session
from gic_desktop.window.settings import Settings

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*plugin does not support.*"),
    pytest.mark.usefixtures("qapp"),
]
SENTENCE = (
    "全年通过区政府门户网站主动公开政府信息，重点公开旧小区改造、养老助餐、就业援助等方面的信息。"
)


def sample():
    return gicr.read(resources.path("samples", "2021.gicr").read_bytes()).report


@pytest.fixture
def session():
    made = Session(sample())
    yield made
    made.close(discard=True)
    background.wait_for_all()


@pytest.fixture
def preview(qtbot, tmp_path, session):
    made = Preview(session, Settings(tmp_path / "settings.ini"))
    qtbot.addWidget(made)
    made.resize(700, 800)
    made.show()
    qtbot.waitExposed(made)
    settled(qtbot, made)
    yield made
    made.hide()
    background.wait_for_all()


def settled(qtbot, preview):
    """Until every page in sight shows what the report says, at its present size."""

    def done():
        assert preview.pages
        assert not preview._pause.isActive()
        assert preview._task is None
        assert preview._drawing is None
        assert preview._laid.report is preview._session.report
        for number in preview.in_sight():
            assert preview.pages[number].made_of[0] is preview._laid

    qtbot.waitUntil(done, timeout=60_000)


def ink_at(page, box, scale):
    """How dark the darkest point of a stretch of the shown page is."""
    shown = page.grab().toImage()
    ratio = shown.width() / page.width()
    return min(
        shown.pixelColor(int(x * ratio), int(y * ratio)).lightness()
        for x in range(int(box.x * scale), int((box.x + box.width) * scale))
        for y in range(int(box.y * scale), int((box.y + box.height) * scale))
    )


def written(session, section, body):
    session.apply(SetSection(replace(session.report.section(section), body=body)))


def longer(session, pages):
    """The report with a narrative of about so many pages."""
    count = pages * 22 // 2
    written(session, "overview", (Paragraph(SENTENCE),) * count)


def test_the_pages_are_those_of_the_pdf(preview, session):
    assert preview._laid.data == verbs.export_bytes(session.report, ".pdf")
    with pypdfium2.PdfDocument(preview._laid.data) as document:
        assert len(preview.pages) == len(document)
    assert preview.state.text() == f"第 1 页，共 {len(preview.pages)} 页"
    assert preview.pages[0].width() == pytest.approx(preview._scroll.viewport().width() - 24, abs=2)


def test_typing_is_followed_after_a_pause(qtbot, preview, session):
    cell = "disclosure.penalties.decisions"
    session.apply(SetCells({cell: Figure(98765432)}))
    settled(qtbot, preview)
    place = Place("disclosure", cell=cell)
    (box,) = preview._laid.pages.boxes_of(place)
    preview.show_place(place)
    settled(qtbot, preview)
    assert box.page in preview.in_sight()
    assert ink_at(preview.pages[box.page], box, preview.scale()) < 60


@pytest.mark.parametrize("percent", ["适合宽度", "100%", "150%"])
def test_a_click_leads_to_the_cell_and_the_cell_back_to_its_page(qtbot, preview, percent):
    preview.sizes.setCurrentText(percent)
    preview.sizes.activated.emit(preview.sizes.currentIndex())
    cell = Place("requests", cell="requests.refused.secret.business")
    boxes = preview._laid.pages.boxes_of(cell)
    preview.show_place(cell)
    settled(qtbot, preview)
    assert boxes[0].page in preview.in_sight()
    scale = preview.scale()
    if percent != "适合宽度":
        real = preview.logicalDpiX() / 72 * int(percent.rstrip("%")) / 100
        assert preview.pages[0].width() == pytest.approx(595.28 * real, abs=1)
    at = QPoint(
        int((boxes[0].x + boxes[0].width / 2) * scale),
        int((boxes[0].y + boxes[0].height / 2) * scale),
    )
    page = preview.pages[boxes[0].page]
    assert not page.visibleRegion().isEmpty()
    with qtbot.waitSignal(preview.place_chosen) as chosen:
        QTest.mouseClick(page, Qt.MouseButton.LeftButton, pos=at)
    assert chosen.args[0].cell == cell.cell


def test_a_place_is_marked_for_a_moment(qtbot, preview):
    preview.show_place(Place("problems", part="heading", paragraph=0))
    marked = [page.number for page in preview.pages if page.marked]
    assert len(marked) == 1
    qtbot.waitUntil(lambda: not any(page.marked for page in preview.pages), timeout=10_000)


def test_a_place_asked_for_before_the_pages_are_laid_is_shown_with_them(qtbot, session):
    made = Preview(session, Settings())
    qtbot.addWidget(made)
    made.resize(640, 600)
    made.show()
    made.show_place(Place("problems", part="heading", paragraph=0))
    qtbot.waitUntil(lambda: any(page.marked for page in made.pages), timeout=10_000)
    wanted = next(page.number for page in made.pages if page.marked)
    assert wanted > 0
    assert wanted in made.in_sight()
    settled(qtbot, made)


def test_sixty_pages_have_pictures_only_where_somebody_looks(qtbot, preview, session):
    longer(session, 60)
    settled(qtbot, preview)
    assert len(preview.pages) >= 60
    bar = preview._scroll.verticalScrollBar()
    for share in (0.0, 0.5, 1.0, 0.25):
        bar.setValue(int(bar.maximum() * share))
        assert preview.in_sight()
        settled(qtbot, preview)
        drawn = [page.number for page in preview.pages if page.image is not None]
        assert set(preview.in_sight()) <= set(drawn)
        assert len(drawn) <= len(preview.in_sight()) + 6
    # What stood in the middle stays in sight when the size changes.
    middle = preview.in_sight()[0]
    preview.zoom(1.5)
    settled(qtbot, preview)
    assert middle in range(preview.in_sight().start - 1, preview.in_sight().stop + 1)


def test_larger_pages_keep_what_was_in_the_middle(qtbot, preview):
    across = preview._scroll.horizontalScrollBar()
    preview.zoom(2)
    qtbot.waitUntil(lambda: across.maximum() > 0)
    settled(qtbot, preview)
    assert abs(across.value() - across.maximum() / 2) < 20
    preview.zoom(1.2)
    settled(qtbot, preview)
    assert abs(across.value() - across.maximum() / 2) < 20


def test_other_fonts_to_print_with_are_seen_at_once(qtbot, preview, monkeypatch):
    laid = preview._laid
    preview.apply_settings()
    assert not preview._pause.isActive(), "nothing has changed"
    chosen = []
    real = module.lay_out

    def lay_out(report, *, draft, fonts):
        chosen.append(dict(fonts))
        return replace(real(report, draft=draft), fonts=fonts)

    monkeypatch.setattr(module, "lay_out", lay_out)
    preview._settings.fonts = {"body": "某种宋体"}
    preview.apply_settings()
    qtbot.waitUntil(lambda: preview._laid is not laid, timeout=60_000)
    assert chosen == [{"body": "某种宋体"}]
    settled(qtbot, preview)


def test_fewer_pages_leave_none_behind(qtbot, preview, session):
    longer(session, 12)
    settled(qtbot, preview)
    long = len(preview.pages)
    written(session, "overview", ())
    settled(qtbot, preview)
    assert len(preview.pages) < long
    each = preview.pages[0].height() + MARGIN
    assert preview._scroll.widget().height() <= len(preview.pages) * each + 3 * MARGIN


def test_the_wheel_with_ctrl_changes_the_size(preview):
    before = preview.scale()
    viewport = preview._scroll.viewport()
    middle = QPointF(viewport.rect().center())
    turn = QWheelEvent(
        middle,
        QPointF(viewport.mapToGlobal(middle)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, turn)
    assert preview.scale() == pytest.approx(before * 1.1)
    assert preview.sizes.currentIndex() == -1
    preview.fit()
    assert preview.scale() == pytest.approx(before)
    assert preview.sizes.currentText() == "适合宽度"


def test_what_cannot_be_printed_is_said_and_the_next_try_works(qtbot, preview, session):
    said = []
    preview.failed.connect(said.append)
    written(session, "other", (Paragraph("王\U000323af。"),))
    qtbot.waitUntil(lambda: bool(said), timeout=60_000)
    assert "\U000323af" in said[0]
    assert preview.state.text() == "未能排版"
    assert preview.reason.isVisible(), "until it is mended, not for a moment in the status line"
    assert preview.reason.text() == said[0]
    places = []
    preview.place_chosen.connect(places.append)
    preview.show_cause.click()
    assert places[0].section == "other"
    session.undo()
    settled(qtbot, preview)
    assert not preview.reason.isVisible()


# On paper.


@pytest.fixture
def data():
    return verbs.export_bytes(sample(), ".pdf")


def to_file(tmp_path, size=QPageSize.PageSizeId.A4, dpi=300):
    printer = printing._printer(sample(), draft=False)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "printed.pdf"))
    printer.setPageSize(QPageSize(size))
    printer.setFullPage(True)
    printer.setResolution(dpi)
    return printer, tmp_path / "printed.pdf"


def test_the_preview_of_printing_opens_with_all_pages_and_its_tools(qtbot):
    asker, found = QWidget(), []

    def look():
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QPrintPreviewDialog) or not dialog.isVisible():
            QTimer.singleShot(50, look)
            return
        pages = dialog.findChild(QPrintPreviewWidget)
        tools = dialog.findChild(QToolBar)
        tool = tools.widgetForAction(tools.actions()[-1])
        found.append((dialog.windowTitle(), pages.pageCount(), tool.isVisible()))
        dialog.close()

    qtbot.addWidget(asker)
    asker.show()
    QTimer.singleShot(50, look)
    printing.preview_print(sample(), asker, draft=False)
    with pypdfium2.PdfDocument(verbs.export_bytes(sample(), ".pdf")) as ours:
        assert found == [("打印预览", len(ours), True)]


def seen(file, number, dpi=72):
    with pypdfium2.PdfDocument(file) as document:
        return document[number].render(scale=dpi / 72).to_pil().convert("L")


def test_paper_shows_exactly_the_pages_of_the_pdf(tmp_path, data):
    printer, file = to_file(tmp_path)
    printing.put_on(printer, data)
    with pypdfium2.PdfDocument(file) as printed, pypdfium2.PdfDocument(data) as ours:
        assert len(printed) == len(ours)
        for number in range(len(ours)):
            assert printed.get_page_size(number) == pytest.approx((595, 842), abs=1)
    for number in range(2, 4):
        # A letter's edge may fall a fraction of a pixel beside: 6 × 6 points are compared as one.
        ours, theirs = (
            seen(pdf, number, 150).resize((206, 292), Image.Resampling.BOX) for pdf in (data, file)
        )
        away = ImageChops.difference(ours, theirs).histogram()
        assert sum(away[60:]) < 0.002 * sum(away)


def test_smaller_paper_holds_whole_pages(tmp_path, data):
    printer, file = to_file(tmp_path, QPageSize.PageSizeId.A5, 150)
    printing.put_on(printer, data)
    page = seen(file, 2)
    assert page.width == pytest.approx(420, abs=2)
    box = page.point(lambda shade: 255 * (shade < 128)).getbbox()
    left, right = box[0] / page.width, box[2] / page.width
    assert (left, right) == (pytest.approx(28 / 210, abs=0.02), pytest.approx(184 / 210, abs=0.02))


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({}, [0, 1, 2, 3, 4]),
        ({"range": "2-3"}, [1, 2]),
        ({"range": "1,4-9"}, [0, 3, 4]),
        ({"copies": 2, "range": "1-2"}, [0, 1, 0, 1]),
        ({"copies": 2, "range": "1-2", "collate": False}, [0, 0, 1, 1]),
        ({"range": "1-2", "last first": True}, [1, 0]),
    ],
    ids=["all", "some", "several stretches", "copies", "copies by page", "backwards"],
)
def test_the_dialogs_choices_decide_what_is_printed(tmp_path, said, wanted):
    printer, _ = to_file(tmp_path)
    if "range" in said:
        printer.setPrintRange(QPrinter.PrintRange.PageRange)
        printer.setPageRanges(QPageRanges.fromString(said["range"]))
    printer.setCopyCount(said.get("copies", 1))
    printer.setCollateCopies(said.get("collate", True))
    if "last first" in said:
        printer.setPageOrder(QPrinter.PageOrder.LastPageFirst)
    assert printing.sheets(printer, 5) == wanted


def test_printing_can_be_stopped(tmp_path, data):
    printer, _ = to_file(tmp_path, dpi=72)
    told = []

    def progress(sheet, count):
        told.append((sheet, count))
        return sheet < 1

    assert not printing.put_on(printer, data, progress)
    assert told == [(0, 5), (1, 5)]


def test_a_printer_that_does_not_answer_is_named(tmp_path, data):
    printer, _ = to_file(tmp_path)
    printer.setOutputFileName(str(tmp_path / "no such folder" / "printed.pdf"))
    with pytest.raises(RuntimeError, match="请检查打印机"):
        printing.put_on(printer, data)
