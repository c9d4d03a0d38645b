"""Two reports open: both are seen, and the way from one to the other stands in the menu."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from pytestqt.qtbot import QtBot

from gic_desktop import resources, verbs
from gic_desktop.report.edits import SetCells
from gic_desktop.report.figures import Figure
from gic_desktop.store import lock
from gic_desktop.values import replace
from gic_desktop.window import background, main_window
from gic_desktop.window.application import Program
from gic_desktop.window.dialogs import save_name
from gic_desktop.window.session import Opened, Session

pytestmark = pytest.mark.filterwarnings("ignore:.*plugin does not support.*")


@pytest.fixture
def program(qtbot: QtBot) -> Iterator[Program]:
    assert qtbot is not None
    made = Program(cast("QApplication", QApplication.instance()))
    yield made
    for window in list(made.windows):
        window.session.close(discard=True)
        window.hide()
        window.deleteLater()
    background.wait_for_all()


@pytest.fixture
def reports(tmp_path: Path) -> list[Path]:
    found = [tmp_path / "梧桐街道" / "年报.gicr", tmp_path / "桥头街道" / "年报.gicr"]
    for path in found:
        path.parent.mkdir()
        path.write_bytes(resources.path("samples", "2021.gicr").read_bytes())
    return found


def test_a_second_window_does_not_hide_the_first(program: Program, reports: list[Path]) -> None:
    first = program.open(reports[0])
    assert first is not None
    room = first.screen().availableGeometry()
    first.resize(room.size() - QSize(30, 60))
    program.settings.set_bytes("geometry", first.saveGeometry())
    second = program.open(reports[1])
    assert second is not None
    apart = second.geometry().topLeft() - first.geometry().topLeft()
    assert min(apart.x(), apart.y()) >= 20, "its title is seen"
    assert room.contains(second.geometry()), "its foot too"


def test_recent_reports_are_opened_from_the_menu(program: Program, reports: list[Path]) -> None:
    window = program.open(reports[0])
    assert window is not None
    window._fill_recent_menu()
    assert [action.text() for action in window._recent_menu.actions()] == ["没有其他年报"]
    program.open(reports[1])
    window._fill_recent_menu()
    (other,) = window._recent_menu.actions()
    assert other.text() == "年报（桥头街道）"
    program.windows[1].close()
    other.trigger()
    assert [one.session.path for one in program.windows] == reports


def test_the_menu_offers_what_would_do_something(program: Program, reports: list[Path]) -> None:
    window = program.open(reports[0])
    assert window is not None
    cell = "requests.received.person"
    before = window.session.report.cells[cell]
    offered = (window.next_action, window.previous_action, window.fill_action)
    assert [action.isEnabled() for action in offered] == [False, False, False]
    window.session.apply(SetCells({cell: None}))
    assert window.fill_action.isEnabled()
    window.session.apply(SetCells({cell: Figure(99)}))
    assert [action.isEnabled() for action in offered] == [True, True, False]
    window.session.apply(SetCells({cell: before}))
    assert [action.isEnabled() for action in offered] == [False, False, False]


def test_the_findings_are_ticked_in_the_menu_while_they_are_shown(
    program: Program, reports: list[Path]
) -> None:
    window = program.open(reports[0])
    assert window is not None
    view = next(m for m in window.menuBar().findChildren(QMenu) if m.title().startswith("视图"))
    ticked = []
    for _ in range(2):
        view.aboutToShow.emit()
        ticked.append((window.panel_action.isChecked(), window.panel.isVisible()))
        window.panel_action.trigger()
    assert sorted(ticked) == [(False, False), (True, True)]


def test_save_as_proposes_the_present_name_and_never_another_ones_file(
    program: Program, reports: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    proposed: list[str] = []

    def leave(_parent: object, _title: str, name: str, *_: object) -> tuple[str, str]:
        proposed.append(name)
        return "", ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", leave)
    monkeypatch.setattr(main_window, "ask", lambda *_, **__: "另存为…")
    window = program.open(reports[0])
    assert window is not None
    window.save_as_action.trigger()
    window.session.apply(SetCells({"requests.received.person": Figure(99)}))
    reports[0].write_bytes(reports[0].read_bytes() + b"\n")
    window.save_action.trigger()
    program.open_sample().save_as_action.trigger()
    mine = reports[0].with_name("年报（副本）.gicr")
    named = "云岚市望江区梧桐街道办事处2025年政府信息公开工作年度报告.gicr"
    assert proposed == [str(reports[0]), str(mine), str(reports[0].parent / named)]


def test_a_report_open_elsewhere_is_not_saved_over(
    program: Program, reports: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, told, proposed = reports[0], list[str](), list[str]()
    assert isinstance(lock.acquire(path), lock.Lock)
    project = verbs.open_report(path)
    opened = Opened(path, project.fingerprint, read_only=True)
    window = program.show(Session(replace(project.report, organ="别处"), opened))
    before = path.read_bytes()

    def same_name(_parent: object, _title: str, name: str, *_: object) -> tuple[str, str]:
        proposed.append(name)
        return str(path), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", same_name)
    monkeypatch.setattr(save_name, "ask", lambda *_, **__: "替换")
    monkeypatch.setattr(main_window, "tell", lambda *words, **_: told.append(str(words[-1])))
    window.save_as_action.trigger()
    assert proposed == [str(path.with_name("年报（副本）.gicr"))]
    assert "编辑" in told[0]
    assert path.read_bytes() == before
