"""Pictures in a text: their dialog, their caption below them, and what is read out for them."""

import ctypes
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import (
    QBuffer,
    QEvent,
    QIODevice,
    QMimeData,
    QPoint,
    QPointF,
    QSize,
    Qt,
    QTimer,
    QUrl,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QDropEvent,
    QImage,
    QInputMethodEvent,
    QKeySequence,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from gic_desktop import resources, verbs
from gic_desktop.report.edits import AddPictures, SetSection
from gic_desktop.report.narrative import Chart, Item, Narrative, Paragraph, Picture
from gic_desktop.report.report import Section
from gic_desktop.store import gicr
from gic_desktop.values import replace
from gic_desktop.window import background
from gic_desktop.window import theme as look
from gic_desktop.window.dialogs.picture import PictureDialog
from gic_desktop.window.narrative import pictures
from gic_desktop.window.section_tab import SectionTab
from gic_desktop.window.session import Session

pytestmark = pytest.mark.filterwarnings("ignore:.*plugin does not support.*")
SAMPLE = resources.path("samples", "2021.gicr")
ENTER = Qt.Key.Key_Return


def png(width: int = 60, height: int = 40, colour: int = 0x336699) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(colour)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


FIRST, SECOND = png(), png(colour=0x993322)


class Desk:
    def __init__(self, qtbot: QtBot, *items: Item) -> None:
        report = gicr.read(SAMPLE.read_bytes()).report
        report = replace(report, pictures={**report.pictures, "first": FIRST})
        self.session = Session(SetSection(Section("overview", items)).apply(report))
        self.tab = SectionTab(self.session, report.form.section("overview"), look.LIGHT)
        qtbot.addWidget(self.tab)
        self.tab.resize(900, 600)
        self.tab.show()
        self.editor = self.tab.parts["body"].editor

    @property
    def body(self) -> Narrative:
        return self.session.report.section("overview").body

    def shown(self, paragraph: int) -> QImage:
        """What the editor paints for a picture."""
        block = self.editor.document().findBlockByNumber(paragraph)
        return self.editor._paint_picture(block.begin().fragment().charFormat())


PICTURE = Picture("first", "图1 专区", "专区首页的截图", 60)


@pytest.fixture
def desk(qtbot: QtBot) -> Iterator[Desk]:
    made = Desk(qtbot, Paragraph("甲"), PICTURE, Paragraph("乙"))
    yield made
    made.session.close(discard=True)
    background.wait_for_all()


class Clerk:
    """What is done in each dialog that opens, and which of them were seen."""

    def __init__(self):
        self.steps = [PictureDialog.accept]
        self.seen = []

    def work(self, dialog):
        self.seen.append(dialog)
        dialog.show()
        for step in self.steps:
            step(dialog)
        return dialog.result()


@pytest.fixture
def clerk(monkeypatch):
    made = Clerk()

    def work(dialog):
        return made.work(dialog)

    monkeypatch.setattr(PictureDialog, "exec", work)
    return made


def chosen(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))


# -- the dialog ------------------------------------------------------------------------------------


