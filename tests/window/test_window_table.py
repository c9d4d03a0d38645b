"""The table editor under real key, mouse and input-method events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QGuiApplication,
    QHelpEvent,
    QInputMethodEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gic_desktop.forms import catalogue
from gic_desktop.forms.catalogue import form_named
from gic_desktop.forms.description import GridCell
from gic_desktop.report.edits import SetCells, SetOverride
from gic_desktop.report.figures import Figure
from gic_desktop.report.report import new_report
from gic_desktop.window.session import Opened, Session
from gic_desktop.window.table.editor import TableEditor
from gic_desktop.window.theme import DARK, LIGHT

Make = Callable[..., TableEditor]
KEY = Qt.Key
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
KEYLESS = Qt.KeyboardModifier.NoModifier
THIRD = Path(__file__).parents[1] / "samples" / "third_form.toml"


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Make]:
    sessions = []

    def build(
        table: str = "requests", form: str = "2021", *, read_only: bool = False
    ) -> TableEditor:
        year = {"2019": 2020, "2021": 2025}.get(form, 2090)
        session = Session(
            new_report(form_named(form), year, "某街道办事处"), Opened(read_only=read_only)
        )
        sessions.append(session)
        editor = TableEditor(session, table)
        qtbot.addWidget(editor)
        editor.resize(1000, 560)
        editor.show()
        qtbot.waitExposed(editor)
        editor.activateWindow()
        editor.view.setFocus()
        return editor

    yield build
    for session in sessions:
        session.close(discard=True)


def target(editor: TableEditor) -> object:
    return editor.view.open_editor or editor.view


def press(
    editor: TableEditor, *keys: Qt.Key | str, modifier: Qt.KeyboardModifier | None = None
) -> None:
    """To whoever has the focus, as a keyboard would."""
    for key in keys:
        if isinstance(key, str):
            for character in key:
                if character.isascii():
                    QTest.keyClicks(target(editor), character)
                else:  # no key has it: an input method commits it
                    compose(editor, "", character)
        else:
            QTest.keyClick(target(editor), key, modifier or Qt.KeyboardModifier.NoModifier)


def at(editor: TableEditor) -> str:
    return editor.view.current.cell


def value(editor: TableEditor, cell: str) -> object:
    return editor._session.values.get(cell)


def click(editor: TableEditor, place: object, modifier: Qt.KeyboardModifier | None = None) -> None:
    where = editor.view.rect_of(place).center()  # type: ignore[arg-type]
    QTest.mouseClick(
        editor.view.viewport(), Qt.MouseButton.LeftButton,
        modifier or Qt.KeyboardModifier.NoModifier, where,
    )  # fmt: skip


def put(text: str | None = None, html: str | None = None) -> None:
    mime = QMimeData()
    if text is not None:
        mime.setText(text)
    if html is not None:
        mime.setHtml(html)
    QGuiApplication.clipboard().setMimeData(mime)


# -- typing --------------------------------------------------------------------------------------


def test_each_keystroke_is_in_the_report_with_its_totals(make: Make) -> None:
    editor = make()
    press(editor, "1")
    assert value(editor, "requests.received.person") == 1
    press(editor, "2")
    assert value(editor, "requests.received.person") == 12
    assert value(editor, "requests.received.total") == 12
    assert editor.view.items.text("requests.received.total") == "12"
    assert editor.view.open_editor is not None
    assert editor.view.open_editor.text() == "12"


def test_typing_replaces_and_f2_edits(make: Make) -> None:
    editor = make()
    press(editor, "12", KEY.Key_Return, KEY.Key_Up, "3", KEY.Key_Return)
    assert value(editor, "requests.received.person") == 3
    press(editor, KEY.Key_Up, KEY.Key_F2, "4", KEY.Key_Return)
    assert value(editor, "requests.received.person") == 34


def test_one_visit_is_one_undo_step(make: Make) -> None:
    editor = make()
    press(editor, "12", KEY.Key_Return, "345", KEY.Key_Return)
    editor._session.undo()
    assert editor._session.report.cells.keys() == {"requests.received.person"}
    editor._session.undo()
    assert not editor._session.report.cells


def test_escape_takes_the_visit_back(make: Make) -> None:
    editor = make()
    press(editor, "7", KEY.Key_Return, KEY.Key_Up, "89", KEY.Key_Escape)
    assert value(editor, "requests.received.person") == 7
    assert editor.view.open_editor is None
    assert at(editor) == "requests.received.person"


def test_delete_clears_and_backspace_clears_and_edits(make: Make) -> None:
    editor = make()
    press(editor, "7", KEY.Key_Return, KEY.Key_Up, KEY.Key_Delete)
    assert value(editor, "requests.received.person") is None
    assert editor.view.open_editor is None
    press(editor, "8", KEY.Key_Return, KEY.Key_Up, KEY.Key_Backspace)
    assert value(editor, "requests.received.person") is None
    assert editor.view.open_editor is not None
    press(editor, "9", KEY.Key_Return)
    assert value(editor, "requests.received.person") == 9


def test_undo_inside_an_open_editor_undoes_its_visit(make: Make) -> None:
    editor = make()
    press(editor, "7", KEY.Key_Return, KEY.Key_Up, "89")
    press(editor, KEY.Key_Z, modifier=CONTROL)
    assert value(editor, "requests.received.person") == 7
    assert editor.view.open_editor is None


def test_undo_from_outside_closes_the_editor_whose_cell_it_changes(make: Make) -> None:
    editor = make()
    press(editor, "89")
    editor._session.undo()
    assert editor.view.open_editor is None
    assert value(editor, "requests.received.person") is None
    assert editor.view.items.text("requests.received.person") == ""


# -- refusals ------------------------------------------------------------------------------------


def test_a_refused_text_says_why_and_the_old_value_stays(make: Make) -> None:
    editor = make()
    press(editor, "8", KEY.Key_Return, KEY.Key_Up, "1.5")
    assert editor.view.bubble.isVisible()
    assert editor.view.bubble.text == "此处应为整数，不能有小数。"
    assert value(editor, "requests.received.person") == 8
    press(editor, KEY.Key_Return)
    assert value(editor, "requests.received.person") == 8
    assert "“1.5”未填入" in editor.view.bubble.text
    assert "原来的 8 没有变" in editor.view.bubble.text
    press(editor, KEY.Key_Up, KEY.Key_F2)
    assert editor.view.open_editor is not None
    assert editor.view.open_editor.text() == "1.5"
    press(editor, KEY.Key_Backspace, KEY.Key_Backspace, KEY.Key_Return)
    assert value(editor, "requests.received.person") == 1
    assert editor.view.items.drafts == {}


def test_a_corrected_text_takes_the_bubble_away(make: Make) -> None:
    editor = make()
    press(editor, "12a")
    assert value(editor, "requests.received.person") is None
    press(editor, KEY.Key_Backspace)
    assert not editor.view.bubble.isVisible()
    assert value(editor, "requests.received.person") == 12


def test_a_remark_is_no_mistake_while_it_is_written(make: Make) -> None:
    editor = make("disclosure")
    press(editor, "22（其中修订 16 件")
    assert editor._session.report.cells["disclosure.regulations.issued"] == Figure(22)
    assert "右括号" in editor.view.bubble.text
    press(editor, KEY.Key_Return)
    figure = editor._session.report.cells["disclosure.regulations.issued"]
    assert figure == Figure(22, "其中修订 16 件")
    assert editor.view.items.shown["disclosure.regulations.issued"] == ("22", "（其中修订 16 件）")


def test_a_total_explains_itself_and_opens_no_editor(make: Make) -> None:
    editor = make()
    press(editor, KEY.Key_End)
    assert at(editor) == "requests.received.total"
    press(editor, "5")
    assert editor.view.open_editor is None
    assert "自动计算" in editor.view.bubble.text


def test_read_only_changes_nothing(make: Make) -> None:
    editor = make(read_only=True)
    put("5")
    press(editor, "5", KEY.Key_Delete)
    press(editor, KEY.Key_V, modifier=CONTROL)
    assert not editor._session.report.cells
    assert editor.view.items.accessible_text("requests.received.person").endswith("未填，只读")


# -- input method --------------------------------------------------------------------------------


def compose(editor: TableEditor, preedit: str, commit: str = "") -> None:
    event = QInputMethodEvent(preedit, [])
    if commit:
        event.setCommitString(commit)
    QApplication.sendEvent(target(editor) if preedit == "" else editor.view, event)


def test_the_first_key_of_a_composition_opens_the_editor_and_is_kept(make: Make) -> None:
    editor = make()
    compose(editor, "s")
    assert editor.view.open_editor is not None
    compose(editor, "shi")
    assert not editor._session.report.cells
    assert editor.view.open_editor is not None
    compose(editor, "", "３")
    assert editor.view.open_editor.text() == "３"
    assert value(editor, "requests.received.person") == 3
    press(editor, "4", KEY.Key_Return)
    assert value(editor, "requests.received.person") == 34


def test_the_input_method_rests_on_totals_and_wakes_on_the_next_cell(make: Make) -> None:
    editor = make()
    enabled = Qt.WidgetAttribute.WA_InputMethodEnabled
    assert editor.view.testAttribute(enabled)
    press(editor, KEY.Key_End)
    assert not editor.view.testAttribute(enabled)
    compose(editor, "x")
    assert editor.view.open_editor is None
    press(editor, KEY.Key_Tab)
    assert at(editor) == "requests.carried_in.person"
    assert editor.view.testAttribute(enabled)


# -- ways ----------------------------------------------------------------------------------------


def test_tab_skips_totals_and_wraps_and_goes_back(make: Make) -> None:
    editor = make()
    press(editor, *[KEY.Key_Tab] * 5)
    assert at(editor) == "requests.received.other"
    press(editor, KEY.Key_Tab)
    assert at(editor) == "requests.carried_in.person"
    press(editor, KEY.Key_Backtab, modifier=SHIFT)
    assert at(editor) == "requests.received.other"


def test_control_tab_leaves_the_table(qtbot: QtBot, make: Make) -> None:
    editor = make()
    window = QWidget()
    qtbot.addWidget(window)
    layout = QVBoxLayout(window)
    layout.addWidget(editor)
    after = QLineEdit()
    layout.addWidget(after)
    window.show()
    window.activateWindow()
    editor.view.setFocus()
    press(editor, KEY.Key_Tab)
    assert window.focusWidget() is editor.view
    press(editor, KEY.Key_Tab, modifier=CONTROL)
    assert window.focusWidget() is after


def test_enter_after_tabs_begins_the_next_row_where_they_began(make: Make) -> None:
    editor = make()
    press(editor, KEY.Key_Right, "1", KEY.Key_Tab, "2", KEY.Key_Tab, "3", KEY.Key_Return)
    assert at(editor) == "requests.carried_in.business"


def test_enter_skips_labels_and_totals_and_shift_enter_comes_back(make: Make) -> None:
    editor = make("disclosure")
    press(editor, KEY.Key_Return, KEY.Key_Return)
    assert at(editor) == "disclosure.licences.decisions"
    press(editor, KEY.Key_Return, modifier=SHIFT)
    assert at(editor).startswith("disclosure.normative.")
    full = make()
    full.show_cell("requests.otherwise.rest.person")
    press(full, KEY.Key_Return)
    assert at(full) == "requests.carried_out.person"


@pytest.mark.parametrize(
    ("keys", "modifier", "arrives"),
    [
        ([KEY.Key_End], None, "requests.granted.total"),
        ([KEY.Key_Home], None, "requests.granted.person"),
        ([KEY.Key_Home], CONTROL, "requests.received.person"),
        ([KEY.Key_End], CONTROL, "requests.carried_out.total"),
        ([KEY.Key_Down], CONTROL, "requests.carried_out.research"),
        ([KEY.Key_Left], CONTROL, "requests.granted.person"),
        ([KEY.Key_Up], None, "requests.carried_in.research"),
        ([KEY.Key_Right], None, "requests.granted.welfare"),
        ([KEY.Key_PageDown, KEY.Key_PageUp], None, "requests.granted.research"),
    ],
)
def test_keys_go_as_in_excel(
    make: Make, keys: list[Qt.Key], modifier: Qt.KeyboardModifier | None, arrives: str
) -> None:
    editor = make()
    editor.show_cell("requests.granted.research")
    press(editor, *keys, modifier=modifier)
    assert at(editor) == arrives


def test_arrows_leave_a_typed_cell_and_move_inside_an_edited_one(make: Make) -> None:
    editor = make()
    press(editor, "1", KEY.Key_Right)
    assert at(editor) == "requests.received.business"
    press(editor, "23", KEY.Key_Return, KEY.Key_Up, KEY.Key_F2, KEY.Key_Left, "9", KEY.Key_Return)
    assert value(editor, "requests.received.business") == 293


def test_the_wheel_never_changes_a_figure(make: Make) -> None:
    editor = make()
    press(editor, "5")
    for widget in (editor.view.open_editor, editor.view.viewport()):
        assert widget is not None
        event = QWheelEvent(
            QPointF(5, 5), widget.mapToGlobal(QPointF(5, 5)), QPoint(), QPoint(0, -120),
            Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(widget, event)
    assert value(editor, "requests.received.person") == 5
    assert editor.view.verticalScrollBar().value() > 0


# -- selection -----------------------------------------------------------------------------------


def told(editor: TableEditor) -> list[str]:
    said: list[str] = []
    editor.selection_summary.connect(said.append)
    return said


def test_ranges_by_keys_mouse_and_labels_and_their_exact_sum(make: Make) -> None:
    editor = make()
    said = told(editor)
    press(editor, "1", KEY.Key_Tab, "2", KEY.Key_Tab, "9", KEY.Key_Tab, KEY.Key_Home)
    press(editor, KEY.Key_Right, KEY.Key_Right, modifier=SHIFT)
    assert said[-1] == "选中 3 格，合计 12"
    places = editor.places.of_cell
    click(editor, places["requests.received.person"])
    assert said[-1] == ""
    click(editor, places["requests.carried_in.business"], SHIFT)
    assert said[-1] == "选中 4 格，合计 3"
    label = next(p for p in editor.places.table.grid if p.short == "新收")
    click(editor, label)
    assert said[-1] == "选中 7 格，合计 12", "the row's total is not counted on top of its parts"
    column = next(p for p in editor.places.table.grid if p.text == "自然人")
    click(editor, column)
    assert len(editor.view.selected()) == 25
    press(editor, KEY.Key_A, modifier=CONTROL)
    assert said[-1] == "选中 175 格，合计 12"
    total = next(p for p in editor.places.table.grid if p.text == "总计")
    click(editor, total)
    assert said[-1] == "选中 25 格，合计 12"


def test_the_current_cell_stays_in_sight_where_a_narrower_table_grows_higher(make: Make) -> None:
    editor = make()
    editor.resize(1366, 560)
    editor.show_cell("requests.carried_out.welfare")
    for width in (1000, 700):
        editor.resize(width, 560)
        sight = editor.view.viewport().rect()
        assert sight.contains(editor.view.rect_of(editor.view.current).center()), width


def test_labels_are_dragged_over_as_the_heads_of_rows_and_columns(make: Make) -> None:
    editor = make()
    view = editor.view
    labels = {p.short or p.text: p for p in editor.places.table.grid if not p.cell}

    def drag(kind: QEvent.Type, label: str, modifier: Qt.KeyboardModifier = KEYLESS) -> None:
        at = view.rect_of(labels[label]).center()
        held = (
            Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        )
        event = QMouseEvent(
            kind, QPointF(at), view.viewport().mapToGlobal(QPointF(at)), held,
            Qt.MouseButton.LeftButton, modifier,
        )  # fmt: skip
        QApplication.sendEvent(view.viewport(), event)

    def rows() -> set[str]:
        return {p.cell.rpartition(".")[0].partition(".")[2] for p in view.selected()}

    press, move, release = (
        QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease,
    )  # fmt: skip
    drag(press, "结转")
    drag(move, "予以公开")
    drag(release, "予以公开")
    assert rows() == {"carried_in", "granted"}
    assert len(view.selected()) == 14
    assert at(editor) == "requests.carried_in.person"
    drag(press, "新收", SHIFT)
    drag(release, "新收")
    assert rows() == {"received", "carried_in"}
    drag(press, "商业企业")
    drag(move, "社会公益组织")
    drag(release, "社会公益组织")
    assert len(view.selected()) == 75
    assert view.verticalScrollBar().value() == 0, "the heads stay under the pointer"


def test_the_menu_of_a_label_is_for_the_cells_that_it_names(make: Make) -> None:
    """Else 清除内容 would clear what stands somewhere else."""
    editor = make()
    view = editor.view

    def click_right(place: GridCell) -> set[str]:
        where = view.rect_of(place).center()
        QTest.mouseClick(
            view.viewport(), Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, where
        )
        return {p.cell.partition(".")[2].rpartition(".")[0] for p in view.selected()}

    label = next(p for p in editor.places.table.grid if p.short == "结转")
    assert click_right(label) == {"carried_in"}
    assert len(view.selected()) == 7
    click(editor, editor.places.of_cell["requests.received.person"])
    click(editor, editor.places.of_cell["requests.granted.total"], SHIFT)
    assert click_right(label) == {"received", "carried_in", "granted"}, "all that is marked"


def test_a_table_opens_at_its_top(make: Make) -> None:
    editor = make()
    assert editor.view.verticalScrollBar().value() == 0
    assert editor.view.horizontalScrollBar().value() == 0


def test_dragging_selects(make: Make) -> None:
    editor = make()
    port, places = editor.view.viewport(), editor.places.of_cell
    first = editor.view.rect_of(places["requests.received.person"]).center()
    last = editor.view.rect_of(places["requests.granted.research"]).center()
    QTest.mousePress(port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, first)
    move = QMouseEvent(
        QEvent.Type.MouseMove, QPointF(last), port.mapToGlobal(QPointF(last)),
        Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(port, move)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, last)
    assert len(editor.view.selected()) == 9
    press(editor, "4")
    assert value(editor, "requests.received.person") == 4, "the cell the drag began in"


def test_a_drag_held_below_the_edge_goes_on_to_the_last_row_and_back(
    make: Make, qtbot: QtBot
) -> None:
    editor = make()
    editor.resize(1000, 300)
    view, places = editor.view, editor.places.of_cell
    port = view.viewport()

    def drag(kind: QEvent.Type, at: QPoint) -> None:
        held = (
            Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        )
        event = QMouseEvent(
            kind, QPointF(at), port.mapToGlobal(QPointF(at)), held, Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(port, event)

    first = view.rect_of(places["requests.received.person"]).center()
    drag(QEvent.Type.MouseButtonPress, first)
    drag(QEvent.Type.MouseMove, QPoint(first.x(), port.height() + 40))
    qtbot.waitUntil(lambda: len(view.selected()) == 25)
    assert port.rect().contains(view.rect_of(places["requests.carried_out.person"]).center())
    assert at(editor) == "requests.received.person"
    drag(QEvent.Type.MouseMove, QPoint(first.x(), 2))
    qtbot.waitUntil(lambda: len(view.selected()) == 1)
    drag(QEvent.Type.MouseButtonRelease, first)
    assert not view._drag_timer.isActive()


def test_the_tip_of_a_cell_takes_no_click_and_goes_when_the_cell_is_left(make: Make) -> None:
    """Qt's own tips take the click on the cell they lie over, and the next figure went elsewhere."""
    editor = make()
    view, places = editor.view, editor.places.of_cell
    press(editor, "8", KEY.Key_Return)
    port = view.viewport()

    def hover(cell: str) -> None:
        at = view.rect_of(places[cell]).center()
        move = QMouseEvent(
            QEvent.Type.MouseMove, QPointF(at), port.mapToGlobal(QPointF(at)),
            Qt.MouseButton.NoButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(port, move)
        QApplication.sendEvent(port, QHelpEvent(QEvent.Type.ToolTip, at, port.mapToGlobal(at)))

    hover("requests.received.total")
    assert view.bubble.isVisible()
    assert "自动计算：8 + 未填" in view.bubble.text
    assert view.bubble.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    hover("requests.received.person")
    assert not view.bubble.isVisible(), "nothing to say of it"
    hover("requests.received.total")
    press(editor, "1.5", KEY.Key_Return)
    assert "未填入" in view.bubble.text
    hover("requests.received.total")
    assert "未填入" in view.bubble.text, "what was refused is told before what is pointed at"


def test_a_screen_reader_is_told_of_refusals_and_selections(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = make()
    heard: list[str] = []

    def hear(event: object) -> None:
        if isinstance(event, QAccessibleAnnouncementEvent):
            heard.append(event.message())

    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", hear)
    press(editor, "8x", "y", KEY.Key_Return)
    assert heard == [
        "请只填写一个整数。",
        "“8xy”未填入：请只填写一个整数。此格仍未填写，回到此格按 F2 可接着改。",
    ]
    press(editor, KEY.Key_Up, "8", KEY.Key_Return, KEY.Key_Up)
    press(editor, KEY.Key_Right, modifier=SHIFT)
    assert heard[2:] == ["选中 2 格，合计 8"]


def test_what_is_typed_goes_to_the_cell_a_selection_began_at(make: Make) -> None:
    """As in Excel: Shift moves the far corner, and the row's total at its end is never meant."""
    editor = make()
    press(editor, KEY.Key_End, modifier=SHIFT)
    assert len(editor.view.selected()) == 7
    assert at(editor) == "requests.received.person"
    press(editor, KEY.Key_Left, modifier=SHIFT)
    assert len(editor.view.selected()) == 6
    press(editor, KEY.Key_Down)
    assert at(editor) == "requests.carried_in.person"


def test_enter_and_tab_go_round_in_a_selection(make: Make) -> None:
    editor = make()
    places = editor.places.of_cell
    click(editor, places["requests.received.other"])
    click(editor, places["requests.carried_in.total"], SHIFT)
    press(editor, "1", KEY.Key_Tab, "2", KEY.Key_Tab, "3", KEY.Key_Backtab, "4", KEY.Key_Return)
    assert value(editor, "requests.received.total") == 3
    assert value(editor, "requests.carried_in.total") == 4
    assert at(editor) == "requests.received.other"
    click(editor, places["requests.received.person"])
    click(editor, places["requests.carried_in.business"], SHIFT)
    seen = []
    for _ in range(5):
        press(editor, KEY.Key_Return)
        seen.append(at(editor).removeprefix("requests."))
    assert seen == [
        "carried_in.person", "received.business", "carried_in.business",
        "received.person", "carried_in.person",
    ]  # fmt: skip
    assert len(editor.view.selected()) == 4
    press(editor, KEY.Key_Return, modifier=SHIFT)
    assert at(editor) == "requests.received.person"


def test_ctrl_enter_fills_the_selection_in_one_step(make: Make) -> None:
    editor = make()
    press(editor, "7", KEY.Key_Return, KEY.Key_Up)
    press(editor, KEY.Key_End, modifier=SHIFT)
    press(editor, "5（复核")
    press(editor, KEY.Key_Return, modifier=CONTROL)
    assert editor.view.open_editor is None
    assert value(editor, "requests.received.total") == 30
    assert editor._session.report.cells["requests.received.other"] == Figure(5, "复核")
    assert at(editor) == "requests.received.person"
    editor._session.undo()
    assert value(editor, "requests.received.total") == 7
    press(editor, "x")
    press(editor, KEY.Key_Return, modifier=CONTROL)
    assert value(editor, "requests.received.total") == 7, "what is refused is filled in nowhere"


# -- clipboard -----------------------------------------------------------------------------------


def test_copy_paste_cut_between_cells(make: Make) -> None:
    editor = make()
    press(editor, "1", KEY.Key_Tab, "2", KEY.Key_Return, KEY.Key_Up)
    press(editor, KEY.Key_Right, modifier=SHIFT)
    press(editor, KEY.Key_C, modifier=CONTROL)
    mime = QGuiApplication.clipboard().mimeData()
    assert mime.text() == "1\t2\r\n"
    assert "<td" in mime.html()
    press(editor, KEY.Key_Down)
    press(editor, KEY.Key_V, modifier=CONTROL)
    assert value(editor, "requests.carried_in.total") == 3
    assert value(editor, "requests.carried_in.person") == 1
    editor._session.undo()
    assert value(editor, "requests.carried_in.person") is None
    editor.view.select_between(
        editor.places.of_cell["requests.received.person"],
        editor.places.of_cell["requests.received.business"],
    )
    press(editor, KEY.Key_X, modifier=CONTROL)
    assert not editor._session.report.cells
    press(editor, KEY.Key_V, modifier=CONTROL)
    assert value(editor, "requests.received.total") == 3


def test_a_paste_is_one_step_and_all_or_nothing(make: Make) -> None:
    editor = make()
    put("1\t2\r\n3\t4\r\n")
    press(editor, KEY.Key_V, modifier=CONTROL)
    assert len(editor._session.report.cells) == 4
    editor._session.undo()
    assert not editor._session.report.cells
    put("1\t2\r\n3\t四\r\n")
    press(editor, KEY.Key_V, modifier=CONTROL)
    assert not editor._session.report.cells
    assert editor.message is not None
    listed = editor.message.findChild(QListWidget)
    assert listed.item(0).text() == "商业企业·结转：“四”，请填写数字。"
    editor.message.accept()


def test_a_block_pasted_into_an_open_editor_goes_to_the_table(make: Make) -> None:
    editor = make()
    press(editor, "9")
    put("1\t2")
    press(editor, KEY.Key_V, modifier=CONTROL)
    assert value(editor, "requests.received.total") == 3
    press(editor, KEY.Key_F2)
    put("5\r\n")
    press(editor, KEY.Key_V, modifier=CONTROL)
    press(editor, KEY.Key_Return)
    assert value(editor, "requests.received.person") == 15


@pytest.mark.parametrize("table", ["disclosure", "requests", "disputes"])
@pytest.mark.parametrize("whole", [True, False])
def test_everything_copied_and_pasted_is_the_same(make: Make, table: str, whole: bool) -> None:  # noqa: FBT001
    editor = make(table)
    cells = {p.cell: Figure(n) for n, p in enumerate(editor.places.inputs)}
    editor._session.apply(SetCells(cells))
    editor.view.select_all()
    editor.copy_table() if whole else editor.copy()
    other = make(table)
    other.paste()
    assert other.message is None
    assert dict(other._session.report.cells) == cells


def test_fill_blanks_with_zero_and_clear(make: Make) -> None:
    editor = make()
    press(editor, "5", KEY.Key_Return)
    editor.zero_table_action.trigger()
    assert len(editor._session.report.cells) == 144
    assert value(editor, "requests.received.person") == 5
    press(editor, KEY.Key_A, modifier=CONTROL)
    press(editor, KEY.Key_Delete)
    assert not editor._session.report.cells
    editor._session.undo()
    assert len(editor._session.report.cells) == 144
    assert {a.text() for a in editor.actions_for_menu()} >= {"复制", "粘贴", "清除内容"}


# -- marks, names, geometry ----------------------------------------------------------------------


def test_the_open_cell_is_not_accused_and_marks_go_when_corrected(make: Make) -> None:
    editor = make()
    editor.fill_table()
    press(editor, KEY.Key_Home, "5")
    marks = editor.view.items.marks
    assert marks["requests.carried_out.person"] == ("error", False, False)
    assert marks["requests.received.person"] == (None, False, False)
    press(editor, KEY.Key_Return)
    assert marks["requests.received.person"] == ("error", True, False)
    assert "相差 5" in editor.view.items.tip("requests.received.person")
    editor.show_cell("requests.carried_out.person")
    assert at(editor) == "requests.carried_out.person"
    press(editor, "5")
    assert marks["requests.received.person"][0] != "error"
    assert not [f for f in editor._session.findings if f.rule == "V01" and "自然人" in f.message]


def test_what_stands_with_a_reason_is_marked_faintly_and_says_so(make: Make) -> None:
    editor = make()
    editor.fill_table()
    cell = "requests.received.person"
    editor._session.apply(SetCells({cell: Figure(5)}))
    (finding,) = (f for f in editor._session.findings if f.place.cell == cell)

    def seen() -> set[str]:
        painted = editor.view.grab(editor.view.rect_of(editor.view.places.of_cell[cell])).toImage()
        pixels = ((x, y) for x in range(painted.width()) for y in range(painted.height()))
        return {painted.pixelColor(x, y).name() for x, y in pixels}

    assert {LIGHT.error, LIGHT.error_ground} <= seen()
    editor._session.apply(SetOverride(finding.key, "上年漏报，已核实。"))
    assert not {LIGHT.error, LIGHT.error_ground} & seen()
    assert {LIGHT.faint, LIGHT.paper} <= seen()
    assert "（已说明理由：上年漏报，已核实。）" in editor.view.items.tip(cell)


def test_a_warning_is_not_hidden_behind_an_error_that_has_a_reason(make: Make) -> None:
    editor = make("disclosure")
    editor.fill_table()
    cell = "disclosure.regulations.issued"
    editor._session.apply(SetCells({cell: Figure(1)}))
    assert editor.view.items.marks[cell] == ("error", True, False)
    found = editor._session.findings_for_cell(cell)
    editor._session.apply(SetOverride(found[0].key, "由区政府授权制发。"))
    assert editor.view.items.marks[cell] == ("warning", False, False)


def test_a_screen_reader_hears_labels_value_and_state(make: Make) -> None:
    editor = make()
    press(editor, "8", KEY.Key_Return)
    name = editor.view.items.accessible_text("requests.received.person")
    assert name == "自然人，一、本年新收政府信息公开申请数量，8，可填写"
    total = editor.view.items.accessible_text("requests.received.total")
    assert total == "总计，一、本年新收政府信息公开申请数量，8，自动计算"
    heard = QAccessible.queryAccessibleInterface(editor.view)
    names = {
        heard.child(number).text(QAccessible.Text.Name) for number in range(heard.childCount())
    }
    assert {name, total, "申请人情况"} <= names


@pytest.mark.parametrize("zoom", [100, 200])
@pytest.mark.parametrize("form", ["2019", "2021"])
def test_no_table_needs_a_horizontal_scroll_bar(make: Make, form: str, zoom: int) -> None:
    for table in form_named(form).tables:
        editor = make(table.id, form)
        editor.set_look(DARK if zoom == 100 else LIGHT, zoom)
        assert editor.view.content_size()[0] <= editor.view.viewport().width() + 1, table.id


def test_headers_and_labels_stay_and_the_cell_is_never_below_them(make: Make) -> None:
    editor = make()
    editor.set_look(LIGHT, 200)
    editor.resize(700, 500)
    for cell in (
        "requests.carried_out.total",
        "requests.received.person",
        "requests.granted.other",
    ):
        editor.show_cell(cell)
        rect = editor.view.rect_of(editor.places.of_cell[cell])
        left, top = editor.view.frozen_size()
        assert rect.left() >= left
        assert rect.top() >= top
        assert editor.view.viewport().rect().contains(rect.center())
        assert editor.view.place_at(rect.center()) is editor.places.of_cell[cell]


# -- whole forms ---------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["2021", "2019"])
def test_every_cell_of_the_form_typed(make: Make, form: str) -> None:
    """Tab by Tab; after each key the totals are right, and shown."""
    for table in form_named(form).tables:
        editor = make(table.id, form)
        for number, place in enumerate(editor.places.inputs):
            assert at(editor) == place.cell
            press(editor, str(number % 7))
            assert value(editor, place.cell) == number % 7
            for one in form_named(form).sums:
                if place.cell in one.parts:
                    parts = [value(editor, p) for p in one.parts]
                    expected = sum(p for p in parts if p is not None)  # type: ignore[misc]
                    assert editor.view.items.text(one.total) == str(expected)
            press(editor, KEY.Key_Tab)
        answered = {p.cell for p in editor.places.inputs}
        assert editor._session.report.cells.keys() == answered


def test_an_invented_form_needs_no_code(make: Make) -> None:
    catalogue.add_form(THIRD)
    try:
        editor = make("lending", "invented")
        press(editor, "5", KEY.Key_Tab, "6", KEY.Key_Return)
        assert value(editor, "lending.lent.all") == 11
        assert editor.view.items.accessible_text("lending.lent.all").startswith(
            "读者，读者合计，甲、"
        )
        editor.show_cell("lending.deposit.change")
        press(editor, "-", "3", KEY.Key_Return)
        assert value(editor, "lending.deposit.change") == -3
        editor.grab()
    finally:
        catalogue.forget_added()
