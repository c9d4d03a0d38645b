"""On a bare Linux Qt's own file dialog is the program's: every word in it is Chinese."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from gic_desktop import resources

LOOKS = """
import json, sys
from PySide6.QtCore import QLocale, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QFileDialog, QHeaderView, QWidget
from gic_desktop.window.application import make_application

application = make_application(["gic-desktop"])
told = []

def tell(*words):
    told.extend(str(word) for word in words if word)

def tell_items(view):
    model, root = view.model(), view.rootIndex()
    shown = [
        view.itemDelegateForColumn(column) or view.itemDelegate()
        for column in range(model.columnCount())
    ]
    for column in range(model.columnCount()):
        tell(model.headerData(column, Qt.Orientation.Horizontal))
    for row in range(model.rowCount(root)):
        for column in range(model.columnCount(root)):
            tell(shown[column].displayText(model.index(row, column, root).data(), QLocale()))

kinds = QFileDialog.FileMode
for kind in (kinds.ExistingFiles, kinds.AnyFile, kinds.Directory):
    dialog = QFileDialog(None, "选择", sys.argv[1], "年报项目文件 (*.gicr);;所有文件 (*)")
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.setFileMode(kind)
    if kind == kinds.AnyFile:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setViewMode(QFileDialog.ViewMode.Detail)
    dialog.setModal(True)  # as the program asks
    dialog.show()
    files = dialog.findChild(QAbstractItemView, "treeView")
    while files.model().rowCount(files.rootIndex()) < (1 if kind == kinds.Directory else 3):
        QTest.qWait(20)
    QTest.qWait(100)  # the column of sizes comes later
    tell(dialog.windowTitle())
    for one in dialog.findChildren(QWidget):
        if one.isVisible():
            tell(one.toolTip(), one.accessibleName(), one.accessibleDescription(), one.statusTip())
            tell(*(getattr(one, name)() for name in ("text", "currentText") if hasattr(one, name)))
            tell(*(action.text() for action in one.actions()))
            if isinstance(one, QAbstractItemView) and not isinstance(one, QHeaderView):
                tell_items(one)
    dialog.close()
print(json.dumps(told))
"""


def test_every_word_of_qts_own_file_dialog_is_chinese(tmp_path: Path) -> None:
    folder = tmp_path / "年报"
    (folder / "往年").mkdir(parents=True)
    (folder / "梧桐街道.gicr").write_bytes(resources.path("samples", "2021.gicr").read_bytes())
    (folder / "损坏.gicr").write_bytes(bytes(3000))
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG"))}
    done = subprocess.run(
        [sys.executable, "-c", LOOKS, str(folder)],
        env=environment | {"LANG": "C.UTF-8", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    words = set(json.loads(done.stdout))
    assert {"名称", "大小", "修改日期", "文件夹", "未知", "保存(&S)", "2.93 KB"} <= words
    assert not words & {"体积", "目录", "目录："}
    for known in (str(folder), tmp_path.name, ".gicr", "KB"):
        words = {word.replace(known, "") for word in words}
    # A letter in brackets is the key that belongs to the words before it.
    words = {re.sub(r"\(&?[A-Z]\)", "", word) for word in words}
    assert [word for word in words if re.search("[A-Za-z]", word)] == []


UNDO = """
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QTextEdit
from gic_desktop.window.application import make_application

application = make_application(["gic-desktop"])
for kind in (QLineEdit, QPlainTextEdit, QTextEdit):
    field = kind()
    print(field.createStandardContextMenu().actions()[0].text().partition("(")[0])
"""


def test_undo_has_one_name_in_the_whole_program(tmp_path: Path) -> None:
    """Qt's own Chinese writes 撤消."""
    surroundings = os.environ | {"QT_QPA_PLATFORM": "offscreen", "GIC_DESKTOP_HOME": str(tmp_path)}
    run = [sys.executable, "-c", UNDO]
    told = subprocess.run(run, env=surroundings, capture_output=True, text=True, check=True).stdout
    assert told.split() == ["撤销"] * 3
