"""Where the program's own files are: source tree, built program, incomplete installation."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from gic_desktop import resources


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    resources.folder.cache_clear()
    yield
    resources.folder.cache_clear()


def test_the_source_tree_has_forms_and_fonts() -> None:
    assert resources.path("forms", "2021.toml").is_file()
    assert resources.path("fonts", "body.ttf.xz").is_file()


def test_a_built_program_reads_its_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "resources" / "forms").mkdir(parents=True)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert resources.folder() == tmp_path / "resources"


def test_a_missing_file_is_a_sentence() -> None:
    with pytest.raises(resources.MissingResourceError) as refused:
        resources.path("fonts", "没有.ttf.xz")
    assert str(refused.value) == "程序文件不完整：缺少“fonts/没有.ttf.xz”，请重新安装本程序。"


def test_an_installation_without_resources_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "__file__", str(tmp_path / "package" / "resources.py"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    with pytest.raises(resources.MissingResourceError, match="请重新安装本程序。"):
        resources.folder()
