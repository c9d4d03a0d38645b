"""What the program remembers, and what each setting changes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QFileDialog
from pytestqt.qtbot import QtBot

from gic_desktop import resources, user_folders, verbs
from gic_desktop.checks.run import check
from gic_desktop.report.edits import SetCells
from gic_desktop.report.figures import Figure
from gic_desktop.store.earlier_versions import EarlierVersions
from gic_desktop.window import background
from gic_desktop.window import theme as look
from gic_desktop.window.application import Program
from gic_desktop.window.dialogs.settings import OWN_FONT, SettingsDialog
from gic_desktop.window.main_window import MainWindow
from gic_desktop.window.session import Opened, Session
from gic_desktop.window.settings import Settings

SAMPLE = resources.path("samples", "2021.gicr")
pytestmark = pytest.mark.filterwarnings("ignore:.*plugin does not support.*")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.ini")


def dialog_of(settings: Settings, qtbot: QtBot) -> SettingsDialog:
    dialog = SettingsDialog(settings)
    qtbot.addWidget(dialog)
    background.wait_for_all()
    return dialog


def test_of_a_long_path_the_beginning_is_seen_and_the_whole_on_hover(
    settings: Settings, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, chosen = tmp_path / ("政务公开" * 15), tmp_path / ("定稿" * 30)
    opened.mkdir()
    settings.folder = opened
    dialog = dialog_of(settings, qtbot)
    dialog.show()
    field = dialog.folder

    def seen() -> tuple[int, str]:
        field.grab()
        return field.cursorPositionAt(QPoint(0, field.height() // 2)), field.toolTip()

    assert seen() == (0, str(opened))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(chosen))
    dialog._choose_folder()
    assert seen() == (0, str(chosen))
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    field.setFocus(Qt.FocusReason.TabFocusReason)
    assert field.selectedText() == str(chosen)
    assert seen() == (0, str(chosen))


def test_everything_chosen_is_there_the_next_time(
    settings: Settings, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = dialog_of(settings, qtbot)
    dialog.scheme.setCurrentText("高对比度")
    dialog.text_size.setCurrentText("14 磅")
    dialog.comfortable.setChecked(True)
    dialog.versions.setCurrentText("50 个")
    dialog.own_deadline.setChecked(True)
    dialog.deadline.setDate(QDate(2001, 1, 16))
    dialog.offer({"body": ["仿宋_GB2312", "楷体"]})
    dialog.fonts["body"].setCurrentText("仿宋_GB2312")
    dialog.accept()
    again = Settings(tmp_path / "settings.ini")
    assert (again.scheme, again.points, again.comfortable) == ("contrast", 14.0, True)
    assert (again.versions, again.deadline) == (50, "01-16")
    assert again.fonts == {"body": "仿宋_GB2312"}
    shown = dialog_of(again, qtbot)
    assert shown.fonts["body"].currentText() == "仿宋_GB2312"
    assert shown.fonts["title"].currentText() == OWN_FONT
    assert shown.deadline.date() == QDate(2001, 1, 16)


def test_the_button_that_closes_the_dialog_is_called_so(settings: Settings, qtbot: QtBot) -> None:
    dialog = SettingsDialog(settings)
    qtbot.addWidget(dialog)
    box = dialog.findChild(QDialogButtonBox)
    assert isinstance(box, QDialogButtonBox)
    assert {button.text() for button in box.buttons()} == {"确定", "取消"}


def test_cancel_changes_nothing(settings: Settings, qtbot: QtBot) -> None:
    dialog = dialog_of(settings, qtbot)
    dialog.scheme.setCurrentText("深色")
    dialog.own_deadline.setChecked(True)
    dialog.reject()
    assert settings.scheme == "system"
    assert settings.deadline == ""


@pytest.mark.parametrize(
    ("key", "text"),
    [("office/deadline", "13-40"), ("files/versions", "-3"), ("look/points", "sehr groß")],
)
def test_a_settings_file_that_somebody_spoilt_is_passed_over(
    settings: Settings, key: str, text: str
) -> None:
    settings._set(key, text)
    assert (settings.deadline, settings.versions, settings.points) == ("", 20, look.POINTS)


def test_so_many_earlier_versions_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "年报.gicr"
    path.write_bytes(SAMPLE.read_bytes())
    project = verbs.open_report(path)
    session = Session(project.report, Opened(path, project.fingerprint))
    session.versions_kept = 2
    for number in range(5):
        session.apply(SetCells({"requests.received.person": Figure(number)}))
        session.save()
    assert len(EarlierVersions(user_folders.earlier_versions()).of(path)) == 2
    session.close(discard=True)


def test_the_offices_own_deadline_is_reminded_of_and_can_be_undone(
    settings: Settings, qtbot: QtBot
) -> None:
    report = verbs.open_report(SAMPLE).report
    window = MainWindow(Session(report), settings, look.LIGHT)
    qtbot.addWidget(window)
    window.set_deadline("01-16")
    due = date(report.year + 1, 1, 10)
    said = [f.message for f in check(window.session.report, today=due) if f.rule == "V22"]
    assert said == [f"年报应在{report.year + 1}年1月16日前报送并公开，还有 6 天。"]
    window.session.undo()
    assert window.session.report == report
    window.session.redo()
    window.apply_settings(look.DARK)
    assert window.session.report.settings["deadline"] == "01-16"
    window.set_deadline("")
    assert "deadline" not in window.session.report.settings
    window.session.close(discard=True)
    background.wait_for_all()


@pytest.mark.usefixtures("qtbot")
def test_the_contacts_of_the_office_are_offered_for_its_next_report() -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    program = Program(application)
    program.settings.office = {"organ": "某街道办事处", "telephone": "010-12345678"}
    ours = program.new("某街道办事处", 2025)
    others = program.new("另一街道办事处", 2025)
    assert ours is not None
    assert others is not None
    assert ours.session.report.contacts.telephone == "010-12345678"
    assert others.session.report.contacts.telephone == ""
    for window in (ours, others):
        window.session.close(discard=True)
        window.hide()
        window.deleteLater()
    background.wait_for_all()
