"""查找和替换 as a clerk uses it: Enter goes one further, 替换 takes the one that is seen."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from gic_desktop import resources
from gic_desktop.report.edits import SetField, SetSection
from gic_desktop.report.narrative import Chart, Paragraph, Picture
from gic_desktop.report.place import Place
from gic_desktop.report.report import Section
from gic_desktop.store import gicr
from gic_desktop.window import background
from gic_desktop.window import theme as look
from gic_desktop.window.dialogs.find import FindDialog
from gic_desktop.window.main_window import MainWindow
from gic_desktop.window.session import Session
from gic_desktop.window.settings import Settings

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*plugin does not support.*"),
    pytest.mark.usefixtures("qapp"),
]


@pytest.fixture
def session():
    made = Session(gicr.read(resources.path("samples", "2021.gicr").read_bytes()).report)
    text = (Paragraph("本单位公开，本单位答复。"), Paragraph("本单位收到{收到申请总数}件。"))
    made.apply(SetField("preamble", (Paragraph("本单位编制。"),)))
    made.apply(SetSection(Section("overview", text)))
    made.apply(SetSection(Section("problems", ())))
    made.apply(SetSection(Section("other", ())))
    yield made
    made.close(discard=True)


@pytest.fixture
def dialog(qtbot, session):
    made = FindDialog(session)
    qtbot.addWidget(made)
    made.shown = []
    made.found.connect(made.shown.append)
    made.ask()
    qtbot.waitExposed(made)
    return made


def texts(session):
    whole = (*session.report.preamble, *session.report.section("overview").body)
    return [item.text for item in whole]


def press(dialog, text):
    button = next(b for b in dialog.findChildren(QPushButton) if b.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_enter_goes_to_the_next_one_and_passes_over_none(dialog):
    dialog.wanted.setText("本单位")
    assert dialog.said.text() == "共 4 处"
    for number in (1, 2, 3, 4, 1):
        QTest.keyClick(dialog.wanted, Qt.Key.Key_Return)
        assert dialog.said.text() == f"第 {number} 处，共 4 处"
    assert len(dialog.shown) == 5
    assert dialog.shown[0] == dialog.shown[-1]


def test_one_is_replaced_after_it_was_seen_and_the_next_is_shown(dialog, session):
    before = texts(session)
    dialog.wanted.setText("本单位")
    dialog.by.setText("本街道")
    press(dialog, "替换")
    # Nothing was seen yet: the first one is only shown.
    assert texts(session) == before
    press(dialog, "替换")
    assert texts(session) == ["本街道编制。", *before[1:]]
    press(dialog, "下一处")
    press(dialog, "替换")
    assert texts(session)[1] == "本单位公开，本街道答复。"
    press(dialog, "替换")
    assert texts(session)[2] == "本街道收到{收到申请总数}件。"
    press(dialog, "替换")
    assert dialog.said.text() == "已替换，没有下一处了。"
    assert texts(session)[1] == "本街道公开，本街道答复。"
    session.undo()
    assert texts(session)[1] == "本单位公开，本街道答复。"


def test_what_was_put_in_is_not_replaced_again(dialog, session):
    dialog.wanted.setText("单位")
    dialog.by.setText("单位及下属单位")
    for _ in range(3):
        press(dialog, "替换")
    assert texts(session)[:2] == ["本单位及下属单位编制。", "本单位及下属单位公开，本单位答复。"]
    assert dialog.shown[-1].section == "overview"
    assert dialog.shown[-1].start == texts(session)[1].index("单位答复")


def test_a_figure_that_follows_the_table_is_not_replaced_alone_either(dialog, session):
    before = texts(session)
    number = session.bound.text("收到申请总数")
    dialog.wanted.setText(f"收到{number}")
    dialog.by.setText("收到多")
    press(dialog, "下一处")
    press(dialog, "替换")
    assert texts(session) == before
    assert dialog.said.text() == "这里有与表格相连的数字，没有替换。"


def test_the_keys_for_finding_bring_back_the_window_that_is_open(qtbot, session, tmp_path):
    window = MainWindow(session, Settings(tmp_path / "settings.ini"), look.LIGHT)
    window.show()
    qtbot.waitExposed(window)
    window.find_action.trigger()
    (dialog,) = window.findChildren(FindDialog)
    dialog.wanted.setText("单位")
    dialog.close()
    window.find_action.trigger()
    assert window.findChildren(FindDialog) == [dialog]
    assert dialog.isVisible()
    assert dialog.wanted.selectedText() == "单位"
    background.wait_for_all()
    window.hide()
    window.deleteLater()


def test_captions_and_what_is_read_out_for_pictures_are_found_and_replaced(dialog, session):
    picture = Picture("p", "图1 2024年公开专区", "2024年的专区，分四栏")
    chart = Chart("results", "2024年办理结果")
    session.apply(SetSection(Section("other", (picture, Paragraph("2024年"), chart))))
    dialog.wanted.setText("2024年")
    assert dialog.said.text() == "共 4 处"
    said = []
    for _ in range(4):
        press(dialog, "下一处")
        said.append(dialog.said.text())
    assert said == [
        "第 1 处，共 4 处，在图片的说明文字中",
        "第 2 处，共 4 处，在图片的替代文字中",
        "第 3 处，共 4 处",
        "第 4 处，共 4 处，在图表的说明文字中",
    ]
    dialog.by.setText("2025年")
    press(dialog, "下一处")
    press(dialog, "替换")
    first = session.report.section("other").body[0]
    assert (first.caption, first.alternative) == ("图1 2025年公开专区", "2024年的专区，分四栏")
    press(dialog, "替换")
    assert session.report.section("other").body[0].alternative == "2025年的专区，分四栏"
    press(dialog, "全部替换")
    assert session.report.section("other").body == (
        Picture("p", "图1 2025年公开专区", "2025年的专区，分四栏"),
        Paragraph("2025年"),
        Chart("results", "2025年办理结果"),
    )


@pytest.fixture
def window(qtbot, session, tmp_path):
    made = MainWindow(session, Settings(tmp_path / "settings.ini"), look.LIGHT)
    made.show()
    qtbot.waitExposed(made)
    made.activateWindow()
    yield made
    background.wait_for_all()
    made.hide()
    made.deleteLater()


def test_a_find_in_a_caption_selects_its_picture(window, session):
    body = (Paragraph("甲"), Picture("p", "专区"), Paragraph("乙"))
    session.apply(SetSection(Section("overview", body)))
    window.go_to(Place("overview", "", "body", 1, 0, 2))
    editor = window.section_tab("overview").parts["body"].editor
    assert editor.picture_at_cursor() == (1, Picture("p", "专区"))
    assert editor.textCursor().selectedText() == "\ufffc"


def test_what_is_selected_is_what_is_looked_for(window):
    window.go_to(Place("overview", "", "body", 0, 3, 5))
    QTest.keyClick(window, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert window._finder.wanted.text() == "公开"
    window.go_to(Place("overview", "", "body", 0, 0, 0))
    QTest.keyClick(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert window._finder.wanted.text() == "公开"


def test_the_first_one_is_that_behind_the_cursor_and_then_it_goes_round(window):
    window.go_to(Place("overview", "", "body", 1, 0, 0))
    window.find_action.trigger()
    window._finder.wanted.setText("本单位")
    seen = []
    window._finder.found.connect(lambda place: seen.append((place.section, place.paragraph)))
    for _ in range(3):
        window._finder.go(1)
    assert seen == [("overview", 1), ("preamble", 0), ("overview", 0)]
    window.go_to(Place("overview", "", "body", 1, 0, 0))
    window.find_action.trigger()
    seen.clear()
    for _ in range(2):
        window._finder.go(-1)
    assert seen == [("overview", 0), ("overview", 0)], "twice in the line above"
