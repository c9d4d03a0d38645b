"""Qt's own file dialog has room for the long name of a report and for every column beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QFileDialog, QTreeView
from pytestqt.qtbot import QtBot

from gic_desktop.window.file_dialog import fit

pytestmark = pytest.mark.filterwarnings("ignore:.*plugin does not support.*")
NAME = "云岚市望江区梧桐街道办事处2025年政府信息公开工作年度报告.pdf"


def test_dates_sizes_and_kinds_are_seen_whole(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(bytes(347_739))
    dialog = QFileDialog(None, "导出", str(tmp_path))
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setViewMode(QFileDialog.ViewMode.Detail)
    qtbot.addWidget(dialog)
    dialog.show()
    for _ in range(2):  # the second time changes nothing
        fit(dialog)
    files = dialog.findChild(QTreeView, "treeView")
    assert isinstance(files, QTreeView)
    model, letters = files.model(), files.fontMetrics()
    qtbot.waitUntil(lambda: model.rowCount(files.rootIndex()) == 1)
    top = files.rootIndex()
    qtbot.waitUntil(lambda: bool(model.index(0, 1, top).data()))
    for column in (1, 2, 3):
        text = model.index(0, column, top).data()
        assert files.columnWidth(column) >= letters.horizontalAdvance(text), text
    whole = sum(files.columnWidth(column) for column in range(4))
    assert whole <= files.viewport().width()


def test_a_dialog_of_the_system_has_no_list_and_is_left_alone(qtbot: QtBot) -> None:
    dialog = QDialog()
    dialog.resize(300, 200)
    qtbot.addWidget(dialog)
    fit(dialog)
    assert (dialog.width(), dialog.height()) == (300, 200)
