"""Somebody takes the file over while it is open here: said in the status line, asked before saving."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gic_desktop import resources, verbs
from gic_desktop.report.edits import SetCells
from gic_desktop.report.figures import Figure
from gic_desktop.store import lock
from gic_desktop.window import background, main_window
from gic_desktop.window.application import Program

pytestmark = pytest.mark.filterwarnings("ignore:.*plugin does not support.*")
CELL = "requests.received.person"


@pytest.fixture
def program(qtbot: QtBot) -> Iterator[Program]:
    assert qtbot is not None
    made = Program(cast("QApplication", QApplication.instance()))
    yield made
    for window in list(made.windows):
        window.session.close(discard=True)
        window.hide()
        window.deleteLater()
    background.wait_for_all()


def test_who_took_the_file_is_said_and_saving_asks_first(
    program: Program, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A minute in the program's life is a moment here.
    fresh = lock.Lock.keep_fresh
    monkeypatch.setattr(
        lock.Lock,
        "keep_fresh",
        lambda self, on_lost=None: fresh(self, every=0.02, on_lost=on_lost),
    )
    path = tmp_path / "年报.gicr"
    path.write_bytes(resources.path("samples", "2021.gicr").read_bytes())
    window = program.open(path)
    assert window is not None
    window.session.apply(SetCells({CELL: Figure(9)}))
    lock.lock_file(path).write_text(
        '{"program": "gic-desktop", "host": "政务办-02", "user": "李", "process": 1,'
        ' "start": "x", "boot": "y", "token": "other"}',
        encoding="utf-8",
    )
    qtbot.waitUntil(lambda: bool(window.session.taken_over), timeout=10_000)
    assert window.saved_label.text().startswith("文件已由")
    assert "另存为" in window.saved_label.text()

    asked: list[str] = []
    monkeypatch.setattr(
        main_window, "ask", lambda _p, _t, text, *_, **__: asked.append(text) or "取消"
    )
    assert not window.save()
    assert asked == [window.session.taken_over]
    assert verbs.open_report(path).report.cells[CELL] != Figure(9), "the other's file is untouched"

    other = tmp_path / "我的.gicr"
    monkeypatch.setattr(
        "PySide6.QtWidgets.QFileDialog.getSaveFileName", lambda *_: (str(other), "")
    )
    assert window.save_as()
    assert verbs.open_report(other).report.cells[CELL] == Figure(9)
    assert window.session.taken_over == ""
    assert "已保存" in window.saved_label.text()
