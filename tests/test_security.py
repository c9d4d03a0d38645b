"""What the program never does: run text as code, start programs unasked, leave traces in its files."""

import ast
import getpass
import os
import platform
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from gic_desktop import resources, verbs

PACKAGE = Path(__file__).parents[1] / "gic_desktop"
SAMPLE = resources.path("samples", "2021.gicr")
SOURCES = sorted(PACKAGE.rglob("*.py"))

FORBIDDEN_MODULES = {"pickle", "marshal", "shelve", "dill", "yaml", "code", "pty", "socketserver", "ftplib",
                     "smtplib", "telnetlib", "xmlrpc", "webbrowser"}  # fmt: skip
FORBIDDEN_CALLS = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "os.system",
    "os.popen",
    "os.spawnl",
    "os.execv",
}

# Modules that may start another process, and which one.
STARTS_PROCESSES = {
    "imports/sources/apart.py": "a reader of foreign files, this program itself, with a time limit",
    "rollup/gather.py": "this program itself, one process a core, to read very many reports",
}


def _tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def _imported(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_no_text_is_run_as_code(path):
    tree = _tree(path)
    assert not {name.partition(".")[0] for name in _imported(tree)} & FORBIDDEN_MODULES
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not called & FORBIDDEN_CALLS
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            shell = [k for k in node.keywords if k.arg == "shell"]
            assert not shell, f"{path.name}:{node.lineno}"


def test_processes_are_started_only_where_it_is_said():
    starters = {"subprocess", "multiprocessing", "concurrent.futures"}
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in SOURCES
        if starters & set(_imported(_tree(path)))
    }
    assert found <= STARTS_PROCESSES.keys(), "say in STARTS_PROCESSES what is started and why"


def _export(tmp_path, suffix):
    # A home whose name would be noticed in a file.
    home = tmp_path / "secret-home-of-zhangsan"
    home.mkdir()
    target = tmp_path / f"out{suffix}"
    environment = {
        **os.environ,
        "HOME": str(home),
        "USER": "zhangsan-user",
        "LOGNAME": "zhangsan-user",
    }
    done = subprocess.run(
        [sys.executable, "-m", "gic_desktop.console.main", "export", str(SAMPLE), "-o", str(target)],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return target


def _all_bytes(path):
    data = path.read_bytes()
    if not zipfile.is_zipfile(path):
        return data
    with zipfile.ZipFile(path) as parts:
        assert all(part.date_time[0] in (1980, 2025, 2026) for part in parts.infolist())
        return data + b"".join(parts.read(name) for name in parts.namelist())


@pytest.mark.parametrize("suffix", verbs.EXPORTS)
def test_an_exported_file_says_nothing_of_the_pc(tmp_path, suffix):
    data = _all_bytes(_export(tmp_path, suffix))
    words = ["zhangsan", str(PACKAGE.parent), str(tmp_path)]
    # A host called "vm" is found in any file by chance.
    words += [name for name in (platform.node(), getpass.getuser()) if len(name) > 4]
    for word in words:
        assert word.encode() not in data
        assert word.encode("utf-16-le") not in data


@pytest.mark.parametrize("suffix", verbs.EXPORTS)
def test_the_same_report_makes_the_same_bytes(tmp_path, suffix):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    assert (
        _export(tmp_path / "a", suffix).read_bytes() == _export(tmp_path / "b", suffix).read_bytes()
    )


def test_nothing_is_left_in_the_temporary_folder(tmp_path):
    folder = tmp_path / "temporary"
    folder.mkdir()
    environment = {**os.environ, "TMPDIR": str(folder)}
    for words in (
        ["show", SAMPLE],
        ["check", SAMPLE],
        ["export", SAMPLE, "-o", tmp_path / "x.pdf"],
    ):
        call = [sys.executable, "-m", "gic_desktop.console.main", *map(str, words)]
        subprocess.run(call, capture_output=True, env=environment, check=True)
    assert list(folder.iterdir()) == []
