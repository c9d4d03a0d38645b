"""Last year's report as a clerk brings it in: look, click what is wrong, take it back, begin."""

import io
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from gic_desktop import resources, verbs
from gic_desktop.forms import catalogue
from gic_desktop.imports.outcome import import_source
from gic_desktop.imports.reading import read_bytes
from gic_desktop.report.figures import Figure
from gic_desktop.window import background
from gic_desktop.window import theme as look
from gic_desktop.window.application import Program
from gic_desktop.window.dialogs import import_last_year
from gic_desktop.window.dialogs import import_several as several
from gic_desktop.window.dialogs.import_last_year import ImportDialog
from gic_desktop.window.dialogs.import_source_view import mime_of

sys.path.insert(0, str(Path(__file__).parents[1] / "imports"))
import import_samples as samples

pytestmark = pytest.mark.filterwarnings("ignore:.*plugin does not support.*")
THIRD = Path(__file__).parents[1] / "samples" / "third_form.toml"
SECRET = "requests.refused.secret.person"
ZEROS = dict.fromkeys(samples.figures("2021"), "0")


def word(values=None, change=lambda _: None) -> bytes:
    """A report as a Word file, changed by `change(document)` as a careless hand would."""
    from docx import Document

    document = Document(io.BytesIO(samples.word("2021", 2024, ZEROS | (values or {}))))
    change(document)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def rename_row(document):
    for paragraph in document.tables[1]._tbl.iter(f"{W}t"):
        if paragraph.text == "1.属于国家秘密":
            paragraph.text = "内部秘密类"


W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture
def dialog(qtbot):
    made = []

    def make(values=None, change=lambda _: None, open_report=None, theme=look.LIGHT):
        outcome = import_source(read_bytes(word(values, change)), "年报")
        one = ImportDialog(outcome, open_report, None, theme=theme, name="年报.docx")
        one.resize(1300, 720)
        one.show()
        qtbot.waitExposed(one)
        made.append(one)
        return one

    yield make
    for one in made:
        one.done(0)
        one.deleteLater()


def place_of(dialog, word):
    """The place of a text in the file."""
    for number, line in enumerate(dialog.corrections.outcome.lines):
        if word in line.cells:
            return number, line.cells.index(word)
        if not line.is_row and word in line.words:
            return number, -1
    raise AssertionError(word)


def point_of(view, place):
    """Where a place is on the left's viewport, brought into sight."""
    view.go_to(place)
    QApplication.processEvents()
    return view.cursorRect().center() + QPoint(3, 0)


def click_source(dialog, place):
    at = point_of(dialog.source, place)
    QTest.mouseClick(dialog.source.viewport(), Qt.MouseButton.LeftButton, pos=at)


def click_cell(dialog, cell):
    editor = dialog.tables[dialog.report.form.cells[cell].table]
    dialog.tabs.setCurrentWidget(editor)
    view = editor.view
    view.scrollTo(view.items.index_of(cell))
    at = view.rect_of(view.places.of_cell[cell]).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def listed(dialog):
    tree = dialog.doubts
    return [tree.topLevelItem(n).text(0) for n in range(tree.topLevelItemCount())]


def test_a_clean_report_has_nothing_to_look_at(dialog):
    made = dialog()
    assert listed(made) == ["✓ 没有需要核对的内容"]
    assert "读到数据 200 项" in made.told.text()
    assert made.organ.text() == samples.ORGAN
    assert made.start_button.text() == "以此开始2025年年报"
    assert made.source.toPlainText().count("✓") == 200


def test_what_disagrees_is_marked_on_both_sides_with_its_reason(dialog):
    made = dialog({"requests.received.total": "9"})
    total = "requests.received.total"
    assert listed(made)[0].startswith("● ")
    assert made.corrections.mark_for_cell(total) == ("error", True, False)
    assert "印的是 9，各项之和是 0" in made.tables["requests"].view.items.tip(total)
    assert "● 9" in made.source.toPlainText()
    # Choosing the line in the list leads to both.
    made.doubts.setCurrentItem(made.doubts.topLevelItem(0))
    assert made.tabs.currentWidget() is made.tables["requests"]
    assert made.tables["requests"].view.current.cell == total
    assert made.source.words(made.source.place) == "9"
    assert "印的是 9" in made.said.text()


