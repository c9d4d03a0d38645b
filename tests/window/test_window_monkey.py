"""The short form of build_scripts/monkey.py: some hundred actions, the same in each run."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from PySide6.QtWidgets import QApplication

SCRIPT = Path(__file__).resolve().parents[2] / "build_scripts" / "monkey.py"


@pytest.fixture(scope="module")
def monkey() -> ModuleType:
    spec = importlib.util.spec_from_file_location("monkey", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["monkey"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_a_monkey_does_the_window_stays_true(
    seed: int, monkey: ModuleType, qapp: QApplication, tmp_path: Path
) -> None:
    assert qapp is not None
    said: list[str] = []
    assert monkey.run(seed, lambda number: number < 20, tmp_path, said.append) == 20


def test_a_lie_is_noticed(monkey: ModuleType, qapp: QApplication, tmp_path: Path) -> None:
    assert qapp is not None
    one = monkey.Monkey(1, tmp_path)
    one.window.show_tab("overview")
    editor = one.window.section_tab("overview").parts["body"].editor
    editor._loading = True
    editor.insertPlainText("只在屏幕上")
    editor._loading = False
    with pytest.raises(monkey.Untrue, match="只在屏幕上"):
        one.look_at_it()
    one.close()
