"""What Windows says in one word and a clerk must be told apart."""

from __future__ import annotations

import errno
from pathlib import Path
from types import SimpleNamespace

import pytest

from gic_desktop.store import faults
from gic_desktop.store.faults import Reason


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