def test_a_cell_shows_where_it_was_read_and_the_other_way_round(dialog):
    made = dialog({SECRET: "37", "disputes.review.upheld": "7351"})
    click_cell(made, SECRET)
    assert made.source.words(made.source.place) == "37"
    click_source(made, place_of(made, "7351"))
    assert made.tabs.currentWidget() is made.tables["disputes"]
    assert made.tables["disputes"].view.current.cell == "disputes.review.upheld"
    assert made.carried is None


def test_a_figure_left_over_is_clicked_and_put_where_it_belongs(dialog):
    made = dialog({SECRET: "37"}, rename_row)
    assert SECRET not in made.report.cells
    assert "内部秘密类" in listed(made)[0]
    click_source(made, place_of(made, "37"))
    assert made.carried is not None
    assert "已拿起“37”" in made.said.text()
    click_cell(made, SECRET)
    assert made.report.cells[SECRET] == Figure(37)
    assert made.carried is None
    assert made.corrections.undo_name == "放入数字"
    made.undo_button.click()
    assert SECRET not in made.report.cells
    made.redo_button.click()
    assert made.report.cells[SECRET] == Figure(37)


def test_a_row_left_over_leads_to_the_gap_it_may_belong_to(dialog):
    made = dialog({SECRET: "37"}, rename_row)
    made.show_doubt(0)
    assert made.tables["requests"].view.current.cell == SECRET
    assert SECRET not in made.report.cells
    made.take_up(*place_of(made, "37"))
    QTest.keyClick(made.tables["requests"].view, Qt.Key.Key_Return)
    assert made.report.cells[SECRET] == Figure(37)


def test_the_same_by_keyboard_alone(dialog):
    made = dialog({SECRET: "37"}, rename_row)
    made.activateWindow()
    QTest.keyClick(made, Qt.Key.Key_F8)
    assert made.source.words(made.source.place) == "37"
    made.source.setFocus()
    QTest.keyClick(made.source, Qt.Key.Key_Return)
    assert made.carried is not None
    editor = made.tables["requests"]
    editor.show_cell("requests.refused.prohibited.person")
    QTest.keyClick(editor.view, Qt.Key.Key_Up)
    assert editor.view.current.cell == SECRET
    QTest.keyClick(editor.view, Qt.Key.Key_Return)
    assert made.report.cells[SECRET] == Figure(37)
    assert made.isVisible()


def test_a_whole_row_by_its_name(dialog):
    made = dialog({SECRET: "37", "requests.refused.secret.total": "37",
                   "requests.finished.person": "37", "requests.finished.total": "37",
                   "requests.received.person": "37", "requests.received.total": "37"}, rename_row)  # fmt: skip
    made.take_up(*place_of(made, "内部秘密类"))
    assert "表中对应的一行" in made.said.text()
    click_cell(made, SECRET)
    assert made.report.cells[SECRET] == Figure(37)
    assert listed(made) == ["✓ 没有需要核对的内容"]


def test_a_figure_is_dragged_into_its_cell(dialog):
    made = dialog({SECRET: "37"}, rename_row)
    view = made.tables["requests"].view
    made.tabs.setCurrentWidget(made.tables["requests"])
    view.scrollTo(view.items.index_of(SECRET))
    mime = mime_of(place_of(made, "37"))
    at = view.rect_of(view.places.of_cell[SECRET]).center()
    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy = Qt.DropAction.CopyAction
    enter = QDragEnterEvent(at, copy, mime, left, plain)
    QApplication.sendEvent(view.viewport(), enter)
    assert enter.isAccepted()
    QApplication.sendEvent(view.viewport(), QDropEvent(QPointF(at), copy, mime, left, plain))
    assert made.report.cells[SECRET] == Figure(37)


