"""Ctrl+E exports wherever the cursor stands, on a Linux desktop too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# Which keys Qt's fields keep is known on a real screen only.
PRESSES = """
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit
from gic_desktop.window.application import Program, make_application
from gic_desktop.window.table.delegate import FigureEdit

def keeps(field):
    event = QKeyEvent(
        QEvent.Type.ShortcutOverride, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier
    )
    event.ignore()
    application.sendEvent(field, event)
    return event.isAccepted()

application = make_application(["gic-desktop"])
window = Program(application).open_sample()
cover = window.cover
fields = [cover.organ, *cover.contacts.values(), FigureEdit(window, "typed")]
print(keeps(QLineEdit()), any(keeps(field) for field in fields), len(fields))
window.session.close(discard=True)
window.hide()
"""


@pytest.mark.skipif(not shutil.which("xvfb-run"), reason="needs a real screen")
def test_no_field_keeps_the_key_that_exports(tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in {"QT_QPA_PLATFORM", "DISPLAY"}}
    done = subprocess.run(
        ["xvfb-run", "-a", sys.executable, "-c", PRESSES],
        env=environment | {"QT_QPA_PLATFORM": "xcb", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    # Qt's own line does: else this proves nothing.
    assert done.stdout.split()[:2] == ["True", "False"], done.stdout
    assert int(done.stdout.split()[2]) > 5
