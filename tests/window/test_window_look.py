"""What the clerk sees of the one sheet: one left edge, one text size everywhere, grey for what cannot be filled in."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor, QScreen
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialog,
    QLabel,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QSlider,
    QSpinBox,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gic_desktop import resources
from gic_desktop.report.edits import SetField
from gic_desktop.store import gicr
from gic_desktop.values import replace
from gic_desktop.window import theme as look
from gic_desktop.window.cover_tab import CoverTab
from gic_desktop.window.dialogs.help import HelpWindow
from gic_desktop.window.dialogs.roll_up import RollUpDialog
from gic_desktop.window.dialogs.settings import SettingsDialog
from gic_desktop.window.dialogs.versions import VersionsDialog
from gic_desktop.window.notice import Notice
from gic_desktop.window.session import Session
from gic_desktop.window.settings import Settings

pytestmark = pytest.mark.filterwarnings("ignore:.*plugin does not support.*")


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    before = (qapp.font(), qapp.palette())
    look.dress(qapp, look.LIGHT)
    yield
    qapp.setStyleSheet("")
    qapp.setFont(before[0])
    qapp.setPalette(before[1])


@pytest.fixture
def cover(qtbot: QtBot) -> Iterator[CoverTab]:
    session = Session(gicr.read(resources.path("samples", "2021.gicr").read_bytes()).report)
    made = CoverTab(session)
    qtbot.addWidget(made)
    made.resize(1000, 1000)
    made.show()
    qtbot.waitExposed(made)
    yield made
    session.close(discard=True)


def fields(cover: CoverTab) -> list[QWidget]:
    return [cover.organ, cover.annex, *cover.contacts.values(), cover.signature_date]


def edges(cover: CoverTab) -> set[int]:
    return {field.mapTo(cover, QPoint(0, 0)).x() for field in fields(cover)}


def test_the_fields_of_the_cover_stand_under_each_other_at_every_text_size(cover, qapp, qtbot):
    assert len(edges(cover)) == 1
    small = cover.organ.height()
    assert {field.height() for field in fields(cover)} == {small}
    look.dress(qapp, look.LIGHT, 14)
    # A window that is open already takes the new size, each of its fields.
    qtbot.waitUntil(lambda: all(field.height() > small for field in fields(cover)))
    qtbot.waitUntil(lambda: len({field.height() for field in fields(cover)}) == 1)
    assert {field.font().pointSizeF() for field in fields(cover)} == {14}
    assert len(edges(cover)) == 1


def test_a_signature_that_is_not_printed_looks_as_if_it_were_not(cover):
    session = cover._session
    ink, faint = look.LIGHT.colour("ink"), look.LIGHT.colour("faint")
    assert cover.signature_organ.palette().text().color() == ink
    session.apply(SetField("signature", replace(session.report.signature, shown=False)))
    assert not cover.signature_date.isEnabled()
    assert cover.signature_organ.palette().text().color() == faint
    assert cover.signature_date.palette().text().color() == faint


def test_the_calendar_of_the_date_has_the_colours_of_the_program(cover, qapp):
    look.dress(qapp, look.DARK)
    QTest.mouseClick(cover.signature_date, Qt.MouseButton.LeftButton)
    calendar = cover.signature_date.calendarWidget()
    shown = calendar.weekdayTextFormat(Qt.DayOfWeek.Sunday).foreground().color()
    assert shown == look.DARK.colour("ink")


def test_a_line_at_the_foot_stands_in_the_middle_of_its_ground(qtbot):
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(QLabel("年报"))
    notice = Notice("没有找到可用的中文输入法，暂时不能直接输入汉字。", lambda: None, window)
    window.resize(800, 400)
    window.show()
    qtbot.waitExposed(window)
    for part in (notice.label, notice.help_button, notice.read_button):
        assert abs(part.geometry().center().y() - notice.rect().center().y()) <= 1
        assert notice.rect().contains(part.geometry())


def test_a_field_that_can_be_filled_in_is_ink(qtbot):
    field = QLineEdit("可以填写")
    qtbot.addWidget(field)
    field.show()
    assert field.palette().text().color() == look.LIGHT.colour("ink")


def contrast(one: QColor, other: QColor) -> float:
    def light(colour: QColor) -> float:
        parts = (colour.redF(), colour.greenF(), colour.blueF())
        straight = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * straight[0] + 0.7152 * straight[1] + 0.0722 * straight[2]

    brighter, darker = sorted((light(one), light(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("theme", [look.LIGHT, look.DARK, look.CONTRAST])
@pytest.mark.parametrize("kind", [QCheckBox, QSpinBox, QSlider])
def test_what_can_be_set_is_seen_in_every_look(qapp, qtbot, theme, kind):
    look.dress(qapp, theme)
    window = QDialog()
    qtbot.addWidget(window)
    part = kind(Qt.Orientation.Horizontal) if kind is QSlider else kind()
    QVBoxLayout(window).addWidget(part)
    window.show()
    qtbot.waitExposed(window)
    image = part.grab().toImage()
    ground = theme.colour("desk")
    row = image.height() // 2
    seen = max(contrast(image.pixelColor(x, row), ground) for x in range(min(20, image.width())))
    assert seen >= 3


@pytest.mark.parametrize("theme", [look.LIGHT, look.DARK, look.CONTRAST])
@pytest.mark.parametrize("kind", [QPushButton, QToolButton])
def test_what_cannot_be_used_looks_so_and_can_still_be_read(qapp, qtbot, theme, kind):
    look.dress(qapp, theme)
    seen = {}
    for enabled in (True, False):
        window = QDialog()
        qtbot.addWidget(window)
        part = kind()
        part.setText("撤销重做")
        part.setEnabled(enabled)
        part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if kind is QPushButton:
            part.setAutoDefault(False)
        QVBoxLayout(window).addWidget(part)
        window.show()
        qtbot.waitExposed(window)
        image = part.grab().toImage()
        # Within its borders.
        rows, columns = range(6, image.height() - 6), range(image.width() // 3, image.width() - 8)
        ground = image.pixelColor(image.width() - 6, image.height() // 2)
        seen[enabled] = max(contrast(image.pixelColor(x, y), ground) for x in columns for y in rows)
    assert seen[False] >= 3
    assert seen[True] > 1.5 * seen[False]


def test_the_tabs_that_have_no_room_are_reached_by_arrows_that_are_seen(qtbot):
    tabs = QTabWidget()
    qtbot.addWidget(tabs)
    tabs.setDocumentMode(True)
    for name in ("二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "正文"):
        tabs.addTab(QLabel(name), name)
    tabs.resize(300, 200)
    tabs.show()
    qtbot.waitExposed(tabs)
    arrows = [b for b in tabs.tabBar().findChildren(QToolButton) if b.isVisible()]
    assert len(arrows) == 2
    for arrow in arrows:
        image = arrow.grab().toImage()
        whole = [(x, y) for x in range(image.width()) for y in range(image.height())]
        assert len({image.pixel(x, y) for x, y in whole}) > 2


def test_what_a_field_suggests_can_be_read(qapp, qtbot):
    for theme in (look.LIGHT, look.DARK, look.CONTRAST):
        look.dress(qapp, theme)
        field = QLineEdit()
        qtbot.addWidget(field)
        field.show()
        suggested = field.palette().placeholderText().color()
        assert suggested.alpha() == 255
        assert contrast(suggested, theme.colour("paper")) >= 4.5


def test_windows_are_no_larger_than_a_low_screen_and_their_buttons_in_reach(
    qtbot, tmp_path, monkeypatch
):
    """1366 × 768 at 200 per cent."""
    monkeypatch.setattr(QScreen, "availableSize", lambda _: QSize(683, 384))
    settings = Settings(tmp_path / "settings.ini")
    report = gicr.read(resources.path("samples", "2021.gicr").read_bytes()).report
    (tmp_path / "年报.gicr").write_bytes(gicr.write(report))
    made = (
        SettingsDialog(settings),
        RollUpDialog(settings, look.LIGHT),
        HelpWindow("tables"),
        VersionsDialog(tmp_path / "年报.gicr", report),
    )
    for window in made:
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        assert window.width() <= 683, type(window).__name__
        assert window.height() <= 384 - 32, type(window).__name__
        for button in window.findChildren(QPushButton):
            if button.isVisible() and not button.visibleRegion().isEmpty():
                continue
            # What scrolls may be out of sight, what closes the dialog may not.
            assert button.text() not in {"确定", "取消", "关闭", "开始汇总", "目录"}
