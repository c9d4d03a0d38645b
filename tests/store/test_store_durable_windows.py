"""The file modules under Windows: itself, or a Windows Python in Wine.

Elsewhere than on Windows, ``GIC_DESKTOP_WINDOWS_PYTHON`` names the command, for example
``wine64 /where/it/is/python.exe``; without it there is nothing to run, and the test says so.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

PLAY = Path(__file__).with_name("store_windows_play.py")
SOURCE = Path(__file__).parents[2]
COMMAND = (
    [sys.executable]
    if sys.platform == "win32"
    else shlex.split(os.environ.get("GIC_DESKTOP_WINDOWS_PYTHON", ""))
)

EXPECTED = {
    "a first save": "Saved",
    "a second save": "Saved",
    "content": True,
    "changed outside": "changed_outside",
    "nothing beside it": True,
    "held open": "held_open",
    "held open, seconds": 2,
    "held open, old file": True,
    "held for a moment": "Saved",
    "read-only file": "file_read_only",
    "folder gone": "folder_gone",
    "a folder": "is_a_folder",
    "name con.gicr": "bad_name",
    "name a.gicr:b": "bad_name",
    "name a.": "bad_name",
    "name what?.gicr": "bad_name",
    "long path": "Saved",
    "long path, again": "Saved",
    "missing": "not_found",
    "a folder read": "is_a_folder",
    "nothing stray": True,
    "living": "alive",
    "dead": "dead",
    "number used again": "dead",
    "machine known": True,
    "lock": "Lock",
    "second lock": "HeldBy",
    "renewed": True,
    "released": True,
    "dead lock": "Lock",
    "several add": "aaaaabbbbbcccccddddd",
    "two at a dead lock": ["HeldBy Lock"],
    "version kept": True,
    "journal": True,
    "journal rewritten while open": True,
    "alive journal is not offered": True,
    "journal holds": "3",
    "journal gone": True,
    "settings": True,
}


@pytest.mark.skipif(not COMMAND, reason="no Windows Python: GIC_DESKTOP_WINDOWS_PYTHON names none")
def test_the_scenes_play_as_they_should(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMMAND, str(PLAY), str(tmp_path / "台账 测试")],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={
            **os.environ,
            "PYTHONPATH": str(SOURCE),
            "PYTHONUTF8": "1",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "winedbg.exe=d;mscoree,mshtml=",
            "GIC_DESKTOP_HOME": "",
        },
    )
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert {key: result.get(key) for key in EXPECTED} == EXPECTED