def test_escape_puts_down_first_and_asks_before_corrections_are_lost(dialog, monkeypatch):
    made = dialog({SECRET: "37"}, rename_row)
    made.take_up(*place_of(made, "37"))
    QTest.keyClick(made, Qt.Key.Key_Escape)
    assert made.carried is None
    assert made.isVisible()
    made.put_figure(SECRET, place_of(made, "37"))
    asked = []
    monkeypatch.setattr(
        "gic_desktop.window.dialogs.ask.ask",
        lambda *words, **_: asked.append(words[2]) or "继续核对",
    )
    QTest.keyClick(made, Qt.Key.Key_Escape)
    assert asked
    assert made.isVisible()


def test_a_figure_is_typed_over_and_cleared(dialog):
    made = dialog({SECRET: "37"})
    click_cell(made, SECRET)
    view = made.tables["requests"].view
    QTest.keyClick(view, "5")
    assert view.open_editor is not None
    QTest.keyClick(view.open_editor, Qt.Key.Key_Return)
    assert made.report.cells[SECRET] == Figure(5)
    made.undo_button.click()
    assert made.report.cells[SECRET] == Figure(37)
    assert SECRET in made.corrections.outcome.places
    click_cell(made, SECRET)
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert SECRET not in made.report.cells
    assert SECRET in made.corrections.outcome.missing


def test_a_doubt_is_confirmed_or_left_out(dialog):
    made = dialog({SECRET: "37"}, rename_row)
    made.doubts.setCurrentItem(made.doubts.topLevelItem(0))
    assert made.leave_button.isEnabled()
    assert not made.confirm_button.isEnabled()
    made.leave_button.click()
    assert "内部秘密类" not in "".join(listed(made))
    made.undo_button.click()
    assert "内部秘密类" in "".join(listed(made))


def test_a_misprinted_label_is_confirmed_and_stays_noted(dialog):
    def misprint(document):
        for text in document.tables[1]._tbl.iter(f"{W}t"):
            if text.text.startswith("3.危及"):
                text.text = "3.危及“三安全一稳”"

    made = dialog(change=misprint)
    assert "3.危及“三安全一稳”" in listed(made)[0]
    made.doubts.setCurrentItem(made.doubts.topLevelItem(0))
    made.confirm_button.click()
    assert listed(made) == ["✓ 没有需要核对的内容"]
    assert [note.printed for note in made.report.import_notes] == ["3.危及“三安全一稳”"]


def test_a_paragraph_goes_to_another_section(dialog):
    made = dialog()
    place = place_of(made, "完善信息发布审核制度")
    made.source.go_to(place)
    made._show_possible()
    assert made.put_button.isEnabled()
    made._fill_put_menu()
    named = {action.text(): action for action in made.put_menu.actions()}
    assert not named["一、总体情况"].isEnabled()
    named["六、其他需要报告的事项"].trigger()
    texts = [item.text for item in made.report.section("other").body]
    assert texts == ["完善信息发布审核制度，坚持先审后发。", "本年度未收取信息处理费。"]
    made.undo_button.click()
    assert len(made.report.section("other").body) == 1


def test_a_line_of_a_table_cannot_be_taken_for_text(dialog):
    made = dialog({SECRET: "37"})
    made.source.go_to(place_of(made, "37"))
    made._show_possible()
    assert not made.put_button.isEnabled()
    made.take_up(place_of(made, "37")[0], 1)
    assert made.carried is None


def test_organ_and_year_are_corrected_in_place(dialog):
    made = dialog()
    made.organ.setText("梧桐街道办事处")
    made.organ.editingFinished.emit()
    made.year.setText("2023")
    made.year.editingFinished.emit()
    assert (made.report.organ, made.report.year) == ("梧桐街道办事处", 2023)
    assert made.start_button.text() == "以此开始2024年年报"
    made.year.setText("1001")
    made.year.editingFinished.emit()
    assert made.year.text() == "2023"


def test_it_is_kept_as_last_years_of_the_open_report(dialog):
    open_report = verbs.new(samples.ORGAN, 2025)
    made = dialog(open_report=open_report)
    assert made.link_button.isVisible()
    made.link_button.click()
    assert made.link_only
    assert not dialog(open_report=verbs.new(samples.ORGAN, 2024)).link_button.isVisible()


def test_enter_never_presses_a_button(dialog):
    made = dialog({SECRET: "37"}, rename_row)
    for widget in (made.source, made.doubts, made.texts, made.tables["requests"].view):
        QTest.keyClick(widget, Qt.Key.Key_Return)
        assert made.isVisible()
        made.put_down()


