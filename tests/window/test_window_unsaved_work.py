"""A report is opened by a double click after a power cut: what was kept of it is offered first."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from gic_desktop import resources, user_folders, verbs
from gic_desktop.report.edits import SetCells
from gic_desktop.report.figures import Figure
from gic_desktop.store import gicr
from gic_desktop.store.durable import ChangedOutside
from gic_desktop.store.journal import pending, work_in
from gic_desktop.values import replace
from gic_desktop.window import application, background
from gic_desktop.window.application import Program
from gic_desktop.window.dialogs.versions import VersionsDialog
from gic_desktop.window.session import Opened, Session

pytestmark = pytest.mark.filterwarnings("ignore:.*plugin does not support.*")
CELL = "requests.received.person"
SAVED, TYPED = "26", "77"
# A program that is gone, as after a power cut: nothing of it says good-bye.
CUT_OFF = """
import os, sys
from pathlib import Path
from gic_desktop.store.journal import JournalWriter
folder, project, base, work = sys.argv[1:]
writer = JournalWriter(Path(folder), Path(project), base=base)
writer.put(Path(work).read_bytes())
writer.flush()
os._exit(1)
"""
Answers = list[str]


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
def cut_off(tmp_path: Path) -> Path:
    """A saved report on which 77 was typed, but not saved, when the power went."""
    path = tmp_path / "年报.gicr"
    path.write_bytes(resources.path("samples", "2021.gicr").read_bytes())
    project = verbs.open_report(path)
    work = tmp_path / "work"
    cells = {**project.report.cells, CELL: Figure(int(TYPED))}
    work.write_bytes(gicr.write(replace(project.report, cells=cells)))
    folder = user_folders.journal()
    folder.mkdir(parents=True, exist_ok=True)
    base = project.fingerprint.sha256
    given = [sys.executable, "-c", CUT_OFF, str(folder), str(path), base, str(work)]
    subprocess.run(given, check=False, timeout=60)
    assert [one.project for one in pending(folder)] == [path]
    return path


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Answers]:
    def answer(chosen: str) -> Answers:
        asked: Answers = []

        def ask(_parent: object, _title: str, text: str, choices: list[str], **_: object) -> str:
            assert chosen in choices
            asked.append(text)
            return chosen

        monkeypatch.setattr(application, "ask", ask)
        return asked

    return answer


def shown(program: Program) -> str:
    (window,) = program.windows
    return str(window.session.report.cells[CELL].value)


def test_opening_the_file_offers_what_was_not_saved(
    program: Program, cut_off: Path, answered: Callable[[str], Answers]
) -> None:
    asked = answered("恢复修改")
    window = program.open(cut_off)
    assert window is not None
    assert len(asked) == 1
    assert asked[0].startswith("“年报”有 ")
    assert shown(program) == TYPED
    assert window.session.path == cut_off
    assert window.session.modified
    window.session.save()
    assert verbs.open_report(cut_off).report.cells[CELL].value == int(TYPED)


def test_not_now_keeps_it_for_the_next_time(
    program: Program, cut_off: Path, answered: Callable[[str], Answers]
) -> None:
    answered("暂不恢复")
    program.open(cut_off)
    assert shown(program) == SAVED
    assert [one.project for one in pending(user_folders.journal())] == [cut_off]


def test_given_up_it_is_not_offered_again(
    program: Program, cut_off: Path, answered: Callable[[str], Answers]
) -> None:
    answered("放弃修改")
    program.open(cut_off)
    assert shown(program) == SAVED
    assert pending(user_folders.journal()) == ()


def test_another_report_is_opened_without_a_question(
    program: Program, cut_off: Path, answered: Callable[[str], Answers]
) -> None:
    asked = answered("暂不恢复")
    other = cut_off.with_name("另一份.gicr")
    other.write_bytes(cut_off.read_bytes())
    program.open(other)
    assert asked == []
    assert shown(program) == SAVED


def test_what_was_saved_since_is_not_replaced_without_a_question(
    program: Program, cut_off: Path
) -> None:
    report = verbs.open_report(cut_off).report
    later = replace(report, cells={**report.cells, CELL: Figure(30)})
    cut_off.write_bytes(gicr.write(later))
    (work,) = pending(user_folders.journal())
    window = program.recover(work)
    assert window is not None
    assert "又有改动" in window.statusBar().currentMessage()
    with pytest.raises(ChangedOutside):
        window.session.save()
    assert verbs.open_report(cut_off).report.cells[CELL].value == 30


def test_a_file_named_from_where_the_console_stands_is_found_the_next_day(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "年报.gicr").write_bytes(resources.path("samples", "2021.gicr").read_bytes())
    monkeypatch.chdir(tmp_path)
    window = program.open(Path("年报.gicr"))
    assert window is not None
    assert window.session.path == tmp_path / "年报.gicr"
    assert program.settings.recent == [tmp_path / "年报.gicr"]
    assert program.settings.folder == tmp_path


def test_a_shutdown_finds_the_last_keys_on_disk(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "年报.gicr"
    path.write_bytes(resources.path("samples", "2021.gicr").read_bytes())
    window = program.open(path)
    assert window is not None
    window.session.apply(SetCells({CELL: Figure(int(TYPED))}))
    program.keep_work()
    (journal,) = user_folders.journal().glob("*.gicj")
    work = work_in(journal.read_bytes())
    assert work is not None
    assert str(gicr.read(work.state).report.cells[CELL].value) == TYPED


def test_help_opens_on_the_start_page_too(program: Program, qtbot: QtBot) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    start = program.show_start()
    qtbot.addWidget(start)
    with qtbot.waitExposed(start):
        start.activateWindow()
    QTest.keyClick(start, Qt.Key.Key_F1)
    assert program._help is not None
    assert program._help.isVisible()
    program._help.close()


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A report that was saved twice, and then half of it was lost."""
    path = tmp_path / "年报.gicr"
    path.write_bytes(resources.path("samples", "2021.gicr").read_bytes())
    project = verbs.open_report(path)
    session = Session(project.report, Opened(path, project.fingerprint))
    session.apply(SetCells({CELL: Figure(int(TYPED))}))
    session.save()
    session.close(discard=True)
    path.write_bytes(path.read_bytes()[:5000])
    return path


