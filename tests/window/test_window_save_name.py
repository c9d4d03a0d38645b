"""A name typed without its ending is that of another file: asked, never replaced in silence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox

from gic_desktop.window.dialogs import save_name as module
from gic_desktop.window.dialogs.save_name import save_name, whole_name

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*plugin does not support.*"),
    pytest.mark.usefixtures("qapp"),
]
Typed = Callable[..., list[str]]
PICTURES = "PNG 图片 (*.png);;SVG 矢量图 (*.svg)"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Typed:
    """What is typed into the system's dialog, one time after the other, and what is answered."""

    def answer(names: list[Path | str], answers: list[str]) -> list[str]:
        given, said, asked = iter(names), iter(answers), list[str]()
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(next(given)), ""))

        def ask(_parent: object, _title: str, text: str, choices: list[str], **_: object) -> str:
            asked.append(text)
            answered = next(said)
            assert answered in choices
            return answered

        monkeypatch.setattr(module, "ask", ask)
        return asked

    return answer


def test_the_other_file_is_named_before_it_is_replaced(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "年报.pdf").write_bytes(b"")
    for answer, wanted in (("替换", tmp_path / "年报.pdf"), ("取消", None)):
        asked = typed([tmp_path / "年报"], [answer])
        assert save_name(None, "导出", tmp_path, "PDF (*.pdf)", [".pdf"]) == wanted
        assert asked == ["“年报.pdf”已经存在。"]


def test_another_name_is_asked_for(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "年报.pdf").write_bytes(b"")
    asked = typed([tmp_path / "年报", tmp_path / "年报二"], ["换一个名称…"])
    found = save_name(None, "导出", tmp_path, "PDF (*.pdf)", [".pdf"])
    assert found == tmp_path / "年报二.pdf"
    assert len(asked) == 1


def test_what_the_system_has_asked_is_not_asked_again(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "年报.pdf").write_bytes(b"")
    monkeypatch.setattr(module, "_of_the_system", lambda: True)
    asked = typed([tmp_path / "年报.pdf"], [])
    found = save_name(None, "导出", tmp_path, "PDF (*.pdf)", [".pdf"])
    assert found == tmp_path / "年报.pdf"
    assert asked == []


def _press(button: str, seen: list[str]) -> None:
    """In the question that stands before all others, its words noted."""
    box = QApplication.activeModalWidget()
    assert isinstance(box, QMessageBox)
    seen += [box.text(), *(one.text() for one in box.buttons())]
    assert box.defaultButton().text() != "替换"
    next(one for one in box.buttons() if one.text() == button).click()


def test_the_programs_own_dialog_leaves_the_question_to_the_program(
    tmp_path: Path,
) -> None:
    """Where a desktop has no dialog for files, as here: asked once, with verbs on the buttons."""
    target = tmp_path / "年报.pdf"
    target.write_bytes(b"")
    seen: list[str] = []

    def save() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QFileDialog)
        QTimer.singleShot(0, lambda: _press("替换", seen))
        dialog.accept()

    QTimer.singleShot(0, save)
    assert save_name(None, "导出", target, "PDF (*.pdf)", [".pdf"]) == target
    assert seen == ["“年报.pdf”已经存在。", "换一个名称…", "替换", "取消"]


def test_nothing_is_saved_without_a_name(typed: Typed, tmp_path: Path) -> None:
    typed([""], [])
    assert save_name(None, "导出", tmp_path, "PDF (*.pdf)", [".pdf"]) is None


@pytest.mark.parametrize(
    ("name", "kind", "wanted"),
    [
        ("图.png", "PNG 图片 (*.png)", "图.png"),
        ("图.png", "SVG 矢量图 (*.svg)", "图.svg"),  # the kind was chosen, the name left alone
        ("别的.png", "SVG 矢量图 (*.svg)", "别的.png"),  # the ending was typed
        ("别的", "SVG 矢量图 (*.svg)", "别的.svg"),
        ("别的", "", "别的.png"),
        ("2025.1", "PNG 图片 (*.png)", "2025.1.png"),
        ("图.PNG", "PNG 图片 (*.png)", "图.PNG"),
    ],
)
def test_the_ending(name: str, kind: str, wanted: str) -> None:
    made = whole_name(Path(name), kind, [".png", ".svg"], Path("图.png"))
    assert made == Path(wanted)
