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
    seed: int,
    monkey: ModuleType,
    qapp: QApplication,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(monkey, "EVERY", 10)
    assert qapp is not None
    said: list[str] = []
    seen: list[object] = []
    assert monkey.run(seed, lambda number: number < 20, tmp_path, said.append, seen) == 20
    assert len(seen) == 2


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


@pytest.mark.parametrize(
    ("megabytes", "grows"),
    [
        ([100, 130, 150, *[150, 151, 149] * 7], 0),
        ([100 + number for number in range(24)], 1),
        # One look that is high is no growth; a slow steady one is.
        ([150] * 20 + [190] + [150] * 3, 0),
        ([150 + number * 0.2 for number in range(60)], 1),
        ([100, 200, 300], 0),
    ],
)
def test_growth_is_a_slope_after_warming_up(
    megabytes: list[float], grows: int, monkey: ModuleType
) -> None:
    seen = [
        monkey.Held(100 * number, 40, one, 9, 300, 900, 90_000, b"")
        for number, one in enumerate(megabytes)
    ]
    assert any("megabytes" in said for said in monkey.judged(seen)) == bool(grows)


def test_what_is_in_use_is_judged_more_strictly_than_the_memory_with_its_gaps(
    monkey: ModuleType,
) -> None:
    def seen(in_use: float, megabytes: float) -> list[object]:
        return [
            monkey.Held(100 * n, 38 + n * in_use, 120 + n * megabytes, 9, 300, 900, 90_000, b"")
            for n in range(31)
        ]

    assert not list(monkey.judged(seen(0.0, 0.2)))
    (said,) = monkey.judged(seen(0.2, 0.2))
    assert said.startswith("in_use: +4.0")


def test_what_is_in_use_follows_what_is_held(monkey: ModuleType) -> None:
    before = monkey.in_use()
    if not before:
        pytest.skip("the C library does not tell")
    small, large = [str(number) + "…" for number in range(20_000)], bytearray(30_000_000)
    assert 30 < monkey.in_use() - before < 36
    del small, large
    assert abs(monkey.in_use() - before) < 1