def test_all_that_changed_in_the_dialog_is_one_step(desk, clerk, monkeypatch, tmp_path):
    (tmp_path / "新.png").write_bytes(SECOND)
    chosen(monkeypatch, tmp_path / "新.png")

    def work(dialog: PictureDialog) -> None:
        assert dialog.caption.text() == "图1 专区"
        assert dialog.alternative.toPlainText() == "专区首页的截图"
        assert dialog.width_of_line.value() == 60
        dialog.replace_button.click()
        assert dialog.caption.text() == "图1 专区", "another picture keeps its words"
        dialog.caption.setText(" 图1 新专区 ")
        dialog.alternative.setPlainText("两栏：\n指南、年报")
        dialog.width_of_line.setValue(85)

    clerk.steps = [work, PictureDialog.accept]
    body = desk.body
    desk.editor.go_to(1)
    desk.editor.change_picture()
    changed = desk.body[1]
    assert isinstance(changed, Picture)
    assert changed == Picture(changed.picture, "图1 新专区", "两栏： 指南、年报", 85)
    assert desk.session.report.pictures[changed.picture] == SECOND
    assert (desk.body[0], desk.body[2]) == (body[0], body[2])
    assert desk.session.undo_name == "修改图片"
    desk.session.undo()
    assert (desk.body, desk.session.undo_name) == (body, None)
    desk.session.redo()
    assert desk.body[1] == changed
    assert desk.shown(1).pixelColor(desk.shown(1).width() // 2, 3).name() == "#993322"


def test_cancel_changes_nothing(desk, clerk):
    clerk.steps = [lambda d: d.caption.setText("别的"), PictureDialog.reject]
    body = desk.body
    desk.editor.go_to(1)
    desk.editor.change_picture()
    assert (desk.body, desk.session.undo_name) == (body, None)
    clerk.steps = [PictureDialog.accept]
    desk.editor.change_picture()
    assert (desk.body, desk.session.undo_name) == (body, None), "nor does 确定 without a change"


def test_a_new_picture_is_put_in_by_ok_alone(desk, clerk, monkeypatch, tmp_path):
    (tmp_path / "图.png").write_bytes(png(295, 100))
    chosen(monkeypatch, tmp_path / "图.png")
    body = desk.body
    desk.editor.go_to(2)
    clerk.steps = [PictureDialog.reject]
    desk.editor.choose_picture()
    assert desk.body == body
    clerk.steps = [lambda d: d.alternative.setPlainText("甲乙"), PictureDialog.accept]
    desk.editor.choose_picture()
    made = desk.body[3]
    assert isinstance(made, Picture)
    assert (made.alternative, made.width) == ("甲乙", 50), "as large as on the screen"
    desk.session.undo()
    assert (desk.body, desk.session.undo_name) == (body, None)


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"GIF89a", "PNG"), (b"\x89PNG\r\n\x1a\n" + bytes(50), "已损坏"), (FIRST[:60], "已损坏")],
)
def test_what_is_no_picture_is_refused_with_a_reason(desk, data, said, tmp_path, monkeypatch):
    (tmp_path / "坏.png").write_bytes(data)
    chosen(monkeypatch, tmp_path / "坏.png")
    body = desk.body
    told = []
    desk.editor.said.connect(told.append)
    desk.editor.choose_picture()
    assert said in told[0]
    assert desk.body == body
    dialog = PictureDialog(PICTURE, FIRST, desk.editor.picture_look(), desk.tab)
    dialog.replace_button.click()
    assert said in dialog.refused.text()
    assert dialog.data == FIRST


def test_a_chart_has_a_caption_and_describes_itself(qtbot, clerk):
    desk = Desk(qtbot, Chart("outcomes"))
    clerk.steps = [lambda d: d.caption.setText("图2 办理结果"), PictureDialog.accept]
    desk.editor.change_picture()
    (dialog,) = clerk.seen
    assert not dialog.alternative.isVisible()
    assert not dialog.replace_button.isVisible()
    assert desk.body == (Chart("outcomes", "图2 办理结果"),)
    desk.session.close(discard=True)
    background.wait_for_all()


def test_everything_in_the_dialog_is_reached_by_tab_and_has_a_name(desk):
    dialog = PictureDialog(PICTURE, FIRST, desk.editor.picture_look(), desk.tab)
    dialog.show()
    dialog.activateWindow()
    dialog.caption.setFocus()
    seen = []
    for _ in range(8):
        here = dialog.focusWidget()
        seen.append(here.accessibleName() or getattr(here, "text", str)())
        QTest.keyClick(here, Qt.Key.Key_Tab)
    assert {"说明文字", "替代文字", "宽度", "替换图片…", "确定", "取消"} <= set(seen)
    dialog.close()


def test_a_web_page_without_plain_text_is_pasted_as_words(desk):
    dialog = PictureDialog(Picture(""), png(), desk.editor.picture_look())
    page = QMimeData()
    page.setHtml("<p>公开专区<b>全景</b></p><p>分四栏</p>")
    assert dialog.alternative.canInsertFromMimeData(page)
    dialog.alternative.insertFromMimeData(page)
    assert dialog.alternative.toPlainText() == "公开专区全景\n分四栏"
    dialog.accept()
    assert dialog.item.alternative == "公开专区全景 分四栏"
    dialog.deleteLater()


def test_f1_in_the_dialog_opens_the_page_about_pictures(desk, qtbot):
    dialog = PictureDialog(PICTURE, FIRST, desk.editor.picture_look(), desk.tab)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(dialog.caption, Qt.Key.Key_F1)
    assert "替代文字" in dialog.help.guide.toPlainText()
    dialog.close()


# -- where it opens --------------------------------------------------------------------------------


