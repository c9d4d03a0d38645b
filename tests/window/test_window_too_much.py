"""A report that no file can hold: the clerk is told at once, and again nothing when it fits."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from gic_desktop import resources
from gic_desktop.report.edits import SetSection
from gic_desktop.report.narrative import Paragraph
from gic_desktop.report.report import Section
from gic_desktop.store import gicr
from gic_desktop.window.session import Session


def test_the_journal_says_what_does_not_fit_and_takes_it_when_it_does(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session(gicr.read(resources.path("samples", "2021.gicr").read_bytes()).report)
    said: list[str] = []
    session.journal_failed.connect(said.append)
    monkeypatch.setattr(gicr, "MAX_ITEMS", 3)
    session.apply(SetSection(Section("overview", tuple(map(Paragraph, "甲乙丙丁")))))
    qtbot.waitUntil(lambda: bool(said))
    assert said[0].startswith("有一节的正文超过 3 段")
    session.rescue()
    session.undo()
    monkeypatch.undo()
    session.apply(SetSection(Section("overview", tuple(map(Paragraph, "甲乙")))))
    qtbot.waitUntil(lambda: not said[-1])
    session.close(discard=True)
