"""The window writes with the system's Chinese font, and where that is Noto, with a cut of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QImage, QPainter

from gic_desktop import resources
from gic_desktop.window import screen_font

NOTO = "Noto Sans CJK SC"
CUT = "GIC Screen"
PROGRAM = Path(screen_font.__file__).resolve().parents[1]

pytestmark = pytest.mark.usefixtures("qapp")


class Desktop:
    """An application whose system has these Chinese fonts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *families: str) -> None:
        monkeypatch.setattr(QFontDatabase, "families", lambda *_: list(families))
        self.given = QFont()

    def font(self) -> QFont:
        return QFont()

    def setFont(self, font: QFont) -> None:  # noqa: N802 - Qt's name
        self.given = font

    def written_with(self) -> list[str]:
        screen_font.install(self)  # type: ignore[arg-type]
        return self.given.families()


def test_a_system_with_its_own_design_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    windows = Desktop(monkeypatch, "SimSun", NOTO, "Microsoft YaHei UI")
    assert windows.written_with() == ["Microsoft YaHei UI"]
    assert Desktop(monkeypatch, "华文细黑", "文泉驿").written_with() == ["华文细黑"]


def test_noto_is_written_with_its_cut_first(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Desktop(monkeypatch, "SimSun", NOTO).written_with() == [CUT, NOTO]


def test_a_bare_system_has_everyday_and_rare_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Desktop(monkeypatch).written_with() == [CUT, "Noto Sans CJK SC Medium"]


def test_a_lost_file_of_the_cut_leaves_the_system_s_font(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost(*parts: str) -> Path:
        raise resources.MissingResourceError(parts)

    monkeypatch.setattr(resources, "path", lost)
    assert Desktop(monkeypatch, NOTO).written_with() == [NOTO]
    assert Desktop(monkeypatch).written_with() == []


def need_noto() -> None:
    if sys.platform != "linux" or NOTO not in QFontDatabase.families():
        pytest.skip("this system does not write with Noto Sans CJK")


def hanzi_of_the_interface() -> set[str]:
    texts = [file.read_text("utf-8") for file in PROGRAM.rglob("*.py")]
    texts += [file.read_text("utf-8") for file in resources.path("forms").glob("*.toml")]
    return {character for text in texts for character in text if "一" <= character <= "鿿"}


@pytest.mark.parametrize("file", ["screen.otf", "screen-bold.otf"])
def test_the_interface_needs_no_other_font(file: str) -> None:
    held = TTFont(resources.path("fonts", file)).getBestCmap()
    missing = {character for character in hanzi_of_the_interface() if ord(character) not in held}
    assert missing == set(), "python build_scripts/convert_fonts.py --only screen"


def drawn(family: str, weight: QFont.Weight, points: float, text: str) -> QImage:
    picture = QImage(900, 60, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    font = QFont(family)
    font.setPointSizeF(points)
    font.setWeight(weight)
    painter = QPainter(picture)
    painter.setFont(font)
    painter.drawText(10, 40, text)
    painter.end()
    return picture


@pytest.mark.parametrize("weight", [QFont.Weight.Normal, QFont.Weight.DemiBold])
@pytest.mark.parametrize("points", [9, 10.5, 16, 21.5])
def test_the_cut_and_the_whole_font_look_the_same(weight: QFont.Weight, points: float) -> None:
    need_noto()
    assert screen_font.cut()[0] == CUT
    text = "“四、结转下年度”应为 1，现在是 0（2025 年 To AVA）①……"
    assert drawn(CUT, weight, points, text) == drawn(NOTO, weight, points, text)
    assert drawn(CUT, weight, points, text) != drawn("DejaVu Sans", weight, points, text[::-1])


STARTED = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
from gic_desktop.__main__ import main
ended = QApplication.exec
def exec_(*_):
    status = ended()
    print(Path("/proc/self/maps").read_text())
    return status
QApplication.exec = exec_
main()
"""


def test_a_report_is_opened_without_the_whole_font() -> None:
    """Each character of it would bring 64 kB of a file of 20 MB into memory."""
    need_noto()
    sample = resources.path("samples", "2021.gicr")
    told = subprocess.run(
        [sys.executable, "-c", STARTED, "--quit-when-painted", str(sample)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "screen.otf" in told
    assert "NotoSansCJK" not in told
