"""Imports point one way: the table of docs/architecture.md, proved three ways.

The graph of all imports against the table; every module outside the window in an interpreter that
has no Qt; and the modules that the console and an empty window really load.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "gic_desktop"


class May(NamedTuple):
    own: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


# Names of this program without `gic_desktop.`. A package may import all of itself; a line for a
# part of it adds to what the whole may. Everybody may know the version, make values and sums.
CORE = ("forms", "report")
FEATURES = ("checks", "store", "imports", "output", "rollup")
TABLE = {
    "__init__": May(),
    "__main__": May(("window",)),
    "resources": May(),
    "digest": May((), ("_sha256", "_sha2")),  # before Python 3.12, and from there
    "values": May(("left_out",), ("msgspec",)),
    "left_out": May(),
    "arguments": May(("__init__", "left_out")),
    "user_folders": May(),
    "forms": May(("resources",)),
    "report": May(("forms",)),
    "checks": May(CORE),
    "store": May((*CORE, "resources", "user_folders")),
    "store.inside_pdf": May((), ("pypdfium2",)),
    "imports": May((*CORE, "store.inside_pdf", "store.gicr")),
    "imports.sources.docx": May((), ("docx", "lxml", "doc2docx")),
    "imports.sources.doc": May((), ("doc2docx",)),
    "imports.sources.xlsx": May((), ("openpyxl", "lxml")),
    "imports.sources.html": May((), ("lxml",)),
    "imports.sources.pdf": May((), ("pypdfium2",)),
    "output": May((*CORE, "store.inside_pdf", "store.gicr", "resources", "user_folders")),
    "output.pdf": May(("left_out",), ("reportlab", "PIL")),
    "output.drawings": May((), ("pypdfium2",)),
    "output.bare_picture": May((), ("PIL",)),
    "rollup": May(
        (*CORE, "checks", "store", "imports", "output.office_package", "output.workbook")
    ),
    "verbs": May((*CORE, *FEATURES, "resources", "user_folders")),
    "console": May(("arguments", "verbs")),
    "window": May(
        (*CORE, *FEATURES, "arguments", "verbs", "resources", "user_folders"),
        ("PySide6", "shiboken6"),
    ),
    "window.late_signatures": May((), ("shibokensupport",)),
    "window.charts_tab": May((), ("pyqtgraph", "numpy")),
    "window.preview": May((), ("pypdfium2",)),
    "window.printing": May((), ("pypdfium2",)),
}

# Doors that stay shut inside a package.
SHUT = {
    "output.typeset": ("output.pdf", "output.docx", "output.xlsx", "output.html"),
    "output.pages": ("output.pdf", "output.docx", "output.xlsx", "output.html"),
    "imports.sources": ("imports.recognise", "imports.match", "imports.outcome"),
}

# Nothing in this program talks to a network, so nothing imports what could.
NETWORK = {
    *("socket", "socketserver", "ssl", "ftplib", "smtplib", "poplib", "imaplib", "telnetlib"),
    *("http", "xmlrpc", "urllib.request", "urllib.robotparser", "wsgiref", "nntplib"),
    *("PySide6.QtNetwork", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtWebEngineCore"),
}

HEAVY = {
    *("numpy", "pyqtgraph", "reportlab", "PIL", "pypdfium2", "pypdfium2_raw"),
    *("lxml", "openpyxl", "docx", "doc2docx"),
}
QT = {"PySide6", "shiboken6"}


def module_name(file: Path) -> str:
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    if parts[-1] == "__init__" and len(parts) > 1:
        parts = parts[:-1]
    return ".".join(parts)


FILES = {module_name(file): file for file in sorted(PACKAGE.rglob("*.py"))}


class Import(NamedTuple):
    line: int
    module: str  # `forms.reader` for our own, the full name for others
    own: bool


def imports_of(name: str, source: str) -> Iterator[Import]:
    """All of them: at the top, in functions, under TYPE_CHECKING, and by import_module."""
    is_package = FILES.get(name, Path()).name == "__init__.py"
    here = ["gic_desktop", *(() if name == "__init__" else name.split("."))]
    for node in ast.walk(ast.parse(source)):
        found: list[str] = []
        if isinstance(node, ast.Import):
            found = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            up = len(here) - node.level + (1 if is_package and name != "__init__" else 0)
            base = ".".join(here[:up]) if node.level else ""
            base = ".".join(part for part in (base, node.module) if part)
            found = [f"{base}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in {"import_module", "__import__"}:
                text = node.args[0] if node.args else None
                if isinstance(text, ast.JoinedStr):  # f"gic_desktop.checks.{module}"
                    text = text.values[0]
                assert isinstance(text, ast.Constant), f"{name}:{node.lineno}: which module?"
                found = [str(text.value).rstrip(".")]
        for full in found:
            line = getattr(node, "lineno", 0)
            if within(full, "gic_desktop"):
                yield Import(line, full[len("gic_desktop.") :] or "__version__", own=True)
            elif full.partition(".")[0] != "__future__":
                yield Import(line, full, own=False)


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def chain(name: str) -> list[str]:
    """`imports.sources.pdf` and what it lies in, `imports.sources` and `imports`."""
    parts = name.split(".")
    return [".".join(parts[:n]) for n in range(len(parts), 0, -1)]


def forbidden(name: str, source: str) -> list[str]:
    lines = [TABLE[part] for part in chain(name) if part in TABLE]
    assert lines, f"{name}: no line of the table of layers speaks of it"
    package = name.partition(".")[0]
    own = {package, "__version__", "digest", "values"}.union(*(may.own for may in lines))
    others = set[str]().union(*(may.others for may in lines))
    shut = [door for part in chain(name) for door in SHUT.get(part, ())]

    complaints = []
    for found in imports_of(name, source):
        top = found.module.partition(".")[0]
        if found.own:
            allowed = any(within(found.module, door) for door in own)
            allowed = allowed and not any(within(found.module, door) for door in shut)
        else:
            allowed = top in sys.stdlib_module_names or top in others
            allowed = allowed and not any(within(found.module, banned) for banned in NETWORK)
        if not allowed:
            complaints.append(f"{name}:{found.line} imports {found.module}")
    return complaints


def test_every_import_is_in_the_table() -> None:
    complaints = []
    for name, file in FILES.items():
        complaints += forbidden(name, file.read_text(encoding="utf-8"))
    assert complaints == []


def test_the_table_itself_points_one_way() -> None:
    """Nobody imports the console or the window, and no two packages import each other."""

    def package(name: str) -> str:
        return name.partition(".")[0]

    reach: dict[str, set[str]] = {}
    for name, may in TABLE.items():
        reach.setdefault(package(name), set()).update(map(package, may.own))
    for name, others in reach.items():
        if name != "__main__":
            assert not others & {"console", "window"}, name
        for other in others:
            assert name not in reach[other], f"{name} and {other} import each other"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("report", "from gic_desktop.store import files"),
        ("report", "def late():\n    import gic_desktop.checks"),
        ("report", "if TYPE_CHECKING:\n    from ..store import durable"),
        ("report.edits", "from ..window import session"),
        ("report.edits", "from .. import verbs"),
        ("forms", "import importlib\nimportlib.import_module('gic_desktop.report')"),
        ("checks.run", "import importlib\nimportlib.import_module(f'gic_desktop.store.{x}')"),
        ("checks.answers", "import numpy as np"),
        ("console.main", "from gic_desktop.report import place"),
        ("output.html", "import reportlab.pdfgen.canvas"),
        ("store.durable", "import urllib.request"),
        ("store.durable", "from urllib import request"),
        ("output.typeset.lines", "from gic_desktop.output.pdf import canvas"),
        ("imports.match", "from gic_desktop.store import durable"),
        ("window.main_window", "import pyqtgraph"),
        ("window.main_window", "from PySide6 import QtNetwork"),
        ("window.main_window", "import gic_desktop.console"),
    ],
)  # fmt: skip
def test_the_table_refuses(name: str, line: str) -> None:
    assert len(forbidden(name, line)) == 1


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("report.edits", "from .place import Place"),
        ("report.edits", "from decimal import Decimal"),
        ("store.gicr", "from gic_desktop import __version__"),
        ("checks.run", "import importlib\nimportlib.import_module(f'gic_desktop.checks.{x}')"),
        ("imports.match", "from gic_desktop.store.inside_pdf import take_out"),
        ("window.main_window", "from PySide6.QtWidgets import QMainWindow"),
        ("output.pdf.canvas", "def draw():\n    from reportlab.pdfgen import canvas"),
    ],
)
def test_the_table_allows(name: str, line: str) -> None:
    assert forbidden(name, line) == []


def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=dict(os.environ, PYTHONUTF8="1"),
        check=False,
        timeout=300,
    )


WITHOUT_QT = """
import importlib, sys

