"""A file is opened by a program that sees the desktop's surroundings, not those of a built program."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from gic_desktop.window import other_programs

BUILT = {
    "LD_LIBRARY_PATH": "/opt/gic/_internal",
    "LD_LIBRARY_PATH_ORIG": "/usr/local/lib",
    "QT_PLUGIN_PATH": "/opt/gic/_internal/PySide6/Qt/plugins",
}


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str | None]]:
    """What a program that is started is told, each time."""
    seen: list[dict[str, str | None]] = []

    def open_url(url: QUrl) -> bool:
        seen.append({name: os.environ.get(name) for name in other_programs.OF_THE_DESKTOP})
        return url.toLocalFile().endswith(".pdf")

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    monkeypatch.delenv("QT_PLUGIN_PATH_ORIG", raising=False)
    for name, value in BUILT.items():
        monkeypatch.setenv(name, value)
    return seen


def test_a_built_program_hands_down_what_the_desktop_said(
    seen: list[dict[str, str | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert other_programs.open_with_system(Path("/年报.pdf"))
    assert not other_programs.open_with_system(Path("/年报.未知"))
    assert seen == [{"LD_LIBRARY_PATH": "/usr/local/lib", "QT_PLUGIN_PATH": None}] * 2
    assert {name: os.environ.get(name) for name in BUILT} == BUILT


def test_from_source_nothing_is_changed(seen: list[dict[str, str | None]]) -> None:
    other_programs.open_with_system(Path("/年报.pdf"))
    assert seen == [{name: BUILT[name] for name in ("LD_LIBRARY_PATH", "QT_PLUGIN_PATH")}]