def test_a_double_click_on_the_picture_opens_its_dialog(desk, clerk):
    block = desk.editor.document().findBlockByNumber(1)
    desk.editor.select_picture(1)
    right = desk.editor.cursorRect()
    inside = QPoint(right.left() - 20, right.top() + 10)
    assert block.blockNumber() == 1
    QTest.mouseDClick(desk.editor.viewport(), Qt.MouseButton.LeftButton, pos=inside)
    assert [d.item for d in clerk.seen] == [PICTURE]
    QTest.mouseDClick(desk.editor.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, inside.y()))
    assert len(clerk.seen) == 1, "beside it is not on it"


def test_enter_on_the_picture_opens_it_and_behind_it_begins_a_paragraph(desk, clerk):
    desk.editor.go_to(1)
    QTest.keyClick(desk.editor, ENTER)
    desk.editor.select_picture(1)
    QTest.keyClick(desk.editor, ENTER)
    assert len(clerk.seen) == 2
    desk.editor.moveCursor(desk.editor.textCursor().MoveOperation.EndOfBlock)
    QTest.keyClick(desk.editor, ENTER)
    QTest.keyClicks(desk.editor, "new")
    assert len(clerk.seen) == 2
    assert desk.body == (Paragraph("甲"), PICTURE, Paragraph("new"), Paragraph("乙"))
    block = desk.editor.document().findBlockByNumber(2)
    assert block.blockFormat().alignment() != Qt.AlignmentFlag.AlignHCenter


def test_the_menu_of_the_right_button_offers_it(desk, clerk):
    def choose():
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        next(a for a in menu.actions() if a.text() == "图片说明和大小…").trigger()
        menu.close()

    QTimer.singleShot(0, choose)
    desk.editor.select_picture(1)
    rect = desk.editor.cursorRect()
    place = QPoint(rect.left() - 20, rect.top() + 10)
    event = QContextMenuEvent(
        QContextMenuEvent.Reason.Mouse, place, desk.editor.viewport().mapToGlobal(place)
    )
    desk.editor.contextMenuEvent(event)
    assert [d.item for d in clerk.seen] == [PICTURE]


# -- the caption below the picture -------------------------------------------------------------------


def test_the_caption_is_seen_and_is_no_text(desk):
    bare = pictures.drawn(pictures.decoded(FIRST), "", 60, desk.editor.picture_look())
    assert desk.shown(1).height() > bare.height()
    assert desk.editor.toPlainText() == "甲\n\ufffc\n乙"
    assert desk.editor.length() == 2
    desk.editor.selectAll()
    assert "专区" not in desk.editor.createMimeDataFromSelection().text()
    assert "专区" not in desk.editor.toHtml().replace("专区首页的截图", "")
    desk.editor.set_item(1, replace(PICTURE, caption=""))
    assert desk.shown(1).height() == bare.height()


@pytest.mark.parametrize("theme", [look.LIGHT, look.DARK, look.CONTRAST])
@pytest.mark.parametrize("zoom", [100, 200])
def test_a_caption_stays_within_the_line_in_every_look(desk, theme, zoom):
    caption = "图2 " + "政府信息公开指南、政府信息公开制度、" * 6 + "x" * 150
    desk.editor.set_item(1, replace(PICTURE, caption=caption))
    desk.editor.set_look(theme, zoom)
    shown = desk.shown(1)
    ratio = shown.devicePixelRatio()
    assert shown.width() / ratio <= pictures.LINE * zoom / 100
    assert shown.pixelColor(1, 1) == theme.colour("paper"), "beside a narrower picture is paper"
    lines = [
        y
        for y in range(int(pictures.LINE * 0.4 * zoom / 100 * ratio) + 10, shown.height())
        if any(shown.pixelColor(x, y) != theme.colour("paper") for x in range(shown.width()))
    ]
    assert len(lines) > 40 * zoom / 100, "several lines of words below the picture"


def test_a_picture_larger_than_a_page_is_shown_as_it_will_be_printed(desk):
    desk_look = desk.editor.picture_look()
    tall = pictures.drawn(pictures.decoded(png(30, 900)), "", 100, desk_look)
    assert tall.height() / desk_look.ratio <= pictures.TALLEST * pictures.LINE + 1
    lost = pictures.drawn(QImage(), "丢失的图", 100, desk_look)
    assert not lost.isNull()


# -- writing beside pictures -------------------------------------------------------------------------


