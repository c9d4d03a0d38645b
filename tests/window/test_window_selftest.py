"""What installers try: whatever breaks, the result says which step and how; nothing asks a question."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gic_desktop import resources, verbs
from gic_desktop.store import lock
from gic_desktop.window import background
from gic_desktop.window.selftest import selftest

pytestmark = pytest.mark.filterwarnings("ignore:.*plugin does not support.*")


def trial(qtbot: QtBot, file: Path) -> tuple[int, dict[str, Any]]:
    assert qtbot is not None
    result = file.with_name("结果.json")
    status = selftest(cast("QApplication", QApplication.instance()), file, result)
    background.wait_for_all()
    return status, json.loads(result.read_text("utf-8"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "年报.gicr"
    path.write_bytes(resources.path("samples", "2021.gicr").read_bytes())
    return path


def test_the_sample_opens_exports_and_shows(qtbot: QtBot, file: Path) -> None:
    status, found = trial(qtbot, file)
    assert status == 0
    assert found["opened"] is True
    assert found["window"] is True
    assert set(found["exports"]) == set(verbs.EXPORTS)
    assert all(size > 1000 for size in found["exports"].values())
    assert "refused" not in found


def test_a_file_that_somebody_holds_asks_no_question(qtbot: QtBot, file: Path) -> None:
    held = lock.acquire(file)
    assert isinstance(held, lock.Lock)
    status, found = trial(qtbot, file)
    held.release()
    assert (status, found["window"]) == (0, True)


def test_a_damaged_file_is_named_in_the_result(qtbot: QtBot, file: Path) -> None:
    file.write_bytes(b"{")
    status, found = trial(qtbot, file)
    assert status == 2
    assert (found["opened"], found["refused_at"]) == (False, "open")
    assert found["refused"]
    assert "trace" not in found


def test_a_broken_export_is_named_with_its_trace(
    qtbot: QtBot, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ModuleNotFoundError("No module named 'reportlab'")

    monkeypatch.setattr(verbs, "export", broken)
    status, found = trial(qtbot, file)
    assert status == 2
    assert found["refused_at"].startswith("export .")
    assert found["refused"] == "ModuleNotFoundError: No module named 'reportlab'"
    assert "broken" in found["trace"]
