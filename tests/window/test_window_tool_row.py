"""A row of tools in a narrow window: a second line, and nothing is cut or pushed out."""

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from gic_desktop.window.tool_row import SPACING, ToolRow


@pytest.fixture
def tools(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    row = ToolRow(window)
    buttons = [QWidget() for _ in range(5)]
    for number, button in enumerate(buttons):
        button.setFixedSize(100, 30)
        if number == 3:
            row.spring()
        row.addWidget(button)
    window.show()

    def at(width):
        window.resize(width, 200)
        row.activate()
        return [(b.x(), b.y()) for b in buttons if b.isVisible()]

    return row, buttons, at


STEP = 100 + SPACING
LINE = 30 + SPACING


def test_in_a_wide_window_all_stand_in_one_line_the_last_at_the_right(tools):
    row, _, at = tools
    assert at(800) == [(0, 0), (STEP, 0), (2 * STEP, 0), (800 - 100 - STEP, 0), (700, 0)]
    assert row.heightForWidth(800) == 30
    assert row.sizeHint() == QSize(5 * STEP - SPACING, 30)


def test_what_stands_at_the_right_goes_to_the_second_line_together(tools):
    row, _, at = tools
    places = at(450)
    assert [y for _, y in places] == [0, 0, 0, LINE, LINE]
    assert places[-1] == (350, LINE)
    assert row.heightForWidth(450) == 30 + LINE


def test_in_the_narrowest_window_there_is_a_line_for_each(tools):
    row, _, at = tools
    assert [y for _, y in at(110)] == [LINE * n for n in range(5)]
    assert row.minimumSize().width() <= 100


def test_what_is_hidden_takes_no_room(tools):
    row, buttons, at = tools
    for button in buttons[1:]:
        button.hide()
    assert at(110) == [(0, 0)]
    assert row.heightForWidth(110) == 30
