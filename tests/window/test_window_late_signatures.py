"""What PySide6 explains mistakes with is loaded at the first mistake, and explains it as ever."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import shiboken6

from gic_desktop.window import late_signatures

LATE = "import gic_desktop.window; late = gic_desktop.window.signatures\n"
ANOTHER_VERSION = (
    "import gic_desktop, importlib.util\n"  # by its file: the window's package imports PySide6
    "where = gic_desktop.__path__[0] + '/window/late_signatures.py'\n"
    "spec = importlib.util.spec_from_file_location('late_signatures', where)\n"
    "module = importlib.util.module_from_spec(spec)\n"
    "spec.loader.exec_module(module)\n"
    "module.KNOWN = ('0.0.0',)\n"
    "late = module.import_qt()\n"
)
USUAL = "import PySide6.QtCore; late = 'usual'\n"

MISTAKES = """
import json, sys
from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtWidgets import QApplication, QLabel

class Ours(QObject):
    pass

application = QApplication(["x"])
told = []
for mistake in (
    lambda: QSize("一", []),
    lambda: QObject().setObjectName(3),
    lambda: QObject().blockSignals(),
    lambda: QLabel(1, 2, 3),
    lambda: QApplication.instance(1),
    lambda: application.setQuitOnLastWindowClosed([]),
    lambda: Ours(parent=4),
    lambda: Ours().unknown,
):
    try:
        mistake()
    except Exception as error:
        told.append([type(error).__name__, str(error)])
told += [QObject.blockSignals.__doc__, QObject.__doc__]
from PySide6.support.signature import get_signature
told.append(str(get_signature(QObject.setObjectName)))
print(json.dumps(told))
"""


def run(program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_mistakes_are_told_in_pyside6_s_own_words() -> None:
    told = json.loads(run(LATE + MISTAKES))
    assert told == json.loads(run(USUAL + MISTAKES))
    assert len(told) == 11
    assert "setObjectName(name: str, /)" in told[1][1]


def test_another_version_of_pyside6_is_imported_as_ever() -> None:
    seen = "import sys; print(late, 'shibokensupport.signature.parser' in sys.modules)"
    assert run(ANOTHER_VERSION + seen).strip() == "None True"
    assert run(ANOTHER_VERSION + MISTAKES) == run(USUAL + MISTAKES)


def test_the_locked_version_is_one_that_was_read() -> None:
    """A new one: read its loader, its bootstrap and signature.cpp; then name it, or leave it out."""
    assert shiboken6.__version__ in late_signatures.KNOWN


def test_nothing_is_added_to_the_modules_of_qt_in_python() -> None:
    """Else the stand-in for `finish_import` would keep it from them."""
    from PySide6.support import deprecated

    assert [name for name in vars(deprecated) if name.startswith("fix_for_")] == []


@pytest.mark.parametrize("name", ["PySide6.QtCore", "gic_desktop.window.main_window"])
def test_no_source_is_read_and_nothing_compiled_for_an_import(name: str) -> None:
    told = run(
        LATE + f"import json, linecache, sys, {name}\n"
        "print(json.dumps([sorted(sys.modules), sorted(linecache.cache), late is not None]))"
    )
    modules, read, stands_in = json.loads(told)
    assert stands_in
    assert [file for file in read if "gic_desktop" in Path(file).parts] == []
    package = [one for one in modules if one.startswith("shibokensupport")]
    assert package == ["shibokensupport.signature.mapping"]
    assert {"zipfile", "tempfile", "inspect"} & set(modules) == set()


def test_whoever_wants_the_modules_left_out_gets_them() -> None:
    told = run(LATE + "import zipfile, tempfile, textwrap, traceback, builtins\n"
               "print(textwrap.dedent(' ja'), zipfile.ZipFile.__module__, builtins.__import__)")  # fmt: skip
    assert told.strip() == "ja zipfile <built-in function __import__>"
