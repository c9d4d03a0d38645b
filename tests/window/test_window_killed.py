"""Killed one second after the last key: the next start offers the work, two seconds missing at most.

The program is the real one in a process of its own, typed into by key events; three times in the
standard set, fifty in the long one.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gic_desktop import resources, user_folders
from gic_desktop.store import gicr
from gic_desktop.store.journal import pending
from gic_desktop.values import replace
from gic_desktop.window import background
from gic_desktop.window.application import Program

pytestmark = pytest.mark.filterwarnings("ignore:.*plugin does not support.*")
MOST_MISSING = 2.0
AFTER_LAST_KEY = 1.0
TYPIST = """
import random, sys, time
from PySide6.QtCore import QTimer, Qt
from PySide6.QtTest import QTest
from gic_desktop.window import application

chance = random.Random(int(sys.argv[2]))
program_made = application.Program.__init__
def remember(self, *given):
    global program
    program_made(self, *given)
    program = self
    QTimer.singleShot(300, press)
application.Program.__init__ = remember
keys_left = 24

def press():
    global keys_left
    window = program.windows[0]
    window.show_tab("requests")
    editor = window.section_tab("requests").table
    form = window.session.report.form
    inputs = [c for c in form.table("requests").cells if not form.cells[c].computed]
    if keys_left == 24:
        editor.show_cell(chance.choice(inputs[:20]))
    QTest.keyClick(editor.view.open_editor or editor.view, chance.choice("123456789"))
    if chance.random() < 0.6:
        QTest.keyClick(editor.view.open_editor or editor.view, Qt.Key.Key_Tab)
    cells = window.session.report.cells
    print(time.time(), sum(int(figure.value) for figure in cells.values()), len(cells), flush=True)
    keys_left -= 1
    if keys_left:
        QTimer.singleShot(chance.randrange(20, 120), press)
    else:
        print("last", flush=True)

application.run(["gic-desktop", sys.argv[1]])
"""


def kill_once(qtbot: QtBot, folder: Path, seed: int) -> float:
    """Seconds of work missing."""
    path = folder / f"年报{seed}.gicr"
    report = gicr.read(resources.path("samples", "2021.gicr").read_bytes()).report
    path.write_bytes(gicr.write(replace(report, cells={}, printed={})))
    child = subprocess.Popen(
        [sys.executable, "-c", TYPIST, str(path), str(seed)], stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    states: list[tuple[float, int, int]] = []
    for line in child.stdout:
        if line == "last\n":
            break
        when, total, cells = line.split()
        states.append((float(when), int(total), int(cells)))
    time.sleep(AFTER_LAST_KEY)
    killed = time.time()
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()
    assert len(states) == 24, "the typist was heard to the end"

    program = Program(cast("QApplication", QApplication.instance()))
    program.show_start()
    (work,) = pending(user_folders.journal())
    assert work.project == path
    window = program.recover(work)
    assert window is not None
    cells = window.session.report.cells
    back = (sum(int(figure.value) for figure in cells.values()), len(cells))
    assert back in [state[1:] for state in states], "a state that was typed, not a mixture"
    assert window.session.path == path
    assert window.session.modified
    known = max(i for i, state in enumerate(states) if state[1:] == back)
    window.session.close(discard=True)
    window.hide()
    window.deleteLater()
    assert program._start is not None
    program._start.deleteLater()
    qtbot.wait(1)
    background.wait_for_all()
    # Missing is what was typed after the state that came back.
    return 0.0 if known == len(states) - 1 else killed - states[known + 1][0]


@pytest.mark.parametrize(
    "kills", [3, pytest.param(50, marks=pytest.mark.long)], ids=["short", "long"]
)
def test_at_most_two_seconds_of_work_are_missing(qtbot: QtBot, tmp_path: Path, kills: int) -> None:
    missing = [kill_once(qtbot, tmp_path, seed) for seed in range(kills)]
    assert max(missing) <= MOST_MISSING, missing