def test_words_typed_beside_a_picture_become_paragraphs_and_none_is_lost(desk):
    desk.editor.select_picture(1)
    desk.editor.moveCursor(desk.editor.textCursor().MoveOperation.EndOfBlock)
    QTest.keyClicks(desk.editor, "behind")
    assert desk.body == (Paragraph("甲"), PICTURE, Paragraph("behind"), Paragraph("乙"))
    desk.editor.go_to(1)
    QTest.keyClicks(desk.editor, "ahead")
    assert [getattr(i, "text", "□") for i in desk.body] == ["甲", "ahead", "□", "behind", "乙"]
    assert desk.editor.toPlainText() == "甲\nahead\n\ufffc\nbehind\n乙"
    again = gicr.read(gicr.write(desk.session.report)).report
    assert again.section("overview").body == desk.body
    desk.session.undo()
    desk.session.undo()
    assert desk.body == (Paragraph("甲"), PICTURE, Paragraph("乙"))


def test_pinyin_before_a_picture_becomes_a_paragraph_too(desk):
    desk.editor.go_to(1)
    for words in ("专区", "见下图"):
        QApplication.sendEvent(desk.editor, QInputMethodEvent("pinyin", []))
        committed = QInputMethodEvent()
        committed.setCommitString(words)
        QApplication.sendEvent(desk.editor, committed)
    assert desk.body == (Paragraph("甲"), Paragraph("专区见下图"), PICTURE, Paragraph("乙"))


def test_a_file_dropped_on_a_line_stands_below_it(desk, tmp_path):
    (tmp_path / "图.png").write_bytes(SECOND)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "图.png"))])
    desk.editor.go_to(2)
    place = QPointF(desk.editor.cursorRect().center())
    desk.editor.go_to(0)
    desk.editor.dropEvent(
        QDropEvent(
            place,
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            QEvent.Type.Drop,
        )
    )
    assert [getattr(i, "text", "□") for i in desk.body] == ["甲", "□", "乙", "□"]
    QTest.keyClicks(desk.editor, "z")
    assert [getattr(i, "text", "□") for i in desk.body] == ["甲", "□", "乙", "□", "z"]


def test_a_picture_is_selected_before_it_is_deleted(desk):
    body = desk.body
    desk.editor.go_to(2)
    QTest.keyClick(desk.editor, Qt.Key.Key_Backspace)
    assert desk.body == body
    assert desk.editor.textCursor().selectedText() == "\ufffc"
    QTest.keyClick(desk.editor, Qt.Key.Key_Backspace)
    assert [type(i) for i in desk.body].count(Picture) == 0
    desk.session.undo()
    desk.editor.go_to(0, 1, 1)
    QTest.keyClick(desk.editor, Qt.Key.Key_Delete)
    assert desk.body == body
    assert desk.editor.textCursor().selectedText() == "\ufffc"


def test_a_picture_is_no_heading(desk):
    body = desk.body
    desk.editor.go_to(1)
    desk.editor.set_level(2)
    assert desk.body == body


def test_cut_and_pasted_elsewhere_a_picture_keeps_its_words(desk):
    desk.editor.select_picture(1)
    desk.editor.cut()
    assert desk.body == (Paragraph("甲"), Paragraph(""), Paragraph("乙"))
    assert QApplication.clipboard().mimeData().hasImage(), "for other programs"
    desk.editor.go_to(2)
    QTest.keySequence(desk.editor, QKeySequence(QKeySequence.StandardKey.Paste))
    pasted = desk.body[-1]
    assert isinstance(pasted, Picture)
    assert replace(pasted, picture="first") == PICTURE
    assert desk.session.report.pictures[pasted.picture] == FIRST


def test_a_dragged_picture_changes_its_place_and_nothing_is_lost(desk, monkeypatch):
    desk.editor.select_picture(1)
    data = desk.editor.createMimeDataFromSelection()
    desk.editor.go_to(0)
    place = QPointF(desk.editor.cursorRect().center())
    desk.editor.select_picture(1)
    monkeypatch.setattr(QDropEvent, "source", lambda _: desk.editor)
    event = QDropEvent(
        place,
        Qt.DropAction.MoveAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        QEvent.Type.Drop,
    )
    desk.editor.dropEvent(event)
    assert desk.body == (PICTURE, Paragraph("甲"), Paragraph("乙"))
    desk.session.undo()
    assert desk.body == (Paragraph("甲"), PICTURE, Paragraph("乙"))


# -- the alternative text on its way out -------------------------------------------------------------


