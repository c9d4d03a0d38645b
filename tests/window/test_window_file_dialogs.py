"""What the dialogs for files offer: Qt takes what stands in half-width brackets for the patterns."""

import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QTreeView

import gic_desktop.window
from gic_desktop.window.application import IMPORTS
from gic_desktop.window.main_window import PROJECT_FILTER

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*plugin does not support.*"),
    pytest.mark.usefixtures("qapp"),
]
FILES = ("年报.gicr", "上年.docx", "网页.mht", "文本.txt", "照片.png", "程序.exe")


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        (PROJECT_FILTER, {"年报.gicr"}),
        (IMPORTS, {"年报.gicr", "上年.docx", "网页.mht", "文本.txt"}),
    ],
)
def test_the_files_that_can_be_opened_are_shown_and_no_others(qtbot, tmp_path, pattern, wanted):
    for name in FILES:
        (tmp_path / name).write_bytes(b"")
    dialog = QFileDialog(None, "打开", str(tmp_path), pattern)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    qtbot.addWidget(dialog)
    dialog.show()
    shown = dialog.findChild(QTreeView)
    model = shown.model()

    def seen():
        top = shown.rootIndex()
        return {model.index(row, 0, top).data() for row in range(model.rowCount(top))}

    # The folder is read beside the window.
    qtbot.waitUntil(lambda: seen() == wanted)


def test_no_pattern_stands_in_brackets_that_qt_does_not_read():
    sources = sorted(Path(gic_desktop.window.__file__).parent.rglob("*.py"))
    assert len(sources) > 40
    for source in sources:
        text = source.read_text("utf-8")
        assert not re.search(r"（\*\.|\*\.\w+）", text), source.name
