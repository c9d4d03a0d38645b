"""Exporting from the window: one format, all of them in one go, a table for a portal's editor."""

import docx
import openpyxl
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QFileDialog

from gic_desktop import resources, verbs
from gic_desktop.imports.outcome import import_source
from gic_desktop.imports.source import Budget
from gic_desktop.imports.sources.html import read_html
from gic_desktop.report.edits import SetCells, SetSection
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import Paragraph
from gic_desktop.values import replace
from gic_desktop.window import background
from gic_desktop.window import theme as look
from gic_desktop.window.dialogs import export
from gic_desktop.window.dialogs.export_all import ExportAllDialog
from gic_desktop.window.main_window import MainWindow
from gic_desktop.window.session import Opened, Session
from gic_desktop.window.settings import Settings
from gic_desktop.window.table.clipboard import read as read_clipboard

pytestmark = pytest.mark.filterwarnings("ignore:.*plugin does not support.*")
NAME = "云岚市望江区梧桐街道办事处2025年政府信息公开工作年度报告"


@pytest.fixture
def window(qtbot, tmp_path):
    path = tmp_path / "年报.gicr"
    path.write_bytes(resources.path("samples", "2021.gicr").read_bytes())
    project = verbs.open_report(path)
    session = Session(project.report, Opened(path, project.fingerprint))
    made = MainWindow(session, Settings(tmp_path / "settings.ini"), look.LIGHT)
    (tmp_path / "out").mkdir()
    made.settings.folder = tmp_path / "out"
    made.show()
    qtbot.waitExposed(made)
    yield made
    session.close(discard=True)
    background.wait_for_all()
    made.deleteLater()


@pytest.fixture
def folder(window):
    return window.settings.folder


def exported(dialog, qtbot):
    dialog.start()
    qtbot.waitUntil(dialog.bar.isHidden, timeout=60_000)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_the_menu_offers_every_format(window):
    offered = [action.text() for action in window.export_actions.values()]
    assert offered == ["导出为 PDF…", "导出为 Word…", "导出为 Excel…", "导出为网页…"]
    assert tuple(window.export_actions) == verbs.EXPORTS == tuple(export.FILTERS)


@pytest.mark.parametrize("suffix", verbs.EXPORTS)
def test_one_format(window, folder, qtbot, monkeypatch, suffix):
    monkeypatch.setattr(export, "ask", lambda *_, **__: "完成")
    # As a dialog does that adds no extension.
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(folder / "年报"), ""))
    window.export_actions[suffix].trigger()
    qtbot.waitUntil(lambda: names(folder) == [f"年报{suffix}"], timeout=30_000)


def test_a_window_closed_while_its_file_is_made_leaves_the_file(qtbot, tmp_path, monkeypatch):
    report = verbs.open_report(resources.path("samples", "2021.gicr")).report
    made = MainWindow(Session(report), Settings(tmp_path / "settings.json"), look.LIGHT)
    target = tmp_path / "年报.html"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    with qtbot.captureExceptions() as raised:
        made.export_actions[".html"].trigger()
        made.session.close(discard=True)
        made.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        qtbot.waitUntil(target.exists, timeout=30_000)
        background.wait_for_all()
        QApplication.processEvents()
    assert raised == []


def test_all_formats_named_after_the_report(window, folder, qtbot):
    dialog = ExportAllDialog(window, draft=False)
    assert dialog.states[".pdf"].text() == f"{NAME}.pdf"
    exported(dialog, qtbot)
    assert names(folder) == sorted(NAME + suffix for suffix in verbs.EXPORTS)
    assert dialog.note.text() == "已全部导出。"
    assert not dialog.go.isVisibleTo(dialog)
    assert dialog.show_folder.isVisibleTo(dialog)
    assert docx.Document(str(folder / f"{NAME}.docx")).core_properties.title == NAME
    assert len(openpyxl.load_workbook(folder / f"{NAME}.xlsx").sheetnames) == 6


def test_only_the_formats_that_are_wanted(window, folder, qtbot):
    dialog = ExportAllDialog(window, draft=True)
    for suffix in (".pdf", ".xlsx"):
        dialog.chosen[suffix].setChecked(False)
    exported(dialog, qtbot)
    assert names(folder) == sorted(f"{NAME}（草稿）{s}" for s in (".docx", ".html"))
    for box in dialog.chosen.values():
        box.setChecked(False)
    assert not dialog.go.isEnabled()


def test_what_will_be_replaced_is_said_first(window, folder):
    (folder / f"{NAME}.docx").write_bytes(b"old")
    dialog = ExportAllDialog(window, draft=False)
    assert "已有同名的Word 文档" in dialog.note.text()
    assert dialog.go.text() == "导出并替换"
    dialog.chosen[".docx"].setChecked(False)
    assert (dialog.note.text(), dialog.go.text()) == ("", "导出")


def test_stopping_leaves_out_what_has_not_begun(window, folder, qtbot):
    dialog = ExportAllDialog(window, draft=False)
    dialog.start()
    dialog.reject()
    qtbot.waitUntil(dialog.bar.isHidden, timeout=60_000)
    assert names(folder) == [f"{NAME}.pdf"]
    assert dialog.states[".html"].text() == "已停止，未导出"
    # What was left out can still be had.
    exported(dialog, qtbot)
    assert len(names(folder)) == len(verbs.EXPORTS)


