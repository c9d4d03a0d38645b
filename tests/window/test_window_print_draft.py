"""A report with errors is printed as a draft only after the clerk was asked, as it is exported."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrintDialog
from pytestqt.qtbot import QtBot

from gic_desktop import resources, verbs
from gic_desktop.report.edits import SetCells, SetSection
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import Paragraph
from gic_desktop.report.report import Section
from gic_desktop.window import background, printing
from gic_desktop.window import theme as look
from gic_desktop.window.dialogs import export
from gic_desktop.window.main_window import MainWindow
from gic_desktop.window.session import Session
from gic_desktop.window.settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore:.*plugin does not support.*")


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    assert qtbot is not None
    session = Session(verbs.open_report(resources.path("samples", "2021.gicr")).report)
    made = MainWindow(session, Settings(tmp_path / "settings.json"), look.LIGHT)
    yield made
    session.close(discard=True)
    background.wait_for_all()
    made.deleteLater()


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether each print was one of a draft."""
    drafts: list[bool] = []

    def note(*_: object, draft: bool, **__: object) -> bool:
        drafts.append(draft)
        return True

    monkeypatch.setattr(printing, "print_report", note)
    return drafts


def break_it(window: MainWindow) -> None:
    window.session.apply(SetCells({"requests.received.person": Figure(99)}))


def test_a_sound_report_is_printed_without_a_question(
    window: MainWindow, printed: list[bool]
) -> None:
    window.print_action.trigger()
    assert printed == [False]
    assert window.statusBar().currentMessage() == "已送去打印。"


def test_what_no_font_can_print_is_shown_where_it_stands(
    window: MainWindow, printed: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(_parent: object, _title: str, _text: str, choices: list[str], *, details: str) -> str:
        asked.append(details)
        assert "打印草稿" not in choices
        return "查看第一处"

    monkeypatch.setattr(export, "ask", ask)
    written = Section("other", body=(Paragraph("王\U000323af。"),))
    window.session.apply(SetSection(written))
    window.print_action.trigger()
    assert "\U000323af" in asked[0]
    assert window.tab == "other"
    assert printed == []


@pytest.mark.parametrize(
    ("answer", "drafts"), [("打印草稿", [True]), ("取消", []), ("查看第一处", [])]
)
def test_a_broken_one_asks(
    window: MainWindow,
    printed: list[bool],
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    drafts: list[bool],
) -> None:
    def ask(_parent: object, title: str, text: str, choices: list[str], **_: object) -> str:
        assert title == "打印"
        assert "1 处错误" in text
        assert answer in choices
        return answer

    monkeypatch.setattr(export, "ask", ask)
    break_it(window)
    window.print_action.trigger()
    assert printed == drafts
    if answer == "查看第一处":
        assert window.tab == "requests"


@pytest.mark.parametrize(("draft", "ending"), [(True, "年度报告（草稿）"), (False, "年度报告")])
def test_a_draft_is_called_so_in_the_queue_and_in_a_file(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, *, draft: bool, ending: str
) -> None:
    named: list[str] = []

    def look_and_leave(dialog: QPrintDialog) -> int:
        named.append(dialog.printer().docName())
        return QPrintDialog.DialogCode.Rejected.value

    monkeypatch.setattr(QPrintDialog, "exec", look_and_leave)
    assert not printing.print_report(window.session.report, window, draft=draft)
    assert named[0].endswith(ending)
