"""Writing a section: what a clerk types, where marks stand, what the outline leads to."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, Qt, QUrl
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from gic_desktop import resources
from gic_desktop.checks.run import check
from gic_desktop.report.edits import LinkEarlier, SetCells, SetOverride, SetSection
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import Narrative, Paragraph, Picture
from gic_desktop.report.report import Report, Section
from gic_desktop.store import gicr
from gic_desktop.values import replace
from gic_desktop.window import background
from gic_desktop.window import theme as look
from gic_desktop.window.cover_tab import CoverTab
from gic_desktop.window.dialogs.figure import FigureDialog
from gic_desktop.window.dialogs.find import FindDialog
from gic_desktop.window.dialogs.own_word import OwnWordDialog
from gic_desktop.window.finding_row import FINDING
from gic_desktop.window.findings_panel import FindingsPanel
from gic_desktop.window.narrative import keys
from gic_desktop.window.narrative.figures_menu import FiguresMenu
from gic_desktop.window.narrative.marks import characters, units
from gic_desktop.window.preamble_editor import rewritten
from gic_desktop.window.section_tab import SectionTab
from gic_desktop.window.session import Session

SAMPLE = resources.path("samples", "2021.gicr")


def sample() -> Report:
    return gicr.read(SAMPLE.read_bytes()).report


class Written:
    def __init__(self, qtbot: QtBot, *paragraphs: Paragraph) -> None:
        report = sample()
        self.session = Session(SetSection(Section("overview", paragraphs)).apply(report))
        self.tab = SectionTab(self.session, report.form.section("overview"), look.LIGHT)
        qtbot.addWidget(self.tab)
        self.tab.show()
        self.part = self.tab.parts["body"]
        self.editor = self.part.editor

    @property
    def body(self) -> Narrative:
        return self.session.report.section("overview").body


@pytest.fixture
def write(qtbot: QtBot) -> Iterator[object]:
    made: list[Written] = []

    def build(*paragraphs: Paragraph) -> Written:
        made.append(Written(qtbot, *paragraphs))
        return made[-1]

    yield build
    for one in made:
        one.session.close(discard=True)
    background.wait_for_all()


def test_a_rare_character_moves_no_mark(write) -> None:
    # 𬭎 is one character for the checks and two for Qt.
    written = write(Paragraph("𬭎𬭎街道本年办理情况很好的的。"))
    written.session.check_now()
    doubled = [f for f in written.session.findings if "写了两遍" in f.message]
    assert doubled
    written.editor.go_to(0, doubled[0].place.start, doubled[0].place.end)
    assert written.editor.textCursor().selectedText() == "的的"
    marked = [s.cursor.selectedText() for s in written.editor.extraSelections()]
    assert "的的" in marked


def test_words_that_stand_with_a_reason_are_underlined_faintly(write, qtbot: QtBot) -> None:
    written = write(Paragraph("2025年度我街道未收到任何形式的政府信息公开申请。"))
    (error,) = (f for f in written.session.check_now() if f.rule == "V13")

    def lines() -> dict[str, str]:
        made = (s.format for s in written.editor.extraSelections())
        return {one.underlineColor().name(): one.toolTip() for one in made}

    assert look.LIGHT.error in lines()
    written.session.apply(SetOverride(error.key, "以定稿为准。"))
    qtbot.waitUntil(lambda: look.LIGHT.error not in lines(), timeout=10_000)
    assert lines()[look.LIGHT.faint].endswith("（已说明理由：以定稿为准。）")


@pytest.mark.parametrize("text", ["", "abc", "街道", "𬭎街𬭎道"])
def test_places_in_characters_and_in_units_lead_to_each_other(text: str) -> None:
    for place in range(len(text) + 1):
        assert characters(text, units(text, place)) == place


def test_a_name_typed_in_braces_becomes_its_number(write) -> None:
    written = write(Paragraph("收到件"))
    written.editor.go_to(0, 2, 2)
    written.editor.insertPlainText("{收到申请总数}")
    written.editor._rested()
    assert written.editor.toPlainText() == "收到35件"
    assert written.body == (Paragraph("收到{收到申请总数}件"),)


def test_a_number_in_a_heading_follows_its_cell_and_stays_a_heading(write) -> None:
    written = write(Paragraph("（一）收到{收到申请总数}件", 2))
    written.session.apply(SetCells({"requests.received.legal": Figure(10)}))
    assert written.editor.toPlainText() == "（一）收到42件"
    fragment = written.editor.document().begin().begin().fragment()
    weights = set()
    iterator = written.editor.document().begin().begin()
    while not iterator.atEnd():
        weights.add(iterator.fragment().charFormat().fontWeight())
        iterator += 1
    assert fragment.isValid()
    assert weights == {600}


def test_the_outline_leads_to_its_headings(write) -> None:
    written = write(
        Paragraph("（一）主动公开", 2),
        Paragraph("正文。"),
        Paragraph("1.网站", 3),
        Paragraph("（二）监督保障", 2),
    )
    written.part._fill_outline()
    actions = written.part._outline.actions()
    assert [a.text() for a in actions] == ["（一）主动公开", "\u30001.网站", "（二）监督保障"]
    actions[2].trigger()
    assert written.editor.textCursor().block().text() == "（二）监督保障"


def test_prompts_leave_no_trace_when_unused_and_are_plain_text_when_used(write) -> None:
    written = write()
    aspect = written.tab.section.aspects[0]
    assert written.body == ()
    written.editor.insert_prompt(aspect.prompt)
    assert written.body == (Paragraph(aspect.prompt, 2),)
    written.session.undo()
    assert written.body == ()
    assert written.editor.toPlainText() == ""


def test_after_a_heading_comes_body_text(write) -> None:
    written = write(Paragraph("（一）主动公开", 2))
    written.editor.moveCursor(written.editor.textCursor().MoveOperation.End)
    QTest.keyClick(written.editor, "\r")
    QTest.keyClicks(written.editor, "abc")
    assert written.body == (Paragraph("（一）主动公开", 2), Paragraph("abc"))


def test_what_a_later_version_added_stays_with_its_paragraph(write) -> None:
    later = Paragraph("乙", 0, {"later": 1})
    written = write(Paragraph("甲"), later, Paragraph("丙"))
    QTest.keyClick(written.editor, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(written.editor, Qt.Key.Key_Return)
    assert written.body == (Paragraph(""), Paragraph("甲"), later, Paragraph("丙"))
    written.editor.go_to(2, 1, 1)
    QTest.keyClicks(written.editor, "x")
    assert written.body[2] == Paragraph("乙x", 0, {"later": 1})
    written.editor.go_to(0)
    QTest.keyClick(written.editor, Qt.Key.Key_Delete)
    assert written.body == (Paragraph("甲"), Paragraph("乙x", 0, {"later": 1}), Paragraph("丙"))


def test_a_new_line_is_a_new_paragraph_with_shift_too(write) -> None:
    written = write(Paragraph("（一）主动公开", 2))
    written.editor.moveCursor(written.editor.textCursor().MoveOperation.End)
    QTest.keyClick(written.editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(written.editor, "abc")
    assert written.body == (Paragraph("（一）主动公开", 2), Paragraph("abc"))


def lines(written) -> list[str]:
    return [f"{item.level} {item.text}" for item in written.body]


def test_a_heading_in_the_middle_moves_the_others_on_in_one_step(write) -> None:
    written = write(Paragraph("（一）甲", 2), Paragraph("正文。"), Paragraph("（二）乙", 2))
    written.editor.go_to(1)
    written.editor.moveCursor(QTextCursor.MoveOperation.EndOfBlock)
    QTest.keyClick(written.editor, Qt.Key.Key_Return)
    written.part._set_level(2)
    QTest.keyClicks(written.editor, "x")
    assert lines(written) == ["2 （一）甲", "0 正文。", "2 （二）x", "2 （三）乙"]
    written.session.undo()
    assert written.session.undo_name == "修改标题级别"
    written.session.undo()
    assert lines(written) == ["2 （一）甲", "0 正文。", "0 ", "2 （二）乙"]


def test_the_level_changes_with_its_number_and_with_what_is_selected(write) -> None:
    written = write(
        Paragraph("（一）甲", 2), Paragraph("（二）{收到申请总数}件", 2), Paragraph("丙")
    )
    written.editor.go_to(1)
    written.part._set_level(3)
    assert lines(written) == ["2 （一）甲", "3 1.{收到申请总数}件", "0 丙"]
    written.editor.selectAll()
    written.part._set_level(0)
    assert lines(written) == ["0 甲", "0 {收到申请总数}件", "0 丙"]
    written.editor.selectAll()
    written.part._set_level(4)
    assert lines(written) == ["4 （1）甲", "4 （2）{收到申请总数}件", "4 （3）丙"]
    assert written.editor.written() == written.body


def test_a_line_typed_as_a_heading_is_one_and_that_alone_is_taken_back(write) -> None:
    written = write(Paragraph("（一）甲", 2), Paragraph("（二）乙", 2))
    written.editor.go_to(0)
    written.editor.moveCursor(QTextCursor.MoveOperation.EndOfBlock)
    for typed in ("正文。", "（二）新的", "正文"):
        QTest.keyClick(written.editor, Qt.Key.Key_Return)
        written.editor.insertPlainText(typed)
    assert lines(written) == ["2 （一）甲", "0 正文。", "2 （二）新的", "0 正文", "2 （三）乙"]
    assert written.part.level.currentData() == 0
    written.session.undo()
    assert written.session.undo_name == "设为标题"
    written.session.undo()
    assert lines(written)[2:] == ["0 （二）新的", "0 ", "2 （二）乙"]


def test_a_numbered_sentence_stays_body_text(write) -> None:
    written = write()
    written.editor.insertPlainText("（一）主动公开。全年公开信息124条。")
    QTest.keyClick(written.editor, Qt.Key.Key_Return)
    assert lines(written) == ["0 （一）主动公开。全年公开信息124条。"]


def test_what_is_left_of_headings_is_put_in_order_from_the_outline(write) -> None:
    written = write(Paragraph("（二）甲", 2), Paragraph("1.子", 3), Paragraph("（四）乙", 2))
    written.part._fill_outline()
    action = written.part._outline.actions()[-1]
    assert action.text() == "重排序号"
    action.trigger()
    assert lines(written) == ["2 （一）甲", "3 1.子", "2 （二）乙"]
    assert written.editor.toPlainText() == "（一）甲\n1.子\n（二）乙"
    assert written.session.undo_name == "重排序号"
    written.part._fill_outline()
    assert "重排序号" not in [a.text() for a in written.part._outline.actions()]


def test_a_numbered_note_below_a_table_is_no_heading(qtbot: QtBot) -> None:
    session = Session(sample())
    tab = SectionTab(session, session.report.form.section("disclosure"), look.LIGHT)
    qtbot.addWidget(tab)
    tab.show_notes()
    editor = tab.parts["notes"].editor
    editor.insertPlainText("1.含上年结转")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert session.report.section("disclosure").notes == (Paragraph("1.含上年结转"),)


def test_the_level_shown_is_that_of_the_line_after_enter(write) -> None:
    written = write(Paragraph("（一）甲", 2))
    assert written.part.level.currentData() == 2
    written.editor.moveCursor(QTextCursor.MoveOperation.End)
    QTest.keyClick(written.editor, Qt.Key.Key_Return)
    assert written.part.level.currentData() == 0


def test_the_keys_of_word_make_headings_and_body_text(write) -> None:
    written = write(Paragraph("甲"))
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    for key, line in (
        (Qt.Key.Key_2, "2 （一）甲"),
        (Qt.Key.Key_3, "3 1.甲"),
        (Qt.Key.Key_4, "4 （1）甲"),
    ):
        QTest.keyClick(written.editor, key, both)
        assert lines(written) == [line]
    shifted = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(written.editor, Qt.Key.Key_N, shifted)
    assert lines(written) == ["0 甲"]


def test_a_prompt_has_the_number_of_its_place(write) -> None:
    written = write(Paragraph("（一）甲", 2), Paragraph("（二）乙", 2))
    written.editor.go_to(0)
    written.editor.insert_prompt("（三）政府信息管理")
    assert lines(written) == ["2 （一）甲", "2 （二）政府信息管理", "2 （三）乙"]


def test_a_picture_dropped_as_a_file_is_placed(write, tmp_path: Path) -> None:
    from PySide6.QtGui import QImage

    file = tmp_path / "专区.png"
    image = QImage(60, 40, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    assert image.save(str(file))
    written = write(Paragraph("甲"))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    written.editor.insertFromMimeData(data)
    assert [type(item) for item in written.body] == [Paragraph, Picture]
    picture = written.body[1]
    assert isinstance(picture, Picture)
    assert written.session.report.pictures[picture.picture] == file.read_bytes()


def test_every_tool_can_be_reached_by_tab_and_has_a_name(write) -> None:
    written = write(Paragraph("甲"))
    for button in [*written.tab.findChildren(QPushButton), *written.tab.findChildren(QToolButton)]:
        assert button.text() or button.accessibleName()
    assert written.editor.accessibleName() == "一、总体情况"


def test_words_are_replaced_and_the_names_of_figures_are_not(write) -> None:
    written = write(Paragraph("收到申请{收到申请总数}件，申请人35人。"))
    dialog = FindDialog(written.session)
    dialog.wanted.setText("申请")
    dialog.by.setText("申报")
    dialog.replace_all()
    assert written.body == (Paragraph("收到申报{收到申请总数}件，申报人35人。"),)
    assert written.editor.toPlainText() == "收到申报35件，申报人35人。"
    dialog.wanted.setText("申报35")
    dialog.by.setText("x")
    dialog.replace_all()
    assert "1 处是与表格相连的数字" in dialog.said.text()
    assert written.editor.toPlainText() == "收到申报35件，申报人35人。"
    dialog.deleteLater()


def test_two_bound_figures_side_by_side_stay_two(write) -> None:
    written = write(Paragraph("新收{收到申请总数}{收到申请总数}件"))
    written.editor.go_to(0, 2, 2)
    written.editor.insertPlainText("了")
    assert written.body == (Paragraph("新收了{收到申请总数}{收到申请总数}件"),)


@pytest.mark.parametrize(("place", "typed"), [(0, "又{收到申请总数}件"), (2, "{收到申请总数}又件")])
@pytest.mark.parametrize("by_input_method", [False, True])
def test_what_is_typed_beside_a_bound_figure_is_no_part_of_it(
    write, place: int, typed: str, *, by_input_method: bool
) -> None:
    written = write(Paragraph("{收到申请总数}件"))
    QTest.keyClick(written.editor, Qt.Key.Key_Home)
    for _ in range(place):
        QTest.keyClick(written.editor, Qt.Key.Key_Right)
    if by_input_method:
        event = QInputMethodEvent()
        event.setCommitString("又")
    else:
        event = QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, "又")
    QApplication.sendEvent(written.editor, event)
    assert written.body == (Paragraph(typed),)


def test_a_figure_that_is_selected_and_copied_stays_bound(write) -> None:
    written = write(Paragraph("收到{收到申请总数}件"))
    before = written.session.report
    written.editor.go_to(0, 2, 4)
    QTest.keySequence(written.editor, QKeySequence(QKeySequence.StandardKey.Copy))
    QApplication.sendEvent(written.editor, QInputMethodEvent())
    assert written.session.report is before


def test_a_bound_figure_typed_over_stays_as_it_was_typed(write) -> None:
    written = write(Paragraph("新收{收到申请总数}件"))
    written.editor.go_to(0, 3, 4)
    written.editor.insertPlainText("6")
    assert written.body == (Paragraph("新收36件"),)
    written.session.apply(SetCells({"requests.received.person": Figure(27)}))
    written.editor.go_to(0, 5, 5)
    written.editor.insertPlainText("。")
    assert written.body == (Paragraph("新收36件。"),), "36 is also the table's number by now"


def test_the_offices_own_way_of_writing_is_no_slip_from_then_on(write, monkeypatch) -> None:
    written = write(Paragraph("街道公开栏名为很好的的。"))
    written.session.check_now()
    panel = FindingsPanel(written.session, look.LIGHT)
    (slip,) = [f for f in written.session.findings if f.rule == "V28"]
    panel.list.setCurrentItem(next(i for i in panel._items() if i.data(0, FINDING) == slip))
    assert not panel.words_button.isHidden()
    asked: list[str] = []

    def typed(dialog: OwnWordDialog) -> bool:
        asked.append(dialog.words.selectedText())
        dialog.words.clear()
        assert not dialog.add.isEnabled()
        dialog.words.setText(" 很好的的 ")
        return True

    monkeypatch.setattr(OwnWordDialog, "exec", typed)
    panel.words_button.click()
    assert asked == ["的的"]
    written.session.check_now()
    assert [f for f in written.session.findings if f.rule == "V28"] == []
    again = gicr.read(gicr.write(written.session.report)).report
    assert again.words == {"很好的的"}
    panel.deleteLater()


def test_numbers_that_stand_in_a_table_are_offered_to_follow_it(write, qtbot: QtBot) -> None:
    written = write(Paragraph("本年新收政府信息公开申请35件。"), Paragraph("公开信息35条。"))
    qtbot.waitUntil(lambda: bool(written.session.offers), timeout=10_000)
    marked = [s.cursor.selectedText() for s in written.editor.extraSelections()]
    assert "35" in marked
    assert written.part.bind_button.isVisible()
    assert written.part.bind_button.text() == "1 个数字改为随表格更新"
    written.part.bind_button.click()
    assert [p.text for p in written.body] == [
        "本年新收政府信息公开申请{收到申请总数}件。",
        "公开信息35条。",
    ]
    written.session.apply(SetCells({"requests.received.person": Figure(27)}))
    assert written.editor.toPlainText().startswith("本年新收政府信息公开申请36件。")
    written.session.undo()
    written.session.undo()
    assert written.body[0].text == "本年新收政府信息公开申请35件。"
    assert written.editor.toPlainText().startswith("本年新收政府信息公开申请35件。")


def test_on_a_very_low_screen_six_lines_are_seen_and_the_offer_waits_in_the_menu(
    write, qtbot: QtBot
) -> None:
    """1366 × 768 at 200 per cent leaves a text 590 × 292."""
    text = Paragraph("本年新收政府信息公开申请35件。" * 20)
    written = write(text)
    qtbot.waitUntil(lambda: bool(written.session.offers), timeout=10_000)
    written.tab.set_tight(tight=True)
    written.tab.resize(590, 292)
    QApplication.processEvents()
    seen = written.editor.viewport().rect()
    lines = set()
    for place in range(len(text.text)):
        written.editor.go_to(0)
        cursor = written.editor.textCursor()
        cursor.setPosition(place)
        if seen.contains(written.editor.cursorRect(cursor)):
            lines.add(written.editor.cursorRect(cursor).top())
    assert len(lines) >= 6
    assert not written.part.bind_button.isVisible()
    first = written.part.findChild(FiguresMenu).actions()[0]
    assert first.text() == "20 个数字改为随表格更新"
    first.trigger()
    assert written.body[0].text.count("{收到申请总数}") == 20
    assert not first.isVisible()
    written.tab.set_tight(tight=False)
    assert written.tab.heading.isVisible()


def test_what_was_taken_over_from_last_year_is_marked_stretch_by_stretch(write) -> None:
    last = replace(sample(), year=2024, earlier=())
    old = "街道编制政府信息公开指南并及时更新，在便民服务中心设置查阅点，安排专人接待来访群众。"
    last = SetSection(Section("overview", (Paragraph(old),))).apply(last)
    written = write(Paragraph(f"新建的文化广场今年开放，{old}"))
    written.session.apply(LinkEarlier(last))
    written.session.check_now()
    ours = [f for f in written.session.findings if f.place.section == "overview"]
    (found,) = [f for f in ours if f.rule == "V21"]
    assert "%" in found.message
    marked = [s.cursor.selectedText() for s in written.editor.extraSelections()]
    assert any(stretch in old for stretch in marked if len(stretch) > 20)
    assert not any("文化广场" in stretch for stretch in marked)


def test_a_picture_is_moved_removed_and_both_are_undone(write) -> None:
    written = write(Paragraph("第一段。"), Picture("p", "图1"), Paragraph("第二段。"))
    menu = written.part.picture_actions[0].parent()
    tools = {tool.text().removesuffix("图片"): tool for tool in written.part.picture_actions}
    written.editor.go_to(0)
    menu.aboutToShow.emit()
    assert not tools["上移"].isEnabled()
    written.editor.go_to(1)
    menu.aboutToShow.emit()
    tools["上移"].trigger()
    assert [type(item) for item in written.body] == [Picture, Paragraph, Paragraph]
    tools["上移"].trigger()
    assert isinstance(written.body[0], Picture), "nothing stands above it"
    tools["下移"].trigger()
    tools["下移"].trigger()
    assert isinstance(written.body[2], Picture)
    tools["删除"].trigger()
    assert [item.text for item in written.body] == ["第一段。", "第二段。"]
    written.session.undo()
    assert isinstance(written.body[2], Picture)
    for _ in range(3):
        written.session.undo()
    assert isinstance(written.body[1], Picture)


def test_last_years_number_is_put_in_from_the_menu_and_follows(write) -> None:
    written = write(Paragraph("上年收到申请"))
    menu = written.part.findChild(FiguresMenu)
    menu._compare()
    assert not menu.compared.isEnabled() or written.session.report.last is not None
    last = replace(sample(), year=2024, earlier=())
    written.session.apply(LinkEarlier(last))
    menu._compare()
    assert menu.compared.isEnabled()
    QTest.keyClick(written.editor, Qt.Key.Key_End)
    chosen = {a.text(): a for m in menu.compared.findChildren(QMenu) for a in m.actions()}
    chosen["上年收到申请总数"].trigger()
    assert written.editor.toPlainText() == "上年收到申请35"
    assert [p.text for p in written.body] == ["上年收到申请{上年收到申请总数}"]
    written.session.undo()
    assert written.editor.toPlainText() == "上年收到申请"


def test_a_name_in_the_preamble_prints_its_number_and_is_undone(qtbot: QtBot) -> None:
    session = Session(replace(sample(), preamble=(Paragraph("本年收到申请"),)))
    cover = CoverTab(session)
    qtbot.addWidget(cover)
    cover.show()
    assert not cover.printed.isVisible()
    QTest.keyClick(cover.preamble, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    next(a for a in cover.figures.actions() if a.text() == "收到申请总数").trigger()
    cover.preamble.insertPlainText("件。")
    assert cover.preamble.toPlainText() == "本年收到申请{收到申请总数}件。"
    assert cover.printed.isVisible()
    assert cover.printed.text() == "印出为：本年收到申请35件。"
    session.apply(SetCells({"requests.received.person": Figure(27)}))
    assert cover.printed.text() == "印出为：本年收到申请36件。"
    session.undo()
    assert cover.printed.text() == "印出为：本年收到申请35件。"
    session.undo()
    session.undo()
    assert "{" not in cover.preamble.toPlainText()
    session.close(discard=True)
    background.wait_for_all()


@pytest.fixture
def front(qtbot: QtBot) -> Iterator[CoverTab]:
    """The cover with a preamble: a picture of an imported file stands among its lines."""
    preamble = (
        Paragraph("本年新收{收到申请总数}件，"),
        Picture("p", "专区"),
        Paragraph("2025年，我街道共收到政府信息公开申请35件。", 0, {"later": 1}),
        Paragraph("本报告共收到申请{收到申请总输}件。"),
    )
    cover = CoverTab(Session(replace(sample(), preamble=preamble)))
    qtbot.addWidget(cover)
    cover.show()
    yield cover
    cover._session.close(discard=True)
    background.wait_for_all()


def _marked(cover: CoverTab) -> list[str]:
    return [s.cursor.selectedText() for s in cover.preamble.extraSelections()]


def test_in_the_preamble_too_numbers_are_offered_to_follow_the_table(
    front: CoverTab, qtbot: QtBot
) -> None:
    session = front._session
    qtbot.waitUntil(lambda: bool(session.offers), timeout=10_000)
    assert "35" in _marked(front)
    assert front.bind_button.isVisible()
    assert front.bind_button.text() == "1 个数字改为随表格更新"
    front.bind_button.click()
    assert not front.bind_button.isVisible()
    text = front.preamble.toPlainText().splitlines()[1]
    assert text == "2025年，我街道共收到政府信息公开申请{收到申请总数}件。"
    session.apply(SetCells({"requests.received.person": Figure(27)}))
    assert "申请36件。" in front.printed.text()
    session.undo()
    session.undo()
    assert front.preamble.toPlainText().splitlines()[1].endswith("申请35件。")


def test_a_misspelt_name_in_the_preamble_is_marked_where_it_was_typed(front: CoverTab) -> None:
    front._session.check_now()
    assert "{收到申请总输}" in _marked(front)
    (found,) = [f for f in front._session.findings if f.rule == "V31"]
    front.preamble.show_place(found.place)
    assert front.preamble.textCursor().selectedText() == "{收到申请总输}"
    front._session.apply(found.repair.edit)
    assert front.preamble.toPlainText().endswith("本报告共收到申请{收到申请总数}件。")
    front._session.check_now()
    assert "{收到申请总数}" not in _marked(front)


def test_typing_in_the_preamble_takes_no_picture_away(front: CoverTab) -> None:
    before = front._session.report.preamble
    QTest.keyClick(front.preamble, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(front.preamble, "x")
    assert front._session.report.preamble[:3] == before[:3]
    front._session.undo()
    assert front._session.report.preamble == before


def test_the_preamble_knows_the_keys_that_the_sections_know(front: CoverTab) -> None:
    before = front._session.report.preamble
    editor = front.preamble
    QTest.keyClick(editor, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(editor, "abc")
    assert front._session.report.preamble[-1] == Paragraph("abc")
    assert editor.document().blockCount() == 4, "a line for each of the report's paragraphs"
    QTest.keySequence(editor, QKeySequence(QKeySequence.StandardKey.Undo))
    assert front._session.report.preamble == before
    assert editor.textCursor().position() > 0, "the cursor stays where it was"
    QTest.keySequence(editor, QKeySequence(QKeySequence.StandardKey.Redo))
    assert editor.toPlainText().endswith("abc")


def test_pasted_into_the_preamble_figures_keep_their_names_and_junk_goes(
    front: CoverTab, write
) -> None:
    section = write(Paragraph("收到{收到申请总数}件"))
    section.editor.selectAll()
    front.preamble.selectAll()
    front.preamble.insertFromMimeData(section.editor.createMimeDataFromSelection())
    assert front.preamble.toPlainText() == "收到{收到申请总数}件"
    word = QMimeData()
    word.setText("甲\u200b\r\n\r\n\u3000乙\x0b")
    front.preamble.selectAll()
    front.preamble.insertFromMimeData(word)
    assert front.preamble.toPlainText() == "甲\n乙"


@pytest.mark.parametrize(
    ("lines", "left"),
    [
        (["甲", "乙", "丙"], ["甲", "□", "乙+", "丙"]),
        (["甲", "乙改", "丙"], ["甲", "□", "乙改+", "丙"]),
        (["甲", "新", "乙", "丙"], ["甲", "□", "新", "乙+", "丙"]),
        (["甲", "丙"], ["甲", "□", "丙"]),
        (["丙"], ["□", "丙"]),
        (["甲", "乙", "丙", ""], ["甲", "□", "乙+", "丙", ""]),
        ([""], ["□"]),
    ],
)
def test_whatever_is_typed_the_rest_of_the_preamble_stays(
    lines: list[str], left: list[str]
) -> None:
    before = (Paragraph("甲"), Picture("p"), Paragraph("乙", 0, {"later": 1}), Paragraph("丙"))
    after = rewritten(before, lines)
    shown = [f"{i.text}{'+' * len(i.extra)}" if isinstance(i, Paragraph) else "□" for i in after]
    assert shown == left


def test_a_finding_dismissed_here_stays_dismissed_in_the_file_and_comes_back_by_undo(write) -> None:
    written = write(Paragraph("街道认真做好公开，，更新栏目。"))
    written.session.check_now()
    panel = FindingsPanel(written.session, look.LIGHT)
    (slip,) = [f for f in written.session.findings if f.rule == "V28"]
    panel.list.setCurrentItem(next(i for i in panel._items() if i.data(0, FINDING) == slip))
    panel.dismiss_button.click()
    written.session.check_now()
    assert [f for f in written.session.findings if f.rule == "V28"] == []
    again = gicr.read(gicr.write(written.session.report)).report
    assert [f for f in check(again) if f.rule == "V28" and f.key not in again.dismissed] == []
    # The same slip in other words is another place, and is told.
    written.session.apply(
        SetSection(Section("overview", (*written.body, Paragraph("召开会议，，部署任务。"))))
    )
    written.session.check_now()
    assert len([f for f in written.session.findings if f.rule == "V28"]) == 1
    written.session.undo()
    written.session.undo()
    written.session.check_now()
    assert [f.key for f in written.session.findings if f.rule == "V28"] == [slip.key]
    panel.deleteLater()


def test_what_the_editor_knows_of_its_blocks_is_what_stands_in_them(write) -> None:
    """Only touched blocks are read again: wherever text comes and goes, none may be forgotten."""
    told = [Paragraph(f"第{n}句，收到申请{{收到申请总数}}件。") for n in range(12)]
    written = write(*told)
    editor, chance = written.editor, random.Random(1)
    for turn in range(150):
        length = editor.document().characterCount()
        cursor = editor.textCursor()
        cursor.setPosition(chance.randrange(length))
        keep = QTextCursor.MoveMode.KeepAnchor
        cursor.setPosition(chance.randrange(length), keep if turn % 7 == 0 else keep.MoveAnchor)
        editor.setTextCursor(cursor)
        match chance.randrange(5):
            case 0:
                QTest.keyClick(editor, Qt.Key.Key_Return)
            case 1:
                QTest.keyClick(editor, Qt.Key.Key_Backspace)
            case 2:
                data = QMimeData()
                data.setText("甲\n乙\n（一）丙")
                editor.insertFromMimeData(data)
            case 3:
                written.session.apply(SetCells({"requests.received.person": Figure(turn)}))
                written.session.undo()
            case _:
                QTest.keyClicks(editor, "12")
        known = editor.written()
        editor._blocks[:] = [None] * editor.document().blockCount()
        assert editor.written() == known == written.body


@pytest.fixture
def figures(qtbot: QtBot) -> FigureDialog:
    dialog = FigureDialog(Session(sample()))
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def named(dialog: FigureDialog) -> list[str]:
    rows = map(dialog.names.topLevelItem, range(dialog.names.topLevelItemCount()))
    return [item.text(0) for item in rows if not item.isHidden()]


def test_a_figure_is_found_by_parts_of_its_name_and_shows_its_number(figures) -> None:
    assert figures.chosen == "收到申请总数"
    assert figures.said.text() == "将印出：35"
    QTest.keyClicks(figures.wanted, "x")
    assert (named(figures), figures.chosen, figures.insert.isEnabled()) == ([], "", False)
    figures.wanted.setText("自然人 予以公开")
    assert len(named(figures)) >= 1
    assert all("自然人" in name and "予以公开" in name for name in named(figures))
    assert figures.said.text() == "将印出：11"
    QTest.keyClick(figures.wanted, Qt.Key.Key_Return)
    assert figures.result() == 1


def test_the_arrows_choose_in_the_list_while_words_are_typed(figures) -> None:
    figures.wanted.setText("总数")
    QTest.keyClick(figures.wanted, Qt.Key.Key_Down)
    assert figures.chosen == named(figures)[1]
    assert figures.wanted.text() == "总数"


def test_a_name_of_last_year_can_be_typed_in_full(figures) -> None:
    figures._session.apply(LinkEarlier(replace(sample(), year=2024, earlier=())))
    figures.wanted.setText("上年收到申请总数")
    assert (named(figures), figures.chosen) == ([], "上年收到申请总数")
    assert figures.insert.isEnabled()


def test_another_figure_from_the_menu_is_put_in_where_the_cursor_is(write, monkeypatch) -> None:
    def agreed(dialog: FigureDialog) -> bool:
        dialog.wanted.setText("收到申请总数")
        return True

    monkeypatch.setattr(FigureDialog, "exec", agreed)
    written = write(Paragraph("收到件"))
    written.editor.go_to(0, 2, 2)
    written.part.findChild(FiguresMenu).actions()[-1].trigger()
    assert written.body == (Paragraph("收到{收到申请总数}件"),)
    assert written.session.undo_name == "插入表格数字"


def test_undo_in_the_menu_of_a_text_is_that_of_the_window(write) -> None:
    written = write(Paragraph("甲"))
    written.editor.insertPlainText("乙")
    for step in ("撤销", "重做"):
        menu = written.editor.createStandardContextMenu()
        keys.undo_in_menu(menu, written.session)
        actions = {a.text(): a for a in menu.actions()}
        action = actions[f"{step}修改正文\tCtrl+{'Z' if step == '撤销' else 'Y'}"]
        assert action.isEnabled()
        action.trigger()
        assert written.editor.toPlainText() == ("甲" if step == "撤销" else "乙甲")
