"""A window that was closed is gone, with its report, its history and all that listened to them."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gic_desktop import resources
from gic_desktop.store import gicr
from gic_desktop.window import background
from gic_desktop.window import theme as look
from gic_desktop.window.main_window import MainWindow
from gic_desktop.window.session import Session
from gic_desktop.window.settings import Settings


@pytest.mark.parametrize("tabs", [False, True], ids=["just opened", "every tab seen"])
def test_a_closed_window_is_let_go(qtbot: QtBot, tmp_path: Path, *, tabs: bool) -> None:
    """Every report that had been opened was held until the program ended."""
    report = gicr.read(resources.path("samples", "2021.gicr").read_bytes()).report
    session = Session(report)
    window = MainWindow(session, Settings(tmp_path / "settings.json"), look.LIGHT)
    window.show()
    for section in report.form.sections if tabs else ():
        window.show_tab(section.id)
        QApplication.processEvents()
    gone = weakref.ref(window), weakref.ref(session)
    session.close(discard=True)
    window.hide()
    window.deleteLater()
    del window, session
    background.wait_for_all()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    qtbot.waitUntil(lambda: gc.collect() >= 0 and not any(one() for one in gone))


def test_an_answer_on_its_way_when_the_window_closes_is_not_told(
    qtbot: QtBot, tmp_path: Path
) -> None:
    """It came to a report whose window was gone: an error, where nothing was wrong."""
    report = gicr.read(resources.path("samples", "2021.gicr").read_bytes()).report
    session = Session(report)
    window = MainWindow(session, Settings(tmp_path / "settings.json"), look.LIGHT)
    session._check_slowly()
    background.wait_for_all()
    session.close(discard=True)
    window.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    with qtbot.captureExceptions() as raised:
        QApplication.processEvents()
    assert raised == []
