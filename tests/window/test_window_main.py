"""The window as a clerk uses it: open, type, see what is wrong, go there, undo, save, reopen."""

import errno
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMenu,
    QPushButton,
    QStyle,
    QStyleOptionViewItem,
)

from gic_desktop import resources, user_folders, verbs
from gic_desktop.report.edits import SetCells, SetOverride
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import Paragraph, Picture
from gic_desktop.report.place import Place
from gic_desktop.store import gicr
from gic_desktop.store.journal import Pending, pending
from gic_desktop.window import background
from gic_desktop.window import theme as look
from gic_desktop.window.application import Program
from gic_desktop.window.dialogs import ask as questions
from gic_desktop.window.dialogs.find import places_of, replace_all
from gic_desktop.window.dialogs.versions import difference
from gic_desktop.window.input_method import prepare
from gic_desktop.window.main_window import MainWindow
from gic_desktop.window.session import Opened, Session
from gic_desktop.window.settings import Settings
from gic_desktop.window.start_page import StartPage
from gic_desktop.window.theme import STEP

SAMPLE = resources.path("samples", "2021.gicr")
pytestmark = pytest.mark.filterwarnings("ignore:.*plugin does not support.*")


def sample():
    return gicr.read(SAMPLE.read_bytes()).report


@pytest.fixture
def window(qtbot, tmp_path):
    path = tmp_path / "年报.gicr"
    path.write_bytes(SAMPLE.read_bytes())
    project = verbs.open_report(path)
    session = Session(project.report, Opened(path, project.fingerprint))
    made = MainWindow(session, Settings(tmp_path / "settings.ini"), look.LIGHT)
    made.resize(1366, 768)
    made.show()
    qtbot.waitExposed(made)
    yield made
    session.close(discard=True)
    background.wait_for_all()
    made.deleteLater()


def texts(window):
    return [f.message for f in window.session.findings]


def test_every_section_is_a_tab_under_its_printed_heading(window):
    names = [window.rail.item(i).toolTip().partition("，")[0] for i in range(window.rail.count())]
    assert names == ["封面与基本信息", *(s.heading for s in sample().form.sections), "图表"]


def test_the_sample_can_be_exported(window, qtbot):
    qtbot.waitUntil(lambda: "可导出" in window.state_label.text())
    assert not [f for f in window.session.findings if f.severity == "error"]


def test_cells_not_filled_yet_are_counted_beside_the_state(window):
    assert window.blanks_label.isHidden()
    two = dict.fromkeys(("requests.received.person", "disputes.review.upheld"))
    window.session.apply(SetCells(two))
    assert window.blanks_label.text() == "还有 2 格未填"
    assert window.blanks_label.isVisible()
    window.session.undo()
    assert window.blanks_label.isHidden()


@pytest.mark.usefixtures("dressed")
def test_beside_the_preview_every_table_is_seen_from_edge_to_edge(window, qtbot):
    window.preview_action.trigger()
    qtbot.waitUntil(lambda: window._preview()._laid is not None)
    for table in window.session.report.form.tables:
        window.show_tab(table.section)
        qtbot.wait(10)
        view = window.section_tab(table.section).table.view
        assert view.horizontalScrollBar().maximum() == 0, table.section


@pytest.mark.usefixtures("dressed")
@pytest.mark.usefixtures("dressed")
def test_beside_the_preview_the_tools_of_a_text_keep_to_one_line(window, qtbot):
    window.resize(1320, 740)
    window.show()
    window.show_tab("overview")
    window.preview_action.trigger()
    part = window.section_tab("overview").parts["body"]
    qtbot.wait(100)
    assert part._row.heightForWidth(part.width()) == part._row.sizeHint().height()
    assert part.count.isVisible()
    assert part.count.text() == f"{part.editor.length()} 字"
    background.wait_for_all()


