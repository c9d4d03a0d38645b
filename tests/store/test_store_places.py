"""Looking for a file on a share that has broken off is no mistake of the program."""

import ast
import errno
import os
from pathlib import Path

import pytest

from gic_desktop.store.places import is_folder, is_there

PACKAGE = Path(__file__).parents[2] / "gic_desktop"
# Folders of the program itself and of the system; an entry of a folder that is being read.
NOT_ON_A_SHARE = {
    "resources.py",
    "user_folders.py",
    "store/owner.py",
    "rollup/gather.py",
    "window/dialogs/help.py",
}


def test_what_is_there_is_there(tmp_path):
    file = tmp_path / "年报.gicr"
    file.touch()
    assert is_there(file)
    assert is_there(tmp_path)
    assert is_folder(tmp_path)
    assert not is_folder(file)
    assert not is_there(tmp_path / "没有")
    assert not is_there(Path("a\0b"))


@pytest.mark.parametrize("error", [errno.ESTALE, errno.EIO, errno.ENOTCONN, errno.EACCES])
def test_a_place_that_cannot_be_looked_at_has_nothing(monkeypatch, error):
    def broken(*_, **__):
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr("os.stat", broken)
    assert not is_there(Path("/共享/年报.gicr"))
    assert not is_folder(Path("/共享"))


def test_nobody_asks_in_the_way_that_raises():
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Attribute) or ast.unparse(node.value) == "os.path":
                continue
            if node.attr in {"exists", "is_dir", "is_file"}:
                found.add(path.relative_to(PACKAGE).as_posix())
    assert found == NOT_ON_A_SHARE, "ask store.places, or say here why no share can be meant"