@pytest.fixture(scope="module")
def outputs() -> dict[str, bytes]:
    report = gicr.read(SAMPLE.read_bytes()).report
    body = (
        Picture("first", "图1 专区", "专区首页：指南、年报两栏 <&>", 60),
        Picture("first", "图2 只有说明", "", 60),
    )
    report = replace(report, pictures={"first": FIRST})
    report = SetSection(Section("overview", body)).apply(report)
    report = gicr.read(gicr.write(report)).report
    return {s: verbs.export_bytes(report, s, draft=True) for s in (".pdf", ".docx", ".html")}


def test_html_says_the_alternative_text_or_else_the_caption(outputs):
    page = outputs[".html"].decode()
    assert 'alt="专区首页：指南、年报两栏 &lt;&amp;&gt;"' in page
    assert 'alt="图2 只有说明"' in page
    assert "图1 专区" in page


def test_word_says_the_alternative_text_or_else_the_caption(outputs, tmp_path):
    file = tmp_path / "年报.docx"
    file.write_bytes(outputs[".docx"])
    with zipfile.ZipFile(file) as package:
        document = package.read("word/document.xml").decode()
    assert document.count('descr="专区首页：指南、年报两栏 &lt;&amp;&gt;"') == 2
    assert 'descr="图2 只有说明"' in document


def test_pdf_says_the_alternative_text_or_else_the_caption(outputs):
    raw = pypdfium2.raw
    pdf = pypdfium2.PdfDocument(outputs[".pdf"])
    said = []

    def look_at(element: object) -> None:
        size = raw.FPDF_StructElement_GetAltText(element, None, 0)
        if size > 2:
            room = (ctypes.c_ubyte * size)()
            raw.FPDF_StructElement_GetAltText(element, room, size)
            said.append(bytes(room).decode("utf-16-le").rstrip("\0"))
        for number in range(raw.FPDF_StructElement_CountChildren(element)):
            child = raw.FPDF_StructElement_GetChildAtIndex(element, number)
            if child:
                look_at(child)

    for page in pdf:
        tree = raw.FPDF_StructTree_GetForPage(page)
        for number in range(raw.FPDF_StructTree_CountChildren(tree)):
            look_at(raw.FPDF_StructTree_GetChildAtIndex(tree, number))
        raw.FPDF_StructTree_Close(tree)
    assert said[:2] == ["专区首页：指南、年报两栏 <&>", "图2 只有说明"]
    pdf.close()


# -- many pictures -----------------------------------------------------------------------------------


def test_only_pictures_in_sight_are_decoded_and_no_larger_than_they_are_seen(qtbot, monkeypatch):
    seen = []
    decoded = pictures.decoded

    def recorded(data, most=None):
        made = decoded(data, most)
        seen.append((most, made.size()))
        return made

    monkeypatch.setattr(pictures, "decoded", recorded)
    report = gicr.read(SAMPLE.read_bytes()).report
    stored = {f"p{n}": png(1600, 1200, n) for n in range(20)}
    items = tuple(Picture(name) for name in stored)
    session = Session(AddPictures(stored, Section("overview", items)).apply(report))
    tab = SectionTab(session, report.form.section("overview"), look.LIGHT)
    qtbot.addWidget(tab)
    tab.resize(900, 600)
    tab.show()
    editor = tab.parts["body"].editor
    editor.grab()
    assert 1 <= len(seen) <= 3
    assert all(size.width() <= most.width() == pictures.LINE for most, size in seen)
    editor.grab()
    assert len(seen) <= 3, "what was painted is kept"
    bar = editor.verticalScrollBar()
    assert bar.maximum() > 15 * 315, "every picture has its height before it was seen"
    bar.setValue(bar.maximum())
    editor.grab()
    assert 2 <= len(seen) <= 6
    session.close(discard=True)
    background.wait_for_all()


def test_a_photos_size_is_known_however_long_its_head():
    from io import BytesIO

    from PIL import Image

    photo = BytesIO()
    Image.new("RGB", (123, 45)).save(
        photo, "JPEG", comment=b"x" * 60_000, exif=b"Exif" + b"y" * 60_000
    )
    assert pictures.natural_size(photo.getvalue()) == QSize(123, 45)
    assert pictures.natural_size(FIRST) == QSize(60, 40)
    assert pictures.natural_size(b"\x89PNG\r\n\x1a\n").isEmpty()


def test_moved_behind_an_empty_line_at_the_end_it_leaves_none_behind_it(qtbot):
    made = Desk(qtbot, Paragraph("甲"), Paragraph(""), PICTURE)
    made.editor.go_to(2)
    made.editor.move_picture(-1)
    assert made.body == made.editor.written() == (Paragraph("甲"), PICTURE)
    made.session.close(discard=True)
    background.wait_for_all()