class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PySide6", "shiboken6"}:
            raise ImportError("there is no Qt here: " + name)

sys.meta_path.insert(0, NoQt())
importlib.import_module(sys.argv[1])
"""


def test_everything_but_the_window_can_be_imported_alone_and_without_qt() -> None:
    names = [
        f"gic_desktop.{name}".removesuffix(".__init__")
        for name in FILES
        if not within(name, "window") and name != "__main__"
    ]

    def tried(name: str) -> str:
        run = run_python(WITHOUT_QT, name)
        return "" if run.returncode == 0 else f"{name}: {run.stderr.strip().splitlines()[-1]}"

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        assert [line for line in pool.map(tried, names) if line] == []


def test_the_trial_without_qt_notices_qt() -> None:
    run = run_python(WITHOUT_QT, "PySide6.QtCore")
    assert "there is no Qt here" in run.stderr


CONSOLE = """
import json, sys
from gic_desktop.console.main import main
sys.argv = ["gic", *sys.argv[1:]]
try:
    status = main()
except SystemExit as end:
    status = end.code
print("\\n" + json.dumps([status, sorted(sys.modules)]))
"""


def loaded_by_gic(*arguments: str) -> tuple[int | None, set[str]]:
    run = run_python(CONSOLE, *arguments)
    assert run.returncode == 0, run.stderr
    status, modules = json.loads(run.stdout.splitlines()[-1])
    return status, {name.partition(".")[0] for name in modules}


def test_gic_help_and_gic_check_load_nothing_heavy() -> None:
    sample = ROOT / "resources" / "samples" / "2021.gicr"
    for arguments in (["--help"], ["form", "2021"], ["show", str(sample)], ["check", str(sample)]):
        status, modules = loaded_by_gic(*arguments)
        assert status in {0, None}, arguments
        assert modules & (HEAVY | QT) == set(), arguments


def test_an_empty_window_loads_nothing_it_does_not_show(tmp_path: Path) -> None:
    """Start-up is what the clerk feels first; each of these costs more than all of QtWidgets."""
    told = tmp_path / "modules.json"
    code = (
        "import json, pathlib, sys\n"
        "from gic_desktop.__main__ import main\n"
        "told = pathlib.Path(sys.argv.pop(1))\n"
        "sys.argv[0] = 'gic-desktop'\n"
        "try:\n"
        "    main()\n"
        "except SystemExit:\n"
        "    pass\n"
        "told.write_text(json.dumps(sorted(sys.modules)))\n"
    )
    run = run_python(code, str(told), "--quit-when-painted")
    assert run.returncode == 0, run.stderr
    modules = {name.partition(".")[0] for name in json.loads(told.read_text())}
    assert "PySide6" in modules
    assert modules & HEAVY == set()


# Words of the forms that may stand in Python, and why.
ALLOWED_WORDS: dict[str, str] = {}


def words_of_the_forms() -> set[str]:
    """Every printed label and heading, as printed and without its number."""
    words = set()
    for file in sorted((ROOT / "resources" / "forms").glob("*.toml")):
        form = tomllib.loads(file.read_text(encoding="utf-8"))
        labels = [section["heading"] for section in form["sections"]]
        for table in form["tables"]:
            for row in table["rows"]:
                for piece in row:
                    labels += [
                        piece[k] for k in ("row", "column", "corner", "caption") if k in piece
                    ]
        for label in labels:
            bare = re.sub(
                r"^(（[一二三四五六七八九十]+）|[一二三四五六七八九十]+、|\d+\.)", "", label
            )
            words |= {label, bare}
    return {word for word in words if len(word) >= 4}


def texts_in(source: str) -> Iterator[tuple[int, str]]:
    """The string literals of a file, without docstrings: those explain, and may give examples."""
    tree = ast.parse(source)
    documentation = set()
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        for statement in body if isinstance(body, list) else []:
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                documentation.add(id(statement.value))
    for node in ast.walk(tree):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in documentation:
            yield node.lineno, node.value


def test_no_label_of_a_form_stands_in_python() -> None:
    words = words_of_the_forms() - ALLOWED_WORDS.keys()
    found = [
        f"{name}:{line}: {word}"
        for name, file in FILES.items()
        for line, text in texts_in(file.read_text(encoding="utf-8"))
        for word in words
        if word in text
    ]
    assert found == []


def test_the_words_of_the_forms_are_read() -> None:
    words = words_of_the_forms()
    assert {"予以公开", "一、总体情况", "本年收费金额（单位：万元）", "科研机构"} <= words
    assert [text for _, text in texts_in('"""doc 予以公开"""\nx = f"{1}予以公开"')] == ["予以公开"]


def test_every_allowed_word_is_needed() -> None:
    everything = "\n".join(
        text for file in FILES.values() for _, text in texts_in(file.read_text(encoding="utf-8"))
    )
    assert [word for word in ALLOWED_WORDS if word not in everything] == []
