"""No Chinese can be typed: the clerk is told why and what to do, and told once."""

from __future__ import annotations

import sys
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gic_desktop.window.application import Program
from gic_desktop.window.input_method import missing, prepare, processes

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


def test_it_is_told_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    assert qtbot is not None
    told: list[str] = []
    application = cast("QApplication", QApplication.instance())
    monkeypatch.setattr(
        "gic_desktop.window.application.tell", lambda _p, _t, text, **_: told.append(text)
    )
    monkeypatch.setattr("gic_desktop.window.input_method.missing", lambda _: "不能输入汉字。")
    made = Program(application)
    made.tell_input_method()
    assert told == [], "no desktop, nothing to type with"
    monkeypatch.setattr(application, "platformName", lambda: "xcb", raising=False)
    made.tell_input_method()
    made.tell_input_method()
    assert told == ["不能输入汉字。"]
