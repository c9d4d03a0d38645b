"""早前版本: which one is which, a look before going back, and back again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from gic_desktop import resources, verbs
from gic_desktop.report.edits import SetCells
from gic_desktop.report.figures import Figure
from gic_desktop.store.earlier_versions import EarlierVersions, Version
from gic_desktop.values import replace
from gic_desktop.window import background
from gic_desktop.window import theme as look
from gic_desktop.window.dialogs.versions import VersionsDialog
from gic_desktop.window.main_window import MainWindow
from gic_desktop.window.session import Opened, Session
from gic_desktop.window.settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore:.*plugin does not support.*")
CELL = "requests.received.person"


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """A report that was saved with 26, 27 and 28 within a moment."""
    path = tmp_path / "年报.gicr"
    path.write_bytes(resources.path("samples", "2021.gicr").read_bytes())
    project = verbs.open_report(path)
    session = Session(project.report, Opened(path, project.fingerprint))
    made = MainWindow(session, Settings(tmp_path / "settings.json"), look.LIGHT)
    for number in (27, 28):
        session.apply(SetCells({CELL: Figure(number)}))
        session.save()
    yield made
    session.close(discard=True)
    background.wait_for_all()
    made.deleteLater()
    qtbot.wait(1)


def test_two_versions_of_one_minute_can_be_told_apart(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = EarlierVersions.of
    morning = datetime(2026, 1, 16, 9, 30, tzinfo=UTC)

    def of_one_minute(self: EarlierVersions, path: Path) -> tuple[Version, ...]:
        found = kept(self, path)
        return tuple(
            replace(one, time=morning + timedelta(seconds=7 * place))
            for place, one in enumerate(reversed(found))
        )[::-1]

    monkeypatch.setattr(EarlierVersions, "of", of_one_minute)
    assert window.session.path is not None
    dialog = VersionsDialog(window.session.path, window.session.report)
    qtbot.addWidget(dialog)
    named = [dialog.list.item(row).text() for row in range(dialog.list.count())]
    assert [name.partition(":")[2] for name in named] == ["30:07 以前", "30:00 以前"]
    assert "当时 27，现在 28" in dialog.shown.toPlainText()
    dialog.list.setCurrentRow(1)
    assert "当时 26，现在 28" in dialog.shown.toPlainText()


def test_going_back_is_said_and_can_be_undone(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    def go_back(dialog: VersionsDialog) -> int:
        dialog.list.setCurrentRow(1)
        return QDialog.DialogCode.Accepted.value

    monkeypatch.setattr(VersionsDialog, "exec", go_back)
    window.versions_action.trigger()
    assert window.session.report.cells[CELL].value == 26
    assert "可以撤销" in window.statusBar().currentMessage()
    window.undo_action.trigger()
    assert window.session.report.cells[CELL].value == 28
