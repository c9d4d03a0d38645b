"""From the start page to a whole report: every cell typed, saved, opened again, undone and redone.

Once through Qt's own events, and once (long) by a real keyboard on a real screen: Xvfb and xdotool.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot
from real_screen import screen

from gic_desktop import resources, verbs
from gic_desktop.report.figures import figure_text
from gic_desktop.report.report import Report
from gic_desktop.store import gicr
from gic_desktop.window import background
from gic_desktop.window.application import Program
from gic_desktop.window.dialogs import ask as questions
from gic_desktop.window.main_window import MainWindow
from gic_desktop.window.settings import Settings

ORGAN = "云岚市望江区梧桐街道办事处"
SPARE_KEYS = 136
"""From here on an office's keyboard has only keys for sound and light."""
pytestmark = pytest.mark.filterwarnings("ignore:.*plugin does not support.*")


@pytest.fixture
def sample() -> Report:
    return gicr.read(resources.path("samples", "2021.gicr").read_bytes()).report


@pytest.fixture
def program(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    assert qtbot is not None
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    monkeypatch.setattr(questions, "tell", lambda *_, **__: pytest.fail("nothing to tell"))
    made = Program(application)
    yield made
    for window in list(made.windows):
        window.session.close(discard=True)
        window.hide()
        window.deleteLater()
    if made._start is not None:
        made._start.deleteLater()
    background.wait_for_all()


def test_every_cell_of_a_report_typed_saved_reopened_undone_and_redone(
    program: Program, sample: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = program.show_start()
    page = program._page
    assert page is not None
    page.organ.clear()
    QTest.keyClicks(page.organ, "x")
    page.organ.setText(ORGAN)
    page.year.setText("2025")
    QTest.mouseClick(page.new_button, Qt.MouseButton.LeftButton)
    assert not start.isVisible()
    window = program.windows[0]
    states = [window.session.report]
    for table in sample.form.tables:
        window.show_tab(table.section)
        editor = window.section_tab(table.section).table
        assert editor is not None
        for cell in table.cells:
            if sample.form.cells[cell].computed:
                continue
            editor.show_cell(cell)
            typed = figure_text(sample.cells[cell], sample.form.cells[cell])
            for key in typed:
                QTest.keyClick(editor.view.open_editor or editor.view, key)
            QTest.keyClick(editor.view.open_editor or editor.view, Qt.Key.Key_Return)
            states.append(window.session.report)
    assert window.session.report.cells == sample.cells

    target = tmp_path / "梧桐街道.gicr"
    monkeypatch.setattr(
        "PySide6.QtWidgets.QFileDialog.getSaveFileName", lambda *_: (str(target), "")
    )
    window.save_action.trigger()
    whole = window.session.report
    assert not window.session.modified
    again = verbs.open_report(target).report
    assert again == whole

    for state in reversed(states[:-1]):
        window.undo_action.trigger()
        assert window.session.report == state
    assert window.session.undo_name is None
    for state in states[1:]:
        window.redo_action.trigger()
        assert window.session.report == state
    assert window.session.redo_name is None
    assert not window.session.modified, "undone and redone to what was saved"


def test_a_report_that_was_given_a_name_is_offered_after_a_power_cut(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = program.new(ORGAN, 2025)
    assert made is not None
    target = tmp_path / "年报.gicr"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    assert made.save()
    # Nothing is closed: what the disk has now is what the next start finds.
    assert Settings().recent[0] == target


def test_a_file_that_is_open_is_not_opened_a_second_time(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "年报.gicr"
    path.write_bytes(resources.path("samples", "2021.gicr").read_bytes())
    first = program.open(path)
    (tmp_path / "另一条路").symlink_to(tmp_path)
    second = program.open(tmp_path / "另一条路" / "年报.gicr")
    assert isinstance(first, MainWindow)
    assert second is first
    assert program.windows == [first]


def test_a_file_that_another_pc_has_open_can_only_be_read(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "年报.gicr"
    path.write_bytes(resources.path("samples", "2021.gicr").read_bytes())
    code = (
        "import sys,pathlib; from gic_desktop.store import lock;"
        "held = lock.acquire(pathlib.Path(sys.argv[1])); print(type(held).__name__, flush=True);"
        "sys.stdin.read()"
    )
    asked = []
    monkeypatch.setattr(
        "gic_desktop.window.application.ask",
        lambda _parent, _title, text, choices, **_: asked.append((text, choices)) or "只读打开",
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == "Lock"
        window = program.open(path)
        assert other.stdin is not None
        other.stdin.close()
    assert window is not None
    assert window.session.read_only
    assert "只读" in window.saved_label.text()
    assert not window.save_action.isEnabled()
    assert "编辑" in asked[0][0]
    window.show_tab("requests")
    table = window.section_tab("requests").table
    assert table is not None
    before = window.session.report
    QTest.keyClick(table.view, "5")
    assert window.session.report is before


# -- by a real keyboard on a real screen ---------------------------------------------------------


def learn(display: str, characters: str) -> None:
    """Gives each character a key of its own, before any program asks which keys there are.

    xdotool would give one spare key the one after the other: a program that is behind finds the
    next one there, or none, and letters are lost.
    """
    x11 = ctypes.CDLL("libX11.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    server = ctypes.c_void_p(x11.XOpenDisplay(display.encode()))
    for key, character in enumerate(sorted(set(characters)), SPARE_KEYS):
        symbols = (ctypes.c_ulong * 2)(*[0x1000000 | ord(character)] * 2)
        x11.XChangeKeyboardMapping(server, key, 2, symbols, 1)
    x11.XSync(server, 0)
    x11.XCloseDisplay(server)


class Keyboard:
    """A program on a screen of its own, and somebody who has nothing but a keyboard."""

    def __init__(self, display: str, home: Path) -> None:
        self.environment = {k: v for k, v in os.environ.items() if k != "QT_QPA_PLATFORM"}
        self.environment |= {"DISPLAY": display, "GIC_DESKTOP_HOME": str(home)}

    def _run(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments],
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
        )
        return done.stdout

    @contextmanager
    def program(self, *files: str) -> Iterator[subprocess.Popen[bytes]]:
        command = [sys.executable, "-m", "gic_desktop", *files]
        with subprocess.Popen(command, env=self.environment) as running:
            try:
                yield running
            finally:
                running.terminate()

    def goes_to(self, title: str) -> None:
        """Waits for a window and gives it the keyboard, as a window manager would."""
        window = self._run("search", "--sync", "--onlyvisible", "--name", title).split()[-1]
        self._run("windowfocus", "--sync", window)
        time.sleep(1)

    def press(self, *keys: str) -> None:
        for begin in range(0, len(keys), 60):
            self._run("key", "--delay", "12", *keys[begin : begin + 60])

    def type(self, text: str) -> None:
        self._run("type", "--delay", "40", text)


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.2)


@pytest.mark.long
@pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xdotool")), reason="needs Xvfb and xdotool"
)
def test_a_real_keyboard_writes_a_whole_report(tmp_path: Path, sample: Report) -> None:
    path = tmp_path / "annual.gicr"
    sentence = "2025年，梧桐街道扩大公开范围。"

    def saved() -> Report:
        return gicr.read(path.read_bytes()).report

    with screen() as display:
        learn(display, "".join(c for c in ORGAN + sentence if not c.isascii()))
        keyboard = Keyboard(display, tmp_path / "home")
        with keyboard.program():
            keyboard.goes_to("政府信息公开年报")
            keyboard.type(ORGAN)
            keyboard.press("Tab", "ctrl+a")
            keyboard.type("2025")
            keyboard.press("Return")
            keyboard.goes_to("尚未命名")
            keyboard.press("ctrl+s")
            keyboard.goes_to("另存为")
            keyboard.press("ctrl+a")
            keyboard.type(str(path))
            keyboard.press("Return")
            wait_for(path.exists)
            keyboard.goes_to("annual")
            assert (saved().organ, saved().year, dict(saved().cells)) == (ORGAN, 2025, {})

            keyboard.press("ctrl+2")
            time.sleep(1)
            keyboard.type(sentence)
            for number, table in enumerate(sample.form.tables):
                keyboard.press(f"ctrl+{number + 3}")
                time.sleep(1)
                for cell in table.cells:
                    if not sample.form.cells[cell].computed:
                        typed = figure_text(sample.cells[cell], sample.form.cells[cell])
                        keyboard.press(*["period" if c == "." else c for c in typed], "Tab")
            keyboard.press("ctrl+s")
            wait_for(lambda: saved().cells == sample.cells)
            whole = saved()
            assert sentence in str(whole.section("overview").body)

            # More often than there are steps: the last ones find nothing left to undo.
            keyboard.press(*["ctrl+z"] * 260, "ctrl+s")
            wait_for(lambda: not saved().cells)
            assert not saved().section("overview").body
            keyboard.press(*["ctrl+y"] * 260, "ctrl+s")
            wait_for(lambda: saved() == whole)
            keyboard.press("ctrl+w")

        with keyboard.program(str(path)):
            keyboard.goes_to("annual")
            keyboard.press("ctrl+3", "9", "Return", "ctrl+z", "ctrl+s")
            time.sleep(1)
            assert saved() == whole