def test_a_broken_or_huge_source_is_shown_as_lines(dialog, monkeypatch):
    monkeypatch.setattr("gic_desktop.window.dialogs.import_source_view.MOST_CELLS", 10)
    monkeypatch.setattr("gic_desktop.window.dialogs.import_source_view.MOST_LINES", 40)
    made = dialog({SECRET: "37"})
    assert "没有显示" in made.source.toPlainText()
    click_cell(made, "disputes.review.upheld")


# -- the whole way ---------------------------------------------------------------------------------


@pytest.fixture
def program(qtbot, monkeypatch, tmp_path):
    del qtbot
    monkeypatch.chdir(tmp_path)
    made = Program(QApplication.instance())
    yield made
    for window in list(made.windows):
        window.session.close(discard=True)
        window.deleteLater()
    background.wait_for_all()


def choose(monkeypatch, button):
    """Whoever opens the dialog presses this button."""

    def run(dialog):
        getattr(dialog, button).click()
        return dialog.result()

    monkeypatch.setattr(ImportDialog, "exec", run)


def picked(monkeypatch, *files):
    monkeypatch.setattr(
        QFileDialog, "getOpenFileNames", lambda *_: ([str(file) for file in files], "")
    )


def test_this_years_report_begins_from_last_years_file(program, monkeypatch, tmp_path):
    file = tmp_path / "上年.docx"
    file.write_bytes(word({"requests.carried_out.person": "3", "requests.carried_out.total": "3",
                           "requests.received.person": "3", "requests.received.total": "3"}))  # fmt: skip
    picked(monkeypatch, file)
    choose(monkeypatch, "start_button")
    window = program.start_from_last(None)
    report = window.session.report
    assert (report.year, report.organ) == (2025, samples.ORGAN)
    assert report.last.year == 2024
    assert report.cells["requests.carried_in.person"] == Figure(3)
    assert "requests.received.person" not in report.cells


def test_a_picture_of_the_file_stays_in_the_text(program, monkeypatch, tmp_path):
    from PIL import Image

    def add_picture(document):
        made = io.BytesIO()
        Image.new("RGB", (40, 30), "#1d5fbf").save(made, "PNG")
        made.seek(0)
        at = next(p for p in document.paragraphs if p.text.startswith("完善信息"))
        at.insert_paragraph_before().add_run().add_picture(made)
        at.insert_paragraph_before("图1 信息发布审核流程")

    file = tmp_path / "上年.docx"
    file.write_bytes(word(change=add_picture))
    picked(monkeypatch, file)
    choose(monkeypatch, "open_button")
    window = program.start_from_last(None)
    report = window.session.report
    pictures = [item for item in report.section("overview").body if not hasattr(item, "text")]
    assert [item.caption for item in pictures] == ["图1 信息发布审核流程"]
    assert report.pictures[pictures[0].picture].startswith(b"\x89PNG")
    window.show_tab("overview")
    editor = window.section_tab("overview").parts["body"].editor
    assert "\ufffc" in editor.toPlainText()


def test_our_own_project_needs_no_looking_through(program, monkeypatch, tmp_path):
    last = tmp_path / "上年.gicr"
    verbs.new_file("某街道办事处", 2023, None, last)
    picked(monkeypatch, last)
    seen = []

    def run(dialog):
        dialog.show()
        seen.append((dialog.left.isVisible(), dialog.below.isVisible(), dialog.told.text()))
        dialog.start_button.click()
        return dialog.result()

    monkeypatch.setattr(ImportDialog, "exec", run)
    window = program.start_from_last(None)
    assert seen == [(False, False, "这是本程序的项目文件，内容完整。")]
    assert (window.session.report.year, window.session.report.last.year) == (2024, 2023)