def test_the_preview_gives_way_to_the_table_of_fifteen_columns_and_comes_back(window, qtbot):
    window.preview_action.trigger()
    window.show_tab("disputes")
    bar = window.section_tab("disputes").table.view.horizontalScrollBar()
    qtbot.wait(10)
    first = window.preview_dock.width()
    for width in (1300, 1240, 1200, 1199, 1150, 1100, 1050, 1000):
        window.resize(width, 740)
        qtbot.wait(10)
        assert bar.maximum() == 0, width
    assert window.preview_dock.width() < first
    for width in (1100, 1240, 1366):
        window.resize(width, 740)
        qtbot.wait(10)
    assert window.preview_dock.width() == first
    window.resizeDocks([window.preview_dock], [400], Qt.Orientation.Horizontal)
    qtbot.wait(10)
    for width in (1366, 1300, 1366):
        window.resize(width, 730)
        qtbot.wait(10)
    assert window.preview_dock.width() == 400, "where it was dragged to"


def test_a_click_on_a_section_begins_the_work_in_it(window):
    """Excel's sheets take the focus too: the figure typed next is the table's."""
    rail = window.rail
    for key in ("requests", "overview", "requests"):
        row = [rail.item(i).data(Qt.ItemDataRole.UserRole) for i in range(rail.count())].index(key)
        place = rail.visualItemRect(rail.item(row)).center()
        QTest.mouseClick(rail.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert window.tab == key
        assert window.section_tab(key).isAncestorOf(window.focusWidget())
    view = window.section_tab("requests").table.view
    assert window.focusWidget() is view
    rail.setFocus()
    QTest.keyClick(rail, Qt.Key.Key_Up)
    assert rail.hasFocus(), "with the keys one looks further first"
    QTest.keyClick(rail, Qt.Key.Key_Return)
    assert window.section_tab("disclosure").table.view.hasFocus()


def test_in_a_narrow_window_the_preview_takes_the_room_and_gives_it_back(window, qtbot):
    window.resize(683, 349)
    window.preview_action.trigger()
    assert not window.centralWidget().isVisible()
    qtbot.waitUntil(lambda: window._preview()._laid is not None)
    window.go_to(Place("requests", cell="requests.received.person"))
    assert window.centralWidget().isVisible()
    assert window.tab == "requests"


def test_on_a_low_screen_the_tools_of_a_finding_stay_above_the_list(window, qtbot):
    window.session.apply(SetCells({"disclosure.regulations.valid": Figure(7)}))
    window.resize(683, 349)
    window.panel_action.trigger()
    window.panel.go_to_next()
    panel = window.panel
    qtbot.waitUntil(lambda: panel.rule_button.geometry().bottom() < panel.list.geometry().top())


def test_a_typed_figure_is_in_the_report_at_once_and_undone_in_one_step(window):
    window.show_tab("requests")
    table = window.tabs["requests"].table
    table.show_cell("requests.received.person")
    for key in "30":
        QTest.keyClick(_editor_or(table.view), key)
    assert window.session.report.cells["requests.received.person"] == Figure(30)
    assert "1 处错误" in window.state_label.text()
    QTest.keyClick(_editor_or(table.view), Qt.Key.Key_Return)
    window.undo_action.trigger()
    assert window.session.report == sample()
    window.redo_action.trigger()
    assert window.session.values["requests.received.total"] == 39


def _editor_or(view):
    from PySide6.QtWidgets import QApplication

    focus = QApplication.focusWidget()
    return focus if focus is not None and view.isAncestorOf(focus) else view


def test_a_click_on_a_finding_goes_to_the_cell(window):
    window.session.apply(SetCells({"requests.carried_out.person": Figure(9)}))
    window.show_tab("cover")
    window.panel.go_to_next()
    assert window.tab == "requests"
    view = window.tabs["requests"].table.view
    assert view.current.cell == "requests.carried_out.person"


@pytest.mark.parametrize("points", [8, 9, 10, 10.5, 11, 12, 13.5, 14, 15, 16, 18, 20])
def test_every_name_in_the_rail_has_room_in_bold(window, points):
    font = window.rail.font()
    font.setPointSizeF(points)
    window.rail.setFont(font)
    window.rail.set_narrow(narrow=True)
    window.rail.set_narrow(narrow=False)
    QApplication.processEvents()
    font.setBold(True)
    bold = QFontMetrics(font)
    for number in range(window.rail.count()):
        item = window.rail.item(number)
        row = window.rail.visualItemRect(item)
        signs = item.text().split(" ")[1:]
        wide = row.width() - 5 * STEP - 1
        wide -= sum(bold.horizontalAdvance(sign) + STEP for sign in signs)
        name = item.text().split(" ")[0]
        # A system without a bold weight of the font makes one, a point wider for each letter.
        lines = 1 if bold.horizontalAdvance(name) + len(name) <= wide else 2
        assert row.height() >= lines * bold.height() + 2 * STEP, name


def test_the_rail_carries_the_marks(window):
    window.session.apply(SetCells({"requests.carried_out.person": Figure(9)}))
    assert "●1" in window.rail.item(3).text()
    window.session.undo()
    assert "✓" in window.rail.item(3).text()


def test_an_error_can_stand_with_a_reason_until_it_is_taken_back(window):
    window.session.apply(SetCells({"requests.carried_out.person": Figure(9)}))
    window.panel.go_to_next()
    (error,) = window.session.findings

    def answered(how):
        def answer():
            dialog = QApplication.activeModalWidget()
            try:
                how(dialog)
            finally:
                dialog.close()

        QTimer.singleShot(0, answer)
        window.panel.reason_button.click()

    def type_it(dialog):
        assert error.message in [label.text() for label in dialog.findChildren(QLabel)]
        QTest.keyClicks(dialog.reason, " ")
        assert not dialog.keep_button.isEnabled()
        dialog.reason.insertPlainText("上年误报，已更正。")
        QTest.keyClick(dialog.reason, Qt.Key.Key_Tab)
        assert dialog.focusWidget() is dialog.keep_button
        assert not dialog.take_back_button.isVisible()
        QTest.keyClick(dialog.keep_button, Qt.Key.Key_Return)

    answered(type_it)
    assert window.session.count.errors == 0
    assert window.session.report.overrides[0].reason == "上年误报，已更正。"

    def take_it_back(dialog):
        assert dialog.given == "上年误报，已更正。"
        dialog.take_back_button.click()

    answered(take_it_back)
    assert window.session.report.overrides == ()
    assert window.session.count.errors == 1


def test_saved_closed_and_opened_again_is_the_same(window):
    window.session.apply(SetCells({"requests.received.legal": Figure(7)}))
    assert window.isWindowModified()
    assert window.save()
    assert not window.isWindowModified()
    assert verbs.open_report(window.session.path).report == window.session.report


def test_ctrl_s_saves_the_open_cell_too(window):
    window.show_tab("disputes")
    table = window.tabs["disputes"].table
    table.show_cell("disputes.review.other")
    QTest.keyClick(table.view, "5")
    window.save_action.trigger()
    saved = verbs.open_report(window.session.path).report
    assert saved.cells["disputes.review.other"] == Figure(5)


def test_a_file_that_somebody_else_wrote_is_not_saved_over(window, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "gic_desktop.window.main_window.ask", lambda *a, **_: asked.append(a[2]) or "取消"
    )
    window.session.path.write_bytes(SAMPLE.read_bytes() + b"\n")
    window.session.apply(SetCells({"requests.received.legal": Figure(7)}))
    assert not window.save()
    assert "其他程序" in asked[0]


@pytest.mark.parametrize(("answer", "closes"), [("取消", False), ("不保存", True), ("保存", True)])
def test_closing_asks(window, monkeypatch, answer, closes):
    monkeypatch.setattr("gic_desktop.window.main_window.ask", lambda *_, **__: answer)
    window.session.apply(SetCells({"requests.received.legal": Figure(7)}))
    assert window.close() is closes
    saved = verbs.open_report(window.session.path).report.cells["requests.received.legal"]
    assert saved == Figure(7 if answer == "保存" else 3)


# -- narratives ----------------------------------------------------------------------------------


def editor(window, section="overview"):
    window.show_tab(section)
    return window.tabs[section].parts["body"].editor


def test_typed_text_is_one_step_and_keeps_its_bindings(window):
    part = editor(window)
    before = window.session.report.section("overview").body
    part.moveCursor(QTextCursor.MoveOperation.Start)
    QTest.keyClicks(part, "ab")
    after = window.session.report.section("overview").body
    assert after[0] == Paragraph("ab" + before[0].text)
    assert after[1:] == before[1:]
    window.session.undo()
    assert window.session.report.section("overview").body == before
    assert part.toPlainText().startswith("2025年")


def test_a_bound_figure_follows_its_cell(window):
    part = editor(window)
    assert "申请35件" in part.toPlainText()
    window.session.apply(SetCells({"requests.received.legal": Figure(10)}))
    assert "申请42件" in part.toPlainText()
    assert "{收到申请总数}" in "".join(
        i.text for i in window.session.report.section("overview").body
    )


def test_pasted_text_comes_clean_with_its_levels(window):
    part = editor(window, "other")
    part.selectAll()
    data = QMimeData()
    data.setText("（一）收费情况\r\n　　本年没有收费。\u200b\r\n\r\n1.其他\r\n")
    data.setHtml("<p style='color:red'>（一）收费情况</p>")
    part.insertFromMimeData(data)
    assert window.session.report.section("other").body == (
        Paragraph("（一）收费情况", 2),
        Paragraph("本年没有收费。"),
        Paragraph("1.其他", 3),
    )


def test_a_level_offers_the_next_number(window):
    part = editor(window, "other")
    part.selectAll()
    part.insertFromMimeData(_text("（一）甲\n乙\n丙"))
    part.go_to(2)
    part.set_level(2)
    assert window.session.report.section("other").body[2] == Paragraph("（二）丙", 2)


def _text(text):
    data = QMimeData()
    data.setText(text)
    return data


def test_a_picture_is_placed_and_undone(window):
    part = editor(window, "other")
    png = _png()
    assert part.insert_picture(png, Picture("", "图1 专区"))
    body = window.session.report.section("other").body
    assert [getattr(i, "caption", None) for i in body].count("图1 专区") == 1
    assert gicr.read(gicr.write(window.session.report)).report.pictures
    part.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClicks(part, "x")
    assert [getattr(i, "caption", None) for i in window.session.report.section("other").body].count(
        "图1 专区"
    ) == 1
    window.session.undo()
    window.session.undo()
    assert window.session.report == sample()
    assert not part.insert_picture(b"GIF89a")


def _png():
    from PySide6.QtCore import QBuffer, QIODevice
    from PySide6.QtGui import QImage

    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def test_find_and_replace_over_all_sections(window):
    places = places_of(window.session, "居民")
    assert {p.section for p in places} == {"overview", "problems"}
    window.session.apply(replace_all(window.session, "居民", "群众"))
    assert not places_of(window.session, "居民")
    assert len(places_of(window.session, "群众")) == len(places)
    window.session.undo()
    assert window.session.report == sample()


# -- the rest ------------------------------------------------------------------------------------


def test_the_cover_writes_into_the_report(window):
    window.show_tab("cover")
    window.cover.organ.selectAll()
    QTest.keyClicks(window.cover.organ, "X")
    report = window.session.report
    assert report.organ == "X"
    assert report.signature.organ == "X"
    assert window.cover.preview.text().startswith("X2025年")
    window.session.undo()
    assert window.cover.organ.text() == sample().organ


def test_a_new_report_begins_at_its_cover_and_an_opened_one_where_it_was_left(window, qtbot):
    window.show_tab("requests")
    for opened, tab in ((Opened(), "cover"), (Opened(window.session.path), "requests")):
        session = Session(sample(), opened)
        other = MainWindow(session, window.settings, look.LIGHT)
        qtbot.addWidget(other)
        assert other.tab == tab
        session.close(discard=True)
        window.settings.last_tab = "requests"


def test_the_start_page_says_which_form_a_year_means(qtbot):
    page = StartPage(date(2026, 1, 9))
    qtbot.addWidget(page)
    assert page.year.text() == "2025"
    assert "2021 格式" in page.form_said.text()
    page.organ.setText("甲街道办事处")
    page.year.setText("2018")
    assert not page.new_button.isEnabled()
    page.year.setText("2020")
    with qtbot.waitSignal(page.new_asked) as asked:
        page.new_button.click()
    assert asked.args == ["甲街道办事处", 2020]


def test_what_is_undone_comes_into_sight(window):
    """As in Excel and Word: a step back in another section would else be taken unseen."""
    window.show_tab("requests")
    table = window.section_tab("requests").table
    table.show_cell("requests.carried_out.person")
    QTest.keyClick(table.view, "7")
    window.show_tab("overview")
    body = window.section_tab("overview").parts["body"].editor
    body.insertPlainText("新")
    window.show_tab("cover")
    window.undo_action.trigger()
    assert window.tab == "overview"
    assert window.focusWidget() is body
    window.undo_action.trigger()
    assert window.tab == "requests"
    assert window.focusWidget() is table.view
    assert table.view.current.cell == "requests.carried_out.person"
    table.show_cell("requests.received.person")
    QTest.keyClick(table.view, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert table.view.current.cell == "requests.carried_out.person"
    window.cover.annex.textEdited.emit("附件1")
    window.undo_action.trigger()
    assert window.tab == "cover"


def test_the_sum_of_what_is_marked_is_seen_at_once_after_a_notice(window):
    window.show_tab("requests")
    table = window.section_tab("requests").table
    table.copy()
    assert window.statusBar().currentMessage() == "已复制 1 格。"
    QTest.keyClick(table.view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert window.statusBar().currentMessage() == ""
    assert window.sum_label.text() == "选中 2 格，合计 31"
    window._journal_failed("磁盘已满，未能留存。")
    QTest.keyClick(table.view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert window.statusBar().currentMessage() == "磁盘已满，未能留存。"


def test_what_could_not_be_kept_is_not_said_to_be(window):
    """The journal tells it once; a notice of a copy must not be the end of it."""
    window.show_tab("requests")
    table = window.section_tab("requests").table
    QTest.keyClick(table.view, "7")
    assert window.saved_label.text() == "有修改未保存（已自动留存）"
    window.session.journal_failed.emit("磁盘已满，未能留存。")
    table.copy()
    assert window.saved_label.text() == "有修改未保存（未能自动留存，请保存）"
    assert window.theme.error in window.saved_label.styleSheet()
    assert window.saved_label.toolTip() == "磁盘已满，未能留存。"
    window.session.journal_failed.emit("")
    assert window.saved_label.text() == "有修改未保存（已自动留存）"
    assert not window.saved_label.styleSheet()


def test_the_sum_is_that_of_the_table_in_sight(window):
    for key in ("requests", "disclosure"):
        window.show_tab(key)
        view = window.section_tab(key).table.view
        QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    window.show_tab("requests")
    assert window.sum_label.text() == "选中 2 格，合计 31"
    view = window.section_tab("requests").table.view
    QTest.keyClick(view, "7")
    assert window.sum_label.text() == "选中 2 格，合计 12"
    window.show_tab("overview")
    assert window.sum_label.text() == ""
    window.show_tab("requests")
    assert window.sum_label.text() == "选中 2 格，合计 12"


def test_a_block_that_comes_back_is_marked(window):
    window.show_tab("requests")
    table = window.section_tab("requests").table
    block = ["requests.received.person", "requests.carried_in.research"]
    table.view.select_between(*(table.places.of_cell[cell] for cell in block))
    table.clear()
    table.show_cell("requests.carried_out.other")
    window.undo_action.trigger()
    assert [p.cell for p in table.view.selected()][::5] == block


def test_a_screen_reader_tells_which_work_a_button_brings_back(qtbot, tmp_path):
    page = StartPage(date(2026, 1, 9))
    qtbot.addWidget(page)
    at = datetime(2026, 1, 8, 17, 5, tzinfo=UTC)
    works = [
        Pending(tmp_path / "1", tmp_path / "梧桐街道.gicr", "", at, None, True),
        Pending(tmp_path / "2", None, "", at, None, True),
    ]
    page.show_recovered(works)
    named = {b.accessibleName() for b in page.findChildren(QPushButton)}
    assert {"恢复“梧桐街道”", "恢复“尚未命名的年报”", "不要“梧桐街道”的修改了"} <= named


@pytest.mark.parametrize(
    ("typed", "year", "said"),
    [
        ("２０２５", 2025, "2025 年度的年报使用"),
        ("2025年度", 2025, "2025 年度的年报使用"),
        ("20255", None, "请填写四位数的年度，如 2025。"),
        ("", None, "请填写四位数的年度，如 2025。"),
        ("2205", None, "请核对年度。"),
    ],
)
def test_a_year_is_read_as_it_is_typed_and_a_wrong_one_is_told(qtbot, typed, year, said):
    page = StartPage(date(2026, 1, 9))
    qtbot.addWidget(page)
    page.organ.setText("甲街道办事处")
    page.year.setText(typed)
    assert page.form_said.text().startswith(said)
    assert page.new_button.isEnabled() == (year is not None)
    if year:
        with qtbot.waitSignal(page.new_asked) as asked:
            page.year.returnPressed.emit()
        assert asked.args == ["甲街道办事处", year]


@pytest.mark.usefixtures("dressed")
def test_a_recent_report_shows_its_whole_name_and_its_folder(qtbot, tmp_path):
    page = StartPage(date(2026, 1, 9))
    qtbot.addWidget(page)
    name = "云岚市望江区梧桐街道办事处2025年政府信息公开工作年度报告"
    page.show_recent([tmp_path / f"{name}.gicr", tmp_path / "短.gicr"])
    page.show()
    line = page.recent.fontMetrics().lineSpacing()

    def lines():
        heights = [page.recent.item(row).sizeHint().height() for row in (0, 1)]
        return [(height - 6 * look.STEP) // line for height in heights]

    for width, least in ((980, 3), (700, 4)):
        page.resize(width, 620)
        qtbot.waitUntil(lambda w=width: page.recent.width() < w // 2)
        assert lines()[0] >= least
        assert lines()[1] >= 2


def test_recent_files_that_are_gone_are_grey(qtbot, tmp_path):
    page = StartPage(date(2026, 1, 9))
    qtbot.addWidget(page)
    there = tmp_path / "在.gicr"
    there.write_bytes(b"")
    page.show_recent([there, tmp_path / "不在.gicr"])
    option, grey = QStyleOptionViewItem(), []
    for row in range(2):
        option.state = QStyle.StateFlag.State_Enabled
        page.recent.itemDelegate().initStyleOption(option, page.recent.model().index(row, 0))
        grey.append(not option.state & QStyle.StateFlag.State_Enabled)
    assert grey == [False, True]


def test_a_recent_report_is_taken_off_the_list_and_not_off_the_disk(
    qtbot, tmp_path, qapp, monkeypatch
):
    there, gone = tmp_path / "在.gicr", tmp_path / "不在.gicr"
    there.write_bytes(SAMPLE.read_bytes())
    program = Program(qapp)
    for path in (there, tmp_path / "另一份.gicr", gone):
        program.settings.opened(path)
    recent = program.show_start().centralWidget().recent
    qtbot.addWidget(recent.window())

    def listed():
        return [Path(recent.item(i).toolTip()).stem for i in range(recent.count())]

    assert listed() == ["不在", "另一份", "在"]
    recent.setFocus()
    recent.setCurrentRow(0)
    QTest.keyClick(recent, Qt.Key.Key_Delete)
    assert listed() == ["另一份", "在"]
    assert recent.currentRow() == 0, "the next one is at hand"
    menus = []
    monkeypatch.setattr(QMenu, "popup", lambda menu, _at: menus.append(menu))
    place = recent.visualItemRect(recent.item(1)).center()
    at = recent.viewport().mapToGlobal(place)
    asked = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, at)
    QApplication.sendEvent(recent.viewport(), asked)
    lines = {action.text().partition("\t")[0]: action for action in menus[0].actions()}
    lines["从列表中移除"].trigger()
    assert listed() == ["另一份"]
    assert there.read_bytes() == SAMPLE.read_bytes()
    QTest.keyClick(recent, Qt.Key.Key_Delete)
    QTest.keyClick(recent, Qt.Key.Key_Delete)
    assert "会列在这里" in recent.item(0).text()
    assert Settings().recent == [], "and the next start knows it"


def test_a_recent_file_on_a_share_that_broke_off_does_not_stop_the_start(
    qtbot, tmp_path, monkeypatch
):
    asked = os.stat

    def broken(path, *rest, **named):
        if "共享" in str(path):
            raise OSError(errno.ESTALE, "Stale file handle")
        return asked(path, *rest, **named)

    page = StartPage(date(2026, 1, 9))
    qtbot.addWidget(page)
    monkeypatch.setattr("os.stat", broken)
    page.show_recent([tmp_path / "共享" / "年报.gicr"])
    assert "现在找不到" in page.recent.item(0).text()


def test_going_back_to_an_earlier_version_says_what_changes():
    now = SetCells({"requests.received.legal": Figure(9)}).apply(sample())
    assert difference(now, sample()) == "法律服务机构·新收：当时 3，现在 9"
    assert difference(now, now) == "与现在的内容相同。"


def test_work_is_back_after_a_kill():
    """Killed without warning a second after the last key: the next start has it."""
    code = (
        "import os, sys, time\n"
        "from PySide6.QtCore import QTimer\n"
        "from gic_desktop.window.application import make_application\n"
        "from gic_desktop.window.session import Session\n"
        "from gic_desktop import verbs\n"
        "app = make_application(['x'])\n"
        "session = Session(verbs.new('甲街道办事处', 2025), unsaved=True)\n"
        "session.type_figure('requests.received.person', '12', 'v')\n"
        "QTimer.singleShot(1500, lambda: print('typed', flush=True))\n"
        "app.exec()\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "typed\n"
    time.sleep(0.5)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    (work,) = pending(user_folders.journal())
    report = gicr.read(work.read().state).report
    assert report.cells == {"requests.received.person": Figure(12)}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="about Linux' input methods")
@pytest.mark.parametrize(
    ("given", "module"),
    [
        ({"XMODIFIERS": "@im=fcitx"}, "ibus"),
        ({"QT_IM_MODULE": "fcitx"}, "ibus"),
        ({"QT_IM_MODULE": "ibus"}, "ibus"),
        ({"QT_IM_MODULE": "xim"}, "xim"),
        ({"QT_IM_MODULE": "xim", "XMODIFIERS": "@im=fcitx"}, "ibus"),
        ({"XMODIFIERS": "@im=ibus"}, "ibus"),
        ({}, None),
    ],
)
def test_fcitx_is_reached_through_ibus(given, module):
    environment = dict(given)
    prepare(environment)
    assert environment.get("QT_IM_MODULE") == module


@pytest.mark.usefixtures("qtbot")
def test_buttons_say_what_they_do(monkeypatch):
    from PySide6.QtWidgets import QMessageBox

    seen = []
    monkeypatch.setattr(
        QMessageBox, "exec", lambda box: seen.extend(b.text() for b in box.buttons())
    )
    questions.ask(None, "关闭", "有修改。", ["保存", "不保存", "取消"])
    assert seen == ["保存", "不保存", "取消"]


@pytest.fixture
def dressed(qapp):
    before = qapp.font(), qapp.palette()
    look.dress(qapp, look.LIGHT)
    yield
    qapp.setStyleSheet("")
    qapp.setFont(before[0])
    qapp.setPalette(before[1])


def _low(window, qtbot):
    """A screen of 1366 × 768 at 200 %, without the task bar and the title."""
    window.resize(683, 349)
    qtbot.waitUntil(lambda: not window.panel.isVisible() and window.below.width() > 550)


@pytest.mark.usefixtures("dressed")
def test_on_a_low_screen_the_findings_fold_and_the_table_keeps_its_rows(window, qtbot):
    window.show_tab("requests")
    _low(window, qtbot)
    view = window.section_tab("requests").table.view
    view.show_cell(view.places.inputs[len(view.places.inputs) // 2].cell)
    seen = [
        place
        for place in view.places.of_cell.values()
        if view.viewport().rect().contains(view.rect_of(place))
        and view.rect_of(place).top() >= view.frozen_size()[1]
    ]
    assert view.frozen_size()[1] > 0
    assert len({place.row for place in seen}) >= 5
    window.resize(1366, 768)
    qtbot.waitUntil(window.panel.isVisible)
    assert window.section_tab("requests").heading.isVisible()


def test_headings_of_a_table_scroll_where_they_would_leave_no_row(window, qtbot):
    window.show_tab("requests")
    view = window.section_tab("requests").table.view
    view.setFixedHeight(120)
    qtbot.waitUntil(lambda: view.height() == 120)
    assert view.frozen_size()[1] == 0


def test_a_folded_finding_is_told_in_a_line_until_it_is_mended(window, qtbot):
    window.session.apply(SetCells({"requests.received.person": Figure(30)}))
    _low(window, qtbot)
    window.next_action.trigger()
    assert "相差 4" in window.folded.text()
    assert window.folded.isVisible()
    assert look.LIGHT.error in window.folded.styleSheet()
    window.session.apply(SetOverride(window.session.findings[0].key, "上年漏报。"))
    window.next_action.trigger()
    assert "已说明理由" in window.folded.text()
    assert look.LIGHT.error not in window.folded.styleSheet()
    window.undo_action.trigger()
    window.undo_action.trigger()
    qtbot.waitUntil(lambda: not window.folded.isVisible())


def test_findings_opened_on_a_low_screen_stay_open_there(window, qtbot):
    _low(window, qtbot)
    QTest.mouseClick(window.state_label, Qt.MouseButton.LeftButton)
    assert window.panel.isVisible()
    window.resize(1366, 768)
    window.panel_action.trigger()
    assert not window.panel.isVisible()
    window.resize(683, 349)
    assert window.panel.isVisible()
    window.settings.write()
    again = Settings(window.settings._file)
    assert again.panel(low=True)
    assert not again.panel(low=False)


def test_a_line_below_a_table_can_be_added_where_its_button_has_no_room(window, qtbot):
    window.show_tab("requests")
    _low(window, qtbot)
    window._fill_table_menu()
    action = next(a for a in window._table_menu.actions() if a.text() == "添加表后说明")
    action.trigger()
    assert window.section_tab("requests").parts["notes"].isVisible()


def test_a_window_fits_on_a_low_screen_whatever_was_last_open(window, qtbot):
    for key in window._keys:
        window.show_tab(key)
    _low(window, qtbot)
    assert (window.width(), window.height()) == (683, 349)
    for key in window._keys:
        window.show_tab(key)
        assert window.stack.minimumSizeHint().width() <= window.below.width(), key


@pytest.mark.usefixtures("dressed")
def test_the_start_page_scrolls_instead_of_pressing_its_fields_together(qtbot):
    page = StartPage(date(2026, 1, 9))
    qtbot.addWidget(page)
    page.resize(683, 300)
    page.show()
    qtbot.waitExposed(page)
    assert page.year.y() - page.organ.geometry().bottom() >= 8
    assert page.organ.height() >= 28


def test_an_opened_report_is_typed_in_at_once(window):
    assert window.focusWidget() is window.cover.organ
    assert not window.rail.hasFocus()


def test_the_next_morning_enter_opens_yesterdays_report(qtbot, tmp_path):
    path = tmp_path / "年报.gicr"
    path.write_bytes(SAMPLE.read_bytes())
    page = StartPage(date(2026, 1, 9))
    qtbot.addWidget(page)
    page.show_recent([path])
    page.organ.setText("某某街道办事处")
    page.show()
    qtbot.waitExposed(page)
    with qtbot.waitSignal(page.path_chosen) as opened:
        QTest.keyClick(page.focusWidget(), Qt.Key.Key_Return)
    assert opened.args == [path]


def test_the_start_page_says_what_it_waits_for_and_where_reports_will_stand(qtbot):
    page = StartPage(date(2026, 1, 9))
    qtbot.addWidget(page)
    page.show_recent([])
    assert "请填写机关全称" in page.form_said.text()
    assert "会列在这里" in page.recent.item(0).text()
    page.recent.itemClicked.emit(page.recent.item(0))
    page.organ.setText("某某街道办事处")
    assert "请填写" not in page.form_said.text()


def test_what_is_said_as_a_window_opens_stands_alone_in_its_line(qtbot, tmp_path):
    session = Session(sample(), unsaved=True)
    window = MainWindow(session, Settings(tmp_path / "settings.ini"), look.LIGHT)
    window.show()
    window.say("已恢复上次没有保存的内容，请核对后保存。")
    qtbot.waitUntil(lambda: bool(window.statusBar().currentMessage()))
    for _ in range(5):
        QTest.qWait(10)
    assert not window.saved_label.isVisible()
    assert not window.sum_label.isVisible()
    window.statusBar().clearMessage()
    assert window.saved_label.isVisible()
    session.close(discard=True)
    window.hide()
    window.deleteLater()