def test_one_file_that_cannot_be_written_stops_no_other(window, folder, qtbot):
    blocked = folder / f"{NAME}.xlsx"
    blocked.mkdir()
    dialog = ExportAllDialog(window, draft=False)
    exported(dialog, qtbot)
    assert len(names(folder)) == len(verbs.EXPORTS)
    assert blocked.is_dir()
    assert "已导出" not in dialog.states[".xlsx"].text()
    assert dialog.go.text() == "再试一次"
    blocked.rmdir()
    before = (folder / f"{NAME}.docx").stat().st_mtime_ns
    exported(dialog, qtbot)
    assert blocked.is_file()
    assert (folder / f"{NAME}.docx").stat().st_mtime_ns == before
    assert dialog.note.text() == "已全部导出。"


def test_errors_ask_before_anything_is_exported(window, folder, monkeypatch):
    window.session.apply(SetCells({"requests.received.person": Figure(999)}))
    asked = []
    monkeypatch.setattr(export, "ask", lambda *given, **_: asked.append(given[2]) or "取消")
    window.export_all_action.trigger()
    assert asked == ["年报还有 1 处错误。"]
    assert names(folder) == []


def with_a_face(window, qtbot):
    """The clerk has written what no font has, and paused."""
    overview = window.session.report.section("overview")
    smile = (*overview.body, Paragraph("活动圆满结束😀。"))
    window.session.apply(SetSection(replace(overview, body=smile)))
    qtbot.waitUntil(lambda: window.session.count.errors == 1, timeout=20_000)
    return window.session.findings[0]


def test_what_no_font_has_is_told_before_anybody_exports(window, qtbot):
    assert "可导出" in window.state_label.text()
    found = with_a_face(window, qtbot)
    assert window.state_label.text().startswith("● 1 处错误")
    assert found in window.session.check_now()
    assert found == next(f for f in verbs.check(window.session.report) if f.blocks)
    window.go_to_finding(found)
    window.panel.go_to_next()
    assert window.panel.current() == found
    assert window.panel.reason_button.isHidden()
    window.panel.repair()
    qtbot.waitUntil(lambda: "可导出" in window.state_label.text(), timeout=20_000)


def test_pages_without_a_font_are_no_draft_either_and_word_has_its_own_fonts(
    window, folder, qtbot, monkeypatch
):
    with_a_face(window, qtbot)
    asked = []

    def ask(_window, _what, sentence, choices, **_more):
        asked.append((sentence, choices))
        return "取消"

    monkeypatch.setattr(export, "ask", ask)
    window.export_actions[".pdf"].trigger()
    assert asked == [("年报还有 1 处错误。", ["查看第一处", "取消"])]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(folder / "年报"), ""))
    monkeypatch.setattr(export, "ask", lambda *_, **__: "完成")
    window.export_actions[".docx"].trigger()
    qtbot.waitUntil(lambda: names(folder) == ["年报.docx"], timeout=30_000)


def test_a_font_of_this_pc_that_has_the_sign_is_believed(window, qtbot, monkeypatch):
    given = []
    monkeypatch.setattr(verbs, "unprintable", lambda _report, fonts: given.append(fonts) or [])
    overview = window.session.report.section("overview")
    window.session.apply(SetSection(replace(overview, body=(Paragraph("好😀"),))))
    window.settings.fonts = {"body": "方正仿宋_GBK"}
    window.apply_settings(look.LIGHT)
    qtbot.waitUntil(lambda: {"body": "方正仿宋_GBK"} in given, timeout=20_000)


def test_a_table_for_a_portals_editor(window):
    window.show_tab("requests")
    window.web_copy_action.trigger()
    data = QGuiApplication.clipboard().mimeData()
    assert "<style" not in data.html()
    assert 'style="' in data.html()
    block = read_clipboard(None, data.text())
    assert len(block) == 28
    assert block[3][-1] == "35"
    source = read_html(data.html().encode(), Budget())
    assert import_source(source).report.cells["requests.received.person"].value == 26


def test_a_narrative_has_no_table_to_copy(window):
    QGuiApplication.clipboard().setText("before")
    window.show_tab("overview")
    window.web_copy_action.trigger()
    assert QGuiApplication.clipboard().text() == "before"
    window._fill_table_menu()
    assert [a.text() for a in window._table_menu.actions()] == ["本页没有表格"]


def test_the_name_of_each_file_stands_in_the_line_of_its_tick(window, qapp, qtbot):
    look.dress(qapp, look.LIGHT)
    dialog = ExportAllDialog(window, draft=False)
    dialog.show()
    qtbot.waitExposed(dialog)
    for suffix, box in dialog.chosen.items():
        state = dialog.states[suffix]
        words = state.contentsRect().translated(state.pos())
        middle = words.top() + state.fontMetrics().height() / 2
        assert abs(middle - box.geometry().center().y()) <= 2
    dialog.close()
    qapp.setStyleSheet("")
