"""图表 as a clerk uses it: looked at late, always the figures', copied, saved, put in the report."""

import subprocess
import sys
from collections.abc import Iterator
from math import ceil
from pathlib import Path

import pyqtgraph as pg
import pytest
from lxml import etree
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetricsF, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from gic_desktop import resources
from gic_desktop.forms import catalogue
from gic_desktop.output import blocks
from gic_desktop.output.pages import document
from gic_desktop.output.series import charts
from gic_desktop.report.edits import LinkEarlier, ReplaceReport, SetCells
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import Chart
from gic_desktop.report.report import Report, new_report
from gic_desktop.store import gicr
from gic_desktop.window import background
from gic_desktop.window import theme as look
from gic_desktop.window.charts_tab import ChartsTab
from gic_desktop.window.main_window import MainWindow
from gic_desktop.window.session import Opened, Session
from gic_desktop.window.settings import Settings

THIRD = Path(__file__).parents[1] / "samples" / "third_form.toml"
pytestmark = pytest.mark.filterwarnings("ignore:.*plugin does not support.*")


def sample(form: str = "2021") -> Report:
    return gicr.read(resources.path("samples", f"{form}.gicr").read_bytes()).report


@pytest.fixture
def window(qtbot, tmp_path) -> Iterator[MainWindow]:
    session = Session(sample())
    made = MainWindow(session, Settings(tmp_path / "settings.ini"), look.LIGHT)
    made.resize(1366, 768)
    made.show()
    qtbot.waitExposed(made)
    yield made
    session.close(discard=True)
    background.wait_for_all()
    made.deleteLater()


@pytest.fixture
def tab(qtbot) -> Iterator[ChartsTab]:
    session = Session(sample())
    made = ChartsTab(session, look.LIGHT)
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.show()
    qtbot.waitExposed(made)
    yield made
    session.close(discard=True)
    background.wait_for_all()


def choose(tab: ChartsTab, key: str) -> None:
    keys = [chart.key for chart in charts(tab._session.report)]
    tab.names.setCurrentRow(keys.index(key))


def said(tab: ChartsTab) -> list[str]:
    """The texts on the paper beside the axes' own."""
    items = [item for item in tab.paper.scene().items() if isinstance(item, pg.TextItem)]
    plain = [
        item.textItem.toPlainText().replace("\u2060", "").replace("\xa0", " ") for item in items
    ]
    return [" ".join(text.replace("\ufffc", " ").split()) for text in plain]


