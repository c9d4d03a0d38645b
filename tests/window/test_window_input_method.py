"""No Chinese can be typed: the clerk is told why and what to do, and told without being stopped."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow
from pytestqt.qtbot import QtBot

from gic_desktop.window.application import Program
from gic_desktop.window.input_method import missing, prepare, processes
from gic_desktop.window.notice import Notice

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="about Linux' input methods"
)
X = {"DISPLAY": ":0"}


@pytest.mark.parametrize(
    ("environment", "running", "told"),
    [
        ({**X, "XMODIFIERS": "@im=fcitx"}, ["fcitx5"], ""),
        ({**X, "QT_IM_MODULE": "fcitx"}, ["fcitx5"], ""),
        ({**X, "QT_IM_MODULE": "ibus"}, ["ibus-daemon"], ""),
        ({**X, "WAYLAND_DISPLAY": "wayland-0"}, [], ""),
        ({}, [], ""),
        ({**X, "XMODIFIERS": "@im=fcitx"}, ["fcitx", "kwin_x11"], "fcitx 4"),
        ({**X, "XMODIFIERS": "@im=fcitx"}, [], "没有找到可用的中文输入法"),
        (X, [], "没有找到可用的中文输入法"),
        (X, ["fcitx5"], "没有设为本程序可用"),
    ],
)
def test_what_is_told_on_a_desktop(
    environment: dict[str, str], running: list[str], told: str
) -> None:
    given = dict(environment)
    prepare(given)
    sentence = missing(given, running)
    assert told in sentence
    assert bool(sentence) == bool(told)
    assert not sentence or "请" in sentence, "what is, then what to do"


def test_processes_are_seen_by_name() -> None:
    assert any("python" in name or "pytest" in name for name in processes())


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[Program]:
    application = cast("QApplication", QApplication.instance())
    monkeypatch.setattr(
        "gic_desktop.window.input_method.missing", lambda _: "不能输入汉字。\n请装。"
    )
    monkeypatch.setattr(application, "platformName", lambda: "xcb", raising=False)
    made = Program(application)
    start = made.show_start()
    qtbot.addWidget(start)
    yield made
    for window in list(made.windows):
        window.session.close(discard=True)
        window.hide()
        window.deleteLater()


def lines(window: QMainWindow) -> list[Notice]:
    return [notice for notice in window.findChildren(Notice) if notice.isVisible()]


def test_it_is_told_in_a_line_that_takes_no_key(program: Program, qtbot: QtBot) -> None:
    start, page = program.show_start(), program._page
    assert page is not None
    qtbot.waitExposed(start)
    page.organ.clear()
    page.organ.setFocus()
    program.tell_input_method()
    (line,) = lines(start)
    assert QApplication.activeModalWidget() is None
    assert start.focusWidget() is page.organ
    QTest.keyClicks(start.focusWidget(), "abc")
    assert page.organ.text() == "abc"
    assert line.label.text() == "不能输入汉字。"
    assert "请装" in line.label.toolTip()
    QTest.mouseClick(line.help_button, Qt.MouseButton.LeftButton)
    assert start.focusWidget() is page.organ
    assert program._help is not None
    assert "输入法" in program._help.guide.toPlainText()
    program._help.close()


def test_it_stays_until_it_was_read_and_is_not_told_again(program: Program) -> None:
    start = program.show_start()
    program.tell_input_method()
    window = program.open_sample()
    (line,) = lines(window)
    QTest.mouseClick(line.read_button, Qt.MouseButton.LeftButton)
    assert lines(window) == []
    assert lines(start) == []
    assert lines(program.open_sample()) == []
    again = Program(program.application)
    again.tell_input_method()
    assert lines(again.show_start()) == []


def test_without_a_desktop_nothing_is_told(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program.application, "platformName", lambda: "offscreen", raising=False)
    program.tell_input_method()
    assert lines(program.show_start()) == []