def test_a_file_dropped_on_an_open_report_is_linked_to_it(program, monkeypatch, tmp_path):
    file = tmp_path / "上年.docx"
    file.write_bytes(word({"requests.carried_out.person": "3"}))
    window = program.new(samples.ORGAN, 2025)
    choose(monkeypatch, "link_button")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    copy = Qt.DropAction.CopyAction
    QApplication.sendEvent(window, QDragEnterEvent(QPoint(9, 9), copy, mime, left, plain))
    QApplication.sendEvent(window, QDropEvent(QPointF(9, 9), copy, mime, left, plain))
    assert window.session.report.last.cells["requests.carried_out.person"] == Figure(3)
    window.undo_action.trigger()
    assert window.session.report.last is None


def test_an_unreadable_file_says_why_and_nothing_happens(program, monkeypatch, tmp_path):
    file = tmp_path / "上年.docx"
    file.write_bytes(b"MZ\x90")
    said = []
    monkeypatch.setattr(
        "gic_desktop.window.application.tell", lambda *words, **_: said.append(words[2])
    )
    picked(monkeypatch, file)
    assert program.start_from_last(None) is None
    assert said == ["这不是文档文件，未导入。"]


def test_several_files_are_dropped_and_become_a_folder_of_projects(program, qtbot, tmp_path):
    (tmp_path / "甲.docx").write_bytes(word())
    (tmp_path / "乙.docx").write_bytes(word({"requests.received.total": "9"}))
    (tmp_path / "丙.txt").write_text("会议通知", "utf-8")
    program.dropped([tmp_path / "甲.docx", tmp_path / "乙.docx", tmp_path / "丙.txt"])
    made = program._several
    assert made.folder.text() == str(tmp_path / several.FOLDER)
    made.start_button.click()
    qtbot.waitUntil(lambda: made.batch is not None, timeout=20_000)
    lines = [made.list.topLevelItem(n) for n in range(3)]
    shown = {line.text(0): [line.text(n) for n in range(3, 8)] for line in lines}
    assert shown["甲.docx"] == ["200 / 200", "0", "0", "0", "✓ 全部相符"]
    assert shown["乙.docx"] == ["200 / 200", "0", "0", "● 1", "请打开核对"]
    assert "没有找到年报" in shown["丙.txt"][-1]
    assert "已导入 2 份" in made.said.text()
    first = next(line for line in lines if line.text(0) == "甲.docx")
    made.list.setCurrentItem(first)
    made.open_button.click()
    assert program.windows[-1].session.path.parent == tmp_path / several.FOLDER
    made.close()


def test_several_can_be_stopped(qtbot, tmp_path, monkeypatch):
    files = []
    for number in range(4):
        files.append(tmp_path / f"{number}.docx")
        files[-1].write_bytes(word())
    made = several.ImportSeveralDialog(files, look.LIGHT)
    qtbot.addWidget(made)
    monkeypatch.setattr(made, "_add", made._add)
    made._told.row.connect(lambda _: made._stop or made.start_or_stop())
    made.start_or_stop()
    qtbot.waitUntil(lambda: made.batch is not None, timeout=20_000)
    assert len(made.batch.rows) <= 4
    assert made.start_button.isEnabled()
    assert import_last_year.SIGNS["error"] == "●"


def test_the_reason_of_the_file_chosen_is_read_in_full(qtbot, tmp_path):
    good, bad = tmp_path / "好.docx", tmp_path / "坏.docx"
    good.write_bytes(word())
    bad.write_bytes(b"{\\rtf1}")
    made = several.ImportSeveralDialog([good, bad], look.LIGHT)
    qtbot.addWidget(made)
    made.show()
    made.start_or_stop()
    qtbot.waitUntil(lambda: made.batch is not None, timeout=20_000)
    lines = {made.list.topLevelItem(n).text(0): made.list.topLevelItem(n) for n in range(2)}
    made.list.setCurrentItem(lines["坏.docx"])
    assert made.why.isVisible()
    assert made.why.text() == f"坏.docx：{lines['坏.docx'].text(7)}"
    assert "RTF" in made.why.text()
    made.list.setCurrentItem(lines["好.docx"])
    assert not made.why.isVisible()


# Another form


def choose_form(made, form_id):
    made.form.setCurrentIndex(made.form.findData(form_id))
    made.form.activated.emit(made.form.currentIndex())