def test_a_damaged_file_leads_to_its_earlier_versions(
    program: Program,
    damaged: Path,
    answered: Callable[[str], Answers],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[str] = []

    def take(dialog: VersionsDialog) -> int:
        looked.append(dialog.shown.toPlainText())
        return QDialog.DialogCode.Accepted.value

    monkeypatch.setattr(VersionsDialog, "exec", take)
    asked = answered("查看早前版本…")
    content = damaged.read_bytes()
    window = program.open(damaged)
    assert asked[0].endswith("本机留有它的早前版本，可以从中恢复。")
    assert "2025 年度，2021 格式" in looked[0]
    assert "已填写 " in looked[0]
    assert window is not None
    assert shown(program) == SAVED
    assert window.session.modified
    assert window.session.path is None
    assert damaged.read_bytes() == content


def test_a_damaged_file_without_earlier_versions_names_none(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(application, "tell", lambda *words, **_: told.append(str(words[-1])))
    path = tmp_path / "别处的.gicr"
    path.write_bytes(resources.path("samples", "2021.gicr").read_bytes()[:5000])
    assert program.open(path) is None
    assert told == ["这不是可用的项目文件：内容不完整或已损坏。请改用这份文件的其他副本。"]


def test_a_damaged_file_may_be_left_alone(
    program: Program, damaged: Path, answered: Callable[[str], Answers]
) -> None:
    answered("取消")
    assert program.open(damaged) is None
    assert program.windows == []