def test_neither_the_start_nor_another_tab_loads_pyqtgraph(tmp_path) -> None:
    program = f"""
import sys
from pathlib import Path
from gic_desktop.window.application import make_application
from gic_desktop.window.main_window import MainWindow
from gic_desktop.window.session import Session
from gic_desktop.window.settings import Settings
from gic_desktop.window.theme import LIGHT
from gic_desktop.store.gicr import read
application = make_application(["gic-desktop"])
report = read(Path({str(resources.path("samples", "2021.gicr"))!r}).read_bytes()).report
window = MainWindow(Session(report), Settings(Path({str(tmp_path / "s.ini")!r})), LIGHT)
window.show()
for section in report.form.sections:
    window.show_tab(section.id)
    application.processEvents()
heavy = {{"pyqtgraph", "numpy"}}
print(sorted(heavy & set(sys.modules)))
window.show_tab("charts")
print(sorted(heavy & set(sys.modules)))
application.processEvents()
window.session.close(discard=True)
window.close()
window.deleteLater()
application.processEvents()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.splitlines() == ["[]", "['numpy', 'pyqtgraph']"]
    assert "Error" not in done.stderr


def test_the_tab_is_the_last_and_opens_by_its_key(window: MainWindow) -> None:
    last = window.rail.item(window.rail.count() - 1)
    assert last.text() == "图表"
    QTest.keyClick(window, Qt.Key.Key_8, Qt.KeyboardModifier.ControlModifier)
    assert window.tab == "charts"
    assert window.charts is not None
    assert window.charts.names.hasFocus()
    assert window.settings.last_tab != "charts"
    QTest.keyClick(window.charts.names, Qt.Key.Key_Down)
    assert window.charts.chart is not None
    assert window.charts.chart.key == "applicants"


def test_the_findings_make_room_and_come_back_as_they_were(window: MainWindow) -> None:
    window.show_tab("charts")
    assert not window.panel.isVisible()
    window.show_tab("overview")
    assert window.panel.isVisible()
    window.panel_action.trigger()
    window.show_tab("charts")
    window.show_tab("overview")
    assert not window.panel.isVisible()


@pytest.mark.parametrize("form", ["2019", "2021"])
def test_every_value_stands_on_the_paper(tab: ChartsTab, form: str) -> None:
    tab._session.apply(ReplaceReport(sample(form)))
    tab.refresh()
    for chart in charts(sample(form)):
        choose(tab, chart.key)
        assert tab.heading.text() == chart.title
        assert tab.words.text() == chart.words
        assert tab.paper.accessibleDescription() == chart.words
        found = " ".join(said(tab)).split()
        for bar in chart.bars:
            for value in bar.values:
                assert value.text in found


def test_the_first_picture_of_a_chart_is_the_whole_chart(tab: ChartsTab, qtbot) -> None:
    """No label, title or height is found out while it is painted, and right a moment later."""
    for width, theme in ((1000, look.LIGHT), (620, look.DARK)):
        tab.resize(width, 600)
        qtbot.wait(100)
        for row in range(tab.names.count()):
            tab.set_look(theme, 100, 10.5)
            tab.names.setCurrentRow(row)
            first = tab.pages.grab().toImage()
            qtbot.wait(20)
            assert tab.pages.grab().toImage() == first, tab.chart.title
            if tab.chart.kind == "bars":
                names = tab.paper.getItem(0, 0).getAxis("left")
                wide = QFontMetricsF(names.style["tickFont"]).horizontalAdvance
                assert names.width() > max(wide(bar.name) for bar in tab.chart.bars)


def test_it_goes_with_the_figures_and_back_with_undo(tab: ChartsTab, qtbot) -> None:
    choose(tab, "outcomes")
    assert "15 件" in said(tab)
    tab._session.apply(SetCells({"requests.granted.person": Figure(1000)}))
    qtbot.waitUntil(lambda: any(text.startswith("10") for text in said(tab)))
    assert "15 件" not in said(tab)
    tab._session.undo()
    qtbot.waitUntil(lambda: "15 件" in said(tab))


def test_a_hidden_tab_waits_until_it_is_seen(tab: ChartsTab) -> None:
    tab.hide()
    tab._session.apply(SetCells({"requests.granted.person": Figure(1000)}))
    assert said(tab) == []
    tab.show()
    assert "1004 件" in said(tab)


def test_nothing_filled_in_says_what_to_do(tab: ChartsTab) -> None:
    blank = new_report(catalogue.form_for_year(2025), 2025, "青山街道办事处")
    tab._session.apply(ReplaceReport(blank))
    tab.refresh()
    assert tab.pages.currentWidget() is tab.empty
    assert tab.empty.text() == "尚未填写数字，填写后自动成图"
    buttons = (tab.copy_button, tab.save_button, tab.place_button, tab.remove_button)
    assert not any(button.isEnabled() for button in buttons)
    tab._session.apply(SetCells({"requests.received.person": Figure(0)}))
    tab.refresh()
    choose(tab, "request_years")
    assert tab.empty.text() == "尚未关联往年年报，导入上年年报后自动成图"
    choose(tab, "applicants")
    assert tab.pages.currentWidget() is not tab.empty
    assert "0 件" in said(tab)


def test_the_invented_form_has_its_charts(tab: ChartsTab) -> None:
    report = new_report(catalogue.add_form(THIRD), 2090, "档案馆")
    report = SetCells({"lending.in_time.adult": Figure(12345)}).apply(report)
    tab._session.apply(ReplaceReport(report))
    tab.refresh()
    titles = [tab.names.item(row).text() for row in range(tab.names.count())]
    assert titles == ["2090年归还情况", "2090年读者借还", "历年借出", "2090年押金"]
    choose(tab, "ways")
    assert sorted(said(tab)) == ["12345 卷", "未填写"]
    tab._session.apply(ReplaceReport(sample()))
    catalogue.forget_added()


def test_many_years_are_shown(tab: ChartsTab) -> None:
    report = sample()
    for year in range(2012, 2024):
        old = new_report(catalogue.form_named("2021"), year, report.organ)
        old = SetCells({"requests.received.person": Figure(year)}).apply(old)
        report = LinkEarlier(old).apply(report)
    tab._session.apply(ReplaceReport(report))
    tab.refresh()
    choose(tab, "request_years")
    assert {str(year) for year in range(2012, 2024)} <= set(said(tab))


def test_copied_it_is_a_picture(tab: ChartsTab) -> None:
    choose(tab, "flow")
    told: list[str] = []
    tab.said.connect(told.append)
    tab.copy_button.click()
    mime = QGuiApplication.clipboard().mimeData()
    image = QImage.fromData(mime.data("image/png"))
    assert image.width() == 2000
    assert mime.hasImage()
    assert told == ["图表已复制，可以粘贴到文档中。"]


@pytest.mark.parametrize(
    "names",
    [
        ("图.png", "PNG 图片 (*.png)", "图.png"),
        ("图", "PNG 图片 (*.png)", "图.png"),
        ("图", "SVG 矢量图 (*.svg)", "图.svg"),
        ("图.SVG", "PNG 图片 (*.png)", "图.SVG"),
    ],
)
def test_saved_it_is_what_its_name_says(tab: ChartsTab, tmp_path, monkeypatch, names) -> None:
    typed, kind, written = names
    chosen = str(tmp_path / typed), kind
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: chosen)
    tab.save_button.click()
    data = (tmp_path / written).read_bytes()
    assert [file.name for file in tmp_path.iterdir()] == [written]
    if written.endswith("png"):
        assert QImage.fromData(data).width() == 2000
    else:
        assert "2025年政府信息公开申请办理结果" in [
            t.text for t in etree.fromstring(data).iter("{*}text")
        ]


def test_a_place_that_cannot_be_written_is_said(tab: ChartsTab, tmp_path, monkeypatch) -> None:
    chosen = str(tmp_path / "没有这个文件夹" / "图.png"), ""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: chosen)
    told: list[str] = []
    monkeypatch.setattr("gic_desktop.window.charts_tab.tell", lambda *a, **_: told.append(a[2]))
    tab.save_button.click()
    assert len(told) == 1
    assert "未能导出" in told[0]


def test_put_in_the_report_it_is_printed_there_and_can_be_undone(tab: ChartsTab) -> None:
    session = tab._session
    before = session.report
    choose(tab, "outcomes")
    tab.place_menu.aboutToShow.emit()
    actions = {action.text(): action for action in tab.place_menu.actions()}
    own = "三、收到和处理政府信息公开申请情况，表格之后（建议）"
    assert own in actions
    actions[own].trigger()
    assert session.report.section("requests").notes == (
        *before.section("requests").notes,
        Chart("outcomes"),
    )
    printed = document(session.report).blocks
    [chart] = [block for block in printed if isinstance(block, blocks.Chart)]
    table = next(b for b in printed if isinstance(b, blocks.Table) and b.id == "requests")
    assert printed.index(table) < printed.index(chart)
    assert tab.where.text() == "已放入“三、收到和处理政府信息公开申请情况”，随数字更新。"
    assert session.undo_name == "放入图表"
    session.undo()
    assert session.report == before
    session.redo()
    tab.refresh()
    assert tab.remove_button.isEnabled()
    tab.remove_button.click()
    assert session.report.section("requests") == before.section("requests")
    assert session.undo_name == "移出图表"


def test_in_a_section_of_text_it_stands_at_the_end_and_only_once(tab: ChartsTab) -> None:
    session = tab._session
    choose(tab, "flow")
    section = session.report.form.section("overview")
    tab.place(section)
    tab.place(section)
    body = session.report.section("overview").body
    assert [item for item in body if isinstance(item, Chart)] == [Chart("flow")]
    assert body[-1] == Chart("flow")
    tab.place_menu.aboutToShow.emit()
    enabled = [action.isEnabled() for action in tab.place_menu.actions()]
    assert enabled == [False, True, True, True, True, True]
    session.apply(SetCells({"requests.received.person": Figure(77)}))
    [chart] = [b for b in document(session.report).blocks if isinstance(b, blocks.Chart)]
    assert "本年新收86件" in chart.alternative


def test_a_placed_chart_is_seen_in_the_text_and_survives_typing(window: MainWindow) -> None:
    window.show_tab("charts")
    assert window.charts is not None
    choose(window.charts, "flow")
    section = window.session.report.form.section("overview")
    window.charts.place(section)
    window.show_tab("overview")
    editor = window.section_tab("overview").parts["body"].editor
    QTest.keyClicks(editor, "1")
    body = window.session.report.section("overview").body
    assert [item for item in body if isinstance(item, Chart)] == [Chart("flow")]


def test_a_report_open_for_reading_is_not_changed(qtbot) -> None:
    session = Session(sample(), Opened(read_only=True))
    tab = ChartsTab(session, look.LIGHT)
    qtbot.addWidget(tab)
    assert tab.copy_button.isEnabled()
    assert not tab.place_button.isEnabled()
    session.close(discard=True)
    background.wait_for_all()


@pytest.mark.parametrize("theme", [look.LIGHT, look.DARK, look.CONTRAST])
def test_in_every_look_ink_is_on_paper(tab: ChartsTab, theme: look.Theme) -> None:
    for points in (10.5, 14.0):
        tab.set_look(theme, 200 if points > 11 else 100, points)
        for row in range(tab.names.count()):
            tab.names.setCurrentRow(row)
            image = tab.paper.grab().toImage()
            assert image.pixelColor(0, 0) == QColor(theme.paper)
            colours = {image.pixel(x, y) for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)}  # fmt: skip
            assert len(colours) > 3


def test_everything_is_reached_and_named_without_a_mouse(tab: ChartsTab) -> None:
    tab.names.setFocus()
    reached = []
    widget = tab.names
    for _ in range(40):
        widget = widget.nextInFocusChain()
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            reached.append(widget)
    assert {tab.copy_button, tab.save_button, tab.place_button} <= set(reached)
    assert tab.names.accessibleName() == "图表列表"
    assert tab.paper.accessibleName() == "2025年政府信息公开申请办理结果"


@pytest.mark.parametrize("points", [10.5, 14.0, 16.0])
def test_titles_that_begin_alike_are_seen_whole(tab: ChartsTab, points: float) -> None:
    font = tab.names.font()
    font.setPointSizeF(points)
    tab.names.setFont(font)
    tab.set_look(look.LIGHT, 100, points)
    metrics = QFontMetricsF(tab.names.font())
    room = tab.names.viewport().width() - 24
    for row in range(tab.names.count()):
        item = tab.names.item(row)
        lines = ceil(metrics.horizontalAdvance(item.text()) / room)
        assert tab.names.visualItemRect(item).height() >= lines * metrics.height(), item.text()


def test_the_key_that_copies_copies_the_chart_and_not_its_title(tab: ChartsTab) -> None:
    tab.activateWindow()
    tab.first_focus()
    QTest.keyClick(tab.names, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().mimeData().hasImage()


def test_the_keyboard_stays_where_it_was_when_a_chart_is_taken_out(tab: ChartsTab) -> None:
    tab.activateWindow()
    tab.place(tab._session.report.form.sections[0])
    tab.remove_button.setFocus()
    tab.remove_button.click()
    assert tab.place_button.hasFocus()


def test_in_a_small_window_the_chart_has_most_of_the_room(tab: ChartsTab) -> None:
    tab.resize(560, 270)  # 1366 × 768 at 200 per cent
    QTest.qWait(100)
    assert tab.paper.width() > 1.6 * tab.names.width()
    assert not tab.heading.isVisible()
    assert tab._scroll.viewport().height() > 0.5 * tab.height()
    tab.resize(1000, 600)
    QTest.qWait(100)
    assert tab.heading.isVisible()
    assert tab.names.width() == 250
