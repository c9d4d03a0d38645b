"""Where the user's own things live, per system, portable, and when nothing works."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from gic_desktop import user_folders

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="paths below are Unix paths")


def chosen(
    environment: dict[str, str],
    *,
    windows: bool = False,
    home: Path | None = Path("/home/王芳"),
    program: Path | None = None,
) -> user_folders.UserFolders:
    return user_folders.choose(environment, windows=windows, home=home, program=program)


def test_linux_defaults_below_the_home_folder() -> None:
    folders = chosen({})
    assert str(folders.settings) == "/home/王芳/.config/gic-desktop"
    assert str(folders.journal) == "/home/王芳/.local/state/gic-desktop/journal"
    assert str(folders.earlier_versions) == "/home/王芳/.local/share/gic-desktop/versions"
    assert str(folders.cache) == "/home/王芳/.cache/gic-desktop"


def test_xdg_variables_count_unless_relative() -> None:
    folders = chosen({"XDG_CACHE_HOME": "/big/cache", "XDG_CONFIG_HOME": "somewhere"})
    assert str(folders.cache) == "/big/cache/gic-desktop"
    assert str(folders.settings) == "/home/王芳/.config/gic-desktop"


def test_windows_keeps_only_the_settings_in_the_roaming_profile() -> None:
    folders = chosen({"APPDATA": "/r", "LOCALAPPDATA": "/l"}, windows=True)
    assert str(folders.settings) == "/r/GIC Desktop/settings"
    assert str(folders.journal) == "/l/GIC Desktop/journal"
    assert str(folders.earlier_versions) == "/l/GIC Desktop/versions"


def test_windows_without_its_variables_uses_the_home_folder() -> None:
    folders = chosen({}, windows=True)
    assert str(folders.logs) == "/home/王芳/AppData/Local/GIC Desktop/logs"


def test_the_variable_for_tests_beats_everything(tmp_path: Path) -> None:
    (tmp_path / "portable.txt").touch()
    folders = chosen({"GIC_DESKTOP_HOME": "/t"}, windows=True, program=tmp_path)
    assert folders == user_folders.UserFolders.below(Path("/t"))


def test_portable_needs_the_mark(tmp_path: Path) -> None:
    assert not user_folders.is_portable(chosen({}, program=tmp_path))
    (tmp_path / "portable.txt").touch()
    folders = chosen({}, program=tmp_path)
    assert folders.settings == tmp_path / "数据" / "settings"
    assert user_folders.is_portable(folders)
    assert list((tmp_path / "数据").iterdir()) == []


def test_portable_on_a_place_that_takes_no_files_uses_the_home_folder(tmp_path: Path) -> None:
    (tmp_path / "portable.txt").touch()
    (tmp_path / "数据").write_text("a file where the folder should be", encoding="utf-8")
    assert str(chosen({}, program=tmp_path).settings) == "/home/王芳/.config/gic-desktop"


def test_without_a_home_there_is_still_a_place() -> None:
    folders = chosen({}, home=None)
    assert f"gic-desktop-{os.getuid()}" in str(folders.journal)
    assert len({folders.settings, folders.journal, folders.cache, folders.logs}) == 4


def test_folders_are_made_for_the_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIC_DESKTOP_HOME", str(tmp_path / "家"))
    made = user_folders.journal()
    assert made == tmp_path / "家" / "journal"
    assert made.stat().st_mode & 0o777 == 0o700
    assert not (tmp_path / "家" / "logs").exists()


def test_a_home_that_cannot_be_used_is_replaced_by_a_private_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").write_text("not a folder", encoding="utf-8")
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("GIC_DESKTOP_HOME", str(tmp_path / "home"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    made = user_folders.journal()
    assert made.is_dir()
    assert made.is_relative_to(tmp_path / "tmp")
