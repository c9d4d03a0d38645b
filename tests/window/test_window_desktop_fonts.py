"""KDE and Windows have fonts of their own for menus, lists and heads: the program's text is of one size."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from real_screen import screen

KDE = """[General]
font=DejaVu Sans,9,-1,5,50,0,0,0,0,0
menuFont=DejaVu Serif,6,-1,5,50,0,0,0,0,0
toolBarFont=DejaVu Serif,6,-1,5,50,0,0,0,0,0
"""
PROGRAM = """
import json
from PySide6.QtWidgets import QMenuBar, QToolButton, QWidget
from gic_desktop.window.application import Program, make_application

application = make_application(["gic-desktop"])
window = Program(application).open_sample()
application.processEvents()
parts = [window.menuBar(), *window.findChildren(QToolButton)]
print(json.dumps([len(parts), sorted({part.font().toString() for part in parts}), application.font().toString()]))
"""


@pytest.mark.skipif(not shutil.which("Xvfb"), reason="needs Xvfb: only there Qt asks KDE for fonts")
def test_a_desktops_fonts_for_menus_and_tools_do_not_come_in(tmp_path: Path) -> None:
    (tmp_path / "kdeglobals").write_text(KDE, "utf-8")
    with screen() as display:
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={
                **os.environ,
                "DISPLAY": display,
                "QT_QPA_PLATFORM": "xcb",
                "XDG_CURRENT_DESKTOP": "KDE",
                "KDE_SESSION_VERSION": "5",
                "XDG_CONFIG_HOME": str(tmp_path),
            },
            capture_output=True,
            text=True,
            check=True,
        )
    count, fonts, own = json.loads(done.stdout.splitlines()[-1])
    assert count > 5
    assert fonts == [own]
