"""A text that follows the report by what differs looks as one that is opened anew."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gic_desktop import resources
from gic_desktop.report.edits import SetCells, SetSection
from gic_desktop.report.figures import Figure
from gic_desktop.report.narrative import Chart, Item, Paragraph, Picture
from gic_desktop.report.report import Section
from gic_desktop.store import gicr
from gic_desktop.window import background
from gic_desktop.window import theme as look
from gic_desktop.window.narrative import editor as editing
from gic_desktop.window.narrative.editor import NarrativeEditor, fragments
from gic_desktop.window.section_tab import SectionTab
from gic_desktop.window.session import Session

REPORT = gicr.read(resources.path("samples", "2021.gicr").read_bytes()).report
ITEMS = st.one_of(
    st.builds(
        Paragraph,
        st.sampled_from(
            ["", "甲", "甲甲", "𬭎街道", "收到{收到申请总数}件", "{收到申请总数}{收到申请总数}", "{没有}"]
        ),
        st.sampled_from([0, 0, 2, 4]),
    ),
    st.sampled_from([Picture("p"), Picture("p", "图1"), Chart("outcomes")]),
)  # fmt: skip
NARRATIVES = st.lists(ITEMS, max_size=6).map(tuple)
STEPS = st.lists(
    st.one_of(NARRATIVES, st.sampled_from(["undo", "redo", "type", "name", "join", 27, 2700])),
    max_size=8,
)


def seen(editor: NarrativeEditor) -> list[Any]:
    """All that stands in a text and how it looks, paragraph by paragraph."""
    found = []
    block = editor.document().begin()
    while block.isValid():
        runs = []
        for fragment in fragments(block):
            made = fragment.charFormat()
            shown = editor._items.get(made.intProperty(editing.ITEM))
            made.clearProperty(editing.APART)
            made.clearProperty(editing.ITEM)
            runs.append((fragment.text(), made, shown))
        typed_here = None if runs else block.charFormat()
        found.append((block.text(), block.blockFormat(), typed_here, runs))
        block = block.next()
    while found and not found[-1][0]:  # empty lines at the end are no part of a text
        found.pop()
    return found


def without_end(report: Any) -> tuple[Item, ...]:
    return editing._without_end(report.section("overview").body)


@given(NARRATIVES, STEPS)
def test_a_text_that_followed_looks_as_one_opened_anew(
    qapp: object, first: tuple[Item, ...], steps: list[Any]
) -> None:
    assert qapp is not None
    session = Session(SetSection(Section("overview", first)).apply(REPORT))
    editor = NarrativeEditor(session, "overview", look.LIGHT)
    fresh = None
    try:
        for step in steps:
            if step == "undo":
                session.undo()
            elif step == "redo":
                session.redo()
            elif step == "type":
                QTest.keyClick(editor, Qt.Key.Key_End)
                QTest.keyClicks(editor, "x")
                session.end_visit()
            elif step == "join":
                QTest.keyClick(editor, Qt.Key.Key_Home)
                QTest.keyClick(editor, Qt.Key.Key_Backspace)
            elif step == "name":
                editor.insertPlainText("{收到申请总数}")
            elif isinstance(step, int):
                session.apply(SetCells({"requests.received.person": Figure(step)}))
            else:
                session.apply(SetSection(Section("overview", step)))
            assert editor.written() == without_end(session.report)
            known = editor.length()
            editor._blocks[:] = [None] * editor.document().blockCount()
            assert editor.length() == known
        editor._rested()
        fresh = NarrativeEditor(session, "overview", look.LIGHT)
        assert seen(editor) == seen(fresh)
    finally:
        session.close(discard=True)
        editor.deleteLater()
        if fresh is not None:
            fresh.deleteLater()
        background.wait_for_all()


@pytest.fixture
def tab(qtbot: QtBot) -> Iterator[SectionTab]:
    texts = [f"第{n}段，收到{{收到申请总数}}件。" for n in range(60)]
    session = Session(SetSection(Section("overview", tuple(map(Paragraph, texts)))).apply(REPORT))
    made = SectionTab(session, REPORT.form.section("overview"), look.LIGHT)
    qtbot.addWidget(made)
    made.resize(900, 500)
    made.show()
    yield made
    session.close(discard=True)
    background.wait_for_all()


def test_undone_and_redone_the_cursor_stands_where_it_happened_and_the_rest_is_not_touched(
    tab: SectionTab,
) -> None:
    editor, session = tab.parts["body"].editor, tab._session
    editor.go_to(40, 2, 2)
    QTest.keyClicks(editor, "xyz")
    QTest.keyClick(editor, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    touched: list[tuple[int, int]] = []
    editor.document().contentsChange.connect(lambda at, _gone, new: touched.append((at, new)))
    for step, cursor in ((session.undo, 2), (session.redo, 5)):
        step()
        here = editor.textCursor()
        assert (here.blockNumber(), here.positionInBlock()) == (40, cursor)
        assert editor.viewport().rect().contains(editor.cursorRect())
    block = editor.document().findBlockByNumber(40)
    assert touched
    for at, new in touched:
        assert at >= block.position() - 1
        assert at + new <= block.position() + block.length() + 1


def test_a_name_becomes_its_number_and_the_cursor_stays_among_the_words(tab: SectionTab) -> None:
    editor = tab.parts["body"].editor
    editor.go_to(3, 2, 2)
    editor.insertPlainText("甲{收到申请总数}乙丙")
    editor._rested()
    here = editor.textCursor()
    assert here.block().text().startswith("第3甲35乙丙段，")
    assert here.block().text()[: here.positionInBlock()] == "第3甲35乙丙"


def test_the_letters_are_counted_anew_when_a_figure_in_the_text_changes(tab: SectionTab) -> None:
    part = tab.parts["body"]
    before = part.editor.length()
    assert part.count.text() == f"{before} 字"
    tab._session.apply(SetCells({"requests.received.person": Figure(2700)}))
    assert part.count.text() == f"{before + 2 * 60} 字"


@pytest.mark.parametrize("width", [640, 420, 300])
def test_in_a_narrow_window_the_cursor_stays_in_sight_and_pictures_fit(
    tab: SectionTab, width: int
) -> None:
    editor, items = (
        tab.parts["body"].editor,
        (Picture("p", "图1 街道政务公开专区"), Chart("outcomes")),
    )
    body = tab._session.report.section("overview").body
    tab._session.apply(SetSection(Section("overview", (*body[:20], *items, *body[20:]))))
    tab.resize(900, 500)
    QTest.qWait(10)
    editor.go_to(40, 2, 2)
    for wide in (width, 900):
        tab.resize(wide, 500)
        QTest.qWait(10)
        assert editor.viewport().rect().contains(editor.cursorRect())
        assert editor.horizontalScrollBar().maximum() == 0
    editor.go_to(0)
    editor.verticalScrollBar().setValue(300)
    first = editor.cursorForPosition(QPoint()).blockNumber()
    tab.resize(width, 500)
    QTest.qWait(10)
    assert editor.cursorForPosition(QPoint()).blockNumber() == first > 0


def test_a_line_joined_to_a_heading_looks_like_it(tab: SectionTab) -> None:
    editor, session = tab.parts["body"].editor, tab._session
    session.apply(
        SetSection(
            Section("overview", (Paragraph("（一）公开", 2), Paragraph("收到{收到申请总数}件")))
        )
    )
    editor.go_to(1)
    QTest.keyClick(editor, Qt.Key.Key_Backspace)
    assert session.report.section("overview").body == (
        Paragraph("（一）公开收到{收到申请总数}件", 2),
    )
    assert {run[1].fontWeight() for run in seen(editor)[0][3]} == {600}
