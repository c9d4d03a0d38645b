"""A window that was closed is gone, with its report, its history and all that listened to them."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from gic_desktop import resources
from gic_desktop.report.edits import SetCells
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import Picture
from gic_desktop.store import gicr
from gic_desktop.window import background
from gic_desktop.window import theme as look
from gic_desktop.window.dialogs.ask import ask, tell
from gic_desktop.window.dialogs.help import HelpWindow, show_about
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


def _paste_refused(window: MainWindow) -> None:
    window.show_tab("requests")
    editor = window.section_tab("requests").table
    assert editor is not None
    editor._tell("请核对：", [("", "本年新收政府信息公开申请数量")])


def _picture(window: MainWindow) -> None:
    window.show_tab("overview")
    editor = window.section_tab("overview").parts["body"].editor
    drawn = resources.path("help", "pictures", "cover.png").read_bytes()
    assert editor.insert_picture(drawn, Picture("", "图1 封面"))
    (place,) = (i for i, one in enumerate(editor.narrative) if isinstance(one, Picture))
    editor.setTextCursor(QTextCursor(editor.document().findBlockByNumber(place)))
    editor.change_picture()


def _reason(window: MainWindow) -> None:
    window.session.apply(SetCells({"requests.carried_out.person": Figure(9)}))
    window.panel.go_to_next()
    window.panel.give_reason()


@pytest.mark.parametrize(
    "show",
    [
        lambda window: ask(window, "关闭", "年报有修改尚未保存。", ["保存", "取消"]),
        lambda window: tell(window, "早前版本", "年报还没有保存过，没有早前版本。"),
        show_about,
        MainWindow._show_help,
        MainWindow._show_settings,
        MainWindow._show_versions,
        _picture,
        _paste_refused,
        _reason,
    ],
    ids=[
        "a question",
        "a message",
        "about",
        "the guide",
        "settings",
        "versions",
        "a picture",
        "a paste",
        "a reason",
    ],
)
def test_what_was_shown_before_a_window_is_gone_when_closed(
    show: Callable[[MainWindow], object], qtbot: QtBot, tmp_path: Path
) -> None:
    """Each stayed with its window, hidden, until that was closed in the evening."""
    report = gicr.read(resources.path("samples", "2021.gicr").read_bytes()).report
    session = Session(report)
    session.save(tmp_path / "年报.gicr")
    window = MainWindow(session, Settings(tmp_path / "settings.json"), look.LIGHT)
    qtbot.addWidget(window)
    window.show()

    def above() -> list[QWidget]:
        return [
            one for one in window.findChildren(QWidget) if isinstance(one, QDialog | HelpWindow)
        ]

    closing = QTimer()
    closing.timeout.connect(lambda: [one.close() for one in above()])
    seen: list[int] = []
    closing.timeout.connect(lambda: seen.append(len(above())))
    closing.start(20)
    show(window)
    qtbot.waitUntil(lambda: bool(seen) and not above())
    assert max(seen) == 1
    session.save()
    session.close(discard=True)


WINDOWS_IN_TURN = """
import ctypes, gc
from PySide6.QtCore import QEvent
from PySide6.QtGui import QPixmapCache
from PySide6.QtWidgets import QApplication
from gic_desktop import resources
from gic_desktop.store import gicr
from gic_desktop.window import application, background, theme
from gic_desktop.window.session import Session

class Heap(ctypes.Structure):
    _fields_ = [(f"field{number}", ctypes.c_size_t) for number in range(10)]

mallinfo = ctypes.CDLL(None).mallinfo2
mallinfo.restype = Heap
program = application.Program(QApplication(["gic-desktop", *theme.FUSION]))
report = gicr.read(resources.path("samples", "2021.gicr").read_bytes()).report

def deleted():
    QApplication.processEvents()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

def in_turn(count):
    for _ in range(count):
        window = program.show(Session(report))
        for section in report.form.sections:
            window.show_tab(section.id)
            deleted()
        window.close()
        del window
        background.wait_for_all()
        deleted()
    gc.collect()
    QPixmapCache.clear()
    return mallinfo().field7

before = in_turn(20)
print((in_turn(20) - before) // 20)
"""


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or "CS_GNU_LIBC_VERSION" not in os.confstr_names,
    reason="the heap of another library tells nothing",
)
def test_windows_opened_in_turn_leave_nothing_in_the_heap(tmp_path: Path) -> None:
    """17 kB each: the items of their rows of tools, and what Qt's style sheet noted of their parts."""
    told = subprocess.run(
        [sys.executable, "-c", WINDOWS_IN_TURN],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "GIC_DESKTOP_HOME": str(tmp_path)},
        cwd=Path(__file__).resolve().parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(told.stdout) < 2_500
