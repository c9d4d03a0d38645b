"""剪切, 复制, 粘贴, 全选 stand in 编辑, mean what has the focus, and leave every part its own keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, QMimeData, Qt
from PySide6.QtGui import QAction, QFont, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from gic_desktop import resources
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import Picture
from gic_desktop.store import gicr
from gic_desktop.window import background
from gic_desktop.window import theme as look
from gic_desktop.window.dialogs.picture import PictureDialog
from gic_desktop.window.line import Line
from gic_desktop.window.main_window import MainWindow
from gic_desktop.window.narrative import pictures
from gic_desktop.window.session import Opened, Session
from gic_desktop.window.settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore:.*plugin does not support.*")
PAGE = "<html><body><p>梧桐街道<br>政务公开专区</p></body></html>"
WEB = "梧桐街道 政务公开专区"


def opened(tmp_path: Path, qtbot: QtBot, *, read_only: bool = False) -> MainWindow:
    path = resources.path("samples", "2021.gicr")
    report = gicr.read(path.read_bytes()).report
    given = Opened(path, read_only=True) if read_only else None
    made = MainWindow(Session(report, given), Settings(tmp_path / "settings.ini"), look.LIGHT)
    made.resize(1366, 768)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is made)
    return made


@pytest.fixture
def window(tmp_path: Path, qtbot: QtBot) -> Iterator[MainWindow]:
    QGuiApplication.clipboard().clear()
    made = opened(tmp_path, qtbot)
    yield made
    made.session.close(discard=True)
    background.wait_for_all()
    made.deleteLater()


def lines(window: MainWindow) -> dict[str, QAction]:
    """The menu 编辑 as it stands there when it is opened."""
    menu = next(a for a in window.menuBar().actions() if a.text().startswith("编辑")).menu()
    assert isinstance(menu, QMenu)
    menu.aboutToShow.emit()
    return window.edit_menu.actions


def offered(window: MainWindow) -> str:
    return " ".join(name for name, line in lines(window).items() if line.isEnabled())


def press(window: MainWindow, key: Qt.Key) -> None:
    """As a keyboard does: the window gets it, and whoever claims it first."""
    QTest.keyClick(window.windowHandle(), key, Qt.KeyboardModifier.ControlModifier)


def clip() -> str:
    return QGuiApplication.clipboard().text()


def page() -> QMimeData:
    """Copied by a program that offers a web page and no plain text."""
    copied = QMimeData()
    copied.setHtml(PAGE)
    return copied


def parts(window: MainWindow) -> Iterator[QWidget]:
    window.show_tab("cover")
    window.cover.organ.setFocus()
    yield window.cover.organ
    window.cover.preamble.setFocus()
    yield window.cover.preamble
    window.show_tab("overview")
    yield window.section_tab("overview").parts["body"].editor
    window.show_tab("requests")
    table = window.section_tab("requests").table
    assert table is not None
    yield table.view


def test_what_has_the_focus_is_copied_by_the_key_and_by_the_menu(window: MainWindow) -> None:
    for part in parts(window):
        assert window.focusWidget() is part
        QGuiApplication.clipboard().setText("别的")
        press(window, Qt.Key.Key_A)
        press(window, Qt.Key.Key_C)
        copied = clip()
        assert len(copied) > 10, part
        QGuiApplication.clipboard().setText("别的")
        lines(window)["全选"].trigger()
        lines(window)["复制"].trigger()
        assert clip() == copied, part


def test_cut_and_pasted_by_the_key_and_by_the_menu(window: MainWindow) -> None:
    before = window.session.report
    for part in parts(window):
        press(window, Qt.Key.Key_A)
        lines(window)["剪切"].trigger()
        assert window.session.report != before, part
        lines(window)["粘贴"].trigger()
        assert window.session.report == before, part
        press(window, Qt.Key.Key_A)
        press(window, Qt.Key.Key_X)
        assert window.session.report != before, part
        press(window, Qt.Key.Key_V)
        assert window.session.report == before, part


def test_what_would_do_nothing_is_grey(window: MainWindow) -> None:
    window.show_tab("cover")
    organ = window.cover.organ
    organ.setFocus()
    organ.deselect()
    assert offered(window) == "全选"
    organ.selectAll()
    assert offered(window) == "剪切 复制 全选"
    QGuiApplication.clipboard().setText("别的")
    assert offered(window) == "剪切 复制 粘贴 全选"
    window.cover.annex.setFocus()
    assert offered(window) == "粘贴"
    window.cover.signed.setFocus()
    assert offered(window) == ""


def test_a_report_that_may_only_be_read_is_copied(tmp_path: Path, qtbot: QtBot) -> None:
    QGuiApplication.clipboard().setText("别的")
    window = opened(tmp_path, qtbot, read_only=True)
    for part in parts(window):
        press(window, Qt.Key.Key_A)
        assert offered(window) == "复制 全选", part
    window.session.close(discard=True)
    background.wait_for_all()
    window.deleteLater()


def test_a_figure_that_is_being_typed_is_meant_and_not_its_table(window: MainWindow) -> None:
    *_, view = parts(window)
    QTest.keyClick(view, Qt.Key.Key_F2)
    editor = window.focusWidget()
    assert isinstance(editor, QLineEdit)
    editor.setText("120")
    editor.selectAll()
    lines(window)["复制"].trigger()
    assert clip() == "120"
    QGuiApplication.clipboard().setText("35")
    lines(window)["粘贴"].trigger()
    assert editor.text() == "35"
    assert Figure(35) in window.session.report.cells.values()


def test_a_block_pasted_by_the_menu_of_an_open_cell_goes_into_the_table(
    window: MainWindow,
) -> None:
    *_, view = parts(window)
    QTest.keyClick(view, Qt.Key.Key_F2)
    editor = window.focusWidget()
    assert isinstance(editor, Line)
    QGuiApplication.clipboard().setText("71\t72")
    paste = next(a for a in editor.menu().actions() if a.objectName() == "edit-paste")
    paste.trigger()
    assert {Figure(71), Figure(72)} <= set(window.session.report.cells.values())


def test_the_way_through_the_menus_by_the_keys_loses_no_selection(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.show_tab("cover")
    organ = window.cover.organ
    organ.setFocus()
    organ.selectAll()
    words = organ.selectedText()
    window.menuBar().setFocus(Qt.FocusReason.MenuBarFocusReason)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is window.menuBar())
    assert offered(window) == "剪切 复制 全选"
    lines(window)["复制"].trigger()
    assert clip() == words
    window.show_tab("requests")
    *_, view = parts(window)
    QTest.keyClick(view, Qt.Key.Key_F2)
    window.menuBar().setFocus(Qt.FocusReason.MenuBarFocusReason)
    assert offered(window) == "剪切 复制 粘贴 全选", "of the table, whose field has closed"


def test_a_chart_is_copied_as_a_picture(window: MainWindow) -> None:
    window.show_tab("charts")
    assert window.charts is not None
    window.charts.names.setFocus()
    assert offered(window) == "复制"
    lines(window)["复制"].trigger()
    assert QGuiApplication.clipboard().mimeData().hasImage()


def test_each_key_is_shown_once_in_the_menus(window: MainWindow) -> None:
    window.show_tab("requests")
    shown: list[str] = []
    for head in window.menuBar().actions():
        menu = head.menu()
        assert isinstance(menu, QMenu)
        menu.aboutToShow.emit()
        shown += [action.shortcut().toString() for action in menu.actions()]
    for letter in "XCVA":
        assert shown.count(f"Ctrl+{letter}") == 1


# -- fields --------------------------------------------------------------------------------------


def test_a_field_takes_a_web_page_that_comes_without_plain_text(window: MainWindow) -> None:
    window.show_tab("cover")
    annex = window.cover.annex
    annex.setFocus()
    QGuiApplication.clipboard().setMimeData(page())
    assert "粘贴" in offered(window)
    press(window, Qt.Key.Key_V)
    assert window.session.report.annex == WEB
    annex.selectAll()
    lines(window)["粘贴"].trigger()
    assert annex.text() == WEB


def test_the_caption_of_a_picture_does_too(qtbot: QtBot) -> None:
    dialog = PictureDialog(Picture("a"), b"", pictures.Look(QFont(), look.LIGHT, 400.0, 1.0))
    qtbot.addWidget(dialog)
    assert isinstance(dialog.caption, Line)
    QGuiApplication.clipboard().setMimeData(page())
    QTest.keyClick(dialog.caption, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert dialog.caption.text() == WEB
    dialog.caption.clear()
    paste = next(a for a in dialog.caption.menu().actions() if a.objectName() == "edit-paste")
    assert paste.isEnabled()
    paste.trigger()
    assert dialog.caption.text() == WEB


@pytest.mark.parametrize(
    ("copied", "wanted"),
    [
        ("  公开专区 ", "  公开专区 "),  # for the middle of a sentence: its blanks are its own
        ("公开专区\r\n", "公开专区"),
        ("公开专区\n办公场所\n", "公开专区 办公场所"),
    ],
)
def test_several_lines_become_one(qtbot: QtBot, copied: str, wanted: str) -> None:
    line = Line()
    qtbot.addWidget(line)
    QGuiApplication.clipboard().setText(copied)
    QTest.keyClick(line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert line.text() == wanted


def test_a_field_that_may_only_be_read_takes_nothing(qtbot: QtBot) -> None:
    line = Line("原文")
    qtbot.addWidget(line)
    line.setReadOnly(True)
    QGuiApplication.clipboard().setText("别的")
    QTest.keyClick(line, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert line.text() == "原文"


# -- undo ----------------------------------------------------------------------------------------


def test_the_date_and_the_fields_of_the_cover_undo_the_reports_last_step(
    window: MainWindow,
) -> None:
    window.show_tab("cover")
    cover, session = window.cover, window.session
    cover.signed.setChecked(True)
    first, day = session.report, cover.signature_date.date()
    cover.signature_date.setFocus()
    cover.signature_date.setDate(QDate(2026, 1, 9))
    dated = session.report
    press(window, Qt.Key.Key_Z)
    assert session.report == first
    assert cover.signature_date.date() == day
    press(window, Qt.Key.Key_Y)
    assert session.report == dated
    cover.organ.setFocus()
    cover.organ.selectAll()
    QTest.keyClicks(cover.organ, "abc")
    assert session.report.organ == "abc"
    press(window, Qt.Key.Key_Z)
    assert session.report == dated
    press(window, Qt.Key.Key_Z)
    assert session.report == first, "the step before it, from the field too"


def test_the_menus_of_the_cover_name_the_reports_step(window: MainWindow) -> None:
    window.show_tab("cover")
    organ = window.cover.organ
    assert isinstance(organ, Line)
    QTest.keyClicks(organ, "x")
    undo = next(a for a in organ.menu().actions() if a.objectName() == "edit-undo")
    assert undo.text() == f"撤销{window.session.undo_name}\tCtrl+Z"
    undo.trigger()
    assert window.session.undo_name is None
