"""What a library need not bring along is absent while it is imported, and only then."""

import importlib
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from gic_desktop import left_out
from gic_desktop.left_out import without

LIBRARY = """
from heavy import dear
from system import name
try:
    import perhaps
except ImportError:
    perhaps = None
found = name()
"""


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A library that asks for a heavy module, for one function of another, and for one that may be missing."""
    (tmp_path / "library.py").write_text(LIBRARY)
    for name in ("heavy", "system", "perhaps"):
        (tmp_path / f"{name}.py").write_text("def dear(): return 'real'\nname = dear\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield
    for name in ("library", "heavy", "system", "perhaps"):
        sys.modules.pop(name, None)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a call of the console: other tests may have left a window or a thread here."""
    monkeypatch.setattr(left_out, "_alone", lambda: True)


def imported() -> ModuleType:
    with without("heavy", absent=("perhaps",), given={"system": {"name": lambda: "given"}}):
        return importlib.import_module("library")


@pytest.mark.usefixtures("library", "alone")
def test_only_what_is_given_is_there() -> None:
    made = imported()
    assert (made.found, made.perhaps) == ("given", None)
    with pytest.raises(RuntimeError, match="left out"):
        made.dear()


@pytest.mark.usefixtures("library", "alone")
def test_afterwards_others_find_the_real_modules() -> None:
    imported()
    assert [importlib.import_module(m).dear() for m in ("heavy", "system", "perhaps")] == [
        "real"
    ] * 3


@pytest.mark.usefixtures("library", "alone")
def test_a_module_that_is_there_already_stays() -> None:
    heavy = importlib.import_module("heavy")
    assert imported().dear() == "real"
    assert sys.modules["heavy"] is heavy


@pytest.mark.usefixtures("library")
def test_with_another_thread_about_nothing_is_left_out() -> None:
    go_on = threading.Event()
    other = threading.Thread(target=go_on.wait)
    other.start()
    try:
        assert imported().found == "real"
    finally:
        go_on.set()
        other.join()


@pytest.mark.usefixtures("library", "qapp")
def test_in_a_window_nothing_is_left_out() -> None:
    """Its work off the GUI thread runs in threads of Qt's, which Python does not count."""
    assert imported().found == "real"


HOLDERS = """
import sys
import gic_desktop.console.main, gic_desktop.values, gic_desktop.output.pdf.light_reportlab
from gic_desktop.left_out import _StandIn
found = set()
for name, module in list(sys.modules.items()):
    for held in vars(module).values():
        made_by = getattr(held, "__qualname__", "")
        if isinstance(held, _StandIn) or str(made_by).startswith("_StandIn."):
            found.add(name.partition(".")[0])
print(*sorted(found))
"""


def test_no_other_module_keeps_a_stand_in() -> None:
    """`uuid` asks `platform`, where it does, for the system's name while it is imported, and never again."""
    told = subprocess.run([sys.executable, "-c", HOLDERS], capture_output=True, check=True)
    assert set(told.stdout.decode().split()) - {"uuid"} == {"msgspec", "reportlab"}