def test_the_form_is_chosen_by_hand_and_corrections_go_along(dialog):
    made = dialog({SECRET: "37"}, rename_row)
    assert made.form.currentData() == "2021"
    assert [made.form.itemData(n) for n in range(made.form.count())] == ["2019", "2021"]
    assert made.form_reason.text().startswith("“2021 格式”与文件的内容最相符")
    click_source(made, place_of(made, "37"))
    click_cell(made, SECRET)
    choose_form(made, "2019")
    assert made.report.form_id == "2019"
    assert "按指定的“2019 格式”" in made.form_reason.text()
    assert "改正已带入 1 处" in made.form_reason.text()
    assert made.report.cells[SECRET] == Figure(37)
    assert any("2021 格式的栏目" in line.data(1, 0) for line in rows_of(made))
    # The tables are those of the form: a click puts a figure there, and it can be taken back.
    assert made.tables["disclosure"].view.items.index_of("disclosure.normative.disclosed")
    made._undo()
    assert SECRET not in made.report.cells
    made._redo()
    choose_form(made, "2021")
    assert made.report.form_id == "2021"
    assert made.report.cells[SECRET] == Figure(37)


def rows_of(made):
    return [made.doubts.topLevelItem(n) for n in range(made.doubts.topLevelItemCount())]


def test_a_form_that_the_file_does_not_fit_is_told_and_nothing_changes(dialog):
    catalogue.add_form(THIRD)
    try:
        made = dialog({SECRET: "37"})
        before = made.report
        choose_form(made, "invented")
        assert "请改选别的表样" in made.said.text()
        assert made.form.currentData() == "2021"
        assert made.report is before
    finally:
        catalogue.forget_added()


def test_what_waits_for_its_form_is_not_lost_unasked(dialog, monkeypatch):
    made = dialog()
    fees = "disclosure.fees.amount"
    made.corrections.type_figure(fees, "5", None)
    choose_form(made, "2019")
    assert "没有可以带入的" in made.form_reason.text()
    asked = []
    monkeypatch.setattr(
        "gic_desktop.window.dialogs.ask.ask", lambda *words: asked.append(words) or "继续核对"
    )
    made.reject()
    assert asked
    assert made.isVisible()
    choose_form(made, "2021")
    assert made.report.cells[fees] == Figure(5)


def test_several_are_all_read_on_the_form_that_was_chosen(qtbot, tmp_path):
    files = [tmp_path / "甲.docx", tmp_path / "乙.docx"]
    for one in files:
        one.write_bytes(word())
    made = several.ImportSeveralDialog(files, look.LIGHT)
    qtbot.addWidget(made)
    assert made.form.currentText() == "按内容辨认"
    made.form.setCurrentIndex(made.form.findData("2019"))
    made.start_or_stop()
    assert not made.form.isEnabled()
    qtbot.waitUntil(lambda: made.batch is not None, timeout=20_000)
    assert [row.form for row in made.batch.rows] == ["2019 格式", "2019 格式"]
    assert made.form.isEnabled()


@pytest.fixture
def from_web_page(qtbot):
    report = verbs.open_report(resources.path("samples", "2021.gicr")).report
    made = ImportDialog(import_source(read_bytes(verbs.export_bytes(report, ".html"))), None)
    qtbot.addWidget(made)
    made.show()
    return made


def test_on_a_low_narrow_screen_nothing_reaches_past_it(from_web_page):
    """1366 × 768 at 200 per cent are 683 × 384 of the window's own points."""
    dialog = from_web_page
    dialog.resize(659, 400)
    assert dialog.legend.isHidden()
    QApplication.processEvents()
    dialog.resize(659, 330)
    assert dialog.width() <= 659
    assert dialog.height() <= 349
    dialog.resize(1240, 690)
    assert not dialog.legend.isHidden()


def test_at_150_or_200_per_cent_both_tables_have_more_room_than_the_list(qtbot, from_web_page):
    """1920 × 1080 at 200 per cent, 1366 × 768 at 150: about 500 of the window's own points without the bars."""
    dialog = from_web_page
    dialog.resize(910, 505)
    qtbot.waitUntil(lambda: dialog.halves.height() >= 2 * dialog.below.height())
    dialog.resize(1240, 690)
    qtbot.waitUntil(lambda: dialog.below.height() > 140)
