"""What Windows says in one word and a clerk must be told apart."""

from __future__ import annotations

import errno
from pathlib import Path
from types import SimpleNamespace

import pytest

from gic_desktop.store import faults
from gic_desktop.store.durable import Patience
from gic_desktop.store.faults import Reason
from gic_desktop.store.files import Files


@pytest.fixture(autouse=True)
def on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "sys", SimpleNamespace(platform="win32"))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("年报?.gicr", Reason.BAD_NAME),
        ("年" * 256, Reason.NAME_TOO_LONG),
        ("没有/年报.gicr", Reason.FOLDER_GONE),
    ],
)
def test_a_folder_that_is_there_is_not_told_as_gone(
    tmp_path: Path, name: str, reason: Reason
) -> None:
    missing = FileNotFoundError(errno.ENOENT, "No such file or directory")
    told = faults.from_system(missing, tmp_path / name, faults.SAVE, old_file=False)
    assert told.reason is reason


def test_a_folder_is_not_told_as_forbidden(tmp_path: Path) -> None:
    refused = PermissionError(errno.EACCES, "Permission denied")
    told = faults.from_system_reading(refused, tmp_path, faults.OPEN)
    assert (told.reason, told.sentence) == (
        Reason.IS_A_FOLDER,
        "这是一个文件夹，未能打开。请选择其中的文件。",
    )
    told = faults.from_system_reading(refused, tmp_path / "年报.gicr", faults.OPEN)
    assert told.reason is Reason.NOT_READABLE


class Windows(Files):
    windows = True

    def sleep(self, seconds: float) -> None:
        del seconds


def test_what_another_program_is_replacing_is_opened_a_moment_later(tmp_path: Path) -> None:
    """Opening on Windows tells “denied” and no code: of a file for a moment, of a folder for good."""
    asked: list[Path] = []

    def opening(path: Path, denied: int) -> int:
        asked.append(path)
        if len(asked) <= denied:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return 7

    assert Patience(Windows()).call(lambda: opening(tmp_path / "年报.gicr", 2)) == 7
    assert len(asked) == 3
    asked.clear()
    with pytest.raises(PermissionError):
        Patience(Windows()).call(lambda: opening(tmp_path, 2))
    assert len(asked) == 1
