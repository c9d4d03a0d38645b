"""When something breaks: the work is on disk first, one dialog however often it breaks, a log."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gic_desktop import user_folders
from gic_desktop.report.edits import SetCells
from gic_desktop.report.figures import Figure
from gic_desktop.store import gicr
from gic_desktop.store.journal import work_in
from gic_desktop.window import background, crash
from gic_desktop.window.application import Program

pytestmark = pytest.mark.filterwarnings("ignore:.*plugin does not support.*")


@pytest.fixture
def program(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Program, list[str]]]:
    assert qtbot is not None
    told: list[str] = []
    monkeypatch.setattr(
        "gic_desktop.window.dialogs.ask.tell", lambda _p, _t, text, **_: told.append(text)
    )
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    made = Program(cast("QApplication", QApplication.instance()))
    yield made, told
    log = logging.getLogger("gic_desktop")
    for handler in list(log.handlers):
        handler.close()
        log.removeHandler(handler)
    for window in list(made.windows):
        window.session.close(discard=True)
        window.hide()
        window.deleteLater()
    background.wait_for_all()


def test_the_work_is_saved_the_clerk_is_told_once_the_log_has_it_all(
    program: tuple[Program, list[str]], qtbot: QtBot
) -> None:
    made, told = program
    window = made.new("某街道办事处", 2025)
    assert window is not None
    crash.install(made)
    window.session.apply(SetCells({"requests.received.person": Figure(8)}))
    for number in range(3):
        sys.excepthook(ZeroDivisionError, ZeroDivisionError(f"fault {number}"), None)
    journals = [work_in(file.read_bytes()) for file in user_folders.journal().glob("*")]
    kept = [gicr.read(work.state).report for work in journals if work is not None]
    assert [report.cells["requests.received.person"] for report in kept] == [Figure(8)]
    assert len(told) == 1
    assert "您的内容已经留存" in told[0]
    log = (user_folders.logs() / crash.LOG).read_text("utf-8")
    assert [f"fault {number}" in log for number in range(3)] == [True] * 3
    qtbot.wait(10)
    assert window.isVisible(), "the program lives on"
