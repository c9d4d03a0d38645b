"""The folder with settings, journal and versions in every state that a PC can leave it in.

The program starts, the report is opened, changed and saved; what does not work is said once, in
plain words, and what could not be read is not written over. As an ordinary user would: root's right
to write anywhere is given up.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLockFile
from pytestqt.qtbot import QtBot

from gic_desktop import resources
from gic_desktop.store import gicr
from gic_desktop.window import background
from gic_desktop.window.application import Program
from gic_desktop.window.dialogs.settings import SettingsDialog
from gic_desktop.window.settings import Settings

PLAY = Path(__file__).with_name("profile_play.py")
SAMPLE = resources.path("samples", "2021.gicr")
DARK = '{"look/scheme": "dark"}'
pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="permissions and mounts of Linux"),
    pytest.mark.filterwarnings("ignore:.*plugin does not support.*"),
]


def played(tmp_path: Path, home: Path) -> dict[str, Any]:
    file = tmp_path / "文件" / "年报.gicr"
    file.parent.mkdir()
    shutil.copyfile(SAMPLE, file)
    call = [sys.executable, str(PLAY), str(file)]
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("root cannot give up its rights here")
        call = ["setpriv", "--bounding-set", "-dac_override,-dac_read_search,-fowner", *call]
    environment = os.environ | {
        "GIC_DESKTOP_HOME": str(home),
        "TMPDIR": str(tmp_path),
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(PLAY.parents[2]),
    }
    done = subprocess.run(call, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert told["raised"] == []
    # Whatever happened to the profile: the report is saved.
    assert gicr.read(file.read_bytes()).report.cells["requests.received.person"].value == 7
    for sentence in (*told["notices"], told["journal"], *told["kept"]):
        assert not sentence or "。" in sentence
    return told


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = tmp_path / "profile"
    for name in ("settings", "journal", "versions", "cache", "logs"):
        (made / name).mkdir(parents=True)
    (made / "settings" / "settings.json").write_text(DARK, "utf-8")
    return made


def test_a_profile_as_it_should_be(tmp_path: Path, home: Path) -> None:
    told = played(tmp_path, home)
    assert (told["notices"], told["journal"], told["kept"]) == ([], "", [])
    assert told["journalled"]
    assert told["scheme"] == "dark"
    kept = json.loads((home / "settings" / "settings.json").read_text("utf-8"))
    assert kept["look/zoom"] == "150"
    assert kept["files/recent"].endswith("年报.gicr")
    assert (home / "settings" / "settings.json").stat().st_mode & 0o077 == 0


def test_a_read_only_profile(tmp_path: Path, home: Path) -> None:
    for folder in (*home.iterdir(), home):
        folder.chmod(0o555)
    told = played(tmp_path, home)
    for folder in (home, *home.iterdir()):
        folder.chmod(0o755)
    (said,) = told["notices"]
    assert said.startswith("所在的文件夹不允许写入，设置和最近使用的文件未能留存")
    assert told["scheme"] == "dark"  # read though not written
    assert (told["journal"], told["journalled"]) == ("", True)  # in a folder of its own
    assert "旧版本未能留存" in told["kept"][0]
    assert (home / "settings" / "settings.json").read_text("utf-8") == DARK


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)) * 12,
        bytes(3000),
        b"",
        DARK.encode()[:-3],
        b"[1, 2]",
        b'{"a":' * 90_000,
        b"{" + b" " * 2_000_000 + b"}",
    ],
    ids=["random", "zeros", "empty", "torn", "a list", "too deep", "too large"],
)
def test_damaged_settings(content: bytes, tmp_path: Path, home: Path) -> None:
    file = home / "settings" / "settings.json"
    file.write_bytes(content)
    told = played(tmp_path, home)
    (said,) = told["notices"]
    assert said.startswith("设置文件已损坏，已恢复为初始设置；年报不受影响。")
    assert told["again"] == ""
    assert file.with_suffix(".damaged.json").read_bytes() == content
    assert json.loads(file.read_text("utf-8"))["look/zoom"] == "150"


def a_folder_in_its_place(file: Path) -> None:
    file.unlink()
    file.mkdir()


def not_readable(file: Path) -> None:
    file.chmod(0)


def a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


@pytest.mark.parametrize("state", [a_folder_in_its_place, not_readable, a_pipe])
def test_settings_that_cannot_be_read_are_left_alone(
    state: Callable[[Path], None], tmp_path: Path, home: Path
) -> None:
    file = home / "settings" / "settings.json"
    state(file)
    before = file.stat()
    told = played(tmp_path, home)
    (said,) = told["notices"]
    assert said.startswith("设置文件无法读取，本次使用初始设置，改动不会留存；年报不受影响。")
    assert (file.stat().st_ino, file.stat().st_mode) == (before.st_ino, before.st_mode)


def test_files_where_the_folders_should_be(tmp_path: Path, home: Path) -> None:
    shutil.rmtree(home)
    home.write_text("x")
    told = played(tmp_path, home)
    assert (told["notices"], told["journal"], told["kept"]) == ([], "", [])


def test_a_full_disk(tmp_path: Path, home: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root, to mount a disk of 64 kB")
    system = ctypes.CDLL(None, use_errno=True)
    if system.mount(b"tmpfs", os.fsencode(home), b"tmpfs", 0, b"size=64k"):
        pytest.skip(f"cannot mount here: {os.strerror(ctypes.get_errno())}")
    try:
        for name in ("settings", "journal", "versions", "cache", "logs"):
            (home / name).mkdir()
        (home / "settings" / "settings.json").write_text(DARK, "utf-8")
        with suppress(OSError), (home / "full").open("wb", buffering=0) as rest:
            while rest.write(bytes(1 << 12)):
                pass
        told = played(tmp_path, home)
        assert (home / "settings" / "settings.json").read_text("utf-8") == DARK
    finally:
        assert system.umount2(os.fsencode(home), 2) == 0
    (said,) = told["notices"]
    assert said.startswith("磁盘已满，设置和最近使用的文件未能留存。")
    assert told["journal"].startswith("磁盘已满，最近的修改未能自动保存。")
    assert told["kept"][0].startswith("磁盘已满，保存前的旧版本未能留存。")


def test_another_program_of_qt_that_holds_its_lock_delays_nothing(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    held = QLockFile(f"{file}.lock")
    assert held.tryLock(0)
    settings = Settings(file)
    settings.zoom = 120
    assert settings.write() == ""
    assert Settings(file).zoom == 120


def test_two_windows_keep_each_others_settings(tmp_path: Path) -> None:
    one, other = Settings(tmp_path / "s.json"), Settings(tmp_path / "s.json")
    one.zoom, other.points = 150, 14.0
    assert (one.write(), other.write()) == ("", "")
    again = Settings(tmp_path / "s.json")
    assert (again.zoom, again.points) == (150, 14.0)


def test_a_choice_that_cannot_be_kept_is_said_in_the_dialog(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(
        "gic_desktop.window.dialogs.settings.tell",
        lambda _parent, _title, text, **_: said.append(text),
    )
    place = tmp_path / "settings.json"
    place.mkdir()
    dialog = SettingsDialog(Settings(place))
    qtbot.addWidget(dialog)
    background.wait_for_all()
    dialog.scheme.setCurrentText("深色")
    dialog.accept()
    assert "改动不会留存" in said[0]


def test_what_is_wrong_is_told_once_and_goes_when_it_was_read(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIC_DESKTOP_HOME", str(tmp_path / "profile"))
    (tmp_path / "profile" / "settings").mkdir(parents=True)
    (tmp_path / "profile" / "settings" / "settings.json").mkdir()
    from PySide6.QtWidgets import QApplication

    from gic_desktop.window.notice import Notice

    application = QApplication.instance()
    assert isinstance(application, QApplication)
    program = Program(application)
    start = program.show_start()
    qtbot.addWidget(start)
    for _ in range(3):
        program.settings.zoom = 110
        program.keep_settings()
    (notice,) = start.findChildren(Notice)
    assert notice.isVisible()
    notice.read_button.click()
    assert not notice.isVisible()
